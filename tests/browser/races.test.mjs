// SPDX-License-Identifier: Apache-2.0
// Answers that come late, twice or not at all, two tabs, and sessions that end: nothing typed is lost, nothing is done
// twice, and nothing newer gives way to what is older.
import { equal, ok, test, until } from "./harness.mjs";

const jobs = { lane: "jobs" };
const words = (page) => page.getByLabel("What are you making?");
const send = (page) => page.getByRole("button", { name: "Post", exact: true }).click();
const shown = (page) => page.locator(".side .me .bricks > [aria-hidden]").textContent().then((text) => Number(text.replace(/\D/g, "")));
const path = (page) => new URL(page.url()).pathname;

/** The next request of this kind is answered by the server at once, but the page hears of it only after go(). */
async function hold(page, method, url, how = (route, response) => route.fulfill({ response })) {
  let taken = false, answered = false, problem = null, go;
  const freed = new Promise((resolve) => { go = resolve; });
  await page.route(url, async (route) => {
    if (taken || route.request().method() !== method) return route.fallback();
    taken = true;
    const response = await route.fetch().catch((error) => { problem = error; });
    answered = true;
    await freed;
    return how(route, response).catch(() => {}); // nobody waits for it any more
  });
  const asked = () => until(() => { if (problem) throw problem; return answered; }, `${method} ${url}`);
  return { asked, go };
}
const lose = (route) => route.abort();
const refuse = (status, code) => (route) => route.fulfill({ status, json: { success: false, error: { code, message: "Not now.", request_id: "r" } } });

/** Time for the page to do what it should not. */
const settle = (page, ms = 150) => page.evaluate((ms) => new Promise((done) => requestAnimationFrame(() => setTimeout(done, ms))), ms);

async function signIn(page, user) {
  await page.getByLabel("Username or email").fill(user.name);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: "My wall" }).waitFor();
}

async function signOut(page) {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Say what you need" }).waitFor();
}

test("races: a post whose answer was lost is made once", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/ERR_FAILED/);
  await t.open(page, "/new");
  const post = await hold(page, "POST", "**/api/v1/walls/*/posts", lose);
  await words(page).fill("Said once");
  await send(page);
  await post.asked();
  post.go();
  await page.locator(".toast").getByText("Your words are kept.").waitFor();
  await page.reload(); // the browser may have been closed as well
  await t.ready(page);
  await send(page);
  await page.getByRole("article").filter({ hasText: "Said once" }).first().waitFor();
  equal((await user.call("GET", `/walls/${user.wall.wall_slug}/posts`)).items.length, 1, "posts");
});

test("races: what is typed while a post is on its way stays, taken or not", async (t) => {
  const { page } = await t.signedIn();
  t.expect(/500/);
  await t.open(page, "/new");
  for (const how of [undefined, refuse(500, "WALL_INTERNAL")]) {
    const post = await hold(page, "POST", "**/api/v1/walls/*/posts", how);
    await words(page).fill("The first thing");
    await send(page);
    await post.asked();
    await words(page).fill("The next thing");
    const done = page.waitForEvent("requestfinished", (r) => r.method() === "POST" && r.url().endsWith("/posts"));
    post.go();
    await done;
    await settle(page);
    equal([path(page), await words(page).inputValue()], ["/new", "The next thing"], "the words and their place");
  }
});

test("races: an answer does not lead away who has gone elsewhere", async (t) => {
  const { page } = await t.signedIn();
  await t.open(page, "/new");
  const post = await hold(page, "POST", "**/api/v1/walls/*/posts");
  await words(page).fill("On its way");
  await send(page);
  await post.asked();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  const done = page.waitForEvent("requestfinished", (r) => r.method() === "POST" && r.url().endsWith("/posts"));
  post.go();
  await done;
  await settle(page);
  equal(path(page), "/settings/appearance", "the place");
  await page.getByRole("link", { name: "Home" }).click();
  await page.getByRole("article").filter({ hasText: "On its way" }).first().waitFor();
});

