// SPDX-License-Identifier: Apache-2.0
// Keys: j and k walk through posts, n writes, ? helps. Off while typing, and for those who switch it off
// (WCAG 2.1, 2.1.4).
import { signal } from "@preact/signals";
import { go } from "./router";

const OFF = "wall.shortcuts.off";

export const shortcutsOn = signal(!localStorage.getItem(OFF));
export const helpOpen = signal(false);

export function setShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

function step(by: number): void {
  const posts = [...document.querySelectorAll<HTMLElement>("article.post")];
  const at = posts.findIndex((p) => p.contains(document.activeElement));
  const next = posts[Math.max(0, Math.min(posts.length - 1, at < 0 ? 0 : at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}

export const KEYS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  n: () => go("/new"),
  g: () => go("/"),
  "?": () => { helpOpen.value = true; },
};

export function startShortcuts(): void {
  addEventListener("keydown", (e) => {
    const typing = (e.target as HTMLElement).closest("input, textarea, select, [contenteditable], dialog, [role=menu]");
    if (!shortcutsOn.value || typing || e.metaKey || e.ctrlKey || e.altKey || !KEYS[e.key]) return;
    e.preventDefault();
    KEYS[e.key]!();
  });
}
