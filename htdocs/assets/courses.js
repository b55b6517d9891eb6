// SPDX-License-Identifier: Apache-2.0
// The wall graphic: one brick drawn is one brick of cost. Solid: laid. Grey: still likely.
// Outline: at most. It fills from the bottom, in running bond.
import { s } from "./dom.js";

const W = 25, H = 11, GAP = 4, COURSE = H + GAP, LENGTH = 20;
const grain = (i) => "abc"[(i * 7 + (i >> 2) * 5) % 11 % 3];

/**
 * @param {{laid: number, likely: number, most: number, next?: boolean}} amount
 * @param {string} label what the picture says, for those who cannot see it
 */
export function courses({ laid, likely, most, next }, label) {
  const rows = Math.max(1, Math.ceil(most / LENGTH));
  const width = LENGTH * (W + GAP) + W / 2, height = rows * COURSE - GAP;
  const paths = { a: "", b: "", c: "", due: "", may: "", next: "" };
  for (let i = 0; i < most; i++) {
    const row = Math.floor(i / LENGTH);
    const x = (i % LENGTH) * (W + GAP) + (row % 2 ? (W + GAP) / 2 : 0), y = height - H - row * COURSE;
    const kind = i < laid ? grain(i) : next && i === Math.floor(laid) ? "next" : i < likely ? "due" : "may";
    paths[kind] += kind === "may" ? `M${x + 0.5} ${y + 0.5}h${W - 1}v${H - 1}h${1 - W}z` : `M${x} ${y}h${W}v${H}h${-W}z`;
  }
  return s("svg", { class: "courses", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    Object.entries(paths).filter(([, d]) => d).map(([kind, d]) => s("path", { class: kind, d })));
}

/** The queue as bricks: those ahead, yours, those behind. At most twelve are drawn. */
export function line(position, total) {
  const n = Math.min(12, total), mine = Math.min(position, n), w = 60, step = 66;
  return s("svg", { class: "courses", viewBox: `0 0 ${Math.max(8, n) * step - 6} 16`, role: "img",
    "aria-label": `${position - 1} ahead of you, ${total - position} behind` },
  Array.from({ length: n }, (_, i) => i + 1 > mine
    ? s("path", { class: "may", d: `M${i * step + 0.5} .5h${w - 1}v15h${1 - w}z` })
    : s("path", { class: i + 1 === mine ? "a" : "done", d: `M${i * step} 0h${w}v16h${-w}z` })));
}
