// SPDX-License-Identifier: Apache-2.0
// Addresses to pages, without a reload: links are followed here, back and forward restore the scroll.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

export type Params = Record<string, string>;
export interface Page { path: string; load: () => Promise<{ default: ComponentType<{ params: Params }> }> }
export interface Place { component: ComponentType<{ params: Params }>; params: Params; url: string }

/** What is shown now; null until the first page has been loaded. */
export const place = signal<Place | null>(null);
/** A page is on its way. */
export const leaving = signal(false);

let pages: { pattern: RegExp; names: string[]; load: Page["load"] }[] = [];
let fallback: Page["load"];

function compile({ path, load }: Page) {
  const names: string[] = [];
  const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => { names.push(name); return "([^/]+)"; });
  return { pattern: new RegExp(`^${pattern}/?$`), names, load };
}

type Scroll = { x: number; y: number } | null;
let serial = 0;

async function show(scroll: Scroll, none = false): Promise<void> {
  const mine = ++serial, url = location.pathname + location.search;
  const found = none ? undefined : pages.map((p) => ({ p, m: p.pattern.exec(location.pathname) })).find(({ m }) => m);
  const params: Params = {};
  leaving.value = true;
  try {
    found?.p.names.forEach((name, i) => { params[name] = decodeURIComponent(found.m![i + 1]!); });
    const { default: component } = await (found?.p.load ?? fallback)();
    if (mine !== serial) return; // overtaken by a later click
    const first = place.peek() === null, from = document.activeElement;
    place.value = { component, params, url };
    if (first) return;
    requestAnimationFrame(() => {
      if (scroll) scrollTo(scroll.x, scroll.y);
      else if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
      else {
        scrollTo(0, 0);
        const at = document.activeElement;
        if (at !== from && at !== document.body) return; // its reader is at work in it already
        const main = document.getElementById("main"); // a page of one field begins there
        (main?.querySelector<HTMLElement>("[autofocus]") ?? main)?.focus({ preventScroll: true });
      }
    });
  } catch (problem) {
    if (mine !== serial) return;
    if (place.peek() === null) throw problem; // the server has drawn it
    // A part of another build, which the server has no more, or no network: the page as it is now, when there is one.
    if (navigator.onLine) location.reload();
    else addEventListener("online", () => { if (mine === serial) void show(scroll); }, { once: true });
  } finally {
    if (mine === serial) leaving.value = false;
  }
}

const remember = () => history.replaceState({ ...history.state, x: scrollX, y: scrollY }, "");

/** Goes to a path of this site. */
export function go(path: string, { replace = false } = {}): void {
  remember();
  if (replace) history.replaceState({}, "", path);
  else history.pushState({}, "", path);
  void show(null);
}

function followed(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/api/") || (link.hash && link.pathname === location.pathname && link.search === location.search)) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}

/** Call once: the pages, what to show for an address none of them has, and whether this is one. */
export async function startRouter(all: Page[], missing: Page["load"], none: boolean): Promise<void> {
  pages = all.map(compile);
  fallback = missing;
  history.scrollRestoration = "manual";
  addEventListener("click", followed);
  addEventListener("popstate", (e) => void show(e.state ? { x: e.state.x ?? 0, y: e.state.y ?? 0 } : null));
  addEventListener("pagehide", remember);
  await show(null, none);
}

/** Call once the first page is drawn: where its reader was before a reload. */
export function restoreScroll(): void {
  const back = history.state as { x?: number; y?: number } | null;
  if (back?.y) scrollTo(back.x ?? 0, back.y);
}
