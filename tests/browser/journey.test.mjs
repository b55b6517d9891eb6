// SPDX-License-Identifier: Apache-2.0
// The journey: register, describe an app, wait in the queue, watch it being written, use it, read the receipt.
import { equal, ok, test, until } from "./harness.mjs";

const DICE = "Two dice with a big roll button, please";
const available = async (page) => Number(await page.locator(".side .me .bricks > [aria-hidden]").textContent());

async function registered(t, page) {
  const name = t.name();
  await page.getByRole("link", { name: "Create your wall" }).click();
  await page.getByLabel("Username").fill(name);
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
