// SPDX-License-Identifier: Apache-2.0
// API keys: made with a name and scopes, shown once, revoked.
import { useSignal } from "@preact/signals";
import { del, post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useForm, useWork } from "../../app/form";
import { date, exactTime, relativeTime, t, type MessageKey } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Check, Select, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";
import { Once } from "./once";

type Key = Schema["ApiKey"];
const DAYS = ["30", "90", "365", ""] as const;
const scopeText = (scope: string) => t(`scope.${scope}` as MessageKey);

export default function Keys() {
  return <Settings><List /></Settings>;
}

function List() {
  const it = useResource<Schema["ApiKeys"]>("/users/me/api-keys", true), keys = it.data.value?.items;
  const made = useSignal<Schema["MadeApiKey"] | null>(null), ending = useSignal<Key | null>(null);
  const { busy, refused, work } = useWork<number>();
  const revoke = (key: Key) => work(key.key_id, async () => {
    try {
      await del("/users/me/api-keys/{key_id}", { path: { key_id: key.key_id } });
      toast(t("api_key.ended", { name: key.name }));
    } finally {
      ending.value = null;
      await it.load();
    }
  });
  if (it.error.value && !keys) return <Failed error={it.error.value} retry={() => void it.load()} />;
  if (!keys) return <Skeleton label={t("state.loading")} />;
  return (
    <>
      <section class="face block" aria-labelledby="keys"><h2 id="keys">{t("settings.keys")}</h2>
        <p class="hint">{t("api_key.hint")}</p>
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        {made.value && <Once title={t("api_key.made", { name: made.value.key.name })} label={t("api_key.secret")} value={made.value.secret} done={() => { made.value = null; }} />}
        {!keys.length && <p>{t("api_key.empty")}</p>}
        <ul class="rows wrap">
          {keys.map((k) => (
            <li key={k.key_id}><Icon name="key" />
              <span class="who"><b><bdi>{k.name}</bdi></b>
                <span class="meta dots"><span><code dir="ltr">{k.key_hint}…</code></span><span><bdi dir="ltr">{k.scopes!.join(", ")}</bdi></span></span>
                <span class="meta dots">{k.last_used_at ? <Time iso={k.last_used_at} text={t("api_key.used", { when: relativeTime(k.last_used_at) })} exact={exactTime(k.last_used_at)} /> : <span>{t("api_key.unused")}</span>}
                  <span>{k.expires_at ? t("api_key.until", { when: date(k.expires_at) }) : t("api_key.forever")}</span></span></span>
              {k.expires_at && Date.parse(k.expires_at) < Date.now() && <span class="tag low">{t("api_key.over")}</span>}
              <Button small kind="danger" aria-label={t("api_key.end_named", { name: k.name })} onClick={() => { ending.value = k; }}>{t("api_key.end")}</Button>
            </li>))}
        </ul>
      </section>
      <Make scopes={it.data.value!.available!} onMade={(key) => { made.value = key; void it.load(); document.getElementById("keys")?.scrollIntoView(); }} />
      {ending.value && (
        <Dialog title={t("api_key.end_title", { name: ending.value.name })} close={t("action.close")} onClose={() => { ending.value = null; }}
          foot={<><Button onClick={() => { ending.value = null; }}>{t("api_key.keep")}</Button>
            <Button kind="danger" busy={busy.value !== null} onClick={() => void revoke(ending.value!)}>{t("api_key.end")}</Button></>}>
          <p>{t("api_key.end_text")}</p>
        </Dialog>)}
    </>
  );
}

function Make({ scopes, onMade }: { scopes: string[]; onMade: (made: Schema["MadeApiKey"]) => void }) {
  const name = useSignal(""), chosen = useSignal<string[]>([]), days = useSignal<string>("90");
  const { errors, refused, busy, props } = useForm(async () => {
    const made = await post("/users/me/api-keys", { body: { name: name.value, scopes: chosen.value, expires_in_days: days.value ? Number(days.value) : null } });
    [name.value, chosen.value] = ["", []];
    onMade(made);
  });
  return (
    <section class="face block" aria-labelledby="new-key"><h2 id="new-key">{t("api_key.new")}</h2>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <TextField label={t("api_key.name")} hint={t("api_key.name_hint")} name="name" maxLength={60} value={name.value} error={errors.value.name} onInput={(e) => { name.value = e.currentTarget.value; }} />
        <fieldset class="stack" aria-describedby={errors.value.scopes ? "scopes-err" : undefined}><legend class="legend">{t("api_key.scopes")}</legend>
          {scopes.map((scope) => (
            <Check key={scope} name="scopes" value={scope} checked={chosen.value.includes(scope)} aria-invalid={errors.value.scopes ? "true" : undefined}
              onChange={() => { chosen.value = chosen.value.includes(scope) ? chosen.value.filter((s) => s !== scope) : [...chosen.value, scope]; }}
              label={<>{scopeText(scope)} <code class="small soft" dir="ltr">{scope}</code></>} />))}
          {errors.value.scopes && <p class="err" id="scopes-err"><Icon name="warn" small />{errors.value.scopes}</p>}
        </fieldset>
        <Select label={t("api_key.expires")} name="expires_in_days" value={days.value} error={errors.value.expires_in_days}
          options={DAYS.map((value) => ({ value, text: value ? t("api_key.days", { n: Number(value) }) : t("api_key.never") }))} onChange={(e) => { days.value = e.currentTarget.value; }} />
        <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("api_key.make")}</Button></div>
      </form>
    </section>
  );
}
