// SPDX-License-Identifier: Apache-2.0
// What one used, by day, week or month: a chart and the same as a table.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { bricks, day, number, t, type MessageKey } from "../../app/i18n";
import { balance } from "../../app/session";
import { Skeleton } from "../../ui/blocks";
import { BarChart } from "../../ui/barchart";
import { Tabs } from "../../ui/tabs";
import { Failed } from "../shell/missing";

type Spending = Schema["BricksSpending"];
type Span = Spending["items"][number];
const PERIODS = ["day", "week", "month"] as const;
type Period = (typeof PERIODS)[number];

const short = (span: Span, period: Period) => day(span.since, period === "month" ? { month: "short" } : { day: "numeric", month: "short" });
const long = (span: Span, period: Period) => period === "month" ? day(span.since, { month: "long", year: "numeric" })
  : period === "week" ? `${day(span.since, { dateStyle: "medium" })} – ${day(span.until, { dateStyle: "medium" })}` : day(span.since, { weekday: "short", day: "numeric", month: "short", year: "numeric" });

export function SpendingPanel() {
  const period = useSignal<Period>("day");
  const it = useResource<Spending>(address("/bricks/spending", undefined, { period: period.value }));
  const now = `${balance.value?.available} ${balance.value?.held}`;
  useEffect(() => { // what moved the balance is in the sums as well
    if (!it.data.peek()) return;
    const timer = setTimeout(() => void it.load(), 600);
    return () => clearTimeout(timer);
  }, [now]);
  const all = it.data.value;
  if (!all && it.error.value) return <section class="face pad mt"><Failed error={it.error.value} retry={() => void it.load()} /></section>;
  if (all && !all.used && !all.received && period.value === "month") return null;
  return (
    <section class="face pad" aria-labelledby="spending"><h2 id="spending">{t("bricks.spending")}</h2>
      <Tabs label={t("bricks.period")} current={period.value} onPick={(id) => { period.value = id as Period; }}
        tabs={PERIODS.map((id) => ({ id, label: t(`bricks.period.${id}`) }))}>
        {!all ? <Skeleton label={t("state.loading")} /> : all.used || all.received ? <Sums all={all} period={period.value} />
          : <p class="soft mt">{t("bricks.spending_none")}</p>}
      </Tabs>
    </section>
  );
}

/** The latest first, and only what is not empty: the chart shows the gaps. */
const told = (all: Spending) => [...all.items].reverse().filter((span) => span.used || span.received);

function Sums({ all, period }: { all: Spending; period: Period }) {
  return (
    <div class="sums">
      {all.used > 0 && <BarChart labels={all.items.map((s) => short(s, period))} values={all.items.map((s) => s.used)} format={number}
        label={t("bricks.spending_picture", { used: bricks(all.used), most: bricks(Math.max(...all.items.map((s) => s.used))) })} />}
      <div class="table-wrap" tabIndex={0} role="region" aria-labelledby="spending">
        <table class="sums-table"><caption class="small soft">{t("bricks.spending_total", { used: number(all.used), received: number(all.received), zone: all.time_zone })}</caption>
          <thead><tr><th scope="col">{t(`bricks.one.${period}`)}</th><th scope="col" class="n">{t("bricks.used")}</th><th scope="col" class="n">{t("bricks.received")}</th><th scope="col">{t("bricks.from")}</th></tr></thead>
          <tbody>{told(all).map((span) => (
            <tr key={span.since}><th scope="row">{long(span, period)}</th><td class="n">{number(span.used)}</td><td class="n">{number(span.received)}</td>
              <td>{[...new Set(span.parts.map((p) => t(`bricks.source.${p.source}` as MessageKey)))].join(", ")}</td></tr>))}</tbody></table></div>
    </div>
  );
}
