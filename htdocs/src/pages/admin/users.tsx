// SPDX-License-Identifier: Apache-2.0
// Accounts, found by name, role and state. The filters live in the address.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address, request, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { date, exactTime, relativeTime, t, type MessageKey } from "../../app/i18n";
import { Empty, Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Select, TextField } from "../../ui/field";
import { Time } from "../../ui/text";
import { Admin, isAdmin, isStaff } from "./frame";

type Person = Schema["Person"];
const ROLES = ["any", "user", "moderator", "admin"] as const;
const STATES = ["any", "active", "pending", "suspended", "deactivated", "leaving"] as const;
const PAUSE = 300; // ms after the last key of a search

export const roleName = (role: string) => t(`role.${role}` as MessageKey);
export const stateName = (state: string) => t(`account_state.${state}` as MessageKey);

export default function Users() {
  return <Admin title={t("admin.users")}>{isStaff() && <List />}</Admin>;
}

function List() {
  const given = new URLSearchParams(location.search);
  const q = useSignal(given.get("q") ?? ""), role = useSignal(given.get("role") ?? "any"), state = useSignal(given.get("state") ?? "any");
  const items = useSignal<Person[] | null>(null), next = useSignal<string | null>(null), busy = useSignal(false), failed = useSignal<string | null>(null);
  const query = () => ({ q: q.value.trim() || undefined, role: role.value === "any" ? undefined : role.value, state: state.value === "any" ? undefined : state.value });
  const load = async (cursor: string | null, still: () => boolean = () => true) => {
    busy.value = true;
    try {
      const page = await request("GET", address("/admin/users", undefined, { ...query(), cursor })) as Schema["PersonPage"];
      if (!still()) return;
      items.value = [...cursor ? items.value ?? [] : [], ...page.items];
      next.value = page.next_cursor ?? null;
      failed.value = null;
    } catch (problem) {
      if (still()) failed.value = explain(problem);
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    let here = true;
    const timer = setTimeout(() => {
      history.replaceState(history.state, "", address("/admin/users", undefined, query()));
      void load(null, () => here);
    }, items.peek() ? PAUSE : 0);
    return () => { here = false; clearTimeout(timer); };
  }, [q.value, role.value, state.value]);
  return (
    <section class="face" aria-label={t("admin.users")}>
      <form role="search" class="filters people-filters" onSubmit={(e) => e.preventDefault()}>
        <TextField label={isAdmin() ? t("admin.search_email") : t("admin.search")} type="search" name="q" maxLength={100} value={q.value} onInput={(e) => { q.value = e.currentTarget.value; }} />
        <Select label={t("admin.role")} name="role" value={role.value} options={ROLES.map((value) => ({ value, text: value === "any" ? t("admin.any") : roleName(value) }))} onChange={(e) => { role.value = e.currentTarget.value; }} />
        <Select label={t("admin.state")} name="state" value={state.value} options={STATES.map((value) => ({ value, text: value === "any" ? t("admin.any") : stateName(value) }))} onChange={(e) => { state.value = e.currentTarget.value; }} />
      </form>
      {failed.value && <Note kind="bad"><p>{failed.value}</p><div class="row"><Button small onClick={() => void load(null)}>{t("action.retry")}</Button></div></Note>}
      {!items.value && !failed.value && <Skeleton label={t("state.loading")} />}
      {items.value && !items.value.length && <Empty title={t("admin.nobody")} text={t("admin.nobody_text")} />}
      {!!items.value?.length && (
        <div class="table-wrap" tabIndex={0} role="region" aria-label={t("admin.users")} aria-busy={busy.value || undefined}>
          <table class="people">
            <thead><tr><th scope="col">{t("admin.person")}</th>{isAdmin() && <th scope="col" class="wide">{t("admin.email")}</th>}<th scope="col">{t("admin.role")}</th>
              <th scope="col">{t("admin.state")}</th><th scope="col" class="wide">{t("admin.since")}</th><th scope="col">{t("admin.seen")}</th></tr></thead>
            <tbody>
              {items.value.map((p) => (
                <tr key={p.user_id}>
                  <td><a href={`/admin/users/${p.user_id}`}><b><bdi>{p.display_name}</bdi></b></a><span class="sub"><bdi>@{p.username}</bdi></span></td>
                  {isAdmin() && <td class="wide"><bdi>{p.email}</bdi></td>}
                  <td><span class={`tag${p.role === "user" ? "" : " on"}`}>{roleName(p.role)}</span>{p.is_premium && <> <span class="tag ok">{t("admin.premium")}</span></>}</td>
                  <td><span class={`tag${p.state === "active" ? " ok" : p.state === "suspended" ? " bad" : " low"}`}>{stateName(p.state)}</span></td>
                  <td class="wide"><Time iso={p.created_at} text={date(p.created_at)} exact={exactTime(p.created_at)} /></td>
                  <td>{p.last_active_at ? <Time iso={p.last_active_at} text={relativeTime(p.last_active_at)} exact={exactTime(p.last_active_at)} /> : "–"}</td>
                </tr>))}
            </tbody>
          </table>
        </div>)}
      {next.value && !failed.value && <p class="pad"><Button full busy={busy.value} onClick={() => void load(next.value)}>{t("action.more")}</Button></p>}
    </section>
  );
}
