// SPDX-License-Identifier: Apache-2.0
// Everybody's purchases, found by status and buyer.
import type { Schema } from "../../api/client";
import { fieldErrors } from "../../app/errors";
import { useFiltered } from "../../app/filtered";
import { date, exactTime, t, type MessageKey } from "../../app/i18n";
import { Empty } from "../../ui/blocks";
import { Select, TextField } from "../../ui/field";
import { Time } from "../../ui/text";
import { money } from "../purchases/packages";
import { Listed } from "../shell/listed";
import { Admin } from "./frame";

type Purchase = Schema["AdminPurchase"];
const STATUSES = ["any", "held", "closed", "pending", "completed", "failed", "expired", "refunded", "partially_refunded", "disputed"] as const;
const NONE = { user: "", status: "any" };

const statusName = (status: string) => t(`purchase.status.${status}` as MessageKey);
const tone = (status: string) => status === "completed" ? " ok" : status === "failed" ? " bad" : status === "disputed" || status === "held" ? " low" : "";
export const StatusTag = ({ status }: { status: string }) => <span class={`tag${tone(status)}`}>{statusName(status)}</span>;
export const buyerName = (p: Purchase) => p.erased ? t("admin.case.erased") : p.buyer.display_name;

export default function Purchases() {
  return <Admin title={t("purchase.all")}><List /></Admin>;
}

function List() {
  const { values, set, shown, busy } = useFiltered<Purchase, typeof NONE>("/admin/purchases", NONE), problem = shown.error.value;
  return (
    <section class="face" aria-label={t("purchase.all")}>
      <form role="search" class="filters people-filters" onSubmit={(e) => e.preventDefault()}>
        <TextField label={t("admin.username")} type="search" name="user" maxLength={31} autocapitalize="none" spellcheck={false} dir="ltr" value={values.user}
          error={problem && fieldErrors(problem).user} onInput={(e) => set({ user: e.currentTarget.value.replace(/^@/, "") })} />
        <Select label={t("purchase.status")} name="status" value={values.status} options={STATUSES.map((value) => ({ value, text: value === "any" ? t("admin.any") : statusName(value) }))} onChange={(e) => set({ status: e.currentTarget.value })} />
      </form>
      <Listed list={shown} none={<Empty title={t("admin.case.none")} text={t("admin.case.none_text")} />}>{(items) => (
        <div class="table-wrap" tabIndex={0} role="region" aria-label={t("purchase.all")} aria-busy={busy || undefined}>
          <table class="people">
            <thead><tr><th scope="col">{t("admin.case.one")}</th><th scope="col">{t("purchase.status")}</th><th scope="col" class="n">{t("purchase.price")}</th>
              <th scope="col" class="wide">{t("admin.case.payment")}</th><th scope="col">{t("purchase.date")}</th></tr></thead>
            <tbody>
              {items.map((p) => (
                <tr key={p.purchase_id}>
                  <td><a href={`/admin/purchases/${p.purchase_id}`}><b>{t("purchase.one", { number: String(p.purchase_id) })}</b></a>
                    <span class="sub"><bdi>{buyerName(p)}</bdi> <bdi>@{p.buyer.username}</bdi></span></td>
                  <td><StatusTag status={p.status} /></td>
                  <td class="n">{money(p.price_minor, p)}</td>
                  <td class="wide"><bdi>{p.provider}</bdi>{p.payment_id && <span class="sub"><code dir="ltr">{p.payment_id}</code></span>}</td>
                  <td><Time iso={p.created_at} text={date(p.created_at)} exact={exactTime(p.created_at)} /></td>
                </tr>))}
            </tbody>
          </table>
        </div>)}</Listed>
    </section>
  );
}
