// SPDX-License-Identifier: Apache-2.0
// Nothing typed is ever lost: drafts live in this browser until what they became was accepted.
import { signal, type Signal } from "@preact/signals";

const PREFIX = "wall.draft.";

/** A text that survives reload. Set it to "" once the server has taken it. */
export function draft(name: string): Signal<string> {
  const key = PREFIX + name;
  const text = signal(localStorage.getItem(key) ?? "");
  text.subscribe((value) => {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  });
  return text;
}
