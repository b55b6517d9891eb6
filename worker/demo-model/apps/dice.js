// SPDX-License-Identifier: Apache-2.0
const $ = id => document.getElementById(id);
const past = [];
// where the pips of a six-sided die sit on a three by three grid
const pips = [[], [4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]];

function wanted(id, low, high) {
  return Math.min(high, Math.max(low, Math.round(Number($(id).value)) || low));
}

function face(value, sides) {
  const die = document.createElement("div");
  die.className = "die";
  if (sides > 6) {
    die.classList.add("many");
    die.textContent = value;
    return die;
  }
  pips[value].forEach(place => {
    const pip = document.createElement("i");
    pip.style.gridArea = (Math.floor(place / 3) + 1) + " / " + (place % 3 + 1);
    die.append(pip);
  });
  return die;
}

function lay(values, sides) {
  $("table").style.setProperty("--side", (values.length > 8 ? 48 : values.length > 4 ? 60 : 76) + "px");
  $("table").replaceChildren(...values.map(value => face(value, sides)));
}

function roll() {
  const sides = wanted("sides", 2, 100), values = [];
  for (let i = wanted("count", 1, 12); i > 0; i--) values.push(1 + Math.floor(Math.random() * sides));
  lay(values, sides);
  $("table").classList.remove("rolling");
  void $("table").offsetWidth;
  $("table").classList.add("rolling");
  const sum = values.reduce((a, b) => a + b);
  $("sum").textContent = sum;
  $("parts").textContent = values.length > 1 ? values.join(" + ") : "of " + sides;
  past.unshift(sum);
  past.length = Math.min(past.length, 12);
  $("past").textContent = past.length > 1 ? "Before: " + past.slice(1).join(", ") : "";
}

function reset() {
  const sides = wanted("sides", 2, 100), count = wanted("count", 1, 12);
  lay(Array(count).fill(sides), sides);
  $("roll").textContent = "Roll " + (count > 1 ? count + "d" : "d") + sides;
}

["count", "sides"].forEach(id => $(id).addEventListener("input", reset));
$("roll").addEventListener("click", roll);
document.addEventListener("keydown", event => {
  if (event.key === " " && event.target === document.body) {
    event.preventDefault();
    roll();
  }
});
reset();
