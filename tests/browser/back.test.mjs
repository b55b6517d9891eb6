// SPDX-License-Identifier: Apache-2.0
// The Back button: Chromium keeps a page that was left as it was (its back/forward cache) and shows it again. What it shows
// then is what is so now. Playwright turns that cache off, so these tests have a browser of their own that has it.
import { T, equal, launch, ok, test, until } from "./harness.mjs";

/** A test in such a browser; its complaints count as well. */
function back(name, run) {
  test(`back: ${name}`, async (t) => {
    const browser = await launch({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const own = new T(browser, t.stack);
    try {
      await run(own);
      await own.end();
    } finally {
      await browser.close();
    }
  });
}

/**
 * Notes how each document of the page was shown: whether as it had been left, and why not. Not every Chromium keeps a page
 * that has a worker shared with others, so they have none here but where a test is about that.
 */
const note = (page, shared = false) => page.addInitScript((shared) => {
  if (!shared) delete globalThis.SharedWorker;
  addEventListener("pageshow", (e) => {
    if (self === top) sessionStorage.shown = JSON.stringify([...JSON.parse(sessionStorage.shown ?? "[]"), [location.pathname, e.persisted, performance.getEntriesByType("navigation")[0]?.notRestoredReasons?.reasons ?? null]]);
  });
}, shared);

/** To another document, which is no page of the client. */
async function leave(page) {
  await page.route("**/elsewhere", (route) => route.fulfill({ contentType: "text/html", body: '<link rel="icon" href="data:,"><p>Elsewhere' }));
  await page.goto("/elsewhere");
}

/** Back to `path`, which the browser has kept; one that keeps no page with a `shared` worker has asked for it anew. */
async function goBack(page, path, { steps = 1, shared = false } = {}) {
  const before = JSON.parse(await page.evaluate(() => sessionStorage.shown ?? "[]")).length;
  await page.evaluate((n) => { setTimeout(() => history.go(-n)); }, steps);
  const shown = await until(async () => {
    const all = JSON.parse(await page.evaluate(() => sessionStorage.shown).catch(() => "[]"));
    return all.length > before && all.slice(before);
  }, "a page is shown");
  const anew = shared && shown[0][2]?.[0]?.reason === "sharedworker-with-no-active-client";
  equal(shown[0], anew ? [path, false, shown[0][2]] : [path, true, null], "kept by the browser");
}

const amount = (page) => page.locator(".side .me .bricks > [aria-hidden]").textContent().then((text) => Number(text.replace(/\D/g, "")));
const balance = async (user) => (await user.call("GET", "/bricks/balance")).available;

for (const shared of [true, false]) {
  back(`the balance is asked for again, and what happens is told, ${shared ? "through the worker all tabs share" : "by a stream of its own"}`, async (t) => {
    const { page, user } = await t.signedIn();
    await note(page, shared);
    await t.open(page, "/settings/appearance");
    await until(async () => await amount(page) === 500, "the balance");
    await leave(page);
    await user.call("POST", "/bricks/claim-daily");
    const now = await balance(user);
    ok(now > 500, "there is more");
    await goBack(page, "/settings/appearance", { shared });
    await until(async () => await amount(page) === now, "the balance as it is now");
    await user.generate("Two dice with a big roll button");
    const then = await balance(user);
    ok(then < now, "some are held");
    await until(async () => await amount(page) === then, "what happened after that is told");
  });
}

back("from the checkout, the purchase is on the page that led there, and one can buy again", async (t) => {
  const { page } = await t.signedIn();
  await note(page);
  await t.open(page, "/bricks/buy");
  await page.getByText("No purchases yet.").waitFor();
  const buy = page.getByRole("button", { name: "Buy 1,000 bricks for $4.99" });
  await buy.click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await page.getByText("Thank you. 1,000 bricks were added.").waitFor();
  await goBack(page, "/bricks/buy", { steps: 2 });
  await until(async () => await amount(page) === 1500, "the balance");
  await page.locator(".purchases li").waitFor();
  await until(async () => await buy.getAttribute("aria-busy") !== "true" && await buy.isEnabled(), "the button");
});

back("nobody is shown who has signed out in another tab", async (t) => {
  const { page, context } = await t.signedIn();
  await note(page);
  await t.open(page, "/new");
  await leave(page);
  const other = await context.newPage();
  await t.open(other, "/");
  await other.getByRole("button", { name: "Account" }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.getByRole("heading", { name: "Say what you need" }).waitFor();
  await goBack(page, "/new");
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  equal(await page.locator(".side").count(), 0, "navigation of somebody who is gone");
});

back("nobody is shown whose session has ended elsewhere", async (t) => {
  const { page, user } = await t.signedIn();
  await note(page);
  await t.open(page, "/new");
  await leave(page);
  await t.stack.endSessions(user.user_id);
  t.expect(/401/);
  await goBack(page, "/new");
  await page.getByText("Your session has ended.").waitFor();
  equal(new URL(page.url()).searchParams.get("next"), "/new", "and back here afterwards");
});

back("a visitor who has signed in in another tab is signed in", async (t) => {
  const context = await t.context(), page = await context.newPage(), user = await t.user();
  await note(page);
  await t.open(page, "/");
  await leave(page);
  const other = await context.newPage();
  await t.open(other, "/login");
  await other.getByLabel("Username or email").fill(user.name);
  await other.getByLabel("Password", { exact: true }).fill(user.password);
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.getByRole("link", { name: "My wall" }).waitFor();
  await goBack(page, "/");
  await page.getByRole("link", { name: "My wall" }).waitFor();
});
