// SPDX-License-Identifier: Apache-2.0
// Anybody's purchase: how it stands, what its payment service said, and the end of one that is held.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { address, ApiError, post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { sendOnce } from "../../app/drafts";
import { explain } from "../../app/errors";
import { useForm } from "../../app/form";
import { exactTime, number, shortTime, t, type MessageKey } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { TextArea } from "../../ui/field";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { money } from "../purchases/packages";
import { Failed } from "../shell/missing";
import { Admin } from "./frame";
import { buyerName, StatusTag } from "./purchases";

type Detail = Schema["AdminPurchaseDetail"];

export default function Purchase({ params }: { params: Record<string, string> }) {
  const url = address("/admin/purchases/{purchase_id}", { purchase_id: Number(params.purchase_id) });
  const it = useResource<Detail>(url, true), detail = it.data.value;
  return (
    <Admin title={t("purchase.one", { number: params.purchase_id! })}>
      {it.error.value && !detail ? <Failed error={it.error.value} retry={() => void it.load()} />
        : !detail ? <Skeleton label={t("state.loading")} />
          : <><Facts of={detail} /><Close of={detail} reload={it.load} show={(d) => { it.data.value = d; }} /><Events of={detail} /></>}
    </Admin>
  );
}

const When = ({ at }: { at: string }) => <Time iso={at} text={shortTime(at)} exact={exactTime(at)} />;

function Facts({ of: { purchase: p } }: { of: Detail }) {
  const whose = encodeURIComponent(p.buyer.username);
  const times = ([["admin.case.begun", p.created_at], ["admin.case.coming", p.processing_at], ["purchase.status.completed", p.paid_at],
    ["purchase.status.failed", p.failed_at], ["purchase.status.expired", p.expired_at], ["purchase.status.held", p.problem_at]] as const).filter(([, at]) => at);
  const ids = ([["admin.case.checkout", p.session_id], ["admin.case.payment", p.payment_id], ["admin.case.charge", p.charge_id]] as const).filter(([, id]) => id);
  return (
    <section class="face block" aria-labelledby="facts"><p><a href="/admin/purchases">{t("admin.case.back")}</a></p>
      <h2 id="facts" class="row" tabIndex={-1}>{p.package} <StatusTag status={p.status} /></h2>
      {p.problem && <Note kind={p.status === "held" ? "low" : undefined}><p>{t(p.paid_at ? "admin.case.why_paid" : "admin.case.why", {
        price: p.price, service: p.provider, said: p.said ?? t("admin.case.no_currency") })}</p></Note>}
      <dl class="dl">
        <dt>{t("purchase.buyer")}</dt><dd>{p.erased ? buyerName(p) : <a href={`/admin/users/${p.buyer.user_id}`}><bdi>{p.buyer.display_name}</bdi></a>} <bdi class="soft">@{p.buyer.username}</bdi>
          {!p.erased && <> · <a href={`/admin/purchases?user=${whose}`}>{t("admin.case.theirs")}</a></>}</dd>
        <dt>{t("purchase.price")}</dt><dd>{money(p.price_minor, p)}</dd>
        <dt>{t("purchase.bricks")}</dt><dd>{number(p.bricks)}</dd>
        {p.paid_at && p.bricks_net < p.bricks && <><dt>{t("purchase.kept")}</dt><dd>{number(p.bricks_net)}</dd></>}
        {p.refunded_minor > 0 && <><dt>{t("purchase.given_back")}</dt><dd>{money(p.refunded_minor, p)}</dd></>}
        {p.dispute && <><dt>{t("purchase.dispute")}</dt><dd>{t(`purchase.dispute.${p.dispute}` as MessageKey)}</dd></>}
        {p.disputed_minor > 0 && <><dt>{t("purchase.status.disputed")}</dt><dd>{money(p.disputed_minor, p)}</dd></>}
        {p.receipt_number && <><dt>{t("admin.case.receipt")}</dt><dd>{p.receipt_number}</dd></>}
        <dt>{t("admin.case.service")}</dt><dd><bdi>{p.provider}</bdi></dd>
        {ids.map(([what, id]) => <Fragment key={what}><dt>{t(what)}</dt><dd><code dir="ltr">{id}</code></dd></Fragment>)}
        {times.map(([what, at]) => <Fragment key={what}><dt>{t(what)}</dt><dd><When at={at!} /></dd></Fragment>)}
        {p.closed_at && <><dt>{t("purchase.status.closed")}</dt><dd><When at={p.closed_at} />{p.closed_by && <> · <a href={`/admin/users/${p.closed_by.user_id}`}><bdi>@{p.closed_by.username}</bdi></a></>}</dd></>}
        {p.closed_note && <><dt>{t("admin.case.note")}</dt><dd dir="auto" class="lines">{p.closed_note}</dd></>}
      </dl>
    </section>
  );
}

