// SPDX-License-Identifier: Apache-2.0
/** A cover until there is a picture: a stretch of wall whose grain depends on its name. */
export function Bond({ seed }: { seed: string }) {
  let n = [...seed].reduce((sum, c) => (sum * 33 + c.codePointAt(0)!) >>> 0, 5381);
  const paths = { a: "", b: "", c: "" };
  for (let row = 0; row < 8; row++) {
    for (let i = -1; i < 13; i++) {
      n = (n * 1664525 + 1013904223) >>> 0;
      paths["abc"[(n >>> 16) % 3] as "a"] += `M${i * 78 + (row % 2) * 39} ${row * 30}h74v26h-74z`;
    }
  }
  return (
    <svg class="courses" viewBox="0 0 952 236" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {Object.entries(paths).map(([kind, d]) => <path key={kind} class={kind} d={d} />)}
    </svg>
  );
}
