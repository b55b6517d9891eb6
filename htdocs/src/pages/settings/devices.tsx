// SPDX-License-Identifier: Apache-2.0
// Where one is signed in, signing devices out, and the history of signing in.
import { del, post, type Schema } from "../../api/client";
import { useList, useResource } from "../../app/data";
import { useWork } from "../../app/form";
import { date, exactTime, relativeTime, shortTime, t } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Listed } from "../shell/listed";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";

type Session = Schema["Session"];
type SignIn = Schema["SignIn"];
const URL = "/users/me/sessions";
const HANDHELD = ["Android", "iOS", "iPadOS", "Windows Phone"];

/** "Firefox, Linux"; what cannot be told is said to be unknown. */
export function deviceName({ browser, system }: { browser?: string | null; system?: string | null }): string {
  return system ? t("devices.on", { browser: browser ?? t("devices.unknown"), system }) : browser ?? t("devices.unknown");
}

/** How it was signed in to. */
export function methodName(method: string): string {
  if (method.startsWith("oauth:")) return t("devices.by.oauth", { provider: method.slice(6) });
  switch (method) {
    case "registration": return t("devices.by.registration");
    case "passkey": return t("devices.by.passkey");
    case "link": return t("devices.by.link");
    default: return t("devices.by.password");
  }
}

const from = (it: { ip_address?: string | null; place?: string | null }) => [it.place, it.ip_address].filter(Boolean).join(", ");

export default function Devices() {
  return <Settings><Sessions /><History /></Settings>;
}

function Sessions() {
  const it = useResource<Schema["Sessions"]>(URL, true), items = it.data.value?.items;
  const { busy, refused, work } = useWork<number | "all">();
  const end = (s: Session) => work(s.session_id, async () => {
    await del("/users/me/sessions/{session_id}", { path: { session_id: s.session_id } });
    await it.load();
    toast(t("devices.ended", { device: deviceName(s) }));
  });
  const endOthers = () => work("all", async () => {
    const { ended } = await post("/users/me/sessions/revoke-others");
    await it.load();
    toast(t("devices.ended_n", { n: ended }));
  });
  if (it.error.value && !items) return <Failed error={it.error.value} retry={() => void it.load()} />;
  if (!items) return <Skeleton label={t("state.loading")} />;
  return (
    <section class="face block" aria-labelledby="devices"><div class="row"><h2 id="devices">{t("settings.devices")}</h2>
      {items.length > 1 && <span class="push"><Button small kind="danger" busy={busy.value === "all"} onClick={() => void endOthers()}>{t("devices.end_others")}</Button></span>}</div>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <ul class="rows wrap">
        {items.map((s) => (
          <li key={s.session_id}><Icon name={HANDHELD.includes(s.system ?? "") ? "phone" : "laptop"} />
            <span class="who"><b title={s.user_agent ?? undefined}>{deviceName(s)}</b>
              <span class="meta dots"><span>{from(s)}</span><Time iso={s.last_activity_at} text={s.current ? t("devices.now") : t("devices.active", { when: relativeTime(s.last_activity_at) })} exact={exactTime(s.last_activity_at)} /></span>
              <span class="meta dots"><span>{methodName(s.sign_in_method)}</span><Time iso={s.created_at} text={shortTime(s.created_at)} exact={exactTime(s.created_at)} /><span>{t("devices.until", { when: date(s.expires_at) })}</span></span></span>
            {s.current ? <span class="tag ok">{t("devices.this")}</span>
              : <Button small busy={busy.value === s.session_id} aria-label={t("devices.end_named", { device: deviceName(s) })} onClick={() => void end(s)}>{t("devices.end")}</Button>}
          </li>))}
      </ul>
      {items.length === 1 && <p class="hint">{t("devices.only")}</p>}
    </section>
  );
}

function History() {
  const list = useList<SignIn>("/users/me/logins?limit=10", true);
  const word = (outcome: SignIn["outcome"]) => ({
    succeeded: t("devices.outcome.succeeded"), wrong_password: t("devices.outcome.wrong_password"),
    wrong_second_factor: t("devices.outcome.wrong_second_factor"), refused: t("devices.outcome.refused") })[outcome];
  return (
    <section class="face block" aria-labelledby="logins"><h2 id="logins">{t("devices.history")}</h2>
      <p class="hint">{t("devices.history_hint")}</p>
      <Listed list={list} none={<p>{t("devices.history_empty")}</p>}>{(items) => (
        <ul class="rows wrap">
          {items.map((l) => (
          <li key={l.login_id}>
            <span class="who"><b title={l.user_agent ?? undefined}>{deviceName(l)}</b>
              <span class="meta dots"><span>{from(l)}</span><span>{methodName(l.sign_in_method)}</span><Time iso={l.created_at} text={shortTime(l.created_at)} exact={exactTime(l.created_at)} /></span></span>
            <span class={`tag ${l.outcome === "succeeded" ? "ok" : "bad"}`}><Icon name={l.outcome === "succeeded" ? "check" : "warn"} small />{word(l.outcome)}</span>
          </li>))}
        </ul>)}</Listed>
    </section>
  );
}
