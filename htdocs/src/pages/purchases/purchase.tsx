// SPDX-License-Identifier: Apache-2.0
// A purchase: what becomes of it while one watches, and its receipt.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { watch } from "../../app/events";
import { bricks, date, number, t, type MessageKey } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { Main } from "../shell/main";
import Missing from "../shell/missing";
import { money, TestTag } from "./packages";

type Purchase = Schema["Purchase"];
const POLL_MS = 4000;

function said(p: Purchase): string {
  if (p.status === "disputed" && p.dispute === "lost") return t("purchase.said.dispute_lost");
  if (p.status !== "pending") return t(`purchase.said.${p.status}`, { bricks: bricks(p.bricks) });
  if (p.processing_at) return t("purchase.said.processing");
  return t(new URLSearchParams(location.search).has("left") ? "purchase.said.left" : "purchase.said.pending");
}

const kind = ({ status }: Purchase) => status === "completed" ? "ok" as const : status === "failed" ? "bad" as const
  : status === "held" || status === "disputed" || status === "expired" ? "low" as const : undefined;

export const titleOf = (p: Purchase) => p.receipt_number
  ? t("purchase.receipt", { number: String(p.receipt_number) }) : t("purchase.one", { number: String(p.purchase_id) });

const Row = ({ label, value }: { label: string; value?: string | null }) => value
  ? <><dt>{label}</dt><dd dir="auto" class="lines">{value}</dd></> : null;

function Receipt({ it: p }: { it: Purchase }) {
  return (
    <dl class="dl mt">
      <Row label={t("purchase.status")} value={t(`purchase.status.${p.status}`)} />
      <Row label={t("purchase.date")} value={date(p.paid_at ?? p.created_at)} />
      <Row label={t("purchase.package")} value={p.package} />
      <Row label={t("purchase.bricks")} value={number(p.bricks)} />
      <Row label={t("purchase.price")} value={money(p.price_minor, p)} />
      <Row label={t("purchase.buyer")} value={me.value?.display_name} />
      {p.paid_at && <Row label={t("purchase.method")} value={p.payment_method} />}
      {p.refunded_minor > 0 && <Row label={t("purchase.given_back")} value={money(p.refunded_minor, p)} />}
      {p.dispute && <Row label={t("purchase.dispute")} value={t(`purchase.dispute.${p.dispute}` as MessageKey)} />}
      {p.paid_at && p.bricks_net < p.bricks && <Row label={t("purchase.kept")} value={number(p.bricks_net)} />}
      <Row label={t("purchase.seller")} value={p.seller?.name} />
      <Row label={t("purchase.address")} value={p.seller?.address} />
      <Row label={t("purchase.tax")} value={p.seller?.tax_note} />
    </dl>
  );
}

export default function PurchasePage({ params }: { params: Record<string, string> }) {
  const it = useResource<Purchase>(`/bricks/purchase/${params.purchase_id}`);
  const p = it.data.value, waiting = p?.status === "pending";
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  // What the payment service says comes by the stream; who has none asks now and then.
  useEffect(() => me.value ? watch(`user:${me.value.user_id}`, (event) => { if (event === "bricks.purchase" || event === "stream.open") void it.load(); }) : undefined, []);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void it.load(), POLL_MS);
    return () => clearInterval(timer);
  }, [waiting]);
  if (!me.value) return null;
  if (it.error.value?.status === 404) return <Missing />;
  if (!p) return <Main title={t("purchase.all")}><Skeleton label={t("state.loading")} /></Main>;
  return (
    <Main title={titleOf(p)} head={p.paid_at ? <Button class="push" small onClick={() => print()}>{t("purchase.print")}</Button> : undefined}>
      <section class="face pad bill">
        {p.test && <TestTag of={p} />}
        <div role="status"><Note kind={kind(p)}><p>{said(p)}</p></Note></div>
        {p.closed_note && <figure class="mt"><figcaption class="small soft">{t("purchase.note")}</figcaption><blockquote dir="auto" class="lines">{p.closed_note}</blockquote></figure>}
        {p.checkout_url && <p class="mt"><ButtonLink kind="main" href={p.checkout_url}>{t("purchase.continue")}</ButtonLink></p>}
        {(p.status === "failed" || p.status === "expired") && <p class="mt"><ButtonLink kind="main" href="/bricks/buy">{t("purchase.choose")}</ButtonLink></p>}
        <Receipt it={p} />
      </section>
      <p class="mt no-print edge"><a class="link" href="/bricks">{t("bricks.own")}</a></p>
    </Main>
  );
}
