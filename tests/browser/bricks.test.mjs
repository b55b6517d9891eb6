// SPDX-License-Identifier: Apache-2.0
// One's bricks: the balance everywhere, movements with their filters, sums, the answers to questions.
import { equal, ok, test, until } from "./harness.mjs";

/** A user with a finished app, one that failed, and a wall to be seen. */
async function used(t, options = {}) {
  const it = await t.signedIn(options);
  await it.user.app("A kitchen timer with three presets and a gentle bell");
  const failed = await it.user.generate("A seed diary with a button per bed [[fault:broken]]");
  await until(async () => (await it.user.call("GET", `/ai/jobs/${failed.job.job_id}`)).status === "failed", "the failure", 60_000);
  return it;
}

const rows = (page) => page.locator(".ledger tbody tr");

test("bricks page", async (t) => {
  const { page, user } = await used(t);
  await t.open(page, "/bricks");
  await rows(page).first().waitFor();
  equal(await rows(page).count(), 3, "movements: a hold and its end are one");
  const balance = (await user.call("GET", "/bricks/balance")).available;
  equal(await page.locator(".purse .amount").textContent(), balance.toLocaleString("en-GB"), "the balance");
  await page.locator(".purse").getByText(/^Enough for about \d+ apps$/).waitFor();
  await page.locator(".chart canvas").waitFor();
  for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390], ["light", 320]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `bricks, ${scheme}, ${width}`);
    await t.axe(page, `bricks, ${scheme}, ${width}`);
    await t.shot(page, `bricks-own-${scheme}-${width}`);
  }
}, { lane: "jobs" });

test("movements by keyboard: filters, a search, how it came about", async (t) => {
  const { page } = await used(t);
  await t.open(page, "/bricks");
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Used", exact: true }).press("Enter");
  await until(async () => await rows(page).count() === 1, "the filter");
  equal(new URL(page.url()).search, "?type=spent", "the filter is in the address");
  await page.reload();
  await t.ready(page);
  await until(async () => await rows(page).count() === 1, "the filter after a reload");
  await page.getByRole("button", { name: /^How it came about/ }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Prompt tokens").waitFor();
  await t.axe(page, "breakdown");
  await t.shot(page, "bricks-breakdown");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  ok(await page.evaluate(() => document.activeElement.textContent.startsWith("How it came about")), "focus returns");
  await page.getByRole("button", { name: "All", exact: true }).press("Enter");
  await until(async () => await rows(page).count() === 3, "all again");
  await page.getByLabel("Search by app, reason or receipt").fill("seed diary");
  await until(async () => await rows(page).count() === 1, "the search");
  ok((await rows(page).first().textContent()).includes("bricks held came back"), "what became of it");
  await page.getByLabel("Search by app, reason or receipt").fill("nothing like it");
  await page.getByText("Nothing fits these filters.").waitFor();
  await page.getByLabel("Search by app, reason or receipt").fill("");
  await page.getByRole("button", { name: "Days and more" }).press("Enter");
  await page.getByLabel("Each step of the ledger").check();
  await until(async () => await rows(page).count() === 5, "the steps");
  await page.getByLabel("Cause").selectOption({ label: "Welcome" });
  await until(async () => await rows(page).count() === 1, "one cause");
  equal(new URL(page.url()).searchParams.get("source"), "registration", "the cause is in the address");
  await page.getByLabel("Cause").selectOption({ label: "Every cause" });
  await until(async () => await rows(page).count() === 5, "every cause");
  await page.getByLabel("First day").fill("2030-01-01");
  await page.getByLabel("First day").blur();
  await page.getByText("Nothing fits these filters.").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
  equal(file.suggestedFilename().replace(/until-.*/, ""), "wall-bricks-from-2030-01-01-", "the file's name");
}, { lane: "jobs" });

test("the balance is live, by colour, shape and words", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/bricks");
  await rows(page).first().waitFor();
  const link = page.locator(".side .bricks-link");
  ok(/^500500 bricks, Enough for several apps$/.test((await link.textContent()).trim()), `words: ${await link.textContent()}`);
  const made = await user.generate("A kitchen timer with three presets and a gentle bell [[rate:300]]");
  await until(async () => (await link.textContent()).startsWith(String(500 - made.job.estimated_bricks_max)), "the hold is seen");
  await page.getByText("Held while writing").waitFor();
  await until(async () => /held used/.test(await rows(page).first().textContent()), "its end is seen", 60_000);
  equal(await rows(page).count(), 2, "one movement");
}, { lane: "jobs" });

