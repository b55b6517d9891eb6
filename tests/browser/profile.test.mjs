// SPDX-License-Identifier: Apache-2.0
// Profile, privacy, notifications, content; another name; blocking; muted words; theme and time zone on every device.
import { equal, ok, test, until } from "./harness.mjs";

const save = (page) => page.getByRole("button", { name: "Save", exact: true }).click();

test("a profile", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/profile");
  await page.getByLabel("Display name").fill("Mira Okafor");
  await page.getByLabel("About you").fill("Pots in the *morning*, code at night.");
  await page.getByLabel("Place").fill("Porto");
  await page.getByLabel("Website").fill("khanglaze.org");
  await page.getByRole("button", { name: "Add a link" }).click();
  await page.getByLabel("Link text").fill("Code");
  await page.getByLabel("Address", { exact: true }).fill("git.example.org/mira");
  await page.getByText("Unsaved changes").waitFor();
  equal(await page.getByLabel("Website").inputValue(), "https://khanglaze.org", "an address on the web");
  await t.looks(page, "settings-profile");
  // nothing typed is lost
  await page.reload();
  await page.getByText("Unsaved changes").waitFor();
  equal(await page.getByLabel("About you").inputValue(), "Pots in the *morning*, code at night.", "the draft");
  await save(page);
  await page.getByText("Saved.").waitFor();
  equal(await page.getByText("Unsaved changes").count(), 0, "nothing is left unsaved");
  const visitor = await t.page();
  for (const reader of [page, visitor]) {
    await t.open(reader, `/w/${user.wall.wall_slug}`);
    const about = reader.getByRole("complementary", { name: "About" });
    await about.getByText("Porto").waitFor();
    equal(await about.locator("em").textContent(), "morning", "the bio as it is meant");
    equal(await about.getByRole("link", { name: "khanglaze.org" }).getAttribute("rel"), "nofollow noopener ugc me", "rel");
    equal(await about.getByRole("link", { name: "Code" }).getAttribute("href"), "https://git.example.org/mira", "a link");
  }
  await t.looks(visitor, "wall-person");
});

test("a refused profile says so at its field and keeps what was typed", async (t) => {
  const { page } = await t.signedIn();
  t.expect(/422/);
  await t.open(page, "/settings/profile");
  await page.getByRole("button", { name: "Add a link" }).click();
  await page.getByLabel("Link text").fill("Old");
  await page.getByLabel("Address", { exact: true }).fill("http://old.example");
  await save(page);
  await page.getByText("This must be a web address that begins with https://.").waitFor();
  equal(await page.evaluate(() => document.activeElement.name), "links[0].url", "focus");
  await t.axe(page, "a refused link");
  await t.shot(page, "settings-profile-refused");
  await page.getByLabel("Address", { exact: true }).fill("https://old.example");
  await save(page);
  await page.getByText("Saved.").waitFor();
});

test("two who edit one profile", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/412/);
  await t.open(page, "/settings/profile");
  const bio = page.getByLabel("About you");
  await bio.fill("Mine");
  await user.call("PATCH", "/users/me", { location: "Lisbon" });
  await save(page);
  await page.getByText("This was changed somewhere else").waitFor();
  equal(await bio.inputValue(), "Mine", "what was typed is kept");
  const taken = await page.getByRole("button", { name: "Take the other" }).evaluate(async (button) => {
    button.click();
    await new Promise((next) => setTimeout(next));
    return document.activeElement.tagName;
  });
  equal(taken, "INPUT", "the focus is at the first field at once: later it would be taken from who goes on");
  equal(await page.getByLabel("Place").inputValue(), "Lisbon", "the other version");
  // what is none of this page's business is no conflict
  await bio.fill("Mine again");
  await user.call("PATCH", "/users/me", { contact_preference: "nobody" });
  await save(page);
  await page.getByText("Saved.").waitFor();
  equal((await user.call("GET", "/users/me")).bio, "Mine again", "the save");
});

test("another name leaves a way from the old one", async (t) => {
  const { page, user } = await t.signedIn();
  t.expect(/409|422/);
  const taken = (await t.signedIn()).user;
  const old = user.username, fresh = `n${Date.now().toString(36)}`;
  await t.open(page, "/settings/profile");
  const name = page.getByRole("textbox", { name: "Username" });
  const change = page.getByRole("button", { name: "Change username" });
  ok(await change.isDisabled(), "nothing to change");
  await name.fill("admin");
  await change.click();
  await page.getByText("This name is kept for the site itself.").waitFor();
  await name.fill(taken.username);
  await change.click();
  await page.getByText("This username is taken.").waitFor();
  await t.shot(page, "settings-username-taken");
  await name.fill(fresh);
  await change.click();
  await page.getByText(`You are @${fresh} now.`).waitFor();
  await t.open(page, `/w/${old}`);
  equal(new URL(page.url()).pathname, `/w/${fresh}`, "the old address");
  await page.locator(".wall-top").getByText(`@${fresh}`).waitFor();
});

