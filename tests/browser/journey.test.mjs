// SPDX-License-Identifier: Apache-2.0
// The journey: register, describe an app, wait in the queue, watch it being written, use it, read the receipt.
import { equal, ok, test, until } from "./harness.mjs";

const DICE = "Two dice with a big roll button, please";
const available = async (page) => Number(await page.locator(".side .me .bricks > [aria-hidden]").textContent());

async function registered(t, page) {
  const name = t.name();
  await page.getByRole("link", { name: "Create your wall" }).click();
  await page.getByLabel("Username", { exact: true }).fill(name);
  await page.getByLabel("Name (optional)").fill("Mira Okafor");
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByRole("link", { name: "My wall" }).waitFor();
  return name;
}

/* One being written and one waiting, of two others, so that the next has a second place in the queue. */
async function somebodyAhead(t, tokens = 250) {
  await (await t.user()).generate(`A checklist for packing [[rate:${tokens}]]`);
  await (await t.user()).generate("A metronome with four presets");
}

test("the journey, with a mouse", async (t) => {
  const page = await t.page();
  await t.open(page, "/");
  await registered(t, page);
  const before = await available(page);
  await somebodyAhead(t);

  await page.getByRole("link", { name: "Describe an app" }).first().click();
  await page.getByLabel("What should it do?").pressSequentially(DICE.slice(0, 12));
  await page.getByText("Estimated cost").waitFor();
  const early = await page.locator(".estimate .big").textContent();
  await page.getByLabel("What should it do?").fill(`${DICE}. ${"Keep the last rolls in a list below it. ".repeat(12)}[[rate:400]]`);
  await until(async () => await page.locator(".estimate .big").textContent() !== early, "a new estimate for more words");
  const most = Number(/–(\d+)/.exec(await page.locator(".estimate .big").textContent())[1]);
  await page.getByRole("button", { name: "Join the queue" }).click();

  const app = page.locator("article.post section.app");
  await app.getByText(/Position 2 of 2/).first().waitFor();
  await t.shot(page, "journey-queued");
  ok(await available(page) === before - most, "the most it may cost is held");
  await app.getByText("Writing", { exact: true }).waitFor();
  await until(async () => (await app.locator(".code li").count()) > 3, "code appears");
  await t.shot(page, "journey-writing");
  const early_code = await app.locator(".code").textContent();
  await until(async () => await app.locator(".code").textContent() !== early_code, "more code appears");

  const frame = app.frameLocator("iframe.app-frame");
  await frame.getByRole("button", { name: "Roll" }).click();
  await until(async () => /^\d+$/.test(await frame.locator("#sum").textContent()), "the dice are rolled");
  equal(await app.locator("iframe").getAttribute("sandbox"), "allow-scripts", "the frame's sandbox");
  const paid = Number(/^(\d+)/.exec(await app.locator(".app-foot .link-row").textContent())[1]);
  await until(async () => await available(page) === before - paid, "what was not used comes back");

  await app.getByRole("link", { name: "Open with code and receipt" }).click();
  await page.locator(".receipt").waitFor();
  const receipt = Object.fromEntries(await page.locator(".receipt dl div").evaluateAll((rows) =>
    rows.map((r) => [r.querySelector("dt").textContent, Number(/[\d,]+/.exec(r.querySelector("dd").textContent)?.[0].replace(",", ""))])));
  equal(receipt.Paid, paid, "the receipt");
  equal(receipt["All tokens"], receipt["Prompt tokens"] + receipt["Answer tokens"], "tokens");
  equal(receipt.Paid, Math.ceil(receipt["All tokens"] / receipt.Rate), "bricks of these tokens");
  ok(paid <= most, "never more than the estimate's most");
  await t.shot(page, "journey-receipt");
}, { lane: "jobs" });

/* Presses Tab until what has the focus matches; every stop on the way can be seen. */
async function tabTo(page, role, name) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
      const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
      return { inside: e.tagName === "IFRAME", what: `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`, seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0,
        ring: ring(style) || [...document.querySelectorAll(":has(:focus-visible)")].some((p) => ring(getComputedStyle(p))) };
    });
    ok(at.inside || at.seen, `the focus can be seen: ${at.what}`);
    ok(at.inside || at.ring, `the focus has a ring: ${at.what}`);
    if (await page.getByRole(role, { name }).and(page.locator(":focus")).count()) return;
  }
  throw new Error(`no way by Tab to ${role} ${name}`);
}

test("the journey, by keyboard alone", async (t) => {
  const page = await t.page(), name = t.name(), { keyboard } = page;
  await t.open(page, "/");
  await tabTo(page, "link", "Skip to content");
  await keyboard.press("Enter");
  equal(await page.evaluate(() => document.activeElement.id), "main", "the skip link leads to the content");
  await tabTo(page, "link", "Create your wall");
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Create your wall" }).waitFor();
  for (const [label, text] of [["Username", name], ["Name (optional)", "Keys Only"], ["Email", `${name}@example.org`], ["Password", "correct horse battery"]]) {
    await tabTo(page, "textbox", label);
    await keyboard.type(text);
  }
  await keyboard.press("Enter");
  await page.getByRole("link", { name: "My wall" }).waitFor();
  const before = await available(page);
  await somebodyAhead(t, 500);

  await tabTo(page, "link", "Describe an app");
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "New mini-app" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement.id === "app-prompt"), "the description has the focus");
  await keyboard.type(`${DICE} [[rate:1500]]`);
  await page.getByText("Estimated cost").waitFor();
  await tabTo(page, "button", "Join the queue");
  await keyboard.press("Enter");
  const app = page.locator("article.post section.app");
  await app.locator("[role=status]").getByText(/Position \d of \d/).waitFor();
  await app.locator("iframe.app-frame").waitFor({ timeout: 60_000 });

  await tabTo(page, "link", "Open with code and receipt");
  await keyboard.press("Tab"); // into the app
  const frame = app.frameLocator("iframe.app-frame");
  await until(async () => {
    if (await frame.getByRole("button", { name: "Roll" }).and(frame.locator(":focus")).count()) return true;
    await keyboard.press("Tab");
    return false;
  }, "Tab goes into the app");
  await keyboard.press("Enter");
  await until(async () => /^\d+$/.test(await frame.locator("#sum").textContent()), "the dice are rolled");
  const paid = Number(/^(\d+)/.exec(await app.locator(".app-foot .link-row").textContent())[1]);
  await until(async () => await available(page) === before - paid, "the balance says what was paid");
  await tabTo(page, "link", /bricks/);
  await keyboard.press("Enter");
  await page.locator(".receipt").waitFor();
}, { lane: "jobs" });
