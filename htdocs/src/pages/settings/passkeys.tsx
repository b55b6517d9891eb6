// SPDX-License-Identifier: Apache-2.0
// One's passkeys: add, rename, remove.
import { useSignal } from "@preact/signals";
import { del, post, put, type Schema } from "../../api/client";
import { explain, fieldErrors } from "../../app/errors";
import { date, relativeTime, t } from "../../app/i18n";
import { createPasskey, passkeyProblem, passkeysWork } from "../../app/passkeys";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";

type Passkey = Schema["Passkey"];

export function Passkeys({ passkeys, reload }: { passkeys: Passkey[]; reload: () => void }) {
  const busy = useSignal(false), problem = useSignal<string | null>(null), editing = useSignal<Passkey | null>(null), removing = useSignal<Passkey | null>(null);
  const add = async () => {
    busy.value = true;
    problem.value = null;
    try {
      const passkey = await post("/auth/passkeys", { body: await createPasskey(await post("/auth/passkeys/options", {})) });
      toast(t("passkey.added"));
      reload();
      editing.value = passkey as Passkey;
    } catch (error) {
      problem.value = passkeyProblem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="face block" aria-labelledby="passkeys"><h2 id="passkeys">{t("passkey.title")}</h2>
      <p class="soft">{t("passkey.text")}</p>
      {problem.value && <Note kind="bad"><p>{problem.value}</p></Note>}
      {passkeys.length > 0 && (
        <ul class="rows wrap">
          {passkeys.map((p) => (
            <li key={p.passkey_id}><Icon name="key" />
              <span class="who"><b><bdi>{p.display_name}</bdi></b>
                <span class="meta">{t("passkey.added_on", { date: date(p.created_at) })}{" · "}{p.last_used_at ? t("passkey.used", { when: relativeTime(p.last_used_at) }) : t("passkey.unused")}</span></span>
              <Button small aria-label={t("passkey.rename_of", { name: p.display_name })} onClick={() => { editing.value = p; }}>{t("passkey.rename")}</Button>
              <Button small kind="danger" aria-label={t("passkey.remove_of", { name: p.display_name })} onClick={() => { removing.value = p; }}>{t("passkey.remove")}</Button></li>))}
        </ul>)}
      {passkeysWork
        ? <div class="row"><Button kind={passkeys.length ? "second" : "main"} icon="plus" busy={busy.value} onClick={() => void add()}>{passkeys.length ? t("passkey.add_another") : t("passkey.add")}</Button></div>
        : <p class="hint">{t("passkey.unsupported")}</p>}
      {editing.value && <Rename passkey={editing.value} done={(changed) => { editing.value = null; if (changed) reload(); }} />}
      {removing.value && <Remove passkey={removing.value} done={(changed) => { removing.value = null; if (changed) reload(); }} />}
    </section>
  );
}

interface Asking { passkey: Passkey; done: (changed: boolean) => void }

function Rename({ passkey, done }: Asking) {
  const busy = useSignal(false), error = useSignal<string | undefined>(undefined);
  const save = async (e: SubmitEvent) => {
    e.preventDefault();
    busy.value = true;
    try {
      const display_name = String(new FormData(e.currentTarget as HTMLFormElement).get("display_name"));
      await put("/auth/passkeys/{passkey_id}", { path: { passkey_id: passkey.passkey_id }, body: { display_name } });
      done(true);
    } catch (problem) {
      busy.value = false;
      error.value = fieldErrors(problem).display_name ?? explain(problem);
    }
  };
  return (
    <Dialog title={t("passkey.rename_title")} close={t("action.close")} onClose={() => done(false)}>
      <form class="account-form" noValidate onSubmit={(e) => void save(e)}>
        <TextField label={t("passkey.name")} hint={t("passkey.name_hint")} name="display_name" maxLength={60} defaultValue={passkey.display_name} autoFocus error={error.value} />
        <Button kind="main" full type="submit" busy={busy.value}>{t("settings.save")}</Button>
      </form>
    </Dialog>
  );
}

function Remove({ passkey, done }: Asking) {
  const busy = useSignal(false), refused = useSignal<string | null>(null);
  const remove = async () => {
    busy.value = true;
    try {
      await del("/auth/passkeys/{passkey_id}", { path: { passkey_id: passkey.passkey_id } });
      toast(t("passkey.removed"));
      done(true);
    } catch (problem) {
      busy.value = false;
      refused.value = explain(problem);
    }
  };
  return (
    <Dialog title={t("passkey.remove_title", { name: passkey.display_name })} close={t("action.close")} onClose={() => done(false)}
      foot={<Button kind="danger" busy={busy.value} onClick={() => void remove()}>{t("passkey.remove")}</Button>}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <p>{t("passkey.remove_text")}</p>
    </Dialog>
  );
}
