// SPDX-License-Identifier: Apache-2.0
// How the client behaves: navigation, drafts, what was typed, trouble, language, theme, keys.
import { equal, ok, test, until } from "./harness.mjs";
import { world } from "./world.mjs";

const words = (page) => page.getByLabel("What are you making?");
const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim().slice(0, 40) || document.activeElement?.tagName);

test("back and forward restore the scroll", async (t) => {
  const { page, user } = await t.signedIn();
  for (let day = 1; day <= 10; day++) await user.post(`Day ${day}. Rye, caraway, a longer rest. It sounds hollow when you knock, which is all I ask of bread.`);
  await user.app("Two dice with a big roll button");
  const wall = `/w/${user.wall.wall_slug}`; // nobody else posts here meanwhile
  await t.open(page, wall);
  const there = page.getByRole("article").filter({ hasText: "Day 3." });
  await there.scrollIntoViewIfNeeded();
  await until(() => page.evaluate(() => scrollY > 200), "scrolled");
  // Where one was is where one left it: the app above may still have grown, and what is read stays where it is.
  await page.evaluate(() => addEventListener("click", () => { sessionStorage.left = scrollY; }, { capture: true, once: true }));
  await there.locator(".meta a").click();
  await until(() => page.evaluate(() => location.pathname.startsWith("/p/")), "the post");
  const y = await page.evaluate(() => Number(sessionStorage.left));
  ok(y > 200, "left where one had scrolled to");
  await until(() => page.evaluate(() => scrollY === 0), "a new page begins at its top");
  equal(await focused(page), "main", "focus follows");
  await page.goBack();
  await until(async () => Math.abs(await page.evaluate(() => scrollY) - y) < 3, "back where one was");
  await page.goForward();
  await until(() => page.evaluate(() => location.pathname.startsWith("/p/")), "forward");
  await page.goBack();
  await page.reload();
  await t.ready(page);
  await until(async () => Math.abs(await page.evaluate(() => scrollY) - y) < 3, "and after a reload");
});

test("a draft survives reload, and the end of the session", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/new");
  await words(page).fill("Day 213. Nothing yet.");
  await page.reload();
  await t.ready(page);
  equal(await words(page).inputValue(), "Day 213. Nothing yet.", "the draft");

  await t.stack.endSessions(user.user_id);
  t.expect(/401/);
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByText("Your session has ended.").waitFor();
  await page.getByLabel("Username or email").fill(user.name);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await words(page).waitFor();
  equal(new URL(page.url()).pathname, "/new", "the same place");
  equal(await words(page).inputValue(), "Day 213. Nothing yet.", "the draft is kept");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("article").filter({ hasText: "Day 213" }).waitFor();
  await page.goto("/new");
  await t.ready(page);
  equal(await words(page).inputValue(), "", "what was taken is no draft any more");
});

test("a post appears at once, and goes again when it is refused", async (t) => {
  const { page } = await t.signedIn();
  await t.open(page, "/new");
  let answer;
  const asked = new Promise((arrived) => page.route("**/api/v1/walls/*/posts", (route) => {
    if (route.request().method() !== "POST") return route.continue();
    answer = (how) => how(route);
    arrived();
  }));
  await words(page).fill("Laid before the mortar was mixed");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await asked;
  await page.getByRole("link", { name: "Home" }).click();
  const it = page.getByRole("article").filter({ hasText: "Laid before the mortar" });
  await it.getByText("Sending").waitFor();
  t.expect(/500/);
  answer((route) => route.fulfill({ status: 500, contentType: "application/json", body: JSON.stringify({ success: false, error: { code: "WALL_INTERNAL", message: "Something went wrong on our side. Nothing was changed.", request_id: "r" } }) }));
  await it.waitFor({ state: "detached" });
  await page.locator(".toast").getByText(/Something went wrong on our side.*Your words are kept/).waitFor();
  await page.unroute("**/api/v1/walls/*/posts");
  await t.open(page, "/new");
  equal(await words(page).inputValue(), "Laid before the mortar was mixed", "the words are kept");
});

test("offline: a banner, nothing lost, and it goes by itself", async (t) => {
  const { page, context } = await t.signedIn();
  await t.open(page, "/new");
  t.expect(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(true);
  await page.getByRole("alert").getByText("The connection dropped.").waitFor();
  await words(page).fill("Written in a tunnel");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.locator(".toast").getByText("Your words are kept.").waitFor();
  equal(await words(page).inputValue(), "Written in a tunnel", "the words");
  await context.setOffline(false);
  await page.locator(".banner").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await page.getByRole("article").filter({ hasText: "Written in a tunnel" }).waitFor();
});

test("an answer asked for before the connection dropped does not say it is back", async (t) => {
  const { page, context } = await t.signedIn();
  let late;
  const asked = new Promise((arrived) => page.route("**/api/v1/bricks/balance", async (route) => {
    const response = await route.fetch();
    late = () => route.fulfill({ response });
    arrived();
  }, { times: 1 }));
  await t.open(page, "/new");
  await asked;
  await context.setOffline(true);
  const banner = page.getByRole("alert").getByText("The connection dropped.");
  await banner.waitFor();
  await Promise.all([page.waitForEvent("requestfinished", (r) => r.url().endsWith("/bricks/balance")), late()]);
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 100))));
  ok(await banner.isVisible(), "still said");
  await context.setOffline(false);
  await banner.waitFor({ state: "detached" });
});