test("races: an app is asked for once, by two presses and after a lost answer", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/ERR_FAILED/);
  await t.open(page, "/new/app");
  let asked = 0;
  page.on("request", (r) => { if (r.url().endsWith("/ai/generate")) asked++; });
  const app = await hold(page, "POST", "**/api/v1/ai/generate", lose);
  await page.getByLabel("What should it do?").fill("Two dice with a big roll button [[rate:2000]]");
  await page.keyboard.press("Control+Enter");
  await app.asked();
  await page.keyboard.press("Control+Enter");
  await settle(page);
  equal(asked, 1, "requests");
  app.go();
  await page.getByRole("alert").filter({ hasText: /connection/i }).first().waitFor();
  await page.reload();
  await t.ready(page);
  await page.getByRole("button", { name: "Join the queue" }).click();
  await until(() => path(page).startsWith("/p/"), "the app's post");
  equal((await user.call("GET", `/walls/${user.wall.wall_slug}/posts`)).items.length, 1, "apps");
}, jobs);

test("races: a draft is the same in two tabs", async (t) => {
  const { page, context } = await t.signedIn(), other = await context.newPage();
  for (const tab of [page, other]) await t.open(tab, "/new");
  await words(page).fill("Begun here");
  await until(async () => await words(other).inputValue() === "Begun here", "the words in the other tab");
  await words(other).fill("Begun here, ended there");
  await page.reload();
  await t.ready(page);
  equal(await words(page).inputValue(), "Begun here, ended there", "the latest of both");
  await send(page);
  await until(async () => await words(other).inputValue() === "", "what was sent is no draft in the other tab");
});

test("races: who signs in next finds nothing of who was here before", async (t) => {
  const { page, user } = await t.signedIn(), next = await t.user();
  await t.open(page, "/new");
  await words(page).fill("For my eyes only");
  await page.getByLabel("Who can see this").selectOption("private");
  await send(page);
  const mine = page.getByRole("article").filter({ hasText: "For my eyes only" });
  await mine.waitFor();
  await page.getByRole("link", { name: "New post" }).click();
  await words(page).fill("Not yet for anybody");
  await signOut(page);
  await signIn(page, next);
  await page.locator("[role=feed], .blank").first().waitFor();
  equal(await mine.count(), 0, "a private post of somebody else");
  await page.getByRole("link", { name: "New post" }).click();
  await words(page).waitFor();
  equal(await words(page).inputValue(), "", "a draft of somebody else");
  await signOut(page);
  await signIn(page, user);
  await page.getByRole("link", { name: "New post" }).click();
  await words(page).waitFor();
  equal(await words(page).inputValue(), "Not yet for anybody", "one's own draft");
});

test("races: a list asked for again while it is on its way is the new one", async (t) => {
  const { page } = await t.signedIn();
  await t.open(page, "/settings/keys");
  await page.getByText("You have no keys.").waitFor();
  await page.getByRole("link", { name: "Devices" }).click();
  await page.getByText("This device").waitFor();
  const list = await hold(page, "GET", "**/api/v1/users/me/api-keys");
  await page.getByRole("link", { name: "API keys" }).click();
  await list.asked();
  await page.getByLabel("Name", { exact: true }).fill("Backup");
  await page.getByRole("checkbox", { name: /^Read posts/ }).check();
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.getByLabel("Your new key").waitFor();
  list.go();
  await page.getByRole("button", { name: "Revoke Backup" }).waitFor();
});

test("races: a copy of one's data is ready though its request is answered later", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/data");
  const ask = await hold(page, "POST", "**/api/v1/users/me/export");
  await page.getByRole("button", { name: "Request a copy" }).click();
  await ask.asked();
  await until(async () => (await user.call("GET", "/users/me/export")).status === "completed", "the copy");
  await page.getByText("Your copy is ready").waitFor();
  const done = page.waitForEvent("requestfinished", (r) => r.method() === "POST" && r.url().endsWith("/export"));
  ask.go();
  await done;
  await settle(page);
  await page.getByRole("link", { name: "Download" }).waitFor();
});

