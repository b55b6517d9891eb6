// SPDX-License-Identifier: Apache-2.0
const steps = {{steps}};
const $ = id => document.getElementById(id);

function channels(hex) {
  return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
}

// a one-pixel canvas turns whatever the browser mixed into three bytes
const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const probe = document.createElement("i");
document.body.append(probe);

// by hue, as paint does it in the mind: blue and yellow meet in green
function blend(part) {
  probe.style.color = "color-mix(in oklch, " + $("left").value + ", " + $("right").value + " " + part * 100 + "%)";
  pixel.fillStyle = getComputedStyle(probe).color;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
  return "#" + [r, g, b].map(c => c.toString(16).padStart(2, "0")).join("");
}

function contrast(hex) {
  const [r, g, b] = channels(hex).map(c => (c / 255) ** 2.2);
  return r * .2126 + g * .7152 + b * .0722 > .2 ? "#111" : "#fff";
}

function draw() {
  const part = Number($("part").value) / 100, hex = blend(part);
  $("hex").textContent = hex.toUpperCase();
  $("mix").style.setProperty("--mix", hex);
  $("mix").style.setProperty("--on-mix", contrast(hex));
  $("left-name").textContent = Math.round(100 - part * 100) + " %";
  $("right-name").textContent = Math.round(part * 100) + " %";
  [...$("strip").children].forEach((button, i) => {
    const at = i / (steps - 1), colour = blend(at);
    button.style.background = colour;
    button.style.setProperty("--on", contrast(colour));
    button.setAttribute("aria-label", Math.round(at * 100) + " percent right, " + colour);
    button.setAttribute("aria-pressed", String(Math.abs(at - part) < .5 / (steps - 1)));
  });
}

for (let i = 0; i < steps; i++) {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => {
    $("part").value = Math.round(100 * i / (steps - 1));
    draw();
  });
  $("strip").append(button);
}
["left", "right", "part"].forEach(id => $(id).addEventListener("input", draw));
draw();
