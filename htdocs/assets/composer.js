// SPDX-License-Identifier: Apache-2.0
// Describing an app: the prompt, what it will cost while one types, and joining the queue.
import { post, session } from "./api.js";
import { h, show, field, report, bricks, number, duration } from "./dom.js";
import { courses } from "./courses.js";

const DRAFT = "wall.draft.prompt";

/** @param {(made: object) => void} made called with what POST /ai/generate returned */
export function composer(made) {
  const prompt = h("textarea", { class: "prompt", id: "prompt", rows: "4", maxlength: "2000",
    placeholder: "A kitchen timer with three presets and a gentle bell." });
  prompt.value = localStorage.getItem(DRAFT) ?? "";
  const count = h("span", { class: "small soft push num" });
  const error = h("p", { class: "err", role: "alert" });
  const words = field("Words above the app (optional)", "content_text", { maxlength: "5000", autocomplete: "off" });
  const estimate = h("div", { class: "estimate", "aria-live": "off" });
  const note = h("div");
  const submit = h("button", { class: "btn main push" }, "Join the queue");
  const state = { key: null, timer: 0, asked: "" };
  const promptField = { input: prompt, fail: (text) => { error.textContent = text ?? ""; } };

  const typed = () => {
    localStorage.setItem(DRAFT, prompt.value);
    count.textContent = `${number([...prompt.value].length)} of 2,000`;
    state.key = null;
    error.textContent = "";
    clearTimeout(state.timer);
    state.timer = setTimeout(() => estimateNow(prompt.value.trim(), estimate, state), 250);
  };
  prompt.addEventListener("input", typed);

  const send = async (e) => {
    e.preventDefault();
    // One key until the words change: a second click or a retry cannot be charged twice.
    state.key ??= crypto.randomUUID();
    submit.disabled = true;
    try {
      const result = await post("/ai/generate",
        { prompt: prompt.value, ...(words.input.value.trim() && { content_text: words.input.value }) }, { key: state.key });
      prompt.value = words.input.value = "";
      show(note);
      typed();
      made(result);
    } catch (problem) {
      report(problem, { prompt: promptField, content_text: words }, note);
    } finally {
      submit.disabled = false;
    }
  };

  typed();
  return {
    node: h("form", { class: "face", "aria-label": "Describe an app", onsubmit: send },
      h("div", { class: "prompt-box" }, h("label", { class: "small soft", for: "prompt" }, "What should it do?"), prompt, error,
        h("div", { class: "row" }, count)),
      estimate,
      h("div", { class: "options" }, words.node, note),
      h("div", { class: "composer-foot" }, submit)),
    refresh: () => estimateNow(prompt.value.trim(), estimate, state),
  };
}

async function estimateNow(prompt, node, state) {
  state.asked = prompt;
  if ([...prompt].length < 10) {
    show(node, h("p", { class: "small soft" }, "The cost shows here as you write. A few words say enough: name the parts, say what a tap does, give the limits."));
    return;
  }
  let e;
  try { e = await post("/bricks/estimate", { prompt }); } catch (problem) {
    show(node, h("p", { class: "small soft" }, problem.message));
    return;
  }
  if (state.asked !== prompt) return; // a later answer is on its way
  if (session.me) session.me.bricks.available = e.available;
  show(node,
    h("div", { class: "split" },
      h("div", {}, h("p", { class: "small soft" }, "Estimated cost"), h("p", { class: "big num" }, `${e.bricks_min}–${bricks(e.bricks_max)}`)),
      h("div", {}, h("p", { class: "small soft" }, "You have"), h("p", {}, h("span", { class: `bricks ${e.enough ? "ok" : "bad"}` }, number(e.available))))),
    courses({ laid: e.bricks_min, likely: e.bricks_min, most: e.bricks_max }, `Likely at least ${e.bricks_min} bricks and at most ${e.bricks_max}`),
    h("p", { class: "key" }, h("span", {}, h("i"), "likely at least"), h("span", {}, h("i", { class: "may" }), "at most"),
      h("span", { class: "push" }, `${number(e.tokens_per_brick)} tokens = 1 brick`)),
    e.enough
      ? h("p", { class: "small soft" }, `We hold ${e.bricks_max} when you join the queue, charge only what is used, and return everything if it fails.`)
      : h("p", { class: "note bad" }, `You are ${bricks(e.short_by)} short. Your prompt is saved.`),
    h("p", { class: "small" }, e.queue_total ? `${e.queue_total} in the queue, about ${duration(e.queue_eta_s)}` : "Nobody is waiting."));
}