test("the balance is right though a movement was told while nobody listened", async (t) => {
  const { page, user } = await t.signedIn();
  await page.addInitScript(() => { delete window.SharedWorker; }); // the stream is the page's own, where it can be held up
  let go, asked = 0;
  const stream = new Promise((resolve) => { go = resolve; });
  await page.route("**/api/v1/events**", async (route) => { asked++; await stream; await route.continue(); });
  await t.open(page, "/bricks");
  await until(() => asked > 0, "the stream is asked for");
  const made = await user.generate("A kitchen timer with three presets and a gentle bell [[rate:300]]");
  go();
  await until(async () => (await page.locator(".side .bricks-link").textContent()).startsWith(String(500 - made.job.estimated_bricks_max)), "the hold is seen");
}, { lane: "jobs" });

test("how bricks work", async (t) => {
  const page = await t.page();
  await t.open(page, "/bricks/how");
  await page.getByRole("heading", { name: "How bricks work" }).waitFor();
  await page.getByText("100 tokens of the model, read or written, cost one brick").waitFor();
  await page.getByText("1,000 bricks for $4.99 · 5,000 bricks for $19.99").waitFor();
  for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `how, ${scheme}, ${width}`);
    await t.axe(page, `how, ${scheme}, ${width}`);
    await t.shot(page, `bricks-how-${scheme}-${width}`);
  }
});

test("bricks from right to left", async (t) => {
  const { page, user } = await t.signedIn({ locale: "ar-EG" });
  await user.app("Two dice with a big roll button");
  for (const path of ["/bricks", "/bricks/how"]) {
    await t.open(page, path);
    equal(await page.evaluate(() => document.documentElement.dir), "rtl", "direction");
    if (path === "/bricks") await page.locator(".chart canvas").waitFor();
    await t.fits(page, path);
    await t.axe(page, path);
    await t.shot(page, `bricks-ar${path.replaceAll("/", "-")}`);
  }
}, { lane: "jobs" });

test("bricks without script", async (t) => {
  const context = await t.context({ javaScriptEnabled: false });
  await t.user({ context });
  const page = await context.newPage();
  await page.goto("/bricks");
  equal(await page.locator(".ledger tbody tr").count(), 1, "the first page of movements");
  await page.locator(".purse").getByText("Enough for about").waitFor();
  await page.getByRole("link", { name: "Used", exact: true }).click();
  await page.getByText("Nothing fits these filters.").waitFor();
  await page.goto("/bricks");
  await page.getByLabel("Cause").selectOption("registration");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/source=registration/); // the page before has one row as well
  equal(await page.locator(".ledger tbody tr").count(), 1, "one cause");
  ok((await page.getByRole("link", { name: "Export CSV" }).getAttribute("href")).endsWith("?type=all&source=registration"), "the export as filtered");
  await page.getByLabel("First day").fill("2030-01-01");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByText("Nothing fits these filters.").waitFor();
  await page.getByRole("link", { name: "How bricks work" }).click();
  await page.getByRole("heading", { name: "What is a hold?" }).waitFor();
  await t.shot(page, "bricks-noscript");
});

