// SPDX-License-Identifier: Apache-2.0
// Who is signed in.
import { computed, effect, signal } from "@preact/signals";
import { get, hooks, post, type Schema } from "../api/client";
import { forget } from "./data";
import { setTimeZone } from "./i18n";
import { shell } from "./shell";
import { go, place } from "./router";
import { setTheme, theme, type Theme } from "./theme";

export const me = signal<Schema["Me"] | null>(shell.me);
export const balance = computed(() => me.value?.bricks ?? null);

/** When this session began here: what was sent before tells nothing of it. */
let since = 0;

hooks.csrf = () => me.peek()?.csrf_token;

// What the account has set holds on this device from the moment its owner is known here.
effect(() => {
  const settings = me.value?.settings;
  if (!settings) return;
  setTimeZone(settings.time_zone);
  if (settings.theme && settings.theme !== theme.peek()) setTheme(settings.theme as Theme);
});

/** How many apps of this site's average cost a balance pays for. */
export const appsFor = (available: number) => Math.floor(available / shell.site.app_bricks);
/** The colour and shape of a balance: for three apps or more, one or two, none. */
export const level = (available: number) => appsFor(available) >= 3 ? "ok" as const : appsFor(available) >= 1 ? "low" as const : "bad" as const;

type Bricks = Schema["BricksBalance"];
let heard = 0, looked = 0; // when the balance shown was told, and asked for, by performance.now()
const show = ({ available, held }: Bricks) => { if (me.value) me.value = { ...me.value, bricks: { available, held } }; };

/** What was told just now, or by the answer to something sent at `asked`: what was heard since then is newer. */
export function setBalance(bricks: Bricks, asked = performance.now()): void {
  if (asked < heard) return;
  heard = performance.now();
  show(bricks);
}

/** What somebody saw who looked at `asked`: what was heard or asked for since then is newer. */
export function sawBalance(bricks: Bricks, asked: number): void {
  if (asked < heard || asked < looked) return;
  looked = asked;
  show(bricks);
}

/** Who is signed in has changed themselves; of their bricks is told elsewhere. */
export function setMe(user: Schema["Me"]): void {
  me.value = { ...user, bricks: me.peek()?.bricks ?? user.bricks };
}

/** After register or login: a clean start as `user`, where they wanted to go. */
export function signedIn(user: Schema["Me"], next = "/"): void {
  forget();
  since = heard = performance.now();
  me.value = user;
  go(next.startsWith("/") && !next.startsWith("//") ? next : "/", { replace: true });
}

export async function signOut(): Promise<void> {
  await post("/auth/logout", {});
  forget();
  me.value = null;
  go("/");
}

/* All tabs of this browser show the same person: one that shows somebody else begins anew. */
const WHO = "wall.who";
const who = () => String(me.peek()?.user_id ?? "");
me.subscribe(() => { if (localStorage.getItem(WHO) !== who()) localStorage.setItem(WHO, who()); });
const same = () => localStorage.getItem(WHO) === who();
addEventListener("storage", (e) => { if (e.key === WHO && me.peek() && !same()) location.reload(); });

/* A page that is come back to as it was left shows who was signed in then and what they had. */
addEventListener("pageshow", (e) => {
  if (!e.persisted) return;
  if (same()) return void askAgain();
  e.stopImmediatePropagation(); // nobody need ask or listen for them any more
  location.reload();
});
async function askAgain(): Promise<void> {
  const asked = performance.now(), then = me.peek();
  const now = then && await get("/users/me").catch(() => null); // that the session has ended is heard of like any failure
  if (!now || me.peek()?.user_id !== then.user_id) return; // somebody else signed in or out meanwhile
  if (now.user_id !== then.user_id) return location.reload();
  setMe(now);
  sawBalance(now.bricks, asked);
}

/** For pages that need an account: to the door, and back here afterwards; not who is on the way elsewhere. */
export function signInFirst(): void {
  if (place.peek()?.url.split("?")[0] === location.pathname) go(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
}

/** The session has ended, as the answer says to what was sent at `asked`: sign in and come back here; drafts stay where they are. */
export function sessionExpired(asked: number): void {
  if (!me.peek() || asked < since) return;
  forget();
  me.value = null;
  go(`/login?next=${encodeURIComponent(location.pathname + location.search)}&expired=1`);
}
