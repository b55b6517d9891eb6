// SPDX-License-Identifier: Apache-2.0
/* Seven firings of clay; a name always gets the same one. */
const HUES = [["#8a5a3c", "#5b3420"], ["#7a4a7d", "#4a2a52"], ["#4d6b3d", "#2d4324"], ["#2f6f68", "#164842"], ["#5c6370", "#363b46"], ["#86681c", "#55400c"], ["#9a4b5c", "#662b3a"]];

/** Initials of a name: first letters of its first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words[words.length - 1] : ""].map((w) => [...(w ?? "")][0] ?? "").join("").toLocaleUpperCase();
}

interface Props { name: string; size?: "xs" | "s" | "m" | "xl" }

/** Half a brick with initials. Decoration: the name stands beside it. */
export function Avatar({ name, size = "m" }: Props) {
  const sum = [...name].reduce((n, c) => (n * 31 + c.codePointAt(0)!) % 9973, 7);
  const [a, b] = HUES[sum % HUES.length]!;
  return <span class={`avatar${size === "m" ? "" : ` ${size}`}`} style={{ "--a": a, "--b": b }} aria-hidden="true">{initials(name)}</span>;
}
