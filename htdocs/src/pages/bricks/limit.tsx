// SPDX-License-Identifier: Apache-2.0
// One's own limit for a month.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { patch, type Schema } from "../../api/client";
import type { Resource } from "../../app/data";
import { explain, fieldErrors } from "../../app/errors";
import { bricks, date, number, t } from "../../app/i18n";
import { Note, Progress } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";

type Status = Schema["BricksStatus"];

export function Limit({ it }: { it: Resource<Status> }) {
  const limit = it.data.value?.limit;
  const typed = useSignal<string | null>(null), busy = useSignal(false), error = useSignal<string | undefined>(undefined), refused = useSignal<string | null>(null);
  const box = useRef<HTMLFormElement>(null);
  if (!limit) return null;
  const save = async (wanted: number) => {
    busy.value = true;
    error.value = undefined;
    refused.value = null;
    try {
      const saved = await patch("/bricks/limit", { body: { monthly_limit: wanted } }) as Schema["BricksLimit"];
      it.data.value = { ...it.data.value!, limit: saved };
      typed.value = null;
      toast(saved.monthly_limit ? t("limit.saved", { n: saved.monthly_limit }) : t("limit.removed"), { kind: "ok" });
    } catch (problem) {
      error.value = fieldErrors(problem).monthly_limit;
      if (error.value) box.current?.querySelector("input")?.focus();
      else refused.value = explain(problem);
    } finally {
      busy.value = false;
    }
  };
  const send = (e: Event) => {
    e.preventDefault();
    const wanted = Number(typed.value ?? limit.monthly_limit);
    if (typed.value?.trim() === "" || !Number.isInteger(wanted) || wanted < 0) {
      error.value = t("limit.whole");
      box.current?.querySelector("input")?.focus();
    } else void save(wanted);
  };
  return (
    <section class="face pad limit" aria-labelledby="limit">
      <div class="row"><h2 id="limit">{t("limit.title")}</h2><span class="small soft push">{t("limit.resets", { date: date(limit.resets_at) })}</span></div>
      {limit.monthly_limit > 0
        ? <><p class="small soft">{t("limit.left", { spent: number(limit.spent), n: limit.monthly_limit, left: number(limit.remaining ?? 0) })}</p>
          <Progress value={Math.min(100, 100 * limit.spent / limit.monthly_limit)} label={t("limit.used", { spent: bricks(limit.spent), n: limit.monthly_limit })} /></>
        : <p class="small soft">{t("limit.none", { spent: bricks(limit.spent) })}</p>}
      <form ref={box} class="row end-aligned" onSubmit={send} noValidate>
        <TextField label={t("limit.label")} name="monthly_limit" type="number" inputMode="numeric" min={0} max={1000000000} step={1} dir="ltr" error={error.value}
          value={typed.value ?? (limit.monthly_limit ? String(limit.monthly_limit) : "")} onInput={(e) => { typed.value = e.currentTarget.value; }} />
        <Button type="submit" busy={busy.value}>{t("limit.save")}</Button>
        {limit.monthly_limit > 0 && <Button kind="plain" onClick={() => void save(0)}>{t("limit.remove")}</Button>}
      </form>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
    </section>
  );
}
