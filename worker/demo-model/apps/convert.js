// SPDX-License-Identifier: Apache-2.0
// how much of the base unit one is; temperature has an offset as well
const kinds = {
  length: { m: 1, km: 1000, cm: .01, mm: .001, mi: 1609.344, yd: .9144, ft: .3048, in: .0254 },
  mass: { kg: 1, g: .001, t: 1000, lb: .45359237, oz: .028349523125, st: 6.35029318 },
  temperature: { "°C": 1, "°F": [5 / 9, -32], K: [1, -273.15] },
  volume: { l: 1, ml: .001, "m³": 1000, "US gal": 3.785411784, "US cup": .2365882365, "UK pt": .56826125 },
  speed: { "km/h": 1, "m/s": 3.6, mph: 1.609344, kn: 1.852 },
};
const first = { length: ["km", "mi"], mass: ["kg", "lb"], temperature: ["°C", "°F"], volume: ["l", "US gal"], speed: ["km/h", "mph"] };
const $ = id => document.getElementById(id);
let kind = {{kind}};

function parts(unit) {
  const rule = kinds[kind][unit];
  return Array.isArray(rule) ? rule : [rule, 0];
}

function convert(value, from, to) {
  const [a, shift] = parts(from), [b, back] = parts(to);
  return (value + shift) * a / b - back;
}

function pretty(value) {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 1000 ? 1 : Math.abs(value) >= 1 ? 3 : 6;
  return value.toLocaleString(undefined, { maximumFractionDigits: digits });
}

function draw() {
  const value = Number($("from").value.trim().replace(",", ".") || NaN);
  $("to").textContent = pretty(convert(value, $("from-unit").value, $("to-unit").value));
  $("more").replaceChildren(...Object.keys(kinds[kind]).filter(unit => unit !== $("from-unit").value).map(unit => {
    const row = document.createElement("div"), name = document.createElement("dt"), amount = document.createElement("dd");
    name.textContent = unit;
    amount.textContent = pretty(convert(value, $("from-unit").value, unit));
    row.append(name, amount);
    return row;
  }));
}

function fill(id, chosen) {
  $(id).replaceChildren(...Object.keys(kinds[kind]).map(unit => new Option(unit, unit, false, unit === chosen)));
}

function choose(name) {
  kind = name;
  fill("from-unit", first[kind][0]);
  fill("to-unit", first[kind][1]);
  [...$("kinds").children].forEach(button => button.setAttribute("aria-pressed", String(button.dataset.kind === kind)));
  draw();
}

$("kinds").append(...Object.keys(kinds).map(name => {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.kind = name;
  button.textContent = name[0].toUpperCase() + name.slice(1);
  button.addEventListener("click", () => choose(name));
  return button;
}));
$("swap").addEventListener("click", () => {
  const from = $("from-unit").value;
  $("from-unit").value = $("to-unit").value;
  $("to-unit").value = from;
  draw();
});
["from", "from-unit", "to-unit"].forEach(id => $(id).addEventListener("input", draw));
choose(kind);
