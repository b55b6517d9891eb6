// SPDX-License-Identifier: Apache-2.0
// Devices, history of signing in, API keys, and people as those who run the site see them.
import { equal, ok, test, until } from "./harness.mjs";

/** From right to left: what stands between two, and what is cut off at a line's beginning, is on the other side. */
async function arabic(t, page, name) {
  await page.context().addCookies([{ name: "wall_lang", value: "ar", url: t.stack.url }]);
  await page.reload();
  await until(() => page.evaluate(() => document.documentElement.dir === "rtl" && !document.querySelector("main .skeleton")), "the page in Arabic");
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `${name}, Arabic, ${width}`);
    await t.shot(page, `${name}-arabic-${width}`);
  }
  await page.context().addCookies([{ name: "wall_lang", value: "en", url: t.stack.url }]);
  await page.reload();
  await until(() => page.evaluate(() => document.documentElement.dir !== "rtl"), "the page in English");
}

test("devices: signing one out, then all others, and the history", async (t) => {
  const { page, user } = await t.signedIn();
  const other = async (agent) => {
    const answer = await fetch(`${t.stack.url}/api/v1/auth/login`, { method: "POST", headers: { "Content-Type": "application/json", "User-Agent": agent },
      body: JSON.stringify({ login: user.username, password: user.password }) });
    equal(answer.status, 200, "another sign-in");
    return (await answer.json()).data.session_token;
  };
  const iphone = await other("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1");
  await other("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
  await other("something else");
  await t.open(page, "/settings/devices");
  await page.getByText("This device").waitFor();
  await page.getByText("Unknown browser").first().waitFor();
  await page.getByRole("list").nth(1).waitFor();
  await t.looks(page, "settings-devices");
  await arabic(t, page, "settings-devices");
  const end = page.getByRole("button", { name: "Sign out Safari on iOS" });
  await end.focus();
  await page.keyboard.press("Enter");
  await page.getByText("Safari on iOS is signed out.").waitFor();
  await until(async () => (await fetch(`${t.stack.url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${iphone}` } })).status === 401, "the end of that session");
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByText("devices are signed out.").waitFor();
  await page.getByText("You are signed in nowhere else.").waitFor();
  const history = page.getByRole("region", { name: "History of signing in" }), shown = () => history.getByRole("listitem").count();
  for (let i = 0; i < 8; i++) await other("something else");
  await t.open(page, "/settings/devices");
  await until(async () => await shown() === 10, "the newest of the history");
  t.expect(/request failed|ERR_FAILED/);
  await page.route("**/logins*cursor=*", (route) => route.abort());
  await history.getByRole("button", { name: "Show more" }).click();
  await page.unroute("**/logins*cursor=*");
  await history.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await until(async () => await shown() > 10, "the rest behind it");
  ok(!await history.getByRole("alert").count(), "no trouble any more");
});

test("API keys: refused, made, shown once, revoked", async (t) => {
  const { page } = await t.signedIn();
  t.expect(/422/);
  await t.open(page, "/settings/keys");
  await page.getByText("You have no keys.").waitFor();
  await page.getByRole("button", { name: "Make the key" }).click();
  await until(() => page.evaluate(() => document.activeElement.name === "name"), "focus on the field at fault");
  await page.getByLabel("Name", { exact: true }).fill("Backup");
  await page.getByRole("checkbox", { name: /^Read posts/ }).check();
  equal(await page.getByLabel("Name", { exact: true }).getAttribute("aria-invalid"), null, "a field that was mended");
  ok(!await page.getByText("This must not be empty.").count(), "what was said of mended fields");
  await t.looks(page, "settings-keys");
  await page.getByRole("button", { name: "Make the key" }).click();
  const secret = await page.getByLabel("Your new key").inputValue();
  ok(/^wall_[0-9A-Za-z]{46}$/.test(secret), "the key");
  await t.axe(page, "settings-keys, made");
  await t.shot(page, "settings-keys-made");
  const status = async (path) => (await fetch(`${t.stack.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${secret}` } })).status;
  equal(await status("/discover/recent"), 200, "within its scope");
  equal(await status("/users/me"), 403, "outside its scope");
  await page.getByRole("button", { name: "I have it" }).click();
  ok(!(await page.content()).includes(secret), "the key is gone from the page");
  await page.getByRole("button", { name: "Revoke Backup" }).click();
  await t.axe(page, "settings-keys, revoking");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByText("Backup is revoked.").waitFor();
  await until(async () => await status("/discover/recent") === 401, "the end of the key");
});

test("people: found, given a role, suspended; nothing for others", async (t) => {
  const { page, user } = await t.signedIn();
  const target = await t.user();
  t.expect(/40[34]/);
  await t.open(page, "/admin/users");
  await page.getByText("There is nothing here").first().waitFor();
  equal(await page.getByRole("link", { name: "Admin", exact: true }).count(), 0, "link in the navigation");
  await t.stack.makeAdmin(user.username);
  await t.open(page, "/");
  await page.getByRole("link", { name: "Admin", exact: true }).click();
  await page.getByLabel("Search by name or address").fill(target.username);
  await until(() => page.locator("tbody tr").count().then((n) => n === 1), "the one found");
  await t.looks(page, "admin-users");
  await page.locator("tbody a").click();
  await page.getByText("Nothing was done to this account.").waitFor();
  await t.looks(page, "admin-user");
  await arabic(t, page, "admin-user");
  await page.getByLabel("Role", { exact: true }).selectOption("moderator");
  t.expect(/422/);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await until(() => page.evaluate(() => document.activeElement.name === "reason"), "focus on the reason");
  await page.getByLabel("Reason").fill("Helps with reports");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Role: User → Moderator").waitFor();
  await page.getByRole("checkbox", { name: /^Suspended/ }).check();
  await page.getByLabel("Reason").fill("Took it too far");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("State: Active → Suspended").waitFor();
  await t.axe(page, "admin-user, after");
  await t.shot(page, "admin-user-after");
  await page.getByRole("link", { name: "All people" }).click();
  const search = page.getByLabel("Search by name or address");
  await search.fill("nobody-is-called-so");
  await page.getByText("Nobody found").waitFor();
  await page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "People" }).click();
  await page.getByRole("link", { name: target.username }).first().waitFor();
  equal(await search.inputValue(), "", "the section's own link begins anew");
  await page.goBack();
  await page.getByText("Nobody found").waitFor();
  equal(await search.inputValue(), "nobody-is-called-so", "Back searches again");
});
