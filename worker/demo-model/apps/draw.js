// SPDX-License-Identifier: Apache-2.0
const pens = {{pens}};
const sheet = document.getElementById("sheet"), context = sheet.getContext("2d");
const size = document.getElementById("size");
let pen = pens[0], strokes = [], current = null, keyed = { x: .5, y: .5, down: false };

// points are parts of the sheet, so a drawing survives a change of size
function paint() {
  const box = sheet.getBoundingClientRect(), scale = devicePixelRatio || 1;
  sheet.width = Math.round(box.width * scale);
  sheet.height = Math.round(box.height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineCap = context.lineJoin = "round";
  strokes.forEach(stroke => line(stroke, box));
  if (document.activeElement === sheet && sheet.matches(":focus-visible")) cross(box);
  document.getElementById("undo").disabled = document.getElementById("clear").disabled = !strokes.length;
}

function line(stroke, box) {
  const [first, ...rest] = stroke.points;
  context.strokeStyle = stroke.pen;
  context.lineWidth = stroke.size;
  context.beginPath();
  context.moveTo(first.x * box.width, first.y * box.height);
  rest.forEach(p => context.lineTo(p.x * box.width, p.y * box.height));
  if (!rest.length) context.lineTo(first.x * box.width + .01, first.y * box.height);
  context.stroke();
}

function cross(box) {
  const x = keyed.x * box.width, y = keyed.y * box.height;
  context.strokeStyle = "#555";
  context.lineWidth = 1;
  context.beginPath();
  context.arc(x, y, keyed.down ? 4 : 9, 0, 7);
  context.stroke();
}

function point(event) {
  const box = sheet.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

function begin(at) {
  current = { pen, size: Number(size.value), points: [at] };
  strokes.push(current);
  paint();
}

sheet.addEventListener("pointerdown", event => {
  sheet.setPointerCapture(event.pointerId);
  begin(point(event));
});
sheet.addEventListener("pointermove", event => {
  if (!current || !event.buttons) return;
  current.points.push(...event.getCoalescedEvents().map(point));
  paint();
});
["pointerup", "pointercancel"].forEach(name => sheet.addEventListener(name, () => { current = null; }));
sheet.addEventListener("keydown", event => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.key === " ") {
    keyed.down = !keyed.down;
    if (keyed.down) begin({ x: keyed.x, y: keyed.y });
  } else if (move) {
    const box = sheet.getBoundingClientRect();
    keyed.x = Math.min(1, Math.max(0, keyed.x + move[0] * 8 / box.width));
    keyed.y = Math.min(1, Math.max(0, keyed.y + move[1] * 8 / box.height));
    if (keyed.down && current) current.points.push({ x: keyed.x, y: keyed.y });
  } else {
    return;
  }
  event.preventDefault();
  paint();
});
["focus", "blur"].forEach(name => sheet.addEventListener(name, paint));

function choose(index, focus) {
  pen = pens[index];
  [...document.getElementById("pens").children].forEach((button, i) => {
    button.setAttribute("aria-checked", String(i === index));
    button.tabIndex = i === index ? 0 : -1;
    if (focus && i === index) button.focus();
  });
}

pens.forEach((colour, i) => {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "radio");
  button.setAttribute("aria-label", "Pen " + (i + 1) + ", " + colour);
  button.style.setProperty("--pen", colour);
  button.addEventListener("click", () => choose(i));
  button.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose((i + step + pens.length) % pens.length, true);
  });
  document.getElementById("pens").append(button);
});
document.getElementById("undo").addEventListener("click", () => { strokes.pop(); paint(); });
document.getElementById("clear").addEventListener("click", () => { strokes = []; paint(); });
new ResizeObserver(paint).observe(sheet);
choose(0);
paint();
