// SPDX-License-Identifier: Apache-2.0
const options = {{options}}.map(text => ({ text, votes: 0 }));
const cast = [];
const $ = id => document.getElementById(id);

function make(option) {
  const button = document.createElement("button"), words = document.createElement("span"), votes = document.createElement("b");
  button.type = "button";
  words.textContent = option.text;
  words.dir = "auto";
  button.append(words, votes);
  button.addEventListener("click", () => {
    option.votes++;
    cast.push(option);
    draw();
  });
  option.button = button;
  $("options").append(button);
}

function draw() {
  const total = cast.length, most = Math.max(...options.map(o => o.votes));
  options.forEach(option => {
    const part = total ? Math.round(100 * option.votes / total) : 0;
    option.button.style.setProperty("--part", part + "%");
    option.button.lastChild.textContent = total ? part + " %" : "";
    option.button.classList.toggle("lead", total > 0 && option.votes === most);
    option.button.setAttribute("aria-label", option.text + (total ? ", " + option.votes + " votes, " + part + " percent" : ""));
  });
  $("count").textContent = total === 1 ? "1 vote" : total + " votes";
  $("undo").disabled = !total;
}

function add() {
  const text = $("text").value.trim();
  if (!text) return;
  const option = { text, votes: 0 };
  options.push(option);
  make(option);
  $("text").value = "";
  draw();
}

$("undo").addEventListener("click", () => {
  cast.pop().votes--;
  draw();
});
$("add").addEventListener("click", add);
$("text").addEventListener("keydown", event => { if (event.key === "Enter") add(); });
options.forEach(make);
draw();
