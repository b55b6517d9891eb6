// SPDX-License-Identifier: Apache-2.0
let entries = {{items}}.map((text, i) => ({ id: i, text, done: false }));
let next = entries.length;
const $ = id => document.getElementById(id);

function row(entry) {
  const item = document.createElement("li"), label = document.createElement("label");
  const box = document.createElement("input"), words = document.createElement("span");
  const remove = document.createElement("button");
  box.type = "checkbox";
  box.checked = entry.done;
  words.textContent = entry.text;
  words.dir = "auto";
  remove.type = "button";
  remove.textContent = "×";
  remove.setAttribute("aria-label", "Remove " + entry.text);
  item.classList.toggle("done", entry.done);
  label.append(box, words);
  item.append(label, remove);
  box.addEventListener("change", () => {
    entry.done = box.checked;
    item.classList.toggle("done", entry.done);
    count();
  });
  remove.addEventListener("click", () => {
    entries = entries.filter(e => e !== entry);
    draw();
    $("text").focus();
  });
  return item;
}

function count() {
  const done = entries.filter(e => e.done).length;
  $("bar").style.inlineSize = (entries.length ? 100 * done / entries.length : 0) + "%";
  $("count").textContent = done + " of " + entries.length + " done";
  $("clear").disabled = !done;
  $("blank").hidden = entries.length > 0;
}

function draw() {
  $("list").replaceChildren(...entries.map(row));
  count();
}

function add() {
  const text = $("text").value.trim();
  if (text) entries.push({ id: next++, text, done: false });
  $("text").value = "";
  $("text").focus();
  draw();
}

$("add").addEventListener("click", add);
$("text").addEventListener("keydown", event => { if (event.key === "Enter") add(); });
$("clear").addEventListener("click", () => {
  entries = entries.filter(e => !e.done);
  draw();
});
draw();