/** Of a purchase that is held: what is to be done about it, and the form that ends it. */
function Close({ of: { purchase: p }, reload, show }: { of: Detail; reload: () => Promise<void>; show: (d: Detail) => void }) {
  const late = useSignal<string | null>(null);
  const { errors, refused, busy, props } = useForm(async ({ note = "" }) => {
    const path = { purchase_id: p.purchase_id }, body = { note };
    try {
      show(await sendOnce("close", { ...path, ...body }, (key) => post("/admin/purchases/{purchase_id}/close", { path, body, key })) as Detail);
      toast(t("admin.case.done"), { kind: "ok" });
      late.value = null;
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 409)) throw problem;
      late.value = explain(problem);
      await reload();
    }
    document.getElementById("facts")?.focus(); // the button that had it is gone
  });
  if (p.status !== "held") return late.value ? <Note kind="bad"><p>{late.value}</p></Note> : null;
  return (
    <section class="face block" aria-labelledby="close"><h2 id="close">{t("admin.case.close")}</h2>
      <p>{t("admin.case.do")}</p>
      {!p.erased && <p><ButtonLink href={`/admin/bricks?user=${encodeURIComponent(p.buyer.username)}#grant`}>{t("admin.grant")}</ButtonLink></p>}
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <p class="soft">{t("admin.case.close_text")}</p>
        <TextArea label={t("admin.case.note")} hint={t("admin.case.note_hint")} name="note" rows={3} maxLength={500} error={errors.value.note} required />
        <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("admin.case.close_do")}</Button></div>
      </form>
    </section>
  );
}

/** What there is to say of a message is said of a purchase as well. */
const MEANS: Record<string, MessageKey> = { processing: "admin.case.coming", paid: "purchase.status.completed", failed: "purchase.status.failed",
  expired: "purchase.status.expired", refunded: "purchase.given_back", disputed: "purchase.status.disputed", dispute_won: "purchase.dispute.won", dispute_lost: "purchase.dispute.lost" };

function Events({ of: { events } }: { of: Detail }) {
  return (
    <section class="face block" aria-labelledby="events"><h2 id="events">{t("admin.case.events")}</h2>
      {!events?.length ? <p>{t("admin.case.no_events")}</p> : (
        <div class="table-wrap" tabIndex={0} role="region" aria-labelledby="events"><table class="sums-table told">
          <thead><tr><th scope="col">{t("admin.case.message")}</th><th scope="col">{t("admin.case.means")}</th><th scope="col" class="n">{t("admin.case.amount")}</th>
            <th scope="col">{t("admin.case.received")}</th><th scope="col">{t("admin.case.applied")}</th></tr></thead>
          <tbody>
            {events.map((e, i) => (
              <tr key={i}><td><code dir="ltr">{e.event_type}</code></td><td>{t(MEANS[e.kind] ?? "admin.case.how")}</td><td class="n"><bdi dir="ltr">{e.amount ?? "–"}</bdi></td>
                <td><When at={e.received_at} /></td><td>{e.applied_at ? <When at={e.applied_at} /> : "–"}</td></tr>))}
          </tbody></table></div>)}
    </section>
  );
}
