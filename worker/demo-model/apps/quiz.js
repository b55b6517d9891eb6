// SPDX-License-Identifier: Apache-2.0
// each row: question, right answer, wrong answers
const rows = {{questions}};
let at = 0, right = 0, marks = [];
const $ = id => document.getElementById(id);

function shuffled(list) {
  const out = list.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const k = Math.floor(Math.random() * (i + 1));
    [out[i], out[k]] = [out[k], out[i]];
  }
  return out;
}

function steps() {
  $("steps").replaceChildren(...rows.map((row, i) => {
    const step = document.createElement("i");
    step.className = i < marks.length ? marks[i] : i === at ? "now" : "";
    return step;
  }));
}

function ask() {
  const [question, ...answers] = rows[at];
  $("where").textContent = "Question " + (at + 1) + " of " + rows.length;
  $("question").textContent = question;
  $("verdict").textContent = "";
  $("next").hidden = true;
  $("answers").replaceChildren(...shuffled(answers).map((text, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.dataset.key = i + 1;
    button.addEventListener("click", () => judge(button, text === rows[at][1]));
    return button;
  }));
  steps();
}

function judge(button, good) {
  for (const other of $("answers").children) {
    other.disabled = true;
    if (other.textContent === rows[at][1]) other.classList.add("right");
  }
  if (!good) button.classList.add("wrong");
  right += good;
  marks.push(good ? "right" : "wrong");
  $("verdict").textContent = good ? "Right." : "No: " + rows[at][1] + ".";
  $("next").textContent = at + 1 < rows.length ? "Next question" : "See the score";
  $("next").hidden = false;
  $("next").focus();
  steps();
}

function finish() {
  $("play").hidden = true;
  $("end").hidden = false;
  $("score").textContent = right;
  const part = right / rows.length;
  $("words").textContent = part === 1 ? "All of them." : part >= .6 ? "More right than wrong." : "Some of these were hard. Another round?";
  $("again").focus();
}

$("next").addEventListener("click", () => {
  at++;
  if (at < rows.length) {
    ask();
    $("question").focus();
  } else {
    finish();
  }
});
$("again").addEventListener("click", () => {
  at = right = 0;
  marks = [];
  $("end").hidden = true;
  $("play").hidden = false;
  ask();
});
document.addEventListener("keydown", event => {
  const button = $("answers").children[Number(event.key) - 1];
  if (button && !button.disabled && !$("play").hidden) button.click();
});
ask();
