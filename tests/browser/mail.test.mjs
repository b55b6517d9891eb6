// SPDX-License-Identifier: Apache-2.0
// Mailed links, a forgotten password, one's password and address. The site writes its mails to /dev/mails.
import { equal, ok, test, until } from "./harness.mjs";

const LOOKS = [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]];

/** The link of the latest mail for `address` that leads to `path`. */
async function link(t, address, path) {
  let found;
  await until(async () => {
    const html = await (await fetch(`${t.stack.url}/dev/mails`)).text();
    const mine = html.split("<article").filter((part) => part.includes(`>${address}<`));
    found = mine.map((part) => new RegExp(`${path}\\?token=[\\w-]+`).exec(part)?.[0]).find(Boolean);
    return found;
  }, `a mail for ${address}`);
  return found;
}

test("mail: a forgotten password", async (t) => {
  const user = await t.user(), page = await t.page();
  await t.open(page, "/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Username or email").waitFor();
  await t.looks(page, "forgot");
  await page.getByLabel("Username or email").fill(user.username);
  await page.keyboard.press("Enter");
  await page.getByText("a mail is on its way").waitFor();
  await t.open(page, await link(t, `${user.username}@example.org`, "/reset-password"));
  await t.looks(page, "reset-password");
  t.expect(/response 4\d\d: POST|status of 4\d\d/);
  await page.getByRole("textbox", { name: "New password" }).fill("password123");
  ok(await page.getByText("At least 10 characters").isVisible(), "the rules stand there");
  await page.getByRole("button", { name: "Save password" }).click();
  await page.getByText("tried first").waitFor();
  await page.getByRole("textbox", { name: "New password" }).fill("another horse battery");
  await page.getByRole("button", { name: "Save password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).last().click();
  await page.getByLabel("Username or email").fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill("another horse battery");
  await page.locator("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "My wall" }).first().waitFor();

  await t.open(page, "/forgot"); // nobody is told who has an account
  await page.getByLabel("Username or email").fill("nobody-is-called-so");
  await page.keyboard.press("Enter");
  await page.getByText("a mail is on its way").waitFor();
});

test("mail: a link that was used", async (t) => {
  const user = await t.user(), page = await t.page();
  t.expect(/response 4\d\d: POST|status of 4\d\d/);
  const used = await link(t, `${user.username}@example.org`, "/verify-email");
  await t.open(page, used);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your address is confirmed.").waitFor();
  await t.open(page, used);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("alert").getByText("This link is not valid any more").waitFor();
  await t.looks(page, "verify-email-used");
});

test("mail: password and address in the settings", async (t) => {
  const { page, user } = await t.signedIn(), other = `n${user.username}@example.org`;
  await t.open(page, "/settings/sign-in");
  await page.getByText("not confirmed yet").waitFor();
  await t.looks(page, "settings-sign-in");
  await t.open(page, await link(t, `${user.username}@example.org`, "/verify-email"));
  await t.looks(page, "verify-email");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your address is confirmed.").waitFor();
  await t.open(page, "/settings/sign-in");
  await page.getByText("confirmed", { exact: true }).waitFor();
  await page.getByLabel("New address").fill(other);
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByText(`${other} waits to be confirmed.`).waitFor();
  await t.open(page, await link(t, other, "/verify-email"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your new address is confirmed and used from now on.").waitFor();
  await page.getByRole("link", { name: "Home" }).last().click();
  await t.open(page, "/settings/sign-in");
  await page.getByText(other).waitFor();
  await page.getByRole("textbox", { name: "New password" }).fill("another horse battery");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  equal(await page.getByRole("textbox", { name: "New password" }).inputValue(), "", "nothing of it stays in the form");
});

test("mail: the old address takes itself back", async (t) => {
  const { page, user } = await t.signedIn(), mine = `${user.username}@example.org`, other = `n${user.username}@example.org`;
  await user.call("POST", "/users/me/email", { email: other });
  await t.open(page, await link(t, other, "/verify-email"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your new address is confirmed").waitFor();
  const owner = await t.page(); // in another browser, signed in nowhere
  await t.open(owner, await link(t, mine, "/undo-email"));
  await t.looks(owner, "undo-email");
  await owner.getByRole("button", { name: "Take it back" }).click();
  await owner.getByText("Your address is yours again").waitFor();
  await t.open(owner, await link(t, mine, "/reset-password"));
  await owner.getByRole("textbox", { name: "New password" }).fill("mine and nobody else's");
  await owner.getByRole("button", { name: "Save password" }).click();
  await owner.getByText("Your password is changed.").waitFor();
  await page.goto("/settings/sign-in"); // whoever had changed it is out
  await page.waitForURL(/\/login/);
});

test("mail: what a site in development would have sent", async (t) => {
  const user = await t.user(), page = await t.page();
  await link(t, `${user.username}@example.org`, "/verify-email");
  await page.goto("/dev/mails");
  await page.getByRole("article").filter({ hasText: `${user.username}@example.org` }).getByRole("link", { name: /verify-email/ }).waitFor();
  await t.looks(page, "dev-mails");
});

test("mail: without JavaScript", async (t) => {
  const user = await t.user(), page = await t.page({ javaScriptEnabled: false }), mine = `${user.username}@example.org`;
  await page.goto(await link(t, mine, "/verify-email"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your address is confirmed.").waitFor();
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Username or email").fill(user.username);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("a mail is on its way").waitFor();
  await page.goto(await link(t, mine, "/reset-password"));
  t.expect(/response 4\d\d: POST|status of 4\d\d/);
  await page.getByLabel("New password").fill("password123");
  await page.getByRole("button", { name: "Save password" }).click();
  await page.getByText("tried first").waitFor();
  await page.getByLabel("New password").fill("another horse battery");
  await page.getByRole("button", { name: "Save password" }).click();
  await page.getByText("Your password is changed.").waitFor();

  const name = t.name(), first = await t.page({ javaScriptEnabled: false, site: t.stack.signup.first });
  await first.goto("/register");
  await first.getByLabel("Username").fill(name);
  await first.getByLabel("Email").fill(`${name}@example.org`);
  await first.getByLabel("Password").fill("correct horse battery");
  await first.getByRole("button", { name: "Create your wall" }).click();
  await first.getByText("We sent you a mail.").waitFor();
  await first.goto(await link(t, `${name}@example.org`, "/verify-email"));
  await first.getByRole("button", { name: "Confirm" }).click();
  await first.getByText("Your account is open.").waitFor();
  await first.getByRole("link", { name: "Sign in" }).last().click();
  await first.getByLabel("Username or email").fill(name);
  await first.getByLabel("Password").fill("correct horse battery");
  await first.locator("main").getByRole("button", { name: "Sign in" }).click();
  await first.getByRole("link", { name: "My wall" }).waitFor();
});
