// SPDX-License-Identifier: Apache-2.0
// Every movement of one's bricks, with filters that live in the address.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { address, request, type ApiError, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { exactTime, number, shortTime, t, type MessageKey } from "../../app/i18n";
import { balance } from "../../app/session";
import { shell } from "../../app/shell";
import { Note, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { Time } from "../../ui/text";
import { Breakdown } from "./breakdown";
import { link, signed, story, title, type Movement } from "./movement";

type Page = Schema["BricksMovementPage"];
const KINDS = ["all", "earned", "bonus", "held", "spent", "purchased", "refunded"] as const;
const NAMES = ["type", "source", "direction", "search", "since", "until", "steps"] as const;
const SOURCES = ["registration", "daily_claim", "ai_generation", "purchase", "purchase_refund", "purchase_dispute", "dispute_won", "debt",
  "admin_grant", "admin_correction"] as const;
type Filters = Partial<Record<(typeof NAMES)[number], string>>;
const PAUSE = 300; // ms after the last key of a search
const LEAPS = 5; // pages that may be empty before the reader is asked to go on

const read = (): Filters => {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((n) => [n, query.get(n) ?? ""]).filter(([, v]) => v));
};

/** Fills a list page by page; what was asked for other filters is dropped. */
function useMovements(filters: Signal<Filters>) {
  const items = useSignal<Movement[]>([]), next = useSignal<string | null>(null), state = useSignal<"first" | "more" | "ready">("first");
  const failed = useSignal<ApiError | null>(null), looking = useRef<AbortController | null>(null);
  const url = (more: object = {}) => address("/bricks/transactions", undefined, { ...filters.peek(), ...more });

  const load = async (cursor: string | null) => {
    looking.current?.abort();
    const stop = looking.current = new AbortController();
    state.value = cursor ? "more" : items.peek().length ? "ready" : "first";
    try {
      let found: Movement[] = [], at = cursor;
      for (let i = 0; i < LEAPS && !found.length; i++) {
        const given = i === 0 && !at ? shell.data[url()] as Page | undefined : undefined;
        delete shell.data[url()];
        const page = given ?? await request("GET", url(at ? { cursor: at } : {}), { signal: stop.signal }) as Page;
        [found, at] = [page.items, page.next_cursor];
        if (!at) break;
      }
      items.value = cursor ? [...items.value, ...found] : found;
      next.value = at;
      failed.value = null;
      state.value = "ready";
    } catch (problem) {
      if (problem instanceof DOMException) return;
      failed.value = problem as ApiError;
      state.value = "ready";
    }
  };
  /* What has come since: the newest page again, laid over what is shown. */
  const refresh = async (signal: AbortSignal) => {
    if (state.peek() !== "ready" || failed.peek()) return;
    const before = url();
    const page = await request("GET", url(), { signal }).catch(() => null) as Page | null;
    if (!page || before !== url()) return;
    const last = page.items.at(-1)?.transaction_id;
    if (!page.next_cursor || last === undefined) {
      if (!page.next_cursor) [items.value, next.value] = [page.items, null];
      return;
    }
    items.value = [...page.items, ...items.value.filter((m) => m.transaction_id < last)];
  };
  useEffect(() => {
    items.value = [];
    void load(null);
    return () => looking.current?.abort();
  }, [JSON.stringify(filters.value)]);
  useEffect(() => {
    const stop = new AbortController(), timer = setTimeout(() => void refresh(stop.signal), 400);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [balance.value?.available, balance.value?.held]);
  return { items, next, state, failed, load };
}

export function Movements() {
  const filters = useSignal(read()), days = useSignal((["since", "until", "source", "direction", "steps"] as const).some((n) => filters.value[n])), shown = useSignal<Movement | null>(null);
  const { items, next, state, failed, load } = useMovements(filters);
  const set = (change: Filters) => {
    filters.value = Object.fromEntries(Object.entries({ ...filters.value, ...change }).filter(([, v]) => v && v !== "all"));
    history.replaceState(history.state, "", address(location.pathname, undefined, filters.value) + location.hash);
  };
  const typing = useMemo(() => ({ timer: 0, at: location.pathname }), []);
  const search = (text: string) => {
    clearTimeout(typing.timer);
    typing.timer = setTimeout(() => {
      if (location.pathname === typing.at) set({ search: text.trim() }); // else on the way to another page
    }, PAUSE) as unknown as number;
  };
  const filtered = Object.keys(filters.value).length > 0, f = filters.value;
  const query = address("/api/v1/bricks/transactions/export", undefined, f);
  return (
    <section class="face" aria-labelledby="movements">
      <div class="filters first"><h2 id="movements">{t("bricks.movements")}</h2>
        <ButtonLink class="push" small icon="down" href={query} download>{t("bricks.export")}</ButtonLink></div>
      <div class="filters" role="group" aria-label={t("bricks.filter")}>
        <label class="search"><span class="sr">{t("bricks.search")}</span><Icon name="explore" />
          <input class="input" type="search" dir={f.search ? "auto" : undefined} maxLength={100} placeholder={t("bricks.search")} defaultValue={f.search} onInput={(e) => search(e.currentTarget.value)} /></label>
        {KINDS.map((kind) => (
          <button key={kind} type="button" class="chip" aria-pressed={(f.type ?? "all") === kind} onClick={() => set({ type: kind })}>{t(`bricks.kind.${kind}`)}</button>))}
        <button type="button" class="chip" aria-expanded={days.value} aria-controls="days" onClick={() => { days.value = !days.value; }}>
          <Icon name="cal" small />{t("bricks.more_filters")}</button>
      </div>
      <div class="filters days" id="days" hidden={!days.value}>
        <TextField type="date" label={t("bricks.since")} value={f.since ?? ""} max={f.until} error={failed.value?.details.since as string | undefined} onChange={(e) => set({ since: e.currentTarget.value })} />
        <TextField type="date" label={t("bricks.until")} value={f.until ?? ""} min={f.since} error={failed.value?.details.until as string | undefined} onChange={(e) => set({ until: e.currentTarget.value })} />
        <div class="field"><label for="source">{t("bricks.cause")}</label><div class="with-end">
          <select id="source" class="input" value={f.source ?? "all"} onChange={(e) => set({ source: e.currentTarget.value })}>
            <option value="all">{t("bricks.cause.all")}</option>
            {SOURCES.map((s) => <option key={s} value={s}>{t(`bricks.source.${s}`)}</option>)}</select><Icon name="chev" small /></div></div>
        <div class="field"><label for="direction">{t("bricks.direction")}</label><div class="with-end">
          <select id="direction" class="input" value={f.direction ?? "all"} onChange={(e) => set({ direction: e.currentTarget.value })}>
            {(["all", "in", "out"] as const).map((d) => <option key={d} value={d}>{t(`bricks.direction.${d}`)}</option>)}</select><Icon name="chev" small /></div></div>
        <label class="check"><input type="checkbox" checked={f.steps === "true"} onChange={(e) => set({ steps: e.currentTarget.checked ? "true" : "" })} />
          <span>{t("bricks.steps")}<span class="hint">{t("bricks.steps_hint")}</span></span></label>
      </div>
      <p class="sr" aria-live="polite">{state.value === "ready" ? t("bricks.shown", { n: items.value.length }) : ""}</p>
      {failed.value ? <div class="pad"><Note kind="bad"><p>{explain(failed.value)}</p><div class="row"><Button small onClick={() => void load(null)}>{t("action.retry")}</Button></div></Note></div>
        : state.value === "first" ? <Skeleton label={t("state.loading")} />
        : items.value.length ? <Table items={items.value} onMore={(m) => { shown.value = m; }} />
        : <p class="pad soft">{next.value ? t("bricks.none_yet") : t(filtered ? "bricks.none_found" : "bricks.none")}</p>}
      {next.value && !failed.value && <div class="filters end"><Button small busy={state.value === "more"} onClick={() => void load(next.value)}>{t("bricks.older")}</Button></div>}
      {shown.value && <Breakdown movement={shown.value} onClose={() => { shown.value = null; }} />}
    </section>
  );
}

function Table({ items, onMore }: { items: Movement[]; onMore: (m: Movement) => void }) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={t("bricks.movements")}>
      <table class="ledger"><thead><tr><th scope="col">{t("bricks.when")}</th><th scope="col">{t("bricks.what")}</th><th scope="col" class="n">{t("nav.bricks")}</th>
        <th scope="col" class="n">{t("bricks.balance")}</th><th scope="col">{t("bricks.kind")}</th></tr></thead>
        <tbody>{items.map((m) => <Row key={m.transaction_id} m={m} onMore={onMore} />)}</tbody></table>
    </div>
  );
}

function Row({ m, onMore }: { m: Movement; onMore: (m: Movement) => void }) {
  const href = link(m), name = <b dir="auto">{title(m)}</b>, about = story(m);
  return (
    <tr><td class="nowrap num"><Time iso={m.created_at} text={shortTime(m.created_at)} exact={exactTime(m.created_at)} /></td>
      <td>{href ? <a class="plain" href={href}>{name}</a> : name}{about && <span class="sub" dir="auto">{about}</span>}
        {m.app && <button type="button" class="link small" onClick={() => onMore(m)}>{t("bricks.breakdown")}<span class="sr">: {m.app.title}</span></button>}</td>
      <td class="n"><span class={m.amount > 0 ? "plus-n" : "minus-n"}>{signed(m.amount)}</span></td>
      <td class="n">{number(m.balance_after)}</td>
      <td><span class="tag">{t(`bricks.kind.${m.transaction_type}` as MessageKey)}</span></td></tr>
  );
}
