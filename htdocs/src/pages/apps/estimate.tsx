// SPDX-License-Identifier: Apache-2.0
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { useResource } from "../../app/data";
import { bricks, duration, number, t } from "../../app/i18n";
import { level } from "../../app/session";
import { Courses } from "../../ui/courses";
import { Icon } from "../../ui/icon";
import { Amount } from "../../ui/text";

const PAUSE = 300; // ms after the last key

/** How much this estimate is above what one's own limit leaves of the month; null when it is not. */
const overLimit = (e: Schema["BricksEstimate"], limit: Schema["BricksLimit"] | undefined) =>
  limit && limit.remaining !== null && e.bricks_max > limit.remaining ? limit.remaining : null;

/** What the description would cost, while it is being written. */
export function Estimate({ prompt, onEstimate }: { prompt: string; onEstimate: (e: Schema["BricksEstimate"] | null, allowed: boolean) => void }) {
  const it = useSignal<Schema["BricksEstimate"] | null>(null), problem = useSignal<string | null>(null);
  const status = useResource<Schema["BricksStatus"]>("/bricks/balance"), rates = useResource<Schema["BricksRates"]>("/bricks/rates");
  const text = prompt.trim();
  useEffect(() => {
    if ([...text].length < 10) {
      it.value = null;
      onEstimate(null, true);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        it.value = await post("/bricks/estimate", { body: { prompt: text }, signal: stop.signal }) as Schema["BricksEstimate"];
        problem.value = null;
      } catch (e) {
        if (!(e instanceof DOMException)) problem.value = explain(e);
      }
    }, PAUSE);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [text]);

  const e = it.value, limit = status.data.value?.limit, left = e && overLimit(e, limit);
  useEffect(() => { if (e) onEstimate(e, left === null); }, [e, left]);
  const most = status.data.value?.is_premium ? rates.data.value?.premium_max_per_job : rates.data.value?.max_per_job;
  if (!e) return <div class="estimate"><p class="small soft">{problem.value ?? t("estimate.hint")}</p></div>;
  return (
    <div class="estimate">
      <div class="split">
        <div><p class="small soft">{t("estimate.cost")}</p><p class="big num">{t("estimate.range", { min: e.bricks_min, n: e.bricks_max })}</p></div>
        <div class="end"><p class="small soft">{t("estimate.have")}</p><p><Amount text={number(e.available)} label={bricks(e.available)} level={e.enough ? level(e.available) : "bad"} /></p></div>
      </div>
      <Courses laid={e.bricks_min} likely={e.bricks_min} most={e.bricks_max} label={t("estimate.picture", { min: e.bricks_min, n: e.bricks_max })} />
      <p class="key"><span><i />{t("estimate.least")}</span><span><i class="may" />{t("estimate.most")}</span><span class="push">{t("estimate.rate", { n: e.tokens_per_brick })}</span></p>
      {!e.enough ? <p class="err"><Icon name="warn" /><span>{t("estimate.need", { n: e.bricks_max, have: number(e.available) })} {t("estimate.short", { n: e.short_by })} <a href="/bricks#get-more">{t("bricks.get_more")}</a></span></p>
        : left !== null ? <p class="err"><Icon name="warn" /><span>{t("estimate.over_limit", { n: e.bricks_max, left: number(left) })} <a href="/bricks#limit">{t("estimate.change_limit")}</a></span></p>
        : <p class="small soft">{t("estimate.hold", { n: e.bricks_max })}{e.bricks_max === most && ` ${t("estimate.capped", { n: e.bricks_max })}`}</p>}
      <div class="row"><span class="link-row small"><Icon name="clock" small />{e.queue_total ? t("queue.waiting", { n: e.queue_total, eta: duration(e.queue_eta_s) }) : t("queue.free")}</span></div>
    </div>
  );
}
