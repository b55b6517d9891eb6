// SPDX-License-Identifier: Apache-2.0
// One's own limit for a month.
import { useSignal } from "@preact/signals";
import { patch, type Schema } from "../../api/client";
import type { Resource } from "../../app/data";
import { useForm } from "../../app/form";
import { bricks, date, number, t } from "../../app/i18n";
import { Note, Progress } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";

type Status = Schema["BricksStatus"];

export function Limit({ it }: { it: Resource<Status> }) {
  const limit = it.data.value?.limit;
  const typed = useSignal<string | null>(null);
  const save = async (wanted: number) => {
    const saved = await patch("/bricks/limit", { body: { monthly_limit: wanted } }) as Schema["BricksLimit"];
    it.data.value = { ...it.data.value!, limit: saved };
    typed.value = null;
    toast(saved.monthly_limit ? t("limit.saved", { n: saved.monthly_limit }) : t("limit.removed"), { kind: "ok" });
  };
  const { errors, refused, busy, props, attempt } = useForm(async ({ monthly_limit = "" }) => {
    const wanted = Number(monthly_limit);
    if (monthly_limit.trim() !== "" && Number.isInteger(wanted) && wanted >= 0) return save(wanted);
    errors.value = { monthly_limit: t("limit.whole") };
    props.ref.current!.querySelector("input")!.focus();
  });
  if (!limit) return null;
  return (
    <section class="face pad limit" aria-labelledby="limit">
      <div class="row"><h2 id="limit">{t("limit.title")}</h2><span class="small soft push">{t("limit.resets", { date: date(limit.resets_at) })}</span></div>
      {limit.monthly_limit > 0
        ? <><p class="small soft">{t("limit.left", { spent: number(limit.spent), n: limit.monthly_limit, left: number(limit.remaining ?? 0) })}</p>
          <Progress value={Math.min(100, 100 * limit.spent / limit.monthly_limit)} label={t("limit.used", { spent: bricks(limit.spent), n: limit.monthly_limit })} /></>
        : <p class="small soft">{t("limit.none", { spent: bricks(limit.spent) })}</p>}
      <form {...props} class="row end-aligned">
        <TextField label={t("limit.label")} name="monthly_limit" type="number" inputMode="numeric" min={0} max={1000000000} step={1} dir="ltr" error={errors.value.monthly_limit}
          value={typed.value ?? (limit.monthly_limit ? String(limit.monthly_limit) : "")} onInput={(e) => { typed.value = e.currentTarget.value; }} />
        <Button type="submit" busy={busy.value}>{t("limit.save")}</Button>
        {limit.monthly_limit > 0 && <Button kind="plain" onClick={() => void attempt(() => save(0))}>{t("limit.remove")}</Button>}
      </form>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
    </section>
  );
}
