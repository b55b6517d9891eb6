// SPDX-License-Identifier: Apache-2.0
const pairs = {{pairs}}, symbols = {{symbols}};
let random = {{seed}} + 1, open = [], found = 0, moves = 0, hiding = 0;
const $ = id => document.getElementById(id);

function chance(n) {
  random = (random * 48271) % 2147483647;
  return random % n;
}

function deck() {
  const cards = [];
  for (let i = 0; i < pairs; i++) {
    const name = symbols[i % symbols.length] + (i >= symbols.length ? "′" : "");
    cards.push(name, name);
  }
  for (let i = cards.length - 1; i > 0; i--) {
    const k = chance(i + 1);
    [cards[i], cards[k]] = [cards[k], cards[i]];
  }
  return cards;
}

function label(card, i) {
  const shown = card.classList.contains("open") ? card.dataset.name : "face down";
  card.setAttribute("aria-label", "Card " + (i + 1) + ", " + shown);
}

function make(name, i) {
  const card = document.createElement("button"), back = document.createElement("span");
  const front = document.createElement("span");
  card.type = "button";
  card.className = "card";
  card.dataset.name = name;
  back.className = "back";
  front.className = name.length > 2 ? "front long" : "front";
  front.textContent = name;
  card.append(back, front);
  label(card, i);
  card.addEventListener("click", () => turn(card));
  return card;
}

function relabel() {
  [...$("cards").children].forEach(label);
  $("count").textContent = found + " of " + pairs + " pairs, " + moves + (moves === 1 ? " try" : " tries");
}

function hide() {
  clearTimeout(hiding);
  open.forEach(card => card.classList.remove("open"));
  open = [];
  hiding = 0;
  relabel();
}

function turn(card) {
  if (hiding) hide();
  if (card.classList.contains("open")) return;
  card.classList.add("open");
  open.push(card);
  if (open.length === 2) {
    moves++;
    if (open[0].dataset.name === open[1].dataset.name) {
      open.forEach(c => c.classList.add("pair"));
      open = [];
      found++;
      if (found === pairs) $("words").textContent = "All pairs found in " + moves + " tries.";
    } else {
      hiding = setTimeout(hide, 1100);
    }
  }
  relabel();
}

function deal() {
  if (hiding) hide();
  open = [];
  found = moves = 0;
  $("words").textContent = "";
  $("cards").replaceChildren(...deck().map(make));
  relabel();
}

function shape() {
  const wide = innerWidth > innerHeight;
  let columns = Math.ceil(Math.sqrt(pairs * 2 * (wide ? 1.8 : 1)));
  while (columns > 2 && pairs * 2 % columns && columns > Math.sqrt(pairs * 2)) columns--;
  columns = Math.min(columns, innerWidth < 420 ? 5 : 8);
  $("cards").style.setProperty("--columns", columns);
  $("cards").style.setProperty("--rows", Math.ceil(pairs * 2 / columns));
}

// arrows walk over the cards
$("cards").addEventListener("keydown", event => {
  const columns = Number($("cards").style.getPropertyValue("--columns"));
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const cards = [...$("cards").children], to = cards[cards.indexOf(document.activeElement) + step];
  if (!step) return;
  event.preventDefault();
  if (to) to.focus();
});
$("again").addEventListener("click", deal);
addEventListener("resize", shape);
shape();
deal();
