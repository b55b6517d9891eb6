// SPDX-License-Identifier: Apache-2.0
// The ledger for those who run the site: does it add up, what is where, bricks for somebody.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, get, post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { sendOnce } from "../../app/drafts";
import { explain } from "../../app/errors";
import { useForm } from "../../app/form";
import { exactTime, longDuration, number, shortTime, t, type MessageKey } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Admin } from "./frame";

type Numbers = Schema["LedgerNumbers"];

export default function AdminBricks() {
  return <Admin title={t("admin.bricks")}><Ledger /></Admin>;
}

function Ledger() {
  const it = useResource<Numbers>("/admin/bricks", true);
  useEffect(() => { // a proof that was asked for is looked for until it is there
    if (!it.data.value || it.data.value.check_state === "done") return;
    const timer = setInterval(() => void it.load(), 15_000);
    return () => clearInterval(timer);
  }, [it.data.value?.check_state]);
  const all = it.data.value;
  return it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : !all ? <Skeleton label={t("state.loading")} />
    : <><Proof all={all} onAsked={(n) => { it.data.value = n; }} /><Totals all={all} /><Grant /></>;
}

function Proof({ all, onAsked }: { all: Numbers; onAsked: (n: Numbers) => void }) {
  const busy = useSignal(false), { check } = all;
  const again = async () => {
    busy.value = true;
    try {
      onAsked(await post("/admin/bricks/check", {}) as Numbers);
    } catch (problem) {
      toast(explain(problem), { kind: "bad" });
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="face pad" aria-labelledby="proof"><div class="row"><h2 id="proof">{t("admin.proof")}</h2>
      {check && <span class={`tag push ${check.ok ? "ok" : "bad"}`}><Icon name={check.ok ? "check" : "warn"} small />{check.ok ? t("admin.proof_ok") : t("admin.proof_bad", { n: check.breaches })}</span>}</div>
      {check ? (
        <><p class="mt">{t("admin.proof_said", { transactions: number(check.transactions), entries: number(check.entries), users: number(check.users), days: number(check.days) })}</p>
          <p class="small soft"><Time iso={check.started_at} text={shortTime(check.started_at)} exact={exactTime(check.started_at)} /> · {check.took_ms < 60_000 ? t("admin.ms", { n: check.took_ms }) : longDuration(check.took_ms / 1000)}</p>
          {!check.ok && <Note kind="bad"><p>{t("admin.proof_first")} <bdi>{check.first_breach}</bdi></p></Note>}</>)
        : <p class="mt soft">{t("admin.proof_none")}</p>}
      <p class="small soft mt" role="status">{all.check_state === "done" ? "" : t(`admin.proof.${all.check_state}` as MessageKey)}</p>
      <p class="mt"><Button icon="refresh" busy={busy.value} disabled={all.check_state !== "done"} onClick={() => void again()}>{t("admin.proof_again")}</Button></p>
    </section>
  );
}

const ACCOUNTS = ["available", "held", "revenue", "treasury", "sales"] as const;

function Totals({ all: { totals, purchases } }: { all: Numbers }) {
  return (
    <section class="face pad" aria-labelledby="totals"><h2 id="totals">{t("admin.totals")}</h2>
      <div class="table-wrap mt" tabIndex={0} role="region" aria-labelledby="totals"><table class="sums-table">
        <thead><tr><th scope="col">{t("admin.account")}</th><th scope="col" class="n">{t("nav.bricks")}</th></tr></thead>
        <tbody>{ACCOUNTS.map((a) => <tr key={a}><th scope="row">{t(`admin.account.${a}`)}</th><td class="n">{number(totals[a])}</td></tr>)}
          <tr><th scope="row">{t("admin.sum")}</th><td class="n"><b>{number(ACCOUNTS.reduce((sum, a) => sum + totals[a], 0))}</b></td></tr></tbody></table></div>
      <dl class="dl mt"><dt>{t("admin.holds")}</dt><dd>{number(totals.holds_open)}</dd><dt>{t("admin.debt")}</dt><dd>{number(totals.debt)}</dd><dt>{t("admin.accounts")}</dt><dd>{number(totals.users)}</dd></dl>
      {purchases.length > 0 && (
        <div class="table-wrap mt" tabIndex={0} role="region" aria-label={t("admin.purchases")}><table class="sums-table">
          <thead><tr><th scope="col">{t("admin.purchases")}</th><th scope="col" class="n">{t("admin.how_many")}</th><th scope="col" class="n">{t("nav.bricks")}</th></tr></thead>
          <tbody>{purchases.map((p) => <tr key={p.status}><th scope="row"><a href={`/admin/purchases?status=${p.status}`}>{t(`purchase.status.${p.status}` as MessageKey)}</a></th><td class="n">{number(p.purchases)}</td><td class="n">{number(p.bricks)}</td></tr>)}</tbody></table></div>)}
    </section>
  );
}

/** Bricks for a person, or from one; the reason stays in their history. */
function Grant() {
  const { errors, refused, busy, props } = useForm(async (said) => {
    const name = said.user?.trim();
    if (!name) throw new ApiError(422, "WALL_VALIDATION", "", { user: t("admin.grant_whom") }); // without one it would be another address
    const person = await get("/users/{user}", { path: { user: name } });
    const path = { user_id: person.user_id }, body = { amount: Number(said.amount), reason: said.reason ?? "" };
    const given = await sendOnce("grant", { ...path, ...body }, (key) => post("/admin/users/{user_id}/bricks", { path, body, key })) as Schema["BricksGrant"];
    toast(t("admin.granted", { name: said.user ?? "", n: given.amount, balance: number(given.balance) }), { kind: "ok" });
    props.ref.current?.reset();
  });
  const whom = new URLSearchParams(location.search).get("user");
  useEffect(() => { if (location.hash === "#grant") document.getElementById("grant")?.scrollIntoView(); }, []); // it came before this was drawn
  return (
    <section class="face pad" aria-labelledby="grant"><h2 id="grant">{t("admin.grant")}</h2>
      <form {...props} class="grant mt">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <TextField label={t("auth.username")} name="user" defaultValue={whom ?? undefined} autocapitalize="none" spellcheck={false} dir="ltr" error={errors.value.user} required />
        <TextField label={t("admin.grant_amount")} hint={t("admin.grant_hint")} name="amount" type="number" inputMode="numeric" step={1} dir="ltr" error={errors.value.amount} required />
        <TextField label={t("admin.grant_reason")} hint={t("admin.grant_reason_hint")} name="reason" maxLength={300} error={errors.value.reason} required />
        <div><Button kind="main" type="submit" busy={busy.value}>{t("admin.grant_do")}</Button></div>
      </form></section>
  );
}
