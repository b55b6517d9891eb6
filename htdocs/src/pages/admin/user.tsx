// SPDX-License-Identifier: Apache-2.0
// One account: role, premium, suspension, each with a reason, and the record of what was done.
import { useSignal } from "@preact/signals";
import { address, ApiError, patch, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useForm } from "../../app/form";
import { date, exactTime, relativeTime, shortTime, t, type MessageKey } from "../../app/i18n";
import { me } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Check, Select, TextField } from "../../ui/field";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Admin, isAdmin } from "./frame";
import { roleName, stateName } from "./users";

type Detail = Schema["PersonDetail"];
const ROLES = ["user", "moderator", "admin"] as const;

export default function User({ params }: { params: Record<string, string> }) {
  const id = Number(params.user_id), url = address("/admin/users/{user_id}", { user_id: id });
  const it = useResource<Detail>(url, true);
  const detail = it.data.value;
  return (
    <Admin title={detail?.person.display_name ?? t("admin.users")}>
      {it.error.value && !detail ? <Failed error={it.error.value} retry={() => void it.load()} />
        : !detail ? <Skeleton label={t("state.loading")} />
          : <><About detail={detail} /><Change key={`${detail.person.role}${detail.person.state}${detail.person.is_premium}`} url={url} detail={detail} reload={it.load} show={(d) => { it.data.value = d; }} /><Record detail={detail} /></>}
    </Admin>
  );
}

function About({ detail: { person: p } }: { detail: Detail }) {
  return (
    <section class="face block"><p><a href="/admin/users">{t("admin.back")}</a></p>
      <dl class="dl">
        <dt>{t("admin.username")}</dt><dd><bdi>@{p.username}</bdi></dd>
        {p.email && <><dt>{t("admin.email")}</dt><dd><bdi>{p.email}</bdi></dd></>}
        <dt>{t("admin.state")}</dt><dd><span class={`tag${p.state === "active" ? " ok" : p.state === "suspended" ? " bad" : " low"}`}>{stateName(p.state)}</span></dd>
        <dt>{t("admin.since")}</dt><dd><Time iso={p.created_at} text={date(p.created_at)} exact={exactTime(p.created_at)} /></dd>
        <dt>{t("admin.seen")}</dt><dd>{p.last_active_at ? <Time iso={p.last_active_at} text={relativeTime(p.last_active_at)} exact={exactTime(p.last_active_at)} /> : "–"}</dd>
      </dl>
    </section>
  );
}

function Change({ url, detail, reload, show }: { url: string; detail: Detail; reload: () => Promise<void>; show: (d: Detail) => void }) {
  const p = detail.person;
  const role = useSignal(p.role), premium = useSignal(p.is_premium), suspended = useSignal(p.state === "suspended"), reason = useSignal("");
  const mayState = (p.state === "active" || p.state === "suspended") && p.user_id !== me.value?.user_id && (isAdmin() || p.role === "user");
  const { errors, refused, busy, props } = useForm(async () => {
    try {
      const saved = await patch("/admin/users/{user_id}", { path: { user_id: p.user_id }, unchanged: url, body: {
        ...(role.value !== p.role && { role: role.value }), is_premium: isAdmin() ? premium.value : null,
        ...(suspended.value !== (p.state === "suspended") && { state: suspended.value ? "suspended" as const : "active" as const }), reason: reason.value } });
      toast(t("admin.saved"));
      show(saved);
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 412)) throw problem;
      await reload();
      refused.value = t("admin.conflict");
    }
  });
  if (!isAdmin() && !mayState) return null;
  return (
    <section class="face block" aria-labelledby="change"><h2 id="change">{t("admin.change")}</h2>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        {isAdmin() && <>
          <Select label={t("admin.role")} hint={t("admin.role_hint")} name="role" value={role.value} error={errors.value.role}
            options={ROLES.map((value) => ({ value, text: roleName(value) }))} onChange={(e) => { role.value = e.currentTarget.value as Detail["person"]["role"]; }} />
          <Check label={t("admin.premium")} name="is_premium" checked={premium.value} onChange={(e) => { premium.value = e.currentTarget.checked; }} /></>}
        {mayState && <Check label={t("admin.suspend")} hint={t("admin.suspend_hint")} name="state" checked={suspended.value} onChange={(e) => { suspended.value = e.currentTarget.checked; }} />}
        {errors.value.state && <Note kind="bad"><p>{errors.value.state}</p></Note>}
        <TextField label={t("admin.reason")} hint={t("admin.reason_hint")} name="reason" maxLength={500} value={reason.value} error={errors.value.reason} onInput={(e) => { reason.value = e.currentTarget.value; }} />
        <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("settings.save")}</Button></div>
      </form>
    </section>
  );
}

function Record({ detail: { actions } }: { detail: Detail }) {
  const what = (a: Schema["StaffAction"]) => {
    const name = (v: string) => a.action === "purchase" ? t(`purchase.status.${v}` as MessageKey) : a.action === "role" ? roleName(v) : a.action === "state" ? stateName(v) : v === "yes" ? t("admin.yes") : t("admin.no");
    const label = a.action === "role" ? t("admin.role") : a.action === "state" ? t("admin.state") : a.action === "purchase" ? t("admin.case.one") : t("admin.premium");
    return t("admin.action", { what: label, before: name(a.old_value), after: name(a.new_value) });
  };
  return (
    <section class="face block" aria-labelledby="record"><h2 id="record">{t("admin.record")}</h2>
      {!actions?.length && <p>{t("admin.record_empty")}</p>}
      <ul class="rows wrap">
        {actions?.map((a) => (
          <li key={a.action_id}><span class="who"><b>{what(a)}</b><span class="meta"><bdi>{a.reason}</bdi></span>
            <span class="meta dots"><bdi>{a.actor ? `@${a.actor}` : "wallctl"}</bdi><Time iso={a.created_at} text={shortTime(a.created_at)} exact={exactTime(a.created_at)} /></span></span></li>))}
      </ul>
    </section>
  );
}
