// SPDX-License-Identifier: Apache-2.0
// The settings of a wall: glaze, refused fields at their place, two who edit at once.
import { equal, ok, test, until } from "./harness.mjs";

test("a wall's settings", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/appearance");
  await page.getByRole("link", { name: "Your wall" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Kiln & Co");
  await page.getByLabel("Description").fill("Pots in the morning.");
  await page.getByRole("radio", { name: "Slate" }).check();
  for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 390]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `settings, ${scheme}, ${width}`);
    await t.axe(page, `settings, ${scheme}, ${width}`);
    await t.shot(page, `settings-wall-${scheme}-${width}`);
  }
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Your wall is saved.").waitFor();
  const path = `/w/${user.wall.wall_slug}`;
  await t.open(page, path);
  equal(await page.locator("main").getAttribute("data-glaze"), "slate", "the wall's glaze");
  ok((await page.locator(".wall-name").textContent()) === "Kiln & Co", "the wall's name");
});

test("a refused setting says so at its field and shows nothing that is not so", async (t) => {
  const { page } = await t.signedIn();
  t.expect(/422/);
  await t.open(page, "/settings/wall");
  await page.getByLabel("Name", { exact: true }).fill("  ");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("This must not be empty.").waitFor();
  equal(await page.evaluate(() => document.activeElement.name), "display_name", "focus");
});

test("two who edit one wall", async (t) => {
  const { page, user } = await t.signedIn();
  const wall = `/walls/${user.wall.wall_slug}`;
  t.expect(/412/);
  await t.open(page, "/settings/wall");
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Mine");
  await user.call("PATCH", wall, { display_name: "Theirs" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("This wall was changed somewhere else").waitFor();
  equal(await name.inputValue(), "Mine", "what was typed is kept");
  await t.shot(page, "settings-wall-conflict");
  await page.getByRole("button", { name: "Take the other" }).click();
  equal(await name.inputValue(), "Theirs", "the other version");
  await name.fill("Mine again");
  await user.call("PATCH", wall, { display_name: "Theirs again" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Save my version" }).click();
  await until(async () => (await user.call("GET", wall)).display_name === "Mine again", "the save");
});
