// SPDX-License-Identifier: Apache-2.0
// Is everything readable? Contrast (WCAG 2.1, relative luminance and contrast ratio) of the colours of
// tokens.css, in light and dark, under every glaze.
import { readFile } from "node:fs/promises";

const TEXT = 4.5, PART = 3; // 1.4.3 text; 1.4.11 borders of controls

/** Declarations of the first rule with this selector: name → [light, dark], or a reference. */
function rule(css, selector) {
  const from = css.search(new RegExp(`${selector.replace(/[[\]]/g, "\\$&")}\\s*\\{`));
  if (from < 0) return {};
  return Object.fromEntries([...css.slice(css.indexOf("{", from) + 1, css.indexOf("}", from)).matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value.trim()]));
}

function colour(tokens, name, dark) {
  const value = tokens[name];
  const reference = /^var\((--[\w-]+)\)$/.exec(value ?? ""), pair = /^light-dark\((#\w+), (#\w+)\)$/.exec(value ?? "");
  if (reference) return colour(tokens, reference[1], dark);
  const hex = pair ? pair[dark ? 2 : 1] : value;
  if (/^#[0-9a-f]{3}$/.test(hex ?? "")) return `#${[...hex.slice(1)].map((c) => c + c).join("")}`;
  if (!/^#[0-9a-f]{6}$/.test(hex ?? "")) throw new Error(`tokens.css: ${name} is no colour: ${value}`);
  return hex;
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const ALWAYS = [
  ...["--ink", "--ink-2"].flatMap((ink) => ["--face", "--mortar", "--well"].map((ground) => [ink, ground, TEXT])),
  ...["--ok", "--low", "--bad"].flatMap((sign) => [[sign, "--face", TEXT], [sign, `${sign}-tint`, TEXT]]),
  ...["--face", "--mortar", "--well"].map((ground) => ["--edge", ground, PART]),
];
const GLAZED = [["--accent", "--face", TEXT], ["--accent", "--mortar", TEXT], ["--accent", "--accent-tint", TEXT],
  ["--on-accent", "--accent-fill", TEXT], ["--on-accent", "--accent-fill-hi", TEXT]];

/** Every pair that cannot be read, as a sentence; `count` is how many were looked at. */
export function unreadable(css, glazes) {
  const root = rule(css, ":root"), faults = [];
  let count = 0;
  const look = (tokens, pairs, where) => {
    for (const dark of [false, true]) {
      for (const [front, ground, least] of pairs) {
        const ratio = contrast(colour(tokens, front, dark), colour(tokens, ground, dark));
        count++;
        if (ratio < least) faults.push(`${front} on ${ground}${where}, ${dark ? "dark" : "light"}: ${ratio.toFixed(2)}, needs ${least}`);
      }
    }
  };
  look(root, ALWAYS, "");
  for (const glaze of glazes) {
    const own = rule(css, `[data-glaze="${glaze}"]`);
    if (!own["--accent"]) faults.push(`there is no glaze ${glaze}`);
    look({ ...root, ...own }, GLAZED, ` glazed ${glaze}`);
  }
  return { faults, count };
}

/** Ends the build when something cannot be read. The glazes there are come from the API. */
export async function readable(tokens, document) {
  const glazes = JSON.parse(await readFile(document, "utf8")).components.schemas.Wall.properties.glaze.enum;
  const { faults, count } = unreadable(await readFile(tokens, "utf8"), glazes);
  if (faults.length) {
    console.error(faults.map((fault) => `tokens.css: ${fault}`).join("\n"));
    process.exit(1);
  }
  console.log(`contrast: ${count} pairs of colours can be read, ${glazes.length} glazes in light and dark`);
}
