// SPDX-License-Identifier: Apache-2.0
const columns = {{columns}}, rows = {{rows}}, pace = {{pace}}, wrap = {{wrap}}, hue = {{hue}};
const ways = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] };
const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", w: "up", s: "down", a: "left", d: "right" };
const $ = id => document.getElementById(id);
const board = $("board"), context = board.getContext("2d");
let random = {{seed}} + 1, body, way, turns, food, timer = 0, best = 0, alive = false;

function chance(n) {
  random = (random * 48271) % 2147483647;
  return random % n;
}

function place() {
  const free = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      if (!body.some(p => p.x === x && p.y === y)) free.push({ x, y });
  return free.length ? free[chance(free.length)] : null;
}

function reset() {
  const y = Math.floor(rows / 2), x = Math.floor(columns / 3);
  body = [{ x, y }, { x: x - 1, y }, { x: x - 2, y }];
  way = "right";
  turns = [];
  food = place();
}

function draw() {
  const box = board.getBoundingClientRect(), scale = devicePixelRatio || 1;
  board.width = Math.round(box.width * scale);
  board.height = Math.round(box.height * scale);
  const cell = board.width / columns, gap = Math.max(1, cell * .07);
  const square = (p, colour, inset) => {
    context.fillStyle = colour;
    context.fillRect(p.x * cell + inset, p.y * cell + inset, cell - 2 * inset, cell - 2 * inset);
  };
  context.fillStyle = "rgb(255 255 255 / .035)";
  for (let y = 0; y < rows; y++)
    for (let x = y % 2; x < columns; x += 2) context.fillRect(x * cell, y * cell, cell, cell);
  if (food) square(food, "oklch(80% .16 " + (hue + 150) % 360 + ")", cell * .2);
  body.forEach((p, i) => square(p, "oklch(" + (i ? 76 - 22 * i / body.length : 90) + "% .15 " + hue + ")", gap));
}

function step() {
  way = turns.shift() || way;
  const head = { x: body[0].x + ways[way][0], y: body[0].y + ways[way][1] };
  if (wrap) {
    head.x = (head.x + columns) % columns;
    head.y = (head.y + rows) % rows;
  }
  const eats = food && head.x === food.x && head.y === food.y;
  const tail = eats ? body : body.slice(0, -1);
  if (head.x < 0 || head.y < 0 || head.x >= columns || head.y >= rows || tail.some(p => p.x === head.x && p.y === head.y)) return end();
  body = [head, ...tail];
  if (eats) food = place();
  score();
  draw();
  timer = setTimeout(step, Math.max(60, pace - body.length));
}

function score() {
  $("score").textContent = body.length - 3;
  best = Math.max(best, body.length - 3);
  $("best").textContent = best;
}

function end() {
  alive = false;
  $("words").textContent = "Ended with " + (body.length - 3) + (body.length === 4 ? " point" : " points");
  $("go").textContent = "Play again";
  $("over").hidden = false;
  $("go").focus();
}

function start() {
  clearTimeout(timer);
  alive = true;
  $("over").hidden = true;
  board.focus({ preventScroll: true });
  reset();
  score();
  draw();
  timer = setTimeout(step, pace);
}

function turn(to) {
  const last = turns[turns.length - 1] || way;
  if (alive && turns.length < 3 && to !== last && ways[to][0] !== -ways[last][0]) turns.push(to);
}

document.addEventListener("keydown", event => {
  const to = keys[event.key] || keys[event.key.toLowerCase()];
  if (!to) return;
  event.preventDefault();
  turn(to);
});
document.querySelectorAll("[data-turn]").forEach(button => button.addEventListener("click", () => turn(button.dataset.turn)));
let touch = null;
board.addEventListener("pointerdown", event => { touch = { x: event.clientX, y: event.clientY }; });
board.addEventListener("pointermove", event => {
  if (!touch) return;
  const x = event.clientX - touch.x, y = event.clientY - touch.y;
  if (Math.max(Math.abs(x), Math.abs(y)) < 18) return;
  turn(Math.abs(x) > Math.abs(y) ? (x > 0 ? "right" : "left") : (y > 0 ? "down" : "up"));
  touch = { x: event.clientX, y: event.clientY };
});
addEventListener("pointerup", () => { touch = null; });
addEventListener("blur", () => { clearTimeout(timer); });
addEventListener("focus", () => { if (alive) { clearTimeout(timer); timer = setTimeout(step, pace); } });
$("go").addEventListener("click", start);
new ResizeObserver(draw).observe(board);
reset();
draw();
