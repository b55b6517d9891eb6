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

async function show(scroll: { x: number; y: number } | null, none = false): Promise<void> {
  const url = location.pathname + location.search;
  const found = none ? undefined : pages.map((p) => ({ p, m: p.pattern.exec(location.pathname) })).find(({ m }) => m);
  const params: Params = {};
  found?.p.names.forEach((name, i) => { params[name] = decodeURIComponent(found.m![i + 1]!); });
  leaving.value = true;
  try {
    const { default: component } = await (found?.p.load ?? fallback)();
    if (url !== location.pathname + location.search) return; // overtaken by a later click
    const first = place.peek() === null;
    place.value = { component, params, url };
    if (first) return;
    requestAnimationFrame(() => {
      if (scroll) scrollTo(scroll.x, scroll.y);
      else if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
      else {
        scrollTo(0, 0);
        const main = document.getElementById("main"); // a page of one field begins there
        (main?.querySelector<HTMLElement>("[autofocus]") ?? main)?.focus({ preventScroll: true });
      }
    });
  } finally {
    leaving.value = false;
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
  addEventListener("popstate", (e) => void show({ x: e.state?.x ?? 0, y: e.state?.y ?? 0 }));
  addEventListener("pagehide", remember);
  await show(null, none);
}

/** Call once the first page is drawn: where its reader was before a reload. */
export function restoreScroll(): void {
  const back = history.state as { x?: number; y?: number } | null;
  if (back?.y) scrollTo(back.x ?? 0, back.y);
}
