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

/** A page of somebody who administers the site. */
async function administrator(t, options = {}) {
  const { page, user } = await t.signedIn(options);
  await t.stack.makeAdmin(user.name);
  return { page, user };
}

test("buying: one that is held is found, explained, closed, and its buyer reads why", async (t) => {
  t.stack.expectLog(/WALL00626/);
  const { page: buyer, user } = await t.signedIn({}, { display_name: "Tamsin Reyes" });
  await t.open(buyer, "/bricks/buy");
  await buy(buyer, "Buy 1,000 bricks for $4.99");
  await buyer.getByRole("button", { name: "Pay a little less than the price" }).click();
  await buyer.getByText("What was paid is not what it costs. Somebody will look into it").waitFor();
  const number = buyer.url().split("/").pop(), { page, user: admin } = await administrator(t);

  await t.open(page, "/admin/bricks");
  await page.getByRole("link", { name: "Being looked into" }).click();
  await page.getByRole("heading", { name: "Purchases", level: 1 }).waitFor();
  equal(await page.getByLabel("Status").inputValue(), "held", "the filter of the link");
  await page.getByLabel("Username").fill(user.name);
  await page.waitForURL(`**/admin/purchases?user=${user.name}&status=held`);
  await until(async () => await page.locator(".people tbody tr").count() === 1, "the purchase alone");
  await t.looks(page, "admin-purchases");
  await page.getByLabel("Status").selectOption("failed");
  await page.getByText("No purchases found").waitFor();
  await t.axe(page, "no purchases");
  await t.shot(page, "admin-purchases-none");
  await page.getByLabel("Status").selectOption("held");

  await page.getByRole("link", { name: `Purchase ${number}` }).click();
  await page.getByText("The price is 4.99 USD, but test said 4.98 USD").waitFor();
  equal(await page.locator("code").first().textContent(), (await t.stack.sql(`SELECT session_id FROM purchases WHERE purchase_id = ${number}`))[0][0], "the number at the provider");
  await page.getByRole("row", { name: /^paid Paid 4\.98/ }).waitFor();
  await t.looks(page, "admin-purchase-held");
  equal(await page.getByRole("link", { name: "Give bricks" }).getAttribute("href"), `/admin/bricks?user=${user.name}#grant`, "where bricks are given");

  const note = page.getByLabel("Note to the buyer"), close = page.getByRole("button", { name: "Close", exact: true });
  await note.fill("  ");
  t.expect(/422/);
  await close.click();
  await page.locator(".field .err").waitFor();
  ok(await note.evaluate((field) => field === document.activeElement), "the field at fault has the focus");
  await note.fill("Your bank took a fee. We gave you the 1,000 bricks by hand.");
  await t.stack.sql(`UPDATE sessions SET confirmed_at = NOW(6) - INTERVAL 11 MINUTE WHERE user_id = ${admin.user_id}`);
  t.expect(/403/);
  await close.press("Enter");
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(admin.password);
  await page.keyboard.press("Enter");
  await page.getByText("The purchase is closed.").waitFor();
  equal(await note.count(), 0, "nothing to close any more");
  await t.looks(page, "admin-purchase-closed");

  await buyer.getByText("Written by an administrator").waitFor(); // told without a reload
  await buyer.getByText("Your bank took a fee. We gave you the 1,000 bricks by hand.").waitFor();
  await t.looks(buyer, "purchase-closed");
  await t.open(page, `/admin/users/${user.user_id}`);
  await page.getByText("Purchase: Being looked into → Closed").waitFor();
  await t.open(page, `/admin/bricks?user=${user.name}#grant`);
  equal(await page.getByLabel("Username").inputValue(), user.name, "whom bricks are given to");
});

test("buying: a held purchase that another closed first, none of it for others, and in Arabic", async (t) => {
  t.stack.expectLog(/WALL00626/);
  const { page: buyer } = await t.signedIn();
  await t.open(buyer, "/bricks/buy");
  await buy(buyer, "Buy 1,000 bricks for $4.99");
  await buyer.getByRole("button", { name: "Pay a little less than the price" }).click();
  await buyer.getByText("Somebody will look into it").waitFor();
  const number = buyer.url().split("/").pop(), { page, user: admin } = await administrator(t, { locale: "ar" });
  await t.open(page, `/admin/purchases/${number}`);
  equal(await page.evaluate(() => document.documentElement.dir), "rtl", "direction");
  await t.looks(page, "admin-purchase-ar");
  await t.open(page, "/admin/purchases");
  await t.looks(page, "admin-purchases-ar");
  await t.open(page, `/admin/purchases/${number}`);
  await page.locator("textarea").fill("مغلق");
  await t.stack.sql(`UPDATE purchases SET status = 'closed', closed_at = NOW(6), closed_by = ${admin.user_id}, closed_note = 'First.' WHERE purchase_id = ${number}`);
  t.expect(/409/);
  await page.locator("form.account-form button[type=submit]").click();
  await page.getByRole("main").getByRole("alert").waitFor();
  await page.getByText("First.").waitFor();
  equal(await page.locator("textarea").count(), 0, "forms");
  t.expect(/403|404/);
  for (const path of ["/admin/purchases", `/admin/purchases/${number}`]) {
    equal((await buyer.goto(path)).status(), 403, path);
    ok(!/First\./.test(await buyer.locator("main").textContent()), "what it holds");
  }
  await page.route("**/api/v1/admin/purchases*", (route) => route.abort());
  t.expect(/ERR_FAILED/);
  await t.open(page, "/admin/purchases");
  await page.getByRole("main").getByRole("alert").waitFor();
  await page.unroute("**/api/v1/admin/purchases*");
  await page.getByRole("main").getByRole("alert").getByRole("button").click();
  await page.locator(".people tbody tr").first().waitFor();
});
