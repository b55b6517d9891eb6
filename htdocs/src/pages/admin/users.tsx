// SPDX-License-Identifier: Apache-2.0
// Accounts, found by name, role and state.
import type { Schema } from "../../api/client";
import { useFiltered } from "../../app/filtered";
import { date, exactTime, relativeTime, t, type MessageKey } from "../../app/i18n";
import { Empty } from "../../ui/blocks";
import { Select, TextField } from "../../ui/field";
import { Time } from "../../ui/text";
import { Listed } from "../shell/listed";
import { Admin, isAdmin } from "./frame";

type Person = Schema["Person"];
const ROLES = ["any", "user", "moderator", "admin"] as const;
const STATES = ["any", "active", "pending", "suspended", "deactivated", "leaving"] as const;
const NONE = { q: "", role: "any", state: "any" };

export const roleName = (role: string) => t(`role.${role}` as MessageKey);
export const stateName = (state: string) => t(`account_state.${state}` as MessageKey);

export default function Users() {
  return <Admin title={t("admin.users")}><List /></Admin>;
}

function List() {
  const { values, set, shown, busy } = useFiltered<Person, typeof NONE>("/admin/users", NONE);
  return (
    <section class="face" aria-label={t("admin.users")}>
      <form role="search" class="filters people-filters" onSubmit={(e) => e.preventDefault()}>
        <TextField label={isAdmin() ? t("admin.search_email") : t("admin.search")} type="search" name="q" maxLength={100} value={values.q} onInput={(e) => set({ q: e.currentTarget.value })} />
        <Select label={t("admin.role")} name="role" value={values.role} options={ROLES.map((value) => ({ value, text: value === "any" ? t("admin.any") : roleName(value) }))} onChange={(e) => set({ role: e.currentTarget.value })} />
        <Select label={t("admin.state")} name="state" value={values.state} options={STATES.map((value) => ({ value, text: value === "any" ? t("admin.any") : stateName(value) }))} onChange={(e) => set({ state: e.currentTarget.value })} />
      </form>
      <Listed list={shown} none={<Empty title={t("admin.nobody")} text={t("admin.nobody_text")} />}>{(items) => (
        <div class="table-wrap" tabIndex={0} role="region" aria-label={t("admin.users")} aria-busy={busy || undefined}>
          <table class="people">
            <thead><tr><th scope="col">{t("admin.person")}</th>{isAdmin() && <th scope="col" class="wide">{t("admin.email")}</th>}<th scope="col">{t("admin.role")}</th>
              <th scope="col">{t("admin.state")}</th><th scope="col" class="wide">{t("admin.since")}</th><th scope="col">{t("admin.seen")}</th></tr></thead>
            <tbody>
              {items.map((p) => (
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
        </div>)}</Listed>
    </section>
  );
}
