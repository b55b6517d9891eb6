// SPDX-License-Identifier: Apache-2.0
const mode = {{mode}};
let length = {{seconds}} * 1000, passed = 0, started = 0, frame = 0;
const $ = id => document.getElementById(id);

function show(ms) {
  const s = mode === "up" ? Math.floor(ms / 1000) : Math.ceil(ms / 1000);
  const two = n => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? h + ":" + two(m) + ":" + two(s % 60) : m + ":" + two(s % 60);
}

function now() { return passed + (started ? performance.now() - started : 0); }

function draw() {
  const t = now();
  const left = Math.max(0, length - t);
  $("time").textContent = show(mode === "up" ? t : left);
  const part = mode === "up" ? (t / 60000) % 1 : length ? left / length : 0;
  $("hand").style.strokeDashoffset = 1 - part;
  $("go").textContent = started ? "Pause" : passed ? "Continue" : "Start";
  $("less").hidden = $("more").hidden = mode === "up";
  $("less").disabled = length <= 60000;
  if (mode === "down" && started && left === 0) finish();
}

function tick() {
  draw();
  if (started) frame = setTimeout(tick, 100);
}

function stop() {
  passed = now();
  started = 0;
  clearTimeout(frame);
}

function finish() {
  stop();
  passed = 0;
  document.querySelector(".timer").classList.add("done");
  $("state").textContent = "Time is up";
  beep();
  $("go").textContent = "Start";
}

function beep() {
  const audio = new AudioContext();
  [0, .3, .6].forEach(at => {
    const tone = audio.createOscillator(), level = audio.createGain();
    tone.frequency.value = 784;
    level.gain.setValueAtTime(.2, audio.currentTime + at);
    level.gain.exponentialRampToValueAtTime(.001, audio.currentTime + at + .25);
    tone.connect(level).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + .26);
  });
}

$("go").addEventListener("click", () => {
  document.querySelector(".timer").classList.remove("done");
  if (started) stop(); else started = performance.now();
  $("state").textContent = started ? "Running" : "Paused";
  tick();
});
$("again").addEventListener("click", () => {
  stop();
  passed = 0;
  document.querySelector(".timer").classList.remove("done");
  $("state").textContent = "Ready";
  draw();
});
[["less", -60000], ["more", 60000]].forEach(([id, by]) => $(id).addEventListener("click", () => {
  length = Math.max(60000, length + by);
  draw();
}));
document.addEventListener("keydown", event => {
  if (event.key === " " && event.target === document.body) {
    event.preventDefault();
    $("go").click();
  }
});
draw();
