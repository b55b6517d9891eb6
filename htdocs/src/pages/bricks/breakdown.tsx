// SPDX-License-Identifier: Apache-2.0
// How the cost of one app came about, and the ledger's rows behind it.
import { useEffect } from "preact/hooks";
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { explain } from "../../app/errors";
import { bricks, duration, exactTime, number, shortTime, t, type MessageKey } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { ButtonLink } from "../../ui/button";
import { Courses } from "../../ui/courses";
import { Dialog } from "../../ui/dialog";
import { Time } from "../../ui/text";
import { signed, story, title, type Movement } from "./movement";

type Detail = Schema["BricksMovementDetail"];

export function Breakdown({ movement, onClose }: { movement: Movement; onClose: () => void }) {
  const it = useResource<Detail>(address("/bricks/transactions/{transaction_id}", movement));
  const m = it.data.value;
  useEffect(() => { if (it.data.peek()?.hold?.resolved_at === null) void it.load(); }, []); // it may have ended since
  return (
    <Dialog title={title(movement)} close={t("action.close")} onClose={onClose}
      foot={movement.app && !movement.app.is_gone ? <ButtonLink href={`/a/${movement.app.app_id}`}>{t("app.open")}</ButtonLink> : undefined}>
      <p class="soft" dir="auto">{story(movement)}</p>
      {it.error.value ? <Note kind="bad"><p>{explain(it.error.value)}</p></Note> : m ? <><Cost m={m} /><Steps m={m} /></> : <Skeleton label={t("state.loading")} />}
    </Dialog>
  );
}

/** Rows "name … value" of a receipt. */
export const Rows = ({ rows }: { rows: [string, string | null | undefined][] }) => (
  <>{rows.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</>
);

const time = (ms: number | null | undefined) => ms === null || ms === undefined ? null : duration(ms / 1000);
const tokens = (n: number | null | undefined) => n === null || n === undefined ? null : number(n);

function Cost({ m }: { m: Detail }) {
  const cost = m.cost;
  if (!cost || cost.bricks === null) return null;
  return (
    <section class="receipt whole">
      <Courses laid={cost.bricks} likely={m.hold?.held ?? cost.bricks} most={m.hold?.held ?? cost.bricks} label={t("bricks.used_of", { used: cost.bricks, n: m.hold?.held ?? cost.bricks })} />
      <dl><Rows rows={[[t("receipt.prompt"), tokens(cost.prompt_tokens)], [t("receipt.completion"), tokens(cost.completion_tokens)], [t("receipt.total"), tokens(cost.total_tokens)],
        [t("receipt.rate"), cost.tokens_per_brick ? t("estimate.rate", { n: cost.tokens_per_brick }) : null], [t("receipt.model"), cost.model],
        [t("receipt.waited"), time(cost.waited_ms)], [t("receipt.time"), time(cost.writing_ms)]]} />
        <div class="sum"><dt>{t("receipt.paid")}</dt><dd>{bricks(cost.bricks)}</dd></div></dl></section>
  );
}

const Steps = ({ m }: { m: Detail }) => (
  <section aria-label={t("bricks.in_ledger")}><h3>{t("bricks.in_ledger")}</h3>
    <ol class="rows">{m.steps.map((s) => (
      <li key={s.transaction_id}><span class="who"><b>{t(`bricks.kind.${s.transaction_type}` as MessageKey)}</b><span class="sub"><Time iso={s.created_at} text={shortTime(s.created_at)} exact={exactTime(s.created_at)} /></span></span>
        <span class="n">{signed(s.amount)}<span class="sub">{number(s.balance_after)}</span></span></li>))}</ol></section>
);
