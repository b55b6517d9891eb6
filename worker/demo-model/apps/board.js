// SPDX-License-Identifier: Apache-2.0
const cards = document.getElementById("cards"), text = document.getElementById("text");

function button(sign, label, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = sign;
  node.setAttribute("aria-label", label);
  node.addEventListener("click", act);
  return node;
}

function counter(name) {
  const card = document.createElement("section"), title = document.createElement("h2"), value = document.createElement("output");
  let count = 0;
  const change = by => {
    count += by;
    value.textContent = count;
  };
  card.className = "card";
  title.textContent = name;
  title.dir = "auto";
  card.append(title, value, button("−", name + ": one less", () => change(-1)), button("+", name + ": one more", () => change(1)));
  change(0);
  return card;
}

function add() {
  const name = text.value.trim();
  if (name) cards.append(counter(name));
  text.value = "";
  text.focus();
}

document.getElementById("add").addEventListener("click", add);
text.addEventListener("keydown", event => { if (event.key === "Enter") add(); });
cards.append(...{{items}}.map(counter));
