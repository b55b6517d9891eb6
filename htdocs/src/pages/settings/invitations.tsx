// SPDX-License-Identifier: Apache-2.0
// Invitations: made, their link shown once, who came of them, revoked.
import { useSignal } from "@preact/signals";
import { del, post, type Schema } from "../../api/client";
import { useList } from "../../app/data";
import { useForm, useWork } from "../../app/form";
import { date, t, type MessageKey } from "../../app/i18n";
import { me } from "../../app/session";
import { shell } from "../../app/shell";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Select, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { Listed } from "../shell/listed";
import { invites, Settings } from "./frame";
import { Once } from "./once";

type Invitation = Schema["Invitation"];
const DAYS = ["1", "7", "14", "30"] as const, USUAL_DAYS = "14";
const LOOKS = { open: "ok", used: "", expired: "low", revoked: "low" } as const;
const called = (it: Invitation) => it.note || t("invite.unnamed", { when: date(it.created_at) });

export default function Invitations() {
  return <Settings><Page /></Settings>;
}

/** Why there is nothing to be made here, if so. */
function obstacle(): string | null {
  if (shell.site.signup === "closed") return t("register.closed");
  if (shell.site.signup !== "invite") return t("invite.not_needed", { address: `${shell.site.base_url}/register` });
  return invites() ? null : t("invite.only_admins");
}

function Page() {
  const list = useList<Invitation>("/invitations", true), made = useSignal<Invitation | null>(null), why = obstacle();
  const { busy, refused, work } = useWork<number>();
  const revoke = (it: Invitation) => work(it.invitation_id, async () => {
    await del("/invitations/{invitation_id}", { path: { invitation_id: it.invitation_id } });
    toast(t("invite.ended"));
    if (made.value?.invitation_id === it.invitation_id) made.value = null;
    await list.load();
    document.getElementById("invitations")?.focus(); // the button that had it is gone
  });
  return (
    <>
      <section class="face block" aria-labelledby="invitations"><h2 id="invitations" tabIndex={-1}>{t("settings.invitations")}</h2>
        {why ? <Note kind="low"><p>{why}</p></Note> : <p class="hint">{t("invite.hint")}</p>}
        {made.value && <Once title={t("invite.made")} label={t("invite.link")} value={made.value.url!} done={() => { made.value = null; }} />}
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <Listed list={list} none={!why && <p>{t("invite.empty")}</p>}>{(items) => (
          <ul class="rows wrap">
            {items.map((it) => (
            <li key={it.invitation_id}><Icon name="mail" />
              <span class="who"><b><bdi>{called(it)}</bdi></b>
                <span class="meta dots"><span>{t("invite.used", { n: it.uses, all: it.uses + it.uses_left })}</span><span>{t("api_key.until", { when: date(it.expires_at) })}</span></span></span>
              <span class={`tag ${LOOKS[it.state]}`}>{t(`invite_state.${it.state}` as MessageKey)}</span>
              {it.state === "open" && <Button small kind="danger" busy={busy.value === it.invitation_id} aria-label={t("invite.end_named", { name: called(it) })} onClick={() => void revoke(it)}>{t("api_key.end")}</Button>}
            </li>))}
          </ul>)}</Listed>
      </section>
      {!why && <Make onMade={(it) => { made.value = it; void list.load(); }} />}
    </>
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
