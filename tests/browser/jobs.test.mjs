// SPDX-License-Identifier: Apache-2.0
// Jobs as they are lived with: streams shared and resumed, stopping, failing, not enough bricks.
import { equal, ok, test, until } from "./harness.mjs";
import { FEW } from "./stack.mjs";

const jobs = { lane: "jobs" };
const app = (page) => page.locator("article.post section.app");
const shown = (page) => page.locator(".side .me .bricks > [aria-hidden]").textContent().then(Number);

test("two tabs share one stream, and both hear the job", async (t) => {
  const { page, user, context } = await t.signedIn();
  const other = await context.newPage();
  let direct = 0;
  for (const tab of [page, other]) tab.on("request", (r) => { if (r.url().includes("/api/v1/events")) direct++; });
  await t.open(page, "/");
  await t.open(other, "/");
  const { post } = await user.generate("A checklist for a picnic [[rate:500]]");
  for (const tab of [page, other]) await t.open(tab, `/p/${post.post_id}`);
  for (const tab of [page, other]) await until(async () => await app(tab).locator(".code li").count() > 3, "code in both tabs", 40_000);
  for (const tab of [page, other]) await app(tab).locator("iframe.app-frame").waitFor({ timeout: 40_000 });
  const streams = (await t.sharedWorkers(context)).filter((url) => /\/assets\/events-/.test(url));
  equal(streams.length, 1, "one worker holds the stream for both");
  equal(direct, 0, "no tab asks for a stream of its own");
}, jobs);

test("a stream that breaks goes on where it was: nothing is lost", async (t) => {
  const { page, user } = await t.signedIn();
  const { post, job } = await user.generate("A drum machine with four voices [[rate:350]]");
  await page.addInitScript(() => {
    // What the page has heard, put together from what it was handed.
    globalThis.heard = [];
    const Real = globalThis.SharedWorker;
    globalThis.SharedWorker = class extends Real {
      constructor(...args) {
        super(...args);
        this.port.addEventListener("message", ({ data }) => { 
          if (data[1] === "job.started") globalThis.heard = [];
          if (data[1] === "job.progress") globalThis.heard.push(data[2].delta);
        });
      }
    };
  });
  await t.open(page, `/p/${post.post_id}`);
  await until(async () => await app(page).locator(".code li").count() > 5, "code", 40_000);
  const before = t.stack.requests(/GET \/api\/v1\/events/);
  t.stack.instance("signal", "httpd", "USR1");
  t.expect(/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RE|ERR_EMPTY_RESPONSE|ERR_NETWORK|ERR_SOCKET/);
  await until(() => t.stack.requests(/GET \/api\/v1\/events/) > before, "the stream was asked for again");
  await app(page).locator("iframe.app-frame").waitFor({ timeout: 60_000 });
  const heard = await page.evaluate(() => globalThis.heard);
  const text = heard.join("");
  const stored = await user.call("GET", `/ai/applications/${post.app.app_id}`);
  for (const part of ["html_content", "css_content", "js_content"]) {
    const wanted = stored[part].trim();
    let same = 0;
    const from = text.indexOf(wanted.slice(0, 40));
    while (from >= 0 && same < wanted.length && wanted[same] === text[from + same]) same++;
    ok(same === wanted.length, `${part} was heard whole: after ${JSON.stringify(wanted.slice(Math.max(0, same - 60), same))} comes ${JSON.stringify(text.substr(from + same, 60))} instead of ${JSON.stringify(wanted.substr(same, 60))}`);
  }
  equal((await user.call("GET", `/ai/jobs/${job.job_id}`)).status, "completed", "status");
}, jobs);

test("stopping a job returns the bricks, waiting or being written", async (t) => {
  const { page, user } = await t.signedIn();
  const first = await user.generate("A metronome with four presets [[rate:40]]");
  const second = await user.generate("A poll about lunch");
  await t.open(page, `/p/${second.post.post_id}`);
  await app(page).getByText(/Position 1 of 1/).first().waitFor({ timeout: 40_000 });
  const held = await shown(page);
  await app(page).getByRole("button", { name: "Cancel" }).click();
  await app(page).getByText("Stopped", { exact: true }).waitFor();
  await until(async () => await shown(page) > held, "bricks are back");
  await t.open(page, `/p/${first.post.post_id}`);
  await app(page).getByRole("button", { name: "Stop" }).click();
  await app(page).getByText("You stopped this app.").waitFor();
  await until(async () => await shown(page) === 500, "all bricks are back");
  await t.axe(page, "stopped");
}, jobs);

test("a job that fails says so, returns the bricks and can be tried again", async (t) => {
  const { page, user } = await t.signedIn();
  const prompt = "A seed diary with a button per bed [[fault:broken]] [[rate:1500]]";
  const { post } = await user.generate(prompt);
  await t.open(page, `/p/${post.post_id}`);
  await app(page).getByText("Failed", { exact: true }).waitFor({ timeout: 60_000 });
  await until(async () => await shown(page) === 500, "all bricks are back");
  await t.shot(page, "job-failed");
  await app(page).getByRole("link", { name: "Try again" }).click();
  const described = page.getByLabel("What should it do?");
  equal(await described.inputValue(), prompt, "the description is there again");
  await described.fill("A diary for the greenhouse");
  await page.goBack();
  await app(page).getByRole("link", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  equal(await described.inputValue(), "A diary for the greenhouse", "what was begun in between can be taken back");
}, jobs);

test("not enough bricks: said while writing, and by the server", async (t) => {
  const { page, user } = await t.signedIn({ site: t.stack.few });
  equal(user.bricks.available, FEW, "few bricks");
  await t.open(page, "/new/app");
  const prompt = page.getByLabel("What should it do?"), join = page.getByRole("button", { name: "Join the queue" });
  await prompt.fill("A drum machine with 16 steps and four voices");
  await page.locator(".estimate").getByText(/You are \d+ bricks short. Your prompt is saved./).waitFor();
  ok(await join.isDisabled(), "no way into the queue");
  await t.axe(page, "short of bricks");
  await t.shot(page, "short-of-bricks");
  // The balance may have changed since the estimate: the server has the last word.
  t.expect(/402/);
  await page.route("**/api/v1/bricks/estimate", async (route) => {
    const answer = await (await route.fetch()).json();
    await route.fulfill({ json: { ...answer, data: { ...answer.data, enough: true, short_by: 0 } } });
  });
  await prompt.fill("A drum machine with 16 steps and five voices");
  await until(() => join.isEnabled(), "the estimate says enough");
  await join.click();
  const note = page.locator("form .note.bad");
  await note.getByText(new RegExp(`You need \\d+, you have ${FEW}\\. You are \\d+ bricks short`)).waitFor();
  equal(await note.getByRole("link", { name: "Get more bricks" }).getAttribute("href"), "/bricks#get-more", "a way to get more");
  equal(await prompt.inputValue(), "A drum machine with 16 steps and five voices", "the description is kept");
});
