// SPDX-License-Identifier: Apache-2.0
// Nothing typed is ever lost: drafts live in this browser until what they became was accepted.
import { signal, type Signal } from "@preact/signals";
import { me } from "./session";

/** A text of who is signed in that survives reload, the same in all tabs. Set it to "" once the server has taken it. */
export function draft(name: string): Signal<string> {
  const text = signal("");
  let key: string | null = null, stored = "";
  const take = (value: string | null) => { text.value = stored = value ?? ""; };
  me.subscribe((user) => {
    const theirs = user && `wall.draft.${name}.${user.user_id}`;
    if (!theirs || theirs === key) return; // whose session has ended may come back to it
    key = theirs;
    take(localStorage.getItem(key));
  });
  text.subscribe((value) => {
    if (!key || value === stored) return; // what another tab wrote is not written again
    stored = value;
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  });
  addEventListener("storage", (e) => { if (key && e.key === key) take(e.newValue); });
  return text;
}

/**
 * Sends `body` under a key that stays the same until it was taken, over a lost answer, a reload and other tabs: to the server
 * the same again is the same attempt, which it makes once.
 */
export async function sendOnce<T>(name: string, body: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const shelf = `wall.attempt.${name}`, said = JSON.stringify(body);
  const [before, known] = JSON.parse(localStorage.getItem(shelf) ?? "[]") as string[];
  const key = before === said && known ? known : crypto.randomUUID(), kept = JSON.stringify([said, key]);
  localStorage.setItem(shelf, kept);
  const answer = await send(key);
  if (localStorage.getItem(shelf) === kept) localStorage.removeItem(shelf);
  return answer;
}