test("the site has trouble: a banner with a way to try again", async (t) => {
  const { page, user } = await t.signedIn();
  await user.post("Still standing");
  await t.open(page, "/bricks");
  t.expect(/503/);
  await page.route("**/api/v1/**", (route) => route.fulfill({ status: 503, contentType: "application/json",
    body: JSON.stringify({ success: false, error: { code: "WALL_DB_UNAVAILABLE", message: "The site cannot reach its data right now.", request_id: "r" } }) }));
  await page.getByRole("link", { name: "My wall" }).click();
  await page.locator(".banner").getByText("The site has trouble answering.").waitFor();
  await page.getByRole("heading", { name: "This did not work" }).waitFor();
  await page.unroute("**/api/v1/**");
  await page.locator("main").getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 1, name: user.display_name }).waitFor();
  await page.locator(".banner").waitFor({ state: "detached" });
});

test("refused fields say why, where they are, with the focus", async (t) => {
  const page = await t.page(), user = await t.user();
  t.expect(/40[019]|409|422/);
  await t.open(page, "/register");
  await page.getByLabel("Username").fill(user.name);
  await page.getByLabel("Email").fill(`${t.name()}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.locator(".field .err").first().waitFor();
  const field = page.getByLabel("Username");
  equal(await field.getAttribute("aria-invalid"), "true", "invalid");
  ok(await field.evaluate((e) => e === document.activeElement), "focus on the first refused field");
  const said = await field.evaluate((e) => e.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent).join(" "));
  ok(/taken/i.test(said), `the field is described by its error: ${said}`);
  equal(await page.getByLabel("Password", { exact: true }).inputValue(), "correct horse battery", "nothing typed is lost");
  await t.axe(page, "refused");

  await t.open(page, "/login");
  await page.getByLabel("Username or email").fill(user.name);
  await page.getByLabel("Password", { exact: true }).fill("wrong horse battery");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("The name or the password is not right.").waitFor();
});

test("Arabic runs from right to left", async (t) => {
  await world(t);
  const { page } = await t.signedIn();
  await t.open(page, "/settings/appearance");
  await Promise.all([page.waitForEvent("load"), page.getByLabel("Language").selectOption("ar")]);
  await t.ready(page);
  equal(await page.locator("html").evaluate((e) => [e.lang, e.dir]), ["ar", "rtl"], "language and direction");
  for (const [path, name] of [["/", "home"], ["/new/app", "new-app"], ["/bricks", "bricks"], ["/settings/appearance", "settings"]]) {
    await t.open(page, path);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await t.fits(page, `${name} ar ${width}`);
      await t.axe(page, `${name} ar ${width}`);
      await t.shot(page, `ar-${name}-${width}`);
    }
    const [side, main] = await Promise.all([page.locator(".side").boundingBox(), page.locator("main").boundingBox()]);
    ok(side.x > main.x, "the navigation is on the right");
  }
});

test("Russian counts bricks in its own plurals; numbers follow the language", async (t) => {
  const { page, context, user } = await t.signedIn({ locale: "ru-RU" });
  for (const [n, words] of [[1, "1 кирпич"], [3, "3 кирпича"], [5, "5 кирпичей"], [21, "21 кирпич"], [1240, "1 240 кирпичей"]]) {
    await page.route("**/api/v1/bricks/balance", (route) => route.fulfill({ json: { success: true, data: { available: n, held: 0 } } }));
    await t.open(page, "/bricks");
    await until(async () => (await page.locator("main p[role=status]").textContent()).replace(/[\u00a0\u202f]/g, " ") === words, words);
    await page.unroute("**/api/v1/bricks/balance");
  }
  ok(user && context, "signed in");
});

for (const [language, word] of [["de", "Anmelden"], ["es", "Entrar"]]) {
  test(`the browser's language: ${language}`, async (t) => {
    const page = await t.page({ locale: language });
    await t.open(page, "/");
    equal(await page.locator("html").getAttribute("lang"), language, "language");
    await page.getByRole("button", { name: word }).waitFor();
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await t.fits(page, `landing ${language} ${width}`);
    }
    await t.shot(page, `landing-${language}`);
  });
}

test("the theme is kept, and the first paint has it", async (t) => {
  const { page } = await t.signedIn({ colorScheme: "light" });
  await t.open(page, "/settings/appearance");
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await page.getByLabel("Theme").selectOption("dark");
  const dark = await colour();
  ok(light !== dark, "dark is not light");
  const html = await (await page.request.get("/settings/appearance")).text();
  ok(/<html[^>]* data-theme="dark"/.test(html), "the document itself says dark");
  await page.reload();
  equal(await colour(), dark, "after a reload");
  await page.getByLabel("Theme").selectOption("system");
  equal(await colour(), light, "as the system");
});

