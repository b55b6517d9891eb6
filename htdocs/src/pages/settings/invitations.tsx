// SPDX-License-Identifier: Apache-2.0
// Invitations: made, their link shown once, who came of them, revoked.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { address, del, post, request, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { useForm } from "../../app/form";
import { date, t, type MessageKey } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { shell } from "../../app/shell";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Select, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { invites, Settings } from "./frame";

type Invitation = Schema["Invitation"];
const DAYS = ["1", "7", "14", "30"] as const, USUAL_DAYS = "14";
const LOOKS = { open: "ok", used: "", expired: "low", revoked: "low" } as const;
const called = (it: Invitation) => it.note || t("invite.unnamed", { when: date(it.created_at) });

export default function Invitations() {
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  return me.value ? <Settings><Page /></Settings> : null;
}

/** Why there is nothing to be made here, if so. */
function obstacle(): string | null {
  if (shell.site.signup === "closed") return t("register.closed");
  if (shell.site.signup !== "invite") return t("invite.not_needed", { address: `${shell.site.base_url}/register` });
  return invites() ? null : t("invite.only_admins");
}

function Page() {
  const items = useSignal<Invitation[] | null>(null), next = useSignal<string | null>(null), made = useSignal<Invitation | null>(null);
  const busy = useSignal<number | "more" | null>(null), failed = useSignal<string | null>(null), why = obstacle();
  const load = async (cursor: string | null) => {
    busy.value = "more";
    try {
      const page = await request("GET", address("/invitations", undefined, { cursor })) as Schema["Invitations"];
      items.value = [...cursor ? items.value ?? [] : [], ...page.items];
      next.value = page.next_cursor ?? null;
      failed.value = null;
    } catch (problem) {
      failed.value = explain(problem);
    } finally {
      busy.value = null;
    }
  };
  useEffect(() => { void load(null); }, []);
  const revoke = async (it: Invitation) => {
    busy.value = it.invitation_id;
    failed.value = null;
    try {
      await del("/invitations/{invitation_id}", { path: { invitation_id: it.invitation_id } });
      toast(t("invite.ended"));
      if (made.value?.invitation_id === it.invitation_id) made.value = null;
      await load(null);
      document.getElementById("invitations")?.focus(); // the button that had it is gone
    } catch (problem) {
      failed.value = explain(problem);
    } finally {
      busy.value = null;
    }
  };
  return (
    <>
      <section class="face block" aria-labelledby="invitations"><h2 id="invitations" tabIndex={-1}>{t("settings.invitations")}</h2>
        {why ? <Note kind="low"><p>{why}</p></Note> : <p class="hint">{t("invite.hint")}</p>}
        {made.value && <Made made={made.value} done={() => { made.value = null; }} />}
        {failed.value && <Note kind="bad"><p>{failed.value}</p><div class="row"><Button small onClick={() => void load(null)}>{t("action.retry")}</Button></div></Note>}
        {!items.value && !failed.value && <Skeleton label={t("state.loading")} />}
        {items.value && !items.value.length && !why && <p>{t("invite.empty")}</p>}
        <ul class="rows connected">
          {items.value?.map((it) => (
            <li key={it.invitation_id}><Icon name="mail" />
              <span class="who"><b><bdi>{called(it)}</bdi></b>
                <span class="meta">{t("invite.used", { n: it.uses, all: it.uses + it.uses_left })}{" · "}{t("api_key.until", { when: date(it.expires_at) })}</span></span>
              <span class={`tag ${LOOKS[it.state]}`}>{t(`invite_state.${it.state}` as MessageKey)}</span>
              {it.state === "open" && <Button small kind="danger" busy={busy.value === it.invitation_id} aria-label={t("invite.end_named", { name: called(it) })} onClick={() => void revoke(it)}>{t("api_key.end")}</Button>}
            </li>))}
        </ul>
        {next.value && !failed.value && <p class="pad"><Button full busy={busy.value === "more"} onClick={() => void load(next.value)}>{t("action.more")}</Button></p>}
      </section>
      {!why && <Make onMade={(it) => { made.value = it; void load(null); }} />}
    </>
  );
}

/** The one time its link is seen. */
function Made({ made, done }: { made: Invitation; done: () => void }) {
  const box = useRef<HTMLInputElement>(null), copied = useSignal(false);
  useEffect(() => { box.current!.focus(); box.current!.select(); }, [made]);
  const copy = async () => {
    box.current!.select();
    copied.value = await navigator.clipboard.writeText(made.url!).then(() => true, () => false);
  };
  return (
    <Note kind="ok"><p><b>{t("invite.made")}</b> {t("api_key.made_text")}</p>
      <TextField label={t("invite.link")} value={made.url!} readOnly ref={box} dir="ltr" spellcheck={false} autocomplete="off" />
      <div class="row"><Button small kind="main" onClick={() => void copy()}>{copied.value ? t("api_key.copied") : t("api_key.copy")}</Button>
        <Button small onClick={done}>{t("api_key.done")}</Button></div></Note>
  );
}

function Make({ onMade }: { onMade: (made: Invitation) => void }) {
  const note = useSignal(""), days = useSignal<string>(USUAL_DAYS), uses = useSignal("1");
  const { errors, refused, busy, props } = useForm(async () => {
    const made = await post("/invitations", { body: { ...(note.value.trim() ? { note: note.value } : {}), days: Number(days.value), uses: Number(uses.value) } });
    [note.value, uses.value] = ["", "1"];
    onMade(made);
  });
  return (
    <section class="face block" aria-labelledby="new-invitation"><h2 id="new-invitation">{t("invite.new")}</h2>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <TextField label={t("invite.note")} hint={t("invite.note_hint")} name="note" maxLength={100} value={note.value} error={errors.value.note} onInput={(e) => { note.value = e.currentTarget.value; }} />
        <Select label={t("invite.days")} name="days" value={days.value} error={errors.value.days}
          options={DAYS.map((value) => ({ value, text: t("api_key.days", { n: Number(value) }) }))} onChange={(e) => { days.value = e.currentTarget.value; }} />
        {me.value!.role === "admin" && <TextField label={t("invite.uses")} name="uses" type="number" min={1} max={1000} inputMode="numeric" value={uses.value} error={errors.value.uses} onInput={(e) => { uses.value = e.currentTarget.value; }} />}
        <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("invite.make")}</Button></div>
      </form>
    </section>
  );
}
