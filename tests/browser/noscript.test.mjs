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
