// SPDX-License-Identifier: Apache-2.0
const currency = {{currency}};
const people = {{people}};
let entries = [];
const $ = id => document.getElementById(id);
const money = cents => (cents / 100).toFixed(2) + " " + currency;

function line(parts) {
  const item = document.createElement("li");
  item.append(...parts);
  return item;
}

function element(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

// whole cents: what does not divide evenly falls on the first ones in the list
function balances() {
  const cents = people.map(() => 0);
  entries.forEach(entry => {
    const share = Math.floor(entry.cents / people.length), rest = entry.cents % people.length;
    cents[entry.who] += entry.cents;
    people.forEach((name, i) => { cents[i] -= share + (i < rest ? 1 : 0); });
  });
  return cents;
}

function debts() {
  const cents = balances(), out = [];
  for (;;) {
    const from = cents.indexOf(Math.min(...cents)), to = cents.indexOf(Math.max(...cents));
    const sum = Math.min(-cents[from], cents[to]);
    if (sum <= 0) return out;
    cents[from] += sum;
    cents[to] -= sum;
    out.push([from, to, sum]);
  }
}

function blank(text) {
  const item = line([text]);
  item.className = "blank";
  return item;
}

function draw() {
  const chosen = $("who").value;
  $("who").replaceChildren(...people.map((name, i) => new Option(name, i, false, String(i) === chosen)));
  $("list").replaceChildren(...entries.map((entry, i) => {
    const remove = element("button", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", "Remove " + entry.what);
    remove.addEventListener("click", () => { entries.splice(i, 1); draw(); });
    return line([element("span", people[entry.who] + ", " + entry.what), element("b", money(entry.cents)), remove]);
  }));
  if (!entries.length) $("list").append(blank("Nothing paid yet."));
  $("debts").replaceChildren(...debts().map(([from, to, sum]) => line([element("span", people[from] + " → " + people[to]), element("b", money(sum))])));
  if (!$("debts").children.length) $("debts").append(blank(entries.length ? "All even." : people.join(", ") + " share evenly."));
}

function add() {
  const cents = Math.round(Number($("amount").value.trim().replace(",", ".")) * 100);
  if (!(cents > 0)) {
    $("amount").focus();
    return;
  }
  entries.push({ who: Number($("who").value), what: $("what").value.trim() || "Something", cents });
  $("what").value = $("amount").value = "";
  $("what").focus();
  draw();
}

function join() {
  const name = $("name").value.trim();
  if (name) people.push(name);
  $("name").value = "";
  draw();
}

$("add").addEventListener("click", add);
$("join").addEventListener("click", join);
["what", "amount"].forEach(id => $(id).addEventListener("keydown", event => { if (event.key === "Enter") add(); }));
$("name").addEventListener("keydown", event => { if (event.key === "Enter") join(); });
draw();
