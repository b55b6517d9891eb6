// SPDX-License-Identifier: Apache-2.0
// Taking one's data along, going for a while, going for good.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, type Schema } from "../../api/client";
import { forget, useResource } from "../../app/data";
import { explain } from "../../app/errors";
import { watch } from "../../app/events";
import { useForm, useWork } from "../../app/form";
import { date, percent, size, t } from "../../app/i18n";
import { go } from "../../app/router";
import { me } from "../../app/session";
import { Note, Progress, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";

type Copy = Schema["DataExport"];

export default function YourData() {
  return <Settings>{me.value && <><CopyOfData userId={me.value.user_id} /><Leaving user={me.value} /></>}</Settings>;
}

function CopyOfData({ userId }: { userId: number }) {
  const it = useResource<Copy>("/users/me/export", true), copy = it.data, busy = useSignal(false);
  useEffect(() => watch(`user:${userId}`, (event, { percent: done }: { percent: number }) => {
    if (event === "export.progress" && copy.value) copy.value = { ...copy.value, status: "processing", progress_percentage: done };
    if (event === "export.completed" || event === "export.failed" || event === "stream.open") void it.load();
  }), [userId]);
  const ask = async () => {
    busy.value = true;
    try {
      await post("/users/me/export");
      await it.load(); // the answer may be older than what was told meanwhile
    } catch (e) {
      toast(explain(e), { kind: "bad" });
    } finally {
      busy.value = false;
    }
  };
  if (it.error.value) return <Failed error={it.error.value} retry={() => void it.load()} />;
  if (!copy.value) return <Skeleton label={t("state.loading")} />;
  const { status, progress_percentage, file_size, expires_at } = copy.value;
  const under_way = status === "queued" || status === "processing";
  return (
    <section class="face block"><h2>{t("data.copy")}</h2>
      <p class="soft">{t("data.copy_text")}</p>
      <div aria-live="polite">
        {status === "failed" && <Note kind="bad"><p>{t("data.failed")}</p></Note>}
        {status === "completed" && <Note kind="ok"><p>{t("data.ready", { size: size(file_size!), date: date(expires_at!) })}</p></Note>}
        {status === "queued" && <p class="soft">{t("data.queued")}</p>}
      </div>
      {status === "processing" && (
        <div class="stack"><p class="small soft" aria-hidden="true">{t("data.writing", { percent: percent(progress_percentage) })}</p>
          <Progress value={progress_percentage} label={t("data.copy")} /></div>)}
      <div class="row">
        {status === "completed" && <ButtonLink kind="main" icon="down" href="/api/v1/users/me/export/file" download>{t("data.download")}</ButtonLink>}
        {!under_way && <Button icon={status === "completed" ? "refresh" : "down"} busy={busy.value} onClick={() => void ask()}>
          {t(status === "completed" ? "data.ask_again" : "data.ask")}</Button>}
      </div>
    </section>
  );
}

/** Signed out by the server already: begin anew as a visitor, with a word of what was done. */
function gone(text: string) {
  forget();
  me.value = null;
  go("/", { replace: true });
  toast(text);
}

function Leaving({ user }: { user: Schema["Me"] }) {
  const open = useSignal<"deactivate" | "delete" | null>(null);
  return (
    <section class="face block"><h2>{t("data.deactivate")}</h2>
      <p class="soft">{t("data.deactivate_text")}</p>
      <div class="row"><Button onClick={() => { open.value = "deactivate"; }}>{t("data.deactivate")}</Button></div>
      <hr />
      <h2>{t("data.delete")}</h2>
      <p class="soft">{t("data.delete_text")}</p>
      <div class="row"><Button kind="danger" onClick={() => { open.value = "delete"; }}>{t("data.delete")}</Button></div>
      {open.value === "deactivate" && <Deactivate close={() => { open.value = null; }} />}
      {open.value === "delete" && <Delete user={user} close={() => { open.value = null; }} />}
    </section>
  );
}

function Deactivate({ close }: { close: () => void }) {
  const { busy, refused, work } = useWork<"deactivate">();
  const sure = () => work("deactivate", async () => {
    await post("/users/me/deactivate");
    gone(t("data.deactivated"));
  });
  return (
    <Dialog title={t("data.deactivate_sure")} close={t("action.close")} onClose={close}
      foot={<><Button onClick={close}>{t("action.cancel")}</Button><Button kind="main" busy={!!busy.value} onClick={() => void sure()}>{t("data.deactivate")}</Button></>}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <p>{t("data.deactivate_text")}</p>
    </Dialog>
  );
}

function Delete({ user, close }: { user: Schema["Me"]; close: () => void }) {
  const { errors, refused, busy, props } = useForm(async ({ username = "" }) => {
    const { deletion_due_at } = await post("/users/me/deletion", { body: { username } });
    gone(t("data.deleted", { date: date(deletion_due_at) }));
  });
  const bricks = user.bricks.available;
  return (
    <Dialog title={t("data.delete_sure")} close={t("action.close")} onClose={close}
      foot={<><Button onClick={close}>{t("action.cancel")}</Button><Button kind="danger" type="submit" form="delete-account" busy={busy.value}>{t("data.delete")}</Button></>}>
      <form {...props} id="delete-account" class="stack">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <p>{t("data.delete_text")}</p>
        {bricks > 0 && <p>{t("data.delete_bricks", { n: bricks })}</p>}
        <TextField label={t("data.delete_type", { name: user.username })} name="username" autocomplete="off" autocapitalize="none" spellcheck={false}
          error={errors.value.username} />
      </form>
    </Dialog>
  );
}
