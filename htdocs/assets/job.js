// SPDX-License-Identifier: Apache-2.0
// An app inside its post: waiting, being written, running, or what became of it.
import { get, post, session } from "./api.js";
import { h, show, bricks, number, duration } from "./dom.js";
import { courses, line } from "./courses.js";

const STAGES = [["html", "Markup"], ["css", "Styles"], ["js", "Script"], ["check", "Check"]];
const FINAL = ["job.completed", "job.failed", "job.cancelled"];

/** The card of `p.app`; `changed` is called when the bricks or the post have changed. */
export function appCard(p, changed) {
  const card = h("section", { class: "app live", "aria-label": `Mini-app ${p.app.title}` });
  if (p.app.status === "completed") running(card, p.app);
  else if (p.app.status === "queued" || p.app.status === "processing") watch(card, p, changed);
  else ended(card, p, changed);
  return card;
}

const bar = (app, tag, ...tools) => h("div", { class: "app-bar" },
  h("bdi", { class: "app-name" }, app.title), tag, h("span", { class: "push" }), tools);

const demoTag = (app) => app.is_demo ? h("span", { class: "tag low" }, "demo model") : null;

function running(card, app) {
  card.classList.remove("live");
  const frame = () => h("iframe", { class: "app-frame", title: `${app.title}, mini-app`, sandbox: "allow-scripts",
    src: app.url, referrerpolicy: "no-referrer", loading: "lazy" });
  const holder = h("div", {}, frame());
  show(card,
    bar(app, demoTag(app),
      h("button", { class: "btn plain small", type: "button", onclick: () => show(holder, frame()) }, "Restart")),
    holder,
    h("div", { class: "app-foot" },
      h("span", { class: "bricks" }, number(app.actual_bricks_cost ?? 0)),
      h("span", {}, app.generation_model),
      app.generation_time ? h("span", {}, `written in ${duration(app.generation_time / 1000)}`) : null));
}

/** Failed or cancelled: what happened, what to do, what became of the bricks. */
async function ended(card, p, changed, event) {
  card.classList.remove("live");
  const job = event ? null : await get(`/ai/jobs/${p.app.job_id}`).catch(() => null);
  const cancelled = p.app.status === "cancelled";
  const text = event?.message ?? job?.error_message ??
    (cancelled ? "You stopped this app. All bricks held for it are back in your balance." : "This app was not finished. All bricks held for it were returned.");
  show(card,
    bar(p.app, h("span", { class: cancelled ? "tag" : "tag bad" }, cancelled ? "Stopped" : "Failed")),
    h("div", { class: "app-body" },
      h("p", { class: "asked", dir: "auto" }, `“${p.app.user_prompt}”`),
      h("p", { class: cancelled ? "note" : "note bad", role: "status" }, text)));
  changed?.({ prompt: p.app.user_prompt });
}

function watch(card, p, changed) {
  const mine = session.me?.user_id === p.author.user_id;
  const state = { code: "", stage: null, started: 0 };
  const stop = mine && h("button", { class: "btn plain small", type: "button", onclick: () => cancel(p, stop) }, "Cancel");
  const tag = h("span", { class: "tag" }, "Queued");
  const body = h("div", {}, h("div", { class: "app-body" }, h("p", { class: "big-pos", role: "status" }, "Joining the queue")));
  show(card, bar(p.app, tag, stop), body);

  const source = new EventSource(`/api/v1/ai/jobs/${p.app.job_id}/status`);
  const on = (name, handler) => source.addEventListener(name, (e) => handler(JSON.parse(e.data)));
  on("job.queued", (d) => waiting(body, tag, p, d));
  on("job.started", () => {
    Object.assign(state, { code: "", stage: null, started: Date.now() });
    tag.textContent = "Writing";
    tag.className = "tag on";
    if (stop) stop.textContent = "Stop";
    writing(body, p, state);
  });
  on("job.progress", (d) => {
    state.started ||= Date.now();
    if (!state.view) { tag.textContent = "Writing"; tag.className = "tag on"; writing(body, p, state); }
    progress(state, d);
  });
  on("job.completed", async () => {
    const fresh = await get(`/posts/${p.post_id}`);
    Object.assign(p, fresh);
    running(card, p.app);
    changed?.();
  });
  on("job.failed", (d) => { p.app.status = "failed"; ended(card, p, changed, d); });
  on("job.cancelled", () => { p.app.status = "cancelled"; ended(card, p, changed); });
  for (const name of FINAL) source.addEventListener(name, () => source.close());
}

async function cancel(p, button) {
  button.disabled = true;
  try { await post(`/ai/jobs/${p.app.job_id}/cancel`); } catch { button.disabled = false; }
}

function waiting(body, tag, p, d) {
  tag.textContent = "Queued";
  tag.className = "tag";
  const eta = d.eta_s ? `, about ${duration(d.eta_s)}` : "";
  show(body, h("div", { class: "app-body" },
    h("p", { class: "asked", dir: "auto" }, `“${p.app.user_prompt}”`),
    h("p", { class: "big-pos", role: "status" }, d.position ? `Position ${d.position} of ${d.total}${eta}` : "Starting"),
    d.position ? line(d.position, d.total) : null));
}

function writing(body, p, state) {
  const view = state.view = {
    list: h("ol"), steps: h("ol", { class: "steps" }), wall: h("div"), facts: h("p", { class: "facts", role: "status" }),
  };
  view.code = h("div", { class: "code", role: "group", tabindex: "0", "aria-label": "Code being written" }, view.list);
  show(body, view.code, h("div", { class: "app-body" }, view.steps, view.wall, view.facts));
  get(`/ai/jobs/${p.app.job_id}`).then((job) => { state.job = job; }).catch(() => {});
}

function progress(state, d) {
  const { view, job } = state;
  state.code += d.delta ?? "";
  const lines = state.code.split("\n"), tail = lines.slice(-14);
  view.list.style.setProperty("--from", String(lines.length - tail.length));
  show(view.list, tail.map((text, i) => h("li", {}, text, i === tail.length - 1 ? h("span", { class: "caret" }) : null)));
  const at = STAGES.findIndex(([stage]) => stage === d.stage);
  if (d.stage !== state.stage) {
    state.stage = d.stage;
    show(view.steps, STAGES.map(([, label], i) => h("li", { class: i === at && "is", "aria-current": i === at && "step" }, i < at ? `✓ ${label}` : label)));
  }
  if (job) {
    show(view.wall, courses({ laid: d.bricks, likely: job.estimated_bricks_min, most: Math.max(job.estimated_bricks_max, d.bricks), next: true },
      `${bricks(d.bricks)} laid of an estimated ${job.estimated_bricks_min} to ${job.estimated_bricks_max}`));
  }
  show(view.facts,
    h("span", {}, h("b", {}, number(d.bricks)), job ? ` of ${job.estimated_bricks_min}–${job.estimated_bricks_max} bricks` : " bricks"),
    h("span", {}, h("b", {}, number(d.tokens)), " tokens"),
    h("span", {}, h("b", {}, `${Math.round(d.tokens_per_s)}`), " a second"),
    h("span", {}, h("b", {}, `${d.percent} %`)));
}