test("keys: j, k, n, g, ? and their switch; dialog and menu give the focus back", async (t) => {
  await world(t);
  const { page } = await t.signedIn();
  await t.open(page, "/");
  const at = () => page.evaluate(() => [...document.querySelectorAll("article.post")].indexOf(document.activeElement));
  await page.keyboard.press("j");
  equal(await at(), 0, "j: the first post");
  await page.keyboard.press("j");
  equal(await at(), 1, "j: the next");
  await page.keyboard.press("k");
  equal(await at(), 0, "k: the one before");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await t.axe(page, "help");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  equal(await at(), 0, "the dialog gave the focus back");
  await page.keyboard.press("n");
  await words(page).waitFor();
  await words(page).pressSequentially("jkn?");
  equal(await words(page).inputValue(), "jkn?", "typing is typing");

  const menu = page.getByRole("button", { name: "Account" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await until(async () => await focused(page) === "Settings", "the first item has the focus");
  await page.keyboard.press("ArrowDown");
  equal(await focused(page), "Keyboard shortcuts", "arrows move");
  await page.keyboard.press("Escape");
  await until(() => menu.evaluate((e) => e === document.activeElement), "Escape gives the focus back to the button");

  await t.open(page, "/settings/appearance");
  await page.getByRole("switch", { name: "Keyboard shortcuts" }).uncheck();
  await t.open(page, "/");
  await page.keyboard.press("n");
  await page.keyboard.press("j");
  equal([new URL(page.url()).pathname, await at()], ["/", -1], "off is off");
});

test("what is typed before the client is there stays", async (t) => {
  const page = await t.page();
  let go;
  const client = new Promise((resolve) => { go = resolve; });
  await page.route("**/assets/*.js", async (route) => { await client; await route.continue(); });
  await page.goto("/register", { waitUntil: "commit" });
  await page.getByLabel("Email").fill("early@example.org");
  await page.getByLabel("Username").fill("early-bird");
  go();
  await page.locator("html[data-ready]").waitFor();
  equal(await page.getByLabel("Email").inputValue(), "early@example.org", "the address");
  equal(await page.getByLabel("Username").inputValue(), "early-bird", "the name");
  equal(await page.evaluate(() => document.activeElement.name), "username", "the cursor");
});

/** Whatever of the page cannot be brought to where it can be hit: a corner of it or its middle is always under something. */
const covered = (page) => page.evaluate(() => [...document.querySelectorAll("main :is(a, button, input, textarea, select), .rail :is(a, button), .side a, .top a")].filter((e) => {
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const b = e.getBoundingClientRect();
  if (!e.checkVisibility({ visibilityProperty: true }) || b.width < 2) return false;
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].map(([x, y]) => document.elementFromPoint(b.x + b.width * x, b.y + b.height * y));
  return points.some((at) => at?.closest(".toasts"));
}).map((e) => e.textContent.trim() || e.name || e.outerHTML.slice(0, 80)));

test("a toast that stays covers no tab and nothing that could not be scrolled free of it", async (t) => {
  const w = await world(t), page = await w.visit(t), undo = page.getByRole("button", { name: "Undo" }), what = page.getByLabel("What should it do?");
  for (const [width, height, colorScheme] of [[390, 844, "dark"], [390, 640, "light"], [768, 640, "light"], [1280, 640, "light"]]) {
    const where = `${width} × ${height}`;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await t.open(page, "/new/app");
    await what.fill("A diary for the greenhouse");
    await t.open(page, `/p/${w.failed.post_id}`);
    await page.getByRole("link", { name: "Try again" }).click();
    await undo.waitFor();
    await page.getByText("Estimated cost").waitFor();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    equal(await covered(page), [], `${where}: under the toast`);
    await t.shot(page, `toast-undo-${width}-${height}`);
    const boxes = await page.evaluate(() => [".toast", ".side"].map((s) => document.querySelector(s).getBoundingClientRect().toJSON()));
    const [a, b] = boxes;
    ok(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top, `${where}: the toast lies over the navigation: ${JSON.stringify(boxes)}`);
    // By keyboard: what has the focus is seen, and after the page comes the toast.
    await page.evaluate(() => { scrollTo(0, 0); document.getElementById("main").focus(); });
    const hidden = [];
    for (let n = 0; n < 60 && !await undo.evaluate((e) => e === document.activeElement); n++) {
      await page.keyboard.press("Tab");
      hidden.push(...await page.evaluate(() => {
        const at = document.activeElement, a = at.getBoundingClientRect(), b = document.querySelector(".toast").getBoundingClientRect();
        return at.closest("main") && a.bottom > b.top && a.top < b.bottom && a.right > b.left && a.left < b.right ? [at.textContent.trim() || at.name] : [];
      }));
    }
    equal(hidden, [], `${where}: has the focus and is under the toast`);
    await page.keyboard.press("Enter");
    equal(await what.inputValue(), "A diary for the greenhouse", `${where}: taken back`);
    equal(await page.locator(".toast").count(), 0, "the toast went");
  }
});