test("the bricks of the day without script", async (t) => {
  const context = await t.context({ javaScriptEnabled: false });
  const user = await t.user({ context });
  const page = await context.newPage();
  await page.goto("/bricks");
  const before = (await user.call("GET", "/bricks/balance")).available;
  equal(await page.locator(".week li").count(), 7, "days of the drawing");
  const token = await page.locator("form[action='/bricks/claim'] [name=csrf_token]").inputValue();
  const send = (csrf_token) => context.request.post(`${t.stack.url}/bricks/claim`, { form: { csrf_token }, headers: { Origin: t.stack.url }, maxRedirects: 0 });
  equal((await send("x".repeat(token.length))).status(), 403, "another's token");
  equal((await user.call("GET", "/bricks/balance")).available, before, "bricks after that");
  await page.getByRole("button", { name: "Claim 100 bricks" }).click();
  await page.getByText("Today's 100 bricks are claimed.").waitFor();
  equal(new URL(page.url()).pathname, "/bricks", "where it led");
  equal(await page.getByRole("button", { name: /^Claimed\. Again in / }).isDisabled(), true, "claimed");
  equal(await page.locator(".week .had").count(), 1, "days claimed");
  equal((await send(token)).status(), 303, "sent twice");
  equal((await user.call("GET", "/bricks/balance")).available, before + 100, "once a day");
  const visitor = await t.context({ javaScriptEnabled: false });
  const away = await visitor.request.post(`${t.stack.url}/bricks/claim`, { form: { csrf_token: token }, headers: { Origin: t.stack.url }, maxRedirects: 0 });
  ok(away.headers().location?.startsWith("/login"), "a visitor");
});

test("administrators see whether the ledger adds up, and give bricks", async (t) => {
  const { page, context } = await t.signedIn();
  const other = await t.user();
  t.expect(/403/);
  await t.open(page, "/admin/bricks");
  await page.getByText("This is not for you to see").first().waitFor();
  const admin = await t.user({ context });
  await t.stack.sql(`UPDATE users SET role = 'admin' WHERE user_id = ${admin.user_id}`);
  await context.clearCookies();
  const login = await context.request.post(`${t.stack.url}/api/v1/auth/login`, { data: { login: admin.name, password: admin.password } });
  ok(login.ok(), "login");
  await t.open(page, "/admin/bricks");
  await page.getByRole("heading", { name: "What is where" }).waitFor();
  equal(await page.getByRole("row", { name: /Sum, always zero/ }).locator("td").textContent(), "0", "the sum");
  await page.getByRole("button", { name: "Give", exact: true }).click();
  await page.getByText("Say whose: a username.").waitFor();
  await page.getByLabel("Username").fill(other.name);
  equal(await page.getByText("Say whose: a username.").count(), 0, "what was said of a mended field");
  await page.getByLabel("Bricks", { exact: true }).fill("250");
  await page.getByLabel("Reason").fill("Thank you for reporting the fault");
  await page.getByRole("button", { name: "Give", exact: true }).click();
  await page.getByText(`250 bricks for ${other.name}, who has 750 now.`).waitFor();
  for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `admin, ${scheme}, ${width}`);
    await t.axe(page, `admin, ${scheme}, ${width}`);
    await t.shot(page, `bricks-admin-${scheme}-${width}`);
  }
});

test("bricks page of an administrator: where it leads stands side by side, on a phone as well", async (t) => {
  const { page, user } = await t.signedIn();
  await t.stack.makeAdmin(user.username);
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await t.open(page, "/bricks");
    const ways = page.locator(".page-head a"), heading = await page.locator(".page-head h1").boundingBox();
    equal(await ways.count(), 2, "ways on");
    const [a, b] = await Promise.all([0, 1].map((n) => ways.nth(n).boundingBox()));
    ok(a.y === b.y && b.x > a.x && (width === 390 || a.y < heading.y + heading.height), // a phone's fonts may leave no room beside it
      `${width}: ${JSON.stringify({ heading, a, b })}`);
  }
});
