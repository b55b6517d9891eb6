// SPDX-License-Identifier: Apache-2.0
const $ = id => document.getElementById(id);
let bpm = {{bpm}}, beats = {{beats}}, audio = null, timer = 0, nextAt = 0, beat = 0, taps = [];

function bars() {
  $("beats").replaceChildren(...Array.from({ length: beats }, () => document.createElement("i")));
}

function setTempo(value) {
  bpm = Math.min(240, Math.max(30, Math.round(value)));
  $("bpm").value = bpm;
  $("shown").textContent = bpm;
}

function click(at, strong) {
  const tone = audio.createOscillator(), level = audio.createGain();
  tone.frequency.value = strong ? 1320 : 880;
  level.gain.setValueAtTime(.35, at);
  level.gain.exponentialRampToValueAtTime(.001, at + .05);
  tone.connect(level).connect(audio.destination);
  tone.start(at);
  tone.stop(at + .06);
}

function flash(index, wait) {
  setTimeout(() => [...$("beats").children].forEach((bar, i) => bar.classList.toggle("on", i === index && !!timer)), wait);
}

// sounds are set a little ahead on the audio clock: timers alone would stumble
function ahead() {
  while (nextAt < audio.currentTime + .12) {
    click(nextAt, beat === 0);
    flash(beat, Math.max(0, (nextAt - audio.currentTime) * 1000));
    beat = (beat + 1) % beats;
    nextAt += 60 / bpm;
  }
}

function toggle() {
  if (timer) {
    clearInterval(timer);
    timer = 0;
    flash(-1, 0);
  } else {
    audio = audio || new AudioContext();
    audio.resume();
    beat = 0;
    nextAt = audio.currentTime + .06;
    timer = setInterval(ahead, 25);
  }
  $("go").textContent = timer ? "Stop" : "Start";
}

$("go").addEventListener("click", toggle);
$("less").addEventListener("click", () => setTempo(bpm - 1));
$("more").addEventListener("click", () => setTempo(bpm + 1));
$("bpm").addEventListener("input", () => setTempo(Number($("bpm").value)));
$("count").addEventListener("input", () => {
  beats = Math.min(12, Math.max(2, Number($("count").value) || 4));
  beat = 0;
  bars();
});
$("tap").addEventListener("click", () => {
  const now = performance.now();
  taps = taps.filter(t => now - t < 6000).concat(now).slice(-5);
  if (taps.length > 1) setTempo(60000 * (taps.length - 1) / (now - taps[0]));
});
document.addEventListener("keydown", event => {
  if (event.key === " " && event.target === document.body) {
    event.preventDefault();
    toggle();
  }
});
bars();
