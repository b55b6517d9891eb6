// SPDX-License-Identifier: Apache-2.0
// Every page, light and dark, from phone to desk: axe finds nothing, nothing is wider than the window, and a
// screenshot is left to be looked at.
import { equal, ok, test } from "./harness.mjs";
import { world } from "./world.mjs";

const WIDTHS = [320, 390, 768, 1280];
const THEMES = ["light", "dark"];

async function look(t, page, name) {
  await page.waitForLoadState("load");
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width < 700 ? 844 : 900 });
      const where = `${name} ${width} ${colorScheme}`;
      await t.fits(page, where);
      await t.axe(page, where);
      await t.shot(page, `${name}-${width}-${colorScheme}`);
    }
  }
}

/* A page is known by its heading; the title of the tab follows it. */
function page(name, path, heading, { guest = false, status = 200, site = (t) => t.stack.url, act = async () => {} } = {}) {
  test(`page ${name}`, async (t) => {
    const w = await world(t);
    const it = guest ? await t.page({ site: site(t) }) : await w.visit(t);
    if (status >= 400) t.expect(new RegExp(`${status}`));
    const response = await t.open(it, typeof path === "function" ? path(w) : path);
    equal(response.status(), status, "status");
    await it.getByRole("heading", { level: 1, name: heading }).waitFor();
    equal(await it.locator("h1").count(), 1, "one first heading");
    equal(await it.locator("main").count(), 1, "one main region");
    await act(it, t);
    await look(t, it, name);
  });
}

page("landing", "/", "Say what you need", { guest: true });
page("login", "/login", "Sign in", { guest: true });
page("register", "/register", "Create your wall", { guest: true });
page("home", "/", "Home");
page("wall", (w) => `/w/${w.slug}`, "Mira Okafor");
page("wall-guest", (w) => `/w/${w.slug}`, "Mira Okafor", { guest: true });
page("post", (w) => `/p/${w.app.post_id}`, /Post by/);
page("post-guest", (w) => `/p/${w.app.post_id}`, /Post by/, { guest: true });
page("post-failed", (w) => `/p/${w.failed.post_id}`, /Post by/);
page("new", "/new", "New post", { act: (p) => p.getByLabel("What are you making?").fill("Open studio on Saturday.\nThe kiln opens at ten.") });
page("new-app", "/new/app", "New mini-app", { act: async (p) => {
  await p.getByLabel("What should it do?").fill("A drum machine with 16 steps and four voices. Pads toggle on tap. Play and stop, tempo from 60 to 180.");
  await p.getByText("Estimated cost").waitFor();
} });
page("app", (w) => `/a/${w.app.app.app_id}`, "Two dice");
page("bricks", "/bricks", "Bricks");
page("settings", "/settings/appearance", "Settings");
page("missing", "/p/999999999", "There is nothing here", { status: 404 });
page("missing-guest", "/nowhere", "There is nothing here", { guest: true, status: 404 });
page("styleguide", "/styleguide", "Components", { guest: true, site: (t) => t.stack.development });

test("page: what the server sends, before any script", async (t) => {
  const w = await world(t);
  for (const [name, path, signedIn] of [["landing", "/", false], ["login", "/login", false], ["register", "/register", false], ["home", "/", true],
    ["wall", `/w/${w.slug}`, false], ["post", `/p/${w.app.post_id}`, true], ["app", `/a/${w.app.app.app_id}`, false]]) {
    const it = signedIn ? await w.visit(t) : await t.page();
    await it.route(/\/assets\/main-/, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await it.goto(path);
    await look(t, it, `server-${name}`);
    // Read slowly, a part is drawn before the rest is there: what comes later neither stands above it nor moves it.
    await it.setViewportSize({ width: 390, height: 844 });
    equal(await it.evaluate(() => [...document.querySelectorAll("main *")].filter((e) => getComputedStyle(e).order !== "0").map((e) => e.outerHTML.slice(0, 60))), [], `${name}: moved from its place in the document`);
    await it.setViewportSize({ width: 1280, height: 900 });
    const [part, whole] = await it.evaluate(() => {
      const first = document.querySelector(".shell.guest > .top, .shell > .side, .land-form > .logo"), box = () => { const b = first.getBoundingClientRect(); return [b.x, b.width]; };
      const whole = box();
      while (first.nextElementSibling) first.nextElementSibling.remove();
      return [box(), whole];
    });
    equal(part, whole, `${name}: where the page's first part stands before the rest is there`);
  }
});

test("the styleguide is there in development only", async (t) => {
  const page = await t.page();
  t.expect(/404/);
  equal((await t.open(page, "/styleguide")).status(), 404, "status");
  ok(await page.getByRole("heading", { name: "There is nothing here" }).first().isVisible(), "a helpful page");
});