test("privacy, notifications and content are kept", async (t) => {
  const { page, user } = await t.signedIn();
  await t.open(page, "/settings/privacy");
  await page.getByRole("radio", { name: /Only you/ }).check();
  await page.getByLabel("Who can write to you").selectOption("nobody");
  await t.looks(page, "settings-privacy");
  await save(page);
  await page.getByText("Saved.").waitFor();
  const me = await user.call("GET", "/users/me");
  equal([me.profile_visibility, me.contact_preference].join(), "private,nobody", "privacy");

  await t.open(page, "/settings/notifications");
  await page.getByRole("checkbox", { name: "A message: E-mail" }).check();
  await page.getByRole("switch", { name: /Quiet hours/ }).check();
  await page.getByLabel("E-mails").selectOption("daily");
  await t.looks(page, "settings-notifications");
  await save(page);
  await page.getByText("Saved.").waitFor();

  await t.open(page, "/settings/content");
  await page.getByLabel("New posts can be seen by").selectOption("private");
  t.expect(/422/);
  await page.getByLabel("Muted words").fill(`spoiler, ${"x".repeat(500)}`);
  await save(page);
  await page.getByText(/^x+: Use at most/).waitFor();
  await page.getByLabel("Muted words").fill("spoiler, New York,");
  equal(await page.getByText(/Use at most/).count(), 0, "what was said of a word that was mended");
  await t.looks(page, "settings-content");
  await save(page);
  await page.getByText("Saved.").waitFor();
  const settings = await user.call("GET", "/users/me/settings");
  equal(settings.muted_keywords.join("|"), "spoiler|New York", "muted words");
  ok(settings.quiet_hours && settings.notification_frequency === "daily", "notifications");
  ok(settings.notifications.find((n) => n.kind === "message").email, "a message by e-mail");
  for (const path of ["/new", "/new/app"]) {
    await t.open(page, path);
    equal(await page.getByLabel("Who can see this").inputValue(), "private", `preset on ${path}`);
  }
});

test("blocking somebody, with a way back", async (t) => {
  const { page } = await t.signedIn();
  t.expect(/404/);
  const other = (await t.signedIn()).user;
  const made = await other.call("POST", `/walls/${other.wall.wall_slug}/posts`, { content_text: "Seen by some" });
  await t.open(page, "/");
  const card = page.locator(`[data-post="${made.post_id}"]`);
  const menu = card.getByRole("button", { name: `More about ${other.display_name}` });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: `Block @${other.username}` }).press("Enter");
  await card.waitFor({ state: "detached" });
  await t.shot(page, "block-undo");
  await page.getByRole("button", { name: "Undo" }).click();
  await card.waitFor();
  await until(async () => (await other.call("GET", `/users/${other.username}`)).username === other.username, "the way back");

  await t.open(page, `/w/${other.wall.wall_slug}`);
  await page.locator(".wall-top").getByRole("button", { name: `More about ${other.display_name}` }).click();
  await page.getByRole("menuitem").click();
  await page.getByText(`You have blocked ${other.display_name}`).waitFor();
  await page.getByText(`${other.display_name} is blocked.`).waitFor();
  await t.open(page, `/w/${other.wall.wall_slug}`); // as the server says it, and the client after it
  await page.getByRole("heading", { name: `You have blocked ${other.display_name}` }).last().waitFor();
  await t.looks(page, "wall-blocked");
  await page.getByRole("link", { name: "People you have blocked" }).click();
  await page.getByRole("button", { name: `Unblock ${other.display_name}` }).waitFor();
  await t.looks(page, "settings-blocked");
  await page.getByRole("button", { name: `Unblock ${other.display_name}` }).click();
  await page.getByText("Nobody.").waitFor();
  await t.open(page, `/w/${other.wall.wall_slug}`);
  await page.locator(`[data-post="${made.post_id}"]`).waitFor();
});

test("muted words fold up the posts of others", async (t) => {
  const { page, user } = await t.signedIn();
  const other = (await t.signedIn()).user;
  const made = await other.call("POST", `/walls/${other.wall.wall_slug}/posts`, { content_text: "A SPOILER follows" });
  await user.call("PATCH", "/users/me/settings", { muted_keywords: ["spoiler"] });
  await t.open(page, `/w/${other.wall.wall_slug}`);
  const card = page.locator(`[data-post="${made.post_id}"]`);
  await page.getByText("Hidden: a muted word.").waitFor();
  ok(!(await card.isVisible()), "folded up");
  await t.looks(page, "wall-muted");
  await page.getByText("Hidden: a muted word.").focus();
  await page.keyboard.press("Enter");
  await card.waitFor();
});

test("theme and time zone follow their owner", async (t) => {
  const { page, user } = await t.signedIn();
  await page.emulateMedia({ colorScheme: "light" });
  await t.open(page, "/settings/appearance");
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Time zone").selectOption("Pacific/Kiritimati");
  await until(async () => (await user.call("GET", "/users/me")).settings.time_zone === "Pacific/Kiritimati", "the zone is kept");
  await t.axe(page, "appearance with time zone");
  await t.shot(page, "settings-appearance-zone");
  const html = await (await page.request.get("/")).text();
  ok(/<html[^>]* data-theme="dark"/.test(html), "the server draws it dark at once");
  await page.evaluate(() => { document.cookie = "wall_theme=; path=/; max-age=0"; }); // another device
  await t.open(page, "/");
  equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "dark on a device that was never asked");
});
