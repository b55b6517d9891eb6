// SPDX-License-Identifier: Apache-2.0
// How accounts come into being: by mail, by invitation, by approval, not at all; the pages of those who decide.
import { equal, ok, test, until } from "./harness.mjs";

const LOOKS = [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]];

async function register(page, name, more = {}) {
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery");
  for (const [label, value] of Object.entries(more)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Create your wall" }).click();
}

async function signIn(page, name) {
  await page.getByLabel("Username or email").fill(name);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.locator("main").getByRole("button", { name: "Sign in" }).click();
}

/** The link that confirms an address, of the latest mail. */
async function mailed(t, name) {
  let link;
  await until(async () => {
    const html = await (await fetch(`${t.stack.url}/dev/mails`)).text();
    link = html.split("<article").find((part) => part.includes(`>${name}@example.org<`))?.match(/\/verify-email\?token=[\w-]+/)?.[0];
    return link;
  }, "the mail");
  return link;
}

async function admin(t, site) {
  const context = await t.context({ site }), user = await t.user({ context });
  await t.stack.makeAdmin(user.username);
  return { page: await context.newPage(), user, context };
}

test("signing up: closed", async (t) => {
  const page = await t.page({ site: t.stack.signup.closed });
  await t.open(page, "/register");
  await page.getByText("This site takes no new accounts.").waitFor();
  equal(await page.getByRole("button", { name: "Create your wall" }).count(), 0, "a form that leads nowhere");
  await t.looks(page, "register-closed");
});

test("signing up: the address first", async (t) => {
  const page = await t.page({ site: t.stack.signup.first }), name = t.name();
  await t.open(page, "/register");
  await register(page, name);
  await page.getByText("We sent you a mail.").waitFor();
  await t.looks(page, "register-first");
  const lost = await mailed(t, name);
  t.expect(/response 4(03|10)|status of 4(03|10)/);
  await t.open(page, "/login"); // there is no account yet
  await signIn(page, name);
  await page.getByRole("alert").getByRole("link", { name: "Have the mail sent again" }).click();
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.org`);
  await t.looks(page, "verify-email-again");
  await page.keyboard.press("Enter");
  await page.getByText("a mail is on its way").waitFor();
  let link;
  await until(async () => (link = await mailed(t, name)) !== lost, "another mail");
  await t.open(page, lost);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("alert").getByText("This link is not valid any more").waitFor();
  await t.open(page, link);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Your account is open.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).last().click();
  await signIn(page, name);
  await page.getByRole("link", { name: "My wall" }).first().waitFor();
});

test("signing up: by approval, decided by an administrator", async (t) => {
  const site = t.stack.signup.approval, [ada, bob] = [t.name(), t.name()];
  t.expect(/response 40[13]|status of 40[13]/);
  for (const name of [ada, bob]) {
    const page = await t.page({ site });
    await t.open(page, "/register");
    await page.getByText("An administrator looks at every new account here.").waitFor();
    await register(page, name);
    await page.getByText("An administrator has to agree first.").waitFor();
    if (name === ada) await t.looks(page, "register-approval");
    await t.open(page, "/login");
    await signIn(page, name);
    await page.getByRole("alert").getByText(/administrator/).waitFor();
  }
  const { page } = await admin(t, site);
  await t.open(page, "/admin/users");
  await page.getByRole("link", { name: "Waiting for approval" }).click();
  await page.getByText(`@${ada}`).waitFor();
  await t.looks(page, "admin-approvals");
  await page.getByRole("button", { name: `Approve ${ada}` }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(`${ada} has an account now.`).waitFor();
  await until(() => page.evaluate(() => document.activeElement.id === "waiting"), "focus stays on the page");
  const refuse = page.getByRole("button", { name: `Refuse ${bob}` });
  await refuse.click();
  await t.axe(page, "admin-approvals, refusing");
  await t.shot(page, "admin-approvals-refuse");
  await page.keyboard.press("Escape");
  ok(await refuse.isVisible(), "they still wait");
  await refuse.click();
  await page.getByRole("dialog").getByRole("button", { name: "Refuse", exact: true }).click();
  await page.getByText(`${bob} was refused.`).waitFor();
  await until(async () => await page.getByText(`@${bob}`).count() === 0, "the end of the wait");

  const theirs = await t.page({ site });
  await t.open(theirs, "/login");
  await signIn(theirs, ada);
  await theirs.getByRole("link", { name: "My wall" }).first().waitFor();
  const refused = await t.page({ site });
  await t.open(refused, "/login");
  await signIn(refused, bob);
  await refused.getByText("The name or the password is not right.").waitFor();
});

test("approvals: two administrators at once, nobody waiting, and nothing for others", async (t) => {
  const site = t.stack.signup.approval, name = t.name(), visitor = await t.page({ site });
  await t.open(visitor, "/register");
  await register(visitor, name);
  await visitor.getByText("An administrator has to agree first.").waitFor();
  const { page } = await admin(t, t.stack.url); // where nobody is needed to agree any more
  await t.open(page, "/admin/users");
  await page.getByRole("link", { name: "Waiting for approval" }).click();
  await page.getByText(`@${name}`).waitFor();
  const [[id]] = await t.stack.sql(`SELECT user_id FROM users WHERE username = '${name}'`);
  await t.stack.sql(`DELETE FROM users WHERE user_id = ${id}`); // the other was quicker
  t.expect(/404/);
  await page.getByRole("button", { name: `Approve ${name}` }).click();
  await page.getByText(`Somebody else has decided about ${name} already.`).waitFor();
  await until(async () => await page.getByText(`@${name}`).count() === 0, "their row is gone");
  await page.route("**/api/v1/admin/approvals*", (route) => route.fulfill({ status: 200, contentType: "application/json",
    body: JSON.stringify({ success: true, data: { items: [], next_cursor: null } }) }));
  await t.open(page, "/admin/approvals");
  await page.getByText("Nobody waits").waitFor();
  await t.looks(page, "admin-approvals-empty");
  await page.route("**/api/v1/admin/approvals*", (route) => route.abort());
  t.expect(/request failed|ERR_FAILED/);
  await t.open(page, "/admin/approvals");
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).first().waitFor();

  const { page: others } = await t.signedIn();
  await t.open(others, "/admin/approvals");
  await others.getByText("There is nothing here").first().waitFor();
});

test("invitations: made, copied, used once, revoked", async (t) => {
  const site = t.stack.signup.invite, context = await t.context({ permissions: ["clipboard-read", "clipboard-write"], site });
  await t.user({ context });
  const page = await context.newPage();
  await t.open(page, "/settings/appearance");
  await page.getByRole("link", { name: "Invitations" }).click();
  await page.getByText("You have invited nobody yet.").waitFor();
  equal(await page.getByLabel("Accounts it opens").count(), 0, "only administrators invite several at once");
  await page.getByLabel("For whom").fill("Grace");
  await page.keyboard.press("Enter");
  const url = await page.getByLabel("Link of the invitation").inputValue();
  ok(url.startsWith(`${site}/register?invitation=`), `the link: ${url}`);
  await page.getByText("0 of 1 used").waitFor();
  await t.looks(page, "settings-invitations");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  equal(await page.evaluate(() => navigator.clipboard.readText()), url, "the clipboard");
  await page.getByRole("button", { name: "I have it" }).click();
  ok(!(await page.content()).includes(url.split("=")[1]), "the code is gone from the page");

  const guest = await t.page({ site }), name = t.name();
  t.expect(/422/);
  await t.open(guest, "/register");
  await register(guest, name);
  await until(() => guest.evaluate(() => document.activeElement.name === "invitation"), "focus on what is missing");
  await t.looks(guest, "register-invite");
  await t.open(guest, url);
  equal(await guest.getByLabel("Invitation code").inputValue(), url.split("=")[1], "the code is filled in");
  await register(guest, name);
  await guest.getByRole("link", { name: "My wall" }).first().waitFor();
  const late = await t.page({ site });
  await t.open(late, url);
  await register(late, t.name());
  await until(() => late.evaluate(() => document.activeElement.name === "invitation"), "it opens one account");

  await t.open(page, "/settings/invitations");
  await page.getByText("1 of 1 used").waitFor();
  await page.getByLabel("For whom").fill("Ada");
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const second = await page.getByLabel("Link of the invitation").inputValue();
  await page.getByRole("button", { name: "Revoke the invitation: Ada" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("The invitation is revoked.").waitFor();
  await until(() => page.evaluate(() => document.activeElement.id === "invitations"), "focus stays on the page");
  equal(await page.getByLabel("Link of the invitation").count(), 0, "a link that opens nothing any more");
  await t.looks(page, "settings-invitations-revoked");
  await t.open(late, second);
  await register(late, t.name());
  await until(() => late.evaluate(() => document.activeElement.name === "invitation"), "it opens nothing");
});

test("invitations: several accounts by an administrator, too many open ones, and where none are needed", async (t) => {
  const site = t.stack.signup.invite, { page } = await admin(t, site);
  await t.open(page, "/settings/invitations");
  t.expect(/422|409/);
  await page.getByLabel("Accounts it opens").fill("0");
  await page.getByRole("button", { name: "Make the invitation" }).click();
  await until(() => page.evaluate(() => document.activeElement.name === "uses"), "focus on the field at fault");
  await page.getByLabel("Accounts it opens").fill("3");
  await page.getByRole("button", { name: "Make the invitation" }).click();
  await page.getByText("0 of 3 used").waitFor();

  const context = await t.context({ site }), user = await t.user({ context }), many = await context.newPage();
  for (let i = 0; i < 5; i++) await user.call("POST", "/invitations", {});
  await t.open(many, "/settings/invitations");
  await many.getByRole("button", { name: "Make the invitation" }).click();
  await many.getByRole("alert").waitFor();
  await t.looks(many, "settings-invitations-many");

  const { page: open } = await t.signedIn();
  await t.open(open, "/settings/appearance");
  equal(await open.getByRole("link", { name: "Invitations" }).count(), 0, "a section without use");
  await t.open(open, "/settings/invitations");
  await open.getByText("Nobody needs an invitation here").waitFor();
  equal(await open.getByRole("button", { name: "Make the invitation" }).count(), 0, "an invitation without use");
});

test("invitations: without JavaScript the link fills in its code", async (t) => {
  const site = t.stack.signup.invite, context = await t.context({ site });
  const user = await t.user({ context }), { url } = await user.call("POST", "/invitations", {});
  const page = await t.page({ javaScriptEnabled: false, site });
  await page.goto(url);
  await page.getByLabel("Username").fill(t.name());
  await page.getByLabel("Email").fill(`${t.name()}@example.org`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByRole("link", { name: "My wall" }).waitFor();
});
