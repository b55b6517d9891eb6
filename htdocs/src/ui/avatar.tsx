// SPDX-License-Identifier: Apache-2.0
/* Seven firings of clay (styles: .h0 to .h6); a name always gets the same one, here and in pages_avatar(). */
const FIRINGS = 7;

/** Initials of a name: first letters of its first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words[words.length - 1] : ""].map((w) => [...(w ?? "")][0] ?? "").join("");
}

interface Props { name: string; size?: "xs" | "s" | "m" | "xl" }

/** Which firing of clay a name gets. */
export const firing = (name: string) => [...name].reduce((n, c) => (n * 31 + c.codePointAt(0)!) % 9973, 7) % FIRINGS;

/** Half a brick with initials. Decoration: the name stands beside it. */
export function Avatar({ name, size = "m" }: Props) {
  return <span class={`avatar${size === "m" ? "" : ` ${size}`} h${firing(name)}`} aria-hidden="true">{initials(name)}</span>;
}
