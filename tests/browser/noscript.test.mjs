// SPDX-License-Identifier: Apache-2.0
// With JavaScript off: reading, registering, signing in and out, and forms that come back as they were sent.
import { equal, ok, test } from "./harness.mjs";
import { world } from "./world.mjs";

const off = (t) => t.page({ javaScriptEnabled: false });

test("without JavaScript: reading", async (t) => {
  const w = await world(t), page = await off(t);
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Say what you need" }).waitFor();
  const said = await page.locator("a.tile .said").first().textContent();
  await page.locator("a.tile").first().click();
  await page.getByRole("article").getByText(said).first().waitFor();

  await page.goto(`/p/${w.app.post_id}`);
  await page.getByRole("article").getByRole("link", { name: "Mira Okafor" }).click();
  await page.waitForURL("**/w/*");
  equal(new URL(page.url()).pathname, `/w/${w.slug}`, "the wall");
  await page.getByText("It sounds hollow when you knock").waitFor();
  await page.getByText("Walked the old tram line").waitFor();
  equal(await page.locator("article.post").count(), 4, "public posts of the wall");

  await page.goto(`/p/${w.app.post_id}`);
  equal(await page.locator("iframe.app-frame").getAttribute("sandbox"), "allow-scripts", "sandbox");
  ok(/dice/i.test(await page.frameLocator("iframe.app-frame").locator("h1").textContent()), "the app's own page is in its frame");
  await page.getByRole("link", { name: /bricks/ }).click();
  await page.getByRole("heading", { level: 1, name: w.app.app.title }).waitFor();
  for (const [name, content] of [["og:title", w.app.app.title], ["og:url", page.url()]]) {
    equal(await page.locator(`meta[property="${name}"]`).getAttribute("content"), content, name);
  }
});

test("without JavaScript: register, sign out, sign in", async (t) => {
  const page = await off(t), name = t.name();
  t.expect(/response 4\d\d: POST|status of 4\d\d/);
  await page.goto("/register");
  await page.getByLabel("Username").fill("x");
  await page.getByLabel("Name (optional)").fill("Ana María");
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.locator("#e-username").waitFor();
  ok(await page.locator("#e-username").isVisible(), "the refused field says why");
  equal(await page.getByLabel("Username").inputValue(), "x", "what was typed is kept");
  equal(await page.getByLabel("Name (optional)").inputValue(), "Ana María", "what was typed is kept");
  equal(await page.getByLabel("Password").inputValue(), "", "but no password comes back");
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByRole("link", { name: "My wall" }).waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Say what you need" }).waitFor();
  await page.getByLabel("Username or email").fill(name);
  await page.getByLabel("Password").fill("wrong horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("The name or the password is not right.").waitFor();
  equal(await page.getByLabel("Username or email").inputValue(), name, "the name is kept");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "My wall" }).waitFor();
  equal(new URL(page.url()).pathname, "/", "home");
  await page.goto("/new/app");
  ok(/This page needs JavaScript/.test(await page.locator("noscript").textContent()), "it says so");
});

test("without JavaScript: to a page of one's own through the door, and back", async (t) => {
  const page = await off(t), user = await t.user();
  await page.goto("/bricks?from=mail");
  equal(new URL(page.url()).pathname, "/login", "the door");
  await page.getByLabel("Username or email").fill(user.name);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/bricks*");
  equal(new URL(page.url()).pathname + new URL(page.url()).search, "/bricks?from=mail", "where one was going");
  const other = await off(t);
  await other.goto("/login?next=https://example.org/");
  await other.getByLabel("Username or email").fill(user.name);
  await other.getByLabel("Password").fill(user.password);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("link", { name: "My wall" }).waitFor();
  equal(other.url(), `${t.stack.url}/`, "never to another site");
});

test("without JavaScript: an app's receipt stands where the client draws it; without one nothing is kept free for it", async (t) => {
  const w = await world(t), failed = w.failed.app.app_id, boxes = {};
  for (const script of [false, true]) {
    const page = await t.page({ javaScriptEnabled: script });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [name, path] of [["paid", `/a/${w.app.app.app_id}`], ["failed", `/a/${failed}`]]) {
        await (script ? t.open(page, path) : page.goto(path));
        const all = await page.locator(":is(main, main h1, main .page-head .meta, main .app, .rail, .receipt, .receipt .courses, .receipt dl > *)").evaluateAll((found) => found.map((e) => {
          const { x, y, width, height } = e.getBoundingClientRect();
          return [`${e.localName}.${e.getAttribute("class") ?? ""}`, x, y, width, e.tagName === "MAIN" || e.matches(".rail, .receipt, .app") ? 0 : height].join(" "); // those end with what the client adds
        }));
        (boxes[`${name} ${width}`] ??= []).push(all);
        await t.shot(page, `app-${name}-${script ? "client" : "server"}-${width}`);
        equal(await page.locator(".receipt").count(), name === "paid" ? 1 : 0, `${name}: receipts`);
        equal(await page.getByRole("button", { name: "Restart" }).count(), script && name === "paid" ? 1 : 0, `${name}: what there is to start again`);
        if (name === "paid") {
          equal(await page.locator(".receipt .courses path").evaluateAll((all) => all.map((p) => p.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b)),
            w.app.app.actual_bricks_cost, "a brick for each that was paid");
          continue;
        }
        const [left, right] = await page.locator("main").evaluate((e) => { const b = e.getBoundingClientRect(); return [b.left, document.documentElement.clientWidth - b.right]; });
        ok(Math.abs(left - right) <= 1, `${width}, ${script ? "client" : "server"}: ${left} px free before, ${right} px behind`);
      }
    }
  }
  for (const [where, [server, client]] of Object.entries(boxes)) {
    if (where === "paid 390") { // below the code, which is the client's
      const above = (all) => all.filter((line) => /^(main|h1|p|section\.app)\b/.test(line));
      equal(above(server).length, 4, "the stage and its heading");
      equal(above(server), above(client), where);
    } else equal(server, client, where);
  }
});

test("an app's receipt is there for its owner as well on a phone: below it", async (t) => {
  const w = await world(t), page = await w.visit(t);
  for (const width of [390, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await t.open(page, `/a/${w.app.app.app_id}`);
    const receipt = page.locator(".receipt");
    await receipt.scrollIntoViewIfNeeded();
    const [main, at] = await Promise.all([page.locator("main"), receipt].map((it) => it.boundingBox()));
    ok(at && (width === 1280 ? at.x >= main.x + main.width : Math.abs(at.x - main.x) <= 1 && Math.abs(at.width - main.width) <= 1 && at.y >= main.y + main.height - 1 && at.y - main.y - main.height < 20),
      `${width}: ${JSON.stringify({ main, at })}`);
    await t.shot(page, `app-owner-${width}`);
  }
});
