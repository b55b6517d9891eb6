// SPDX-License-Identifier: Apache-2.0
// Buying bricks at the test provider: the whole way, what goes wrong on it, and without script.
import { equal, ok, test, until } from "./harness.mjs";

const buy = async (page, name) => {
  await page.getByRole("button", { name }).click();
  await page.getByRole("heading", { name: "Test checkout" }).waitFor();
};

test("buying: a package is bought, given back and disputed", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/bricks/buy");
  await page.getByText("Test – no money moves").waitFor();
  await page.getByText("20% bonus").waitFor();
  await t.looks(page, "buy");
  await buy(page, "Buy 5,000 bricks for $19.99");
  await page.getByText("$19.99").waitFor();
  await t.looks(page, "test-checkout");
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await page.getByText("Thank you. 5,000 bricks were added.").waitFor();
  await page.getByRole("heading", { name: /^Receipt \d+$/ }).waitFor();
  equal((await user.call("GET", "/bricks/balance")).available, 5500, "the balance");
  await t.looks(page, "receipt");
  const receipt = page.url().split("/").pop();
  await t.open(page, `/bricks/test-checkout/${receipt}`);
  await page.getByRole("button", { name: "Give half of the rest back" }).click();
  await page.getByText("A part of the money was given back").waitFor();
  equal((await user.call("GET", "/bricks/balance")).available, 500 + 5000 - 2498 + 0, "half of it is back");
  await t.open(page, `/bricks/test-checkout/${receipt}`);
  await page.getByRole("button", { name: "Dispute the payment" }).click();
  await page.getByText("The payment was disputed at the bank.").waitFor();
  equal((await user.call("GET", "/bricks/balance")).available, 500, "all of it is back");
  await page.getByRole("link", { name: "Test checkout" }).click();
  await page.getByRole("button", { name: "Decide for the buyer" }).click();
  await page.getByText("the bank gave the money back").waitFor();
  await page.getByText("Decided for the buyer").waitFor();
  equal(await page.locator("dt:text-is('Buyer') + dd").textContent(), user.display_name, "whose receipt it is");
  await t.looks(page, "receipt-lost");
  await t.open(page, "/bricks/buy");
  await page.getByText("Disputed").waitFor();
  await t.shot(page, "purchases-list");
});

test("buying: leaving, failing, and money that comes later", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/bricks");
  await buy(page, "Buy 1,000 bricks for $4.99");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByText("You left the checkout. Nothing was paid").waitFor();
  await t.shot(page, "purchase-left");
  await page.getByRole("link", { name: "Go on to the checkout" }).click();
  await page.getByRole("button", { name: "Let the payment fail" }).click();
  await page.getByText("The payment did not work.").waitFor();
  await page.getByRole("link", { name: "Choose a package" }).click();
  await buy(page, "Buy 1,000 bricks for $4.99");
  await page.getByRole("button", { name: /Pay later/ }).click();
  await page.getByText("The payment is on its way").waitFor();
  await t.axe(page, "a payment on its way");
  equal((await user.call("GET", "/bricks/balance")).available, 500, "nothing before it arrives");
  const other = await page.context().newPage();
  await t.open(other, page.url().replace(/.*\/purchases\//, "/bricks/test-checkout/"));
  await other.getByRole("button", { name: "Let the money arrive" }).click();
  await other.getByText("Thank you.").waitFor();
  await page.getByText("Thank you. 1,000 bricks were added.").waitFor(); // told without a reload
  await until(async () => /1,500/.test(await page.locator(".side .bricks").first().textContent()), "the balance on the page");
});

test("buying: who is short of bricks is led to the packages", async (t) => {
  const { page } = await t.signedIn({ site: t.stack.few });
  await t.open(page, "/new/app");
  await page.getByRole("textbox").first().fill("A kitchen timer with three presets and a gentle bell");
  await page.getByText(/You need \d+, you have 5\./).waitFor();
  await page.getByRole("link", { name: "Get more bricks" }).click();
  const packages = page.locator("#get-more");
  await packages.waitFor();
  await until(async () => { const box = await packages.boundingBox(); return box && box.y > -5 && box.y < 500; }, "the packages in sight");
  await packages.getByRole("link", { name: "Purchases" }).click();
  await page.getByText("No purchases yet.").waitFor();
});

test("buying: back from the checkout, the page can be used again", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/bricks/buy");
  await page.route("**/bricks/test-checkout/**", (route) => route.fulfill({ status: 204 })); // the page stays, as one that comes back does
  const button = page.getByRole("button", { name: "Buy 1,000 bricks for $4.99" });
  for (const many of [1, 2]) {
    await button.click();
    await until(async () => (await user.call("GET", "/bricks/purchases")).items.length === many, `purchase ${many}`);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await until(async () => await button.getAttribute("aria-busy") !== "true" && await button.isEnabled(), "the button");
  }
});

test("buying: by keyboard alone", async (t) => {
  const { page } = await t.signedIn();
  await t.open(page, "/bricks/buy");
  const button = page.getByRole("button", { name: "Buy 1,000 bricks for $4.99" });
  await button.waitFor();
  for (let n = 0; n < 60 && !await button.evaluate((b) => b === document.activeElement); n++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const pay = page.getByRole("button", { name: "Pay", exact: true });
  await pay.waitFor();
  for (let n = 0; n < 60 && !await pay.evaluate((b) => b === document.activeElement); n++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Thank you. 1,000 bricks were added.").waitFor();
});

test("buying: without script", async (t) => {
  const { page: signedIn } = await t.signedIn();
  const context = await t.context({ javaScriptEnabled: false });
  await context.addCookies(await signedIn.context().cookies());
  const page = await context.newPage();
  await page.goto("/bricks/buy");
  await page.getByRole("button", { name: /^Buy 1.?000 bricks for 4\.99/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await page.getByText(/Thank you\. 1.?000 bricks were added\./).waitFor();
  ok(/Receipt \d+/.test(await page.locator("h1").textContent()), "the receipt");
  await page.goto("/bricks");
  await page.getByText(/Purchase · Receipt \d+ · test/).waitFor();
  await page.getByRole("link", { name: "Purchases" }).click();
  equal(await page.locator(".purchases li").count(), 1, "what was bought");
  await page.goto("/bricks");
  await page.getByRole("button", { name: /^Buy 5.?000 bricks/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).waitFor();
});

test("buying: in Arabic", async (t) => {
  const { page } = await t.signedIn({ locale: "ar" });
  await t.open(page, "/bricks/buy");
  await page.locator(".pack button").first().waitFor();
  equal(await page.evaluate(() => document.documentElement.dir), "rtl", "direction");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `packages in Arabic, ${width}`);
    await t.shot(page, `buy-ar-${width}`);
  }
});
