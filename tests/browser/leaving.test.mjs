// SPDX-License-Identifier: Apache-2.0
// A copy of one's data, going for a while, going for good, coming back.
import { readFile } from "node:fs/promises";
import { equal, ok, test } from "./harness.mjs";


async function signIn(page, user) {
  await page.getByLabel("Username or email").fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("a copy of one's data is made while one watches, and downloaded", async (t) => {
  const { page, user } = await t.signedIn();
  await user.call("POST", `/walls/${user.wall.wall_slug}/posts`, { content_text: "To be taken along" });
  await t.open(page, "/settings/appearance");
  await page.getByRole("link", { name: "Your data" }).click();
  await page.getByRole("button", { name: "Request a copy" }).click();
  await page.getByText("Your copy is ready").waitFor();
  await t.looks(page, "settings-data");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  equal(file.suggestedFilename(), "wall-data.zip", "the file's name");
  const bytes = await readFile(await file.path());
  equal(bytes.subarray(0, 4).toString("latin1"), "PK\x03\x04", "a ZIP");
  ok(await page.getByRole("button", { name: "Make a new copy" }).isVisible(), "another can be asked for");
});

test("deactivating, by keyboard, and coming back", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/data");
  await page.getByRole("button", { name: "Deactivate account" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  equal(await page.evaluate(() => document.activeElement.textContent), "Deactivate account", "focus is back");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Deactivate account" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Your account is deactivated.").waitFor();
  await t.open(page, "/login");
  await signIn(page, user);
  await page.getByText("Welcome back. Your account is active again.").waitFor();
});

test("deleting asks for the name; signing in takes it back", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/422/);
  await t.open(page, "/settings/data");
  await page.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Type your username/).fill("somebody else");
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await dialog.getByText("This is not your username.").waitFor();
  await t.looks(page, "settings-data-delete");
  await dialog.getByLabel(/Type your username/).fill(user.username);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await page.getByText("Your account will be erased on").waitFor();
  await t.open(page, "/login");
  await signIn(page, user);
  await page.getByText("Welcome back. Your account is active again.").waitFor();
});
