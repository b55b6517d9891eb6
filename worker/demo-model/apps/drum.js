// SPDX-License-Identifier: Apache-2.0
const steps = {{steps}}, groove = {{groove}};
const voices = [["Kick", "#ff7a5c"], ["Snare", "#ffc94d"], ["Hat", "#5ed3b2"], ["Bell", "#b59cff"]].slice(0, {{voices}});
const beats = [["x...x...x...x...", "....x.......x...", "x.x.x.x.x.x.x.xx", "...x.......x.x.."],
  ["x..x..x.x..x..x.", "....x.......x..x", "xxx.xxx.xxx.xxx.", "x.........x....."],
  ["x.....x..x......", "....x.......x...", "x.x.x.x.x.x.x.x.", "......x.......x."]];
const pads = [], $ = id => document.getElementById(id);
let audio = null, noise = null, timer = 0, step = 0, at = 0;

voices.forEach(([name, colour], row) => {
  const label = document.createElement("span");
  label.textContent = name;
  $("grid").append(label);
  pads.push(Array.from({ length: steps }, (unused, column) => {
    const pad = document.createElement("button");
    pad.type = "button";
    pad.className = column % 4 ? "pad" : "pad four";
    pad.style.setProperty("--voice", colour);
    pad.setAttribute("aria-label", name + ", step " + (column + 1));
    pad.setAttribute("aria-pressed", String(beats[groove][row][column] === "x"));
    pad.addEventListener("click", () => pad.setAttribute("aria-pressed", String(pad.getAttribute("aria-pressed") !== "true")));
    $("grid").append(pad);
    return pad;
  }));
});

function tone(when, from, to, length, shape) {
  const source = audio.createOscillator(), level = audio.createGain();
  source.type = shape;
  source.frequency.setValueAtTime(from, when);
  source.frequency.exponentialRampToValueAtTime(to, when + length);
  level.gain.setValueAtTime(.5, when);
  level.gain.exponentialRampToValueAtTime(.001, when + length);
  source.connect(level).connect(audio.destination);
  source.start(when);
  source.stop(when + length);
}

function hiss(when, above, length) {
  const source = audio.createBufferSource(), filter = audio.createBiquadFilter(), level = audio.createGain();
  source.buffer = noise;
  filter.type = "highpass";
  filter.frequency.value = above;
  level.gain.setValueAtTime(.35, when);
  level.gain.exponentialRampToValueAtTime(.001, when + length);
  source.connect(filter).connect(level).connect(audio.destination);
  source.start(when);
  source.stop(when + length);
}

const hit = [when => tone(when, 150, 45, .3, "sine"), when => hiss(when, 1400, .18),
  when => hiss(when, 7000, .05), when => tone(when, 830, 820, .4, "triangle")];

function mark(column) {
  pads.forEach(row => row.forEach((pad, i) => pad.classList.toggle("now", i === column)));
}

function ahead() {
  while (at < audio.currentTime + .12) {
    const now = step, when = at;
    pads.forEach((row, voice) => { if (row[now].getAttribute("aria-pressed") === "true") hit[voice](when); });
    setTimeout(() => { if (timer) mark(now); }, Math.max(0, (when - audio.currentTime) * 1000));
    step = (step + 1) % steps;
    at += 15 / Number($("tempo").value);
  }
}

function sound() {
  audio = new AudioContext();
  noise = audio.createBuffer(1, audio.sampleRate / 2, audio.sampleRate);
  noise.getChannelData(0).forEach((unused, i, data) => { data[i] = Math.random() * 2 - 1; });
}

$("go").addEventListener("click", () => {
  if (timer) {
    clearInterval(timer);
    timer = 0;
    mark(-1);
  } else {
    if (!audio) sound();
    audio.resume();
    step = 0;
    at = audio.currentTime + .06;
    timer = setInterval(ahead, 25);
  }
  $("go").textContent = timer ? "Stop" : "Play";
});
$("tempo").addEventListener("input", () => { $("shown").textContent = $("tempo").value; });
$("clear").addEventListener("click", () => pads.flat().forEach(pad => pad.setAttribute("aria-pressed", "false")));