test("races: what is typed while settings are being saved stays", async (t) => {
  const { page, user } = await t.signedIn();
  for (const [where, field, api] of [["profile", "About you", "**/api/v1/users/me"], ["wall", "Description", "**/api/v1/walls/*"]]) {
    await t.open(page, `/settings/${where}`);
    const save = await hold(page, "PATCH", api), text = page.getByLabel(field);
    await text.fill("Pots");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await save.asked();
    await text.fill("Pots and pans");
    save.go();
    await page.locator(".toast").getByText(/saved/i).first().waitFor();
    equal(await text.inputValue(), "Pots and pans", `typed meanwhile, ${where}`);
    await page.getByText("Unsaved changes").waitFor();
    await page.reload();
    await page.getByText("Unsaved changes").waitFor();
    equal(await text.inputValue(), "Pots and pans", `after a reload, ${where}`);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".toast").getByText(/saved/i).first().waitFor();
    await page.getByText("Unsaved changes").waitFor({ state: "detached" });
  }
  equal([(await user.call("GET", "/users/me")).bio, (await user.call("GET", `/walls/${user.wall.wall_slug}`)).description], ["Pots and pans", "Pots and pans"], "what was saved");
});

test("races: an answer older than what was told does not turn the balance back", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/");
  await until(async () => await shown(page) === 500, "the balance");
  await settle(page, 500); // the stream is open, and the balance it asks for is here
  const look = await hold(page, "GET", "**/api/v1/bricks/balance");
  await page.getByRole("link", { name: "Bricks", exact: true }).click();
  await look.asked();
  await user.call("POST", "/bricks/claim-daily");
  const now = (await user.call("GET", "/bricks/balance")).available;
  await until(async () => await shown(page) === now, "what was told");
  const done = page.waitForEvent("requestfinished", (r) => r.url().endsWith("/bricks/balance"));
  look.go();
  await done;
  await settle(page);
  equal(await shown(page), now, "the balance");
});

test("races: the answer to an app's request does not turn the balance back to before its end", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/new/app");
  const ask = await hold(page, "POST", "**/api/v1/ai/generate");
  await page.getByLabel("What should it do?").fill("Two dice with a big roll button");
  await page.getByRole("button", { name: "Join the queue" }).click();
  await ask.asked();
  const now = await until(async () => { const b = await user.call("GET", "/bricks/balance"); return b.held === 0 && b.available < 500 && b.available; }, "the app's end", 60_000);
  await until(async () => await shown(page) === now, "what was told");
  ask.go();
  await until(() => path(page).startsWith("/p/"), "the app's post");
  await settle(page);
  equal(await shown(page), now, "the balance");
}, jobs);

test("races: movements that came last stay on top", async (t) => {
  const { page, user } = await t.signedIn(), rows = page.locator(".ledger tbody tr");
  await t.open(page, "/bricks");
  await until(async () => await rows.count() === 1, "the welcome");
  await settle(page, 700); // whatever was on its way is here
  const early = await hold(page, "GET", "**/api/v1/bricks/transactions");
  await user.call("POST", "/bricks/claim-daily");
  await early.asked();
  await user.generate("A kitchen timer with three presets and a gentle bell");
  await until(async () => await rows.count() === 3, "both movements");
  early.go();
  await settle(page, 300);
  equal(await rows.count(), 3, "movements");
}, jobs);

test("races: a search that was left does not follow to the next page", async (t) => {
  const { page } = await t.signedIn();
  await t.open(page, "/bricks");
  const search = page.getByLabel("Search by app, reason or receipt");
  await search.waitFor();
  await search.fill("bell");
  await page.getByRole("link", { name: "Home" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor({ state: "attached" });
  await settle(page, 500);
  equal(new URL(page.url()).search, "", "the address");
});

test("races: a refusal from before signing in again does not sign out", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/401/);
  const late = await hold(page, "GET", "**/api/v1/bricks/balance", refuse(401, "WALL_UNAUTHENTICATED"));
  await t.open(page, "/new");
  await late.asked();
  await words(page).fill("Between two sessions");
  await t.stack.endSessions(user.user_id);
  await send(page);
  await page.getByText("Your session has ended.").waitFor();
  await signIn(page, user);
  await words(page).waitFor();
  const done = page.waitForEvent("requestfinished", (r) => r.url().endsWith("/bricks/balance"));
  late.go();
  await done;
  await settle(page);
  equal([path(page), await words(page).inputValue()], ["/new", "Between two sessions"], "still here");
});

test("races: signing out is signing out of all tabs, and says when it was not done", async (t) => {
  const { page, context } = await t.signedIn(), other = await context.newPage();
  await t.open(other, "/settings/profile");
  await page.bringToFront();
  await t.open(page, "/");
  t.expect(/ERR_FAILED/);
  await page.route("**/api/v1/auth/logout", lose, { times: 1 });
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.locator(".toast.bad").waitFor();
  await signOut(page);
  await other.waitForURL(/\/login/);
});

