// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "preact/hooks";
import { bricks, duration, number, percent, t } from "../../app/i18n";
import { Courses, QueueLine } from "../../ui/courses";
import { Icon } from "../../ui/icon";
import type { Live, Stage } from "./job";

const STAGES: Stage[] = ["html", "css", "js", "check"];
const SHOWN = 14; // lines of code

/** Announces `text` when `step` changes, not each time the numbers do. */
function useStep(step: string, text: string): string {
  const [said, say] = useState(text);
  useEffect(() => say(text), [step]);
  return said;
}

export function Waiting({ live, asked }: { live: Live; asked: string }) {
  const where = !live.position ? t("queue.joining") : live.eta_s
    ? t("queue.place_eta", { position: live.position, total: live.total, eta: duration(live.eta_s) })
    : t("queue.place", { position: live.position, total: live.total });
  const said = useStep(String(live.position), where);
  return (
    <div class="app-body">
      <p class="asked" dir="auto">“{asked}”</p>
      <p class="big-pos" aria-hidden="true">{where}</p><p class="sr" role="status">{said}</p>
      {live.position > 0 && (
        <><QueueLine position={live.position} total={live.total} label={t("queue.picture", { ahead: live.position - 1, behind: live.total - live.position })} />
          <p class="key"><span><i class="done" />{t("queue.ahead")}</span><span><i />{t("queue.yours")}</span><span><i class="may" />{t("queue.behind")}</span>
            {live.job && <span class="push">{t("bricks.held", { n: live.job.estimated_bricks_max })}</span>}</p></>)}
    </div>
  );
}

export function Writing({ live }: { live: Live }) {
  const lines = live.code.split("\n"), tail = lines.slice(-SHOWN), at = STAGES.indexOf(live.stage!);
  const { job } = live;
  const said = useStep(live.stage!, t("app.now", { stage: t(`stage.${live.stage!}`) }));
  return (
    <>
      <div class="code" role="group" tabIndex={0} aria-label={t("app.code")}>
        <ol style={{ "--from": lines.length - tail.length }}>
          {tail.map((line, i) => <li key={lines.length - tail.length + i}>{line}{i === tail.length - 1 && <span class="caret" />}</li>)}</ol></div>
      <div class="app-body">
        <ol class="steps">{STAGES.map((stage, i) => (
          <li key={stage} class={i === at ? "is" : undefined} aria-current={i === at ? "step" : undefined}>{i < at && <Icon name="check" small />}{t(`stage.${stage}`)}</li>))}</ol>
        {job && <Courses laid={live.bricks} likely={job.estimated_bricks_min} most={Math.max(job.estimated_bricks_max, live.bricks)} live
          label={t("app.laid", { n: live.bricks, min: job.estimated_bricks_min, max: job.estimated_bricks_max })} />}
        <p class="sr" role="status">{said}</p>
        <p class="facts" aria-hidden="true">
          <span>{job ? t("app.of", { n: live.bricks, min: job.estimated_bricks_min, max: job.estimated_bricks_max }) : bricks(live.bricks)}</span>
          <span>{t("app.tokens", { n: number(live.tokens) })}</span><span>{t("app.rate", { n: Math.round(live.tokens_per_s) })}</span><span>{percent(live.percent)}</span></p>
      </div>
    </>
  );
}
