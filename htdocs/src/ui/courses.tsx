// SPDX-License-Identifier: Apache-2.0
// The wall graphic: one brick drawn is one brick of cost. Solid: laid. Grey: still likely. Outline: at
// most. It fills from the bottom, in running bond.
const W = 25, H = 11, GAP = 4, COURSE = H + GAP, MOST = 1000;

/* Which of the three firings: irregular, but the same every time. */
const grain = (i: number) => "aabc"[(Math.imul(i + 1, 2654435761) >>> 20) % 4]!;

interface Props { laid: number; likely: number; most: number; /** the next brick is being laid */ live?: boolean; /** bricks a course */ length?: number; label: string }

export function Courses({ laid, likely, most, live, length = 20, label }: Props) {
  const drawn = Math.min(most, MOST), scale = most > drawn ? drawn / most : 1; // beyond that a brick stands for several
  const rows = Math.max(1, Math.ceil(drawn / length)), height = rows * COURSE - GAP;
  const paths: Record<string, string> = {};
  for (let i = 0; i < drawn; i++) {
    const row = Math.floor(i / length), y = height - H - row * COURSE;
    const x = (i % length) * (W + GAP) + (row % 2 ? (W + GAP) / 2 : 0), n = i / scale;
    const kind = n < laid ? grain(i) : live && i === Math.floor(laid * scale) ? "next" : n < likely ? "due" : "may";
    paths[kind] = (paths[kind] ?? "") + (kind === "may" ? `M${x + 0.5} ${y + 0.5}h${W - 1}v${H - 1}h${1 - W}z` : `M${x} ${y}h${W}v${H}h${-W}z`);
  }
  return (
    <svg class="courses" viewBox={`0 0 ${length * (W + GAP) + W / 2} ${height}`} role="img" aria-label={label}>
      {Object.entries(paths).map(([kind, d]) => <path key={kind} class={kind} d={d} />)}
    </svg>
  );
}

/** The queue: those ahead, yours, those behind; at most twelve are drawn. */
export function QueueLine({ position, total, label }: { position: number; total: number; label: string }) {
  const n = Math.min(12, Math.max(total, 1)), mine = Math.min(position, n), step = 66;
  return (
    <svg class="courses" viewBox={`0 0 ${Math.max(8, n) * step - 6} 16`} role="img" aria-label={label}>
      {Array.from({ length: n }, (_, i) => i + 1 > mine
        ? <path key={i} class="may" d={`M${i * step + 0.5} .5h59v15h-59z`} />
        : <path key={i} class={i + 1 === mine ? "a" : "done"} d={`M${i * step} 0h60v16h-60z`} />)}
    </svg>
  );
}