test("races: nobody is asked to confirm who they are when their session has ended", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/40[13]/);
  await t.open(page, "/settings/sign-in");
  await t.stack.sql(`UPDATE sessions SET confirmed_at = NOW(6) - INTERVAL 11 MINUTE WHERE user_id = ${user.user_id}`);
  await page.getByRole("textbox", { name: "New password" }).fill("another horse battery");
  await page.getByRole("button", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.waitFor();
  await t.stack.endSessions(user.user_id);
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await page.keyboard.press("Enter");
  await page.getByText("Your session has ended.").waitFor();
  await dialog.waitFor({ state: "detached" });
  await signIn(page, user);
});

test("races: the theme chosen last is the one that is kept", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/appearance");
  let go, held = false;
  const first = new Promise((resolve) => { go = resolve; });
  await page.route("**/api/v1/users/me/settings", async (route) => {
    if (!held) { held = true; await first; } // this one is slow to arrive
    await route.continue();
  });
  const answered = [];
  page.on("requestfinished", (r) => { if (r.method() === "PATCH") answered.push(JSON.parse(r.postData()).theme); });
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Theme").selectOption("light");
  await settle(page, 300);
  go();
  await until(() => answered.length === 2, "both are answered");
  equal((await user.call("GET", "/users/me/settings")).theme, "light", "the theme");
});

test("races: a page that cannot be had is there when it can", async (t) => {
  const { page, context } = await t.signedIn();
  t.expect(/ERR_INTERNET_DISCONNECTED|404/);
  await t.open(page, "/");
  await context.setOffline(true);
  await page.getByRole("alert").getByText("The connection dropped.").waitFor();
  await page.getByRole("link", { name: "Settings" }).click();
  await until(() => path(page) === "/settings/appearance", "the address");
  await settle(page);
  await context.setOffline(false);
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  // a part of a build that is gone
  let missing = 0;
  await page.route("**/assets/part-*.js", (route) => missing++ ? route.fallback() : route.fulfill({ status: 404, body: "" }));
  await page.getByRole("link", { name: "Bricks", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Bricks" }).waitFor();
  ok(missing > 0, "a part was missing");
});

test("races: without its worker a page listens by itself", async (t) => {
  const { page, user } = await t.signedIn();
  await page.addInitScript(() => {
    window.SharedWorker = class extends EventTarget { // one whose script cannot be had
      port = { start() {}, postMessage() {} };
      constructor() { super(); setTimeout(() => this.dispatchEvent(new Event("error"))); }
    };
  });
  await t.open(page, "/");
  await until(async () => await shown(page) === 500, "the balance");
  await user.call("POST", "/bricks/claim-daily");
  const now = (await user.call("GET", "/bricks/balance")).available;
  await until(async () => await shown(page) === now, "what was told");
});

test("races: a passkey is not waited for by a page that was left", async (t) => {
  const page = await t.page();
  await page.addInitScript(() => {
    globalThis.waiting = [];
    PublicKeyCredential.isConditionalMediationAvailable = () => new Promise((resolve) => { globalThis.decided = () => resolve(true); });
    navigator.credentials.get = ({ signal }) => { globalThis.waiting.push(signal); return new Promise(() => {}); };
  });
  await t.open(page, "/login");
  await until(() => page.evaluate(() => !!globalThis.decided), "the page asks whether there are any");
  await page.getByRole("link", { name: "Create your wall" }).last().click();
  await page.getByRole("heading", { level: 1, name: "Create your wall" }).waitFor();
  await page.evaluate(() => globalThis.decided());
  await settle(page, 500);
  equal(await page.evaluate(() => globalThis.waiting.filter((s) => !s.aborted).length), 0, "questions left open");
});

test("races: an app that is done is shown though the first look at it failed", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/503/);
  const { post } = await user.generate("Two dice with a big roll button [[rate:300]]");
  await t.open(page, `/p/${post.post_id}`);
  let refused = 0;
  await page.route(`**/api/v1/posts/${post.post_id}`, (route) => refused++ ? route.fallback() : refuse(503, "WALL_BUSY")(route));
  await page.locator("iframe.app-frame").waitFor({ timeout: 60_000 });
  ok(refused > 0, "a look was refused");
}, jobs);
