// SPDX-License-Identifier: Apache-2.0
// Generated apps stay in their frame; the service worker keeps hashed assets and nothing else.
import { equal, ok, test, until } from "./harness.mjs";

/* Replaces the code of a finished app in the database: the worst a model could write. Only its owner sees it. */
async function hostile(t, js) {
  const { page, user } = await t.signedIn();
  const post = await user.app("Two dice with a big roll button", { visibility: "private" });
  await t.stack.sql(`UPDATE ai_applications SET html_content = '<p id="out">here</p>', css_content = '', js_content = FROM_BASE64('${Buffer.from(js).toString("base64")}') WHERE app_id = ${post.app.app_id}`);
  return { post, page };
}

test("an app cannot reach the page, its cookies or the network", async (t) => {
  const { post, page } = await hostile(t, `
    const found = {};
    const attempt = (name, what) => { try { found[name] = String(what()); } catch (e) { found[name] = "refused"; } };
    attempt("parent", () => parent.document.title);
    attempt("top", () => { top.location.href = "/stolen"; return "went"; });
    attempt("cookie", () => document.cookie);
    attempt("storage", () => localStorage.length);
    attempt("origin", () => origin);
    const requests = [fetch("/api/v1/users/me").then(() => "answered", () => "refused"),
      fetch("${t.stack.url}/api/v1/users/me", { credentials: "include" }).then(() => "answered", () => "refused"),
      new Promise((r) => { const i = new Image(); i.onload = () => r("answered"); i.onerror = () => r("refused"); i.src = "${t.stack.url}/assets/x.png"; })];
    Promise.all(requests).then((network) => { document.getElementById("out").textContent = JSON.stringify({ ...found, network }); });`);
  t.expect(/policy violated|Content Security Policy|violates|Unsafe attempt|sandboxed|Blocked|localhost.*(ERR_BLOCKED_BY_CSP|csp)|ERR_NETWORK_ACCESS_DENIED|ERR_BLOCKED|Connection-Allowlist|Failed to load resource/i);
  await t.open(page, `/p/${post.post_id}`);
  const frame = page.frameLocator("iframe.app-frame");
  await until(async () => /^\{/.test(await frame.locator("#out").textContent()), "the app has tried");
  const found = JSON.parse(await frame.locator("#out").textContent());
  equal(found, { parent: "refused", top: "refused", cookie: "refused", storage: "refused", origin: "null", network: ["refused", "refused", "refused"] }, "what it got");
  equal(new URL(page.url()).pathname, `/p/${post.post_id}`, "the page is where it was");
  equal(await page.locator("iframe.app-frame").evaluate((e) => [e.getAttribute("sandbox"), e.getAttribute("allow"), e.referrerPolicy, e.hasAttribute("srcdoc")]),
    ["allow-scripts", null, "no-referrer", false], "the frame");
}, { lane: "jobs" });

test("an app in an endless loop leaves the page usable", async (t) => {
  const { post, page } = await hostile(t, "setTimeout(() => { for (;;) document.title += 1; }, 100);");
  await t.open(page, `/p/${post.post_id}`);
  await page.waitForTimeout(1500); // it runs by now
  const started = Date.now();
  await page.getByRole("link", { name: "New post" }).click();
  await page.getByLabel("What are you making?").fill("Still here");
  ok(Date.now() - started < 5000, `the page answers (${Date.now() - started} ms)`);
  equal(await page.locator("iframe").count(), 0, "leaving ends the app");
}, { lane: "jobs" });

test("the service worker keeps hashed assets only, and asks before an update takes over", async (t) => {
  const { page, context } = await t.signedIn({ serviceWorker: true });
  await t.open(page, "/");
  await until(() => page.evaluate(async () => !!(await navigator.serviceWorker.getRegistration())?.active), "the worker");
  await page.reload();
  await t.ready(page);
  await until(() => page.evaluate(() => !!navigator.serviceWorker.controller), "it controls the page");
  await t.open(page, "/new");
  await t.open(page, "/bricks");
  const kept = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (n) => (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname)))).flat());
  ok(kept.length > 3 && kept.every((path) => /^\/assets\/[\w.-]+-[0-9A-Za-z]{8,}\.\w+$/.test(path)), `hashed assets only: ${kept.filter((p) => !p.startsWith("/assets/"))}`);

  const now = await (await page.request.get("/sw.js")).text();
  await t.stack.replace("htdocs/sw.js", `${now}\n// the next build`);
  try {
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await page.getByText("A new version is ready.").waitFor();
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
    await t.ready(page);
    ok(context.serviceWorkers().length >= 1, "the new worker is in charge");
  } finally {
    await t.stack.replace("htdocs/sw.js", now);
  }
});
