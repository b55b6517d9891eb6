// SPDX-License-Identifier: Apache-2.0
// Today's bricks: the week as bricks in a row, and the button.
import { post, type Schema } from "../../api/client";
import type { Resource } from "../../app/data";
import { useWork } from "../../app/form";
import { bricks, day, longDuration, number, t } from "../../app/i18n";
import { balance, setBalance } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";

type Status = Schema["BricksStatus"];
const MARK = { claimed: "had", missed: "", ready: "today", later: "" } as const;

export function Daily({ it }: { it: Resource<Status> }) {
  const { busy, refused, work } = useWork<"claim">();
  const daily = it.data.value?.daily;
  if (!daily || !daily.amount) return null;
  const claim = () => work("claim", async () => {
    const asked = performance.now();
    try {
      const got = await post("/bricks/claim-daily", { key: crypto.randomUUID() }) as Schema["BricksClaim"];
      toast(t("daily.got", { n: got.amount }), { kind: "ok" });
      setBalance({ available: got.balance, held: balance.value!.held }, asked);
    } finally {
      await it.load();
    }
  });
  const left = longDuration((Date.parse(daily.day_ends_at) - Date.now()) / 1000);
  return (
    <section class="face pad daily" aria-labelledby="daily">
      <div class="row"><h2 id="daily">{t("bricks.source.daily_claim")}</h2>
        <span class="small soft push">{daily.streak_days ? t("daily.row", { n: daily.streak_days }) : t("daily.no_row")}</span></div>
      <ol class="week" aria-label={t("daily.week")}>{daily.week.map((d) => (
        <li key={d.date} class={MARK[d.state]}>{day(d.date, { weekday: "short" })}<span class="sr"> {t(`daily.${d.state}`)}</span></li>))}</ol>
      <p class="small soft">{daily.claimable ? daily.streak_bonus ? t("daily.today_bonus", { amount: number(daily.amount - daily.streak_bonus), bonus: number(daily.streak_bonus) })
        : t("daily.today", { n: daily.amount }) : t("daily.done", { n: daily.amount })} {t("daily.ends", { zone: daily.time_zone, left })}</p>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      {daily.automatic ? <p class="small soft">{t("daily.automatic")}</p>
        : <Button kind="main" full busy={!!busy.value} disabled={!daily.claimable} onClick={() => void claim()}>{daily.claimable ? t("daily.claim", { n: daily.amount }) : t("daily.again", { bricks: bricks(daily.amount), left })}</Button>}
    </section>
  );
}
