// SPDX-License-Identifier: Apache-2.0
// Signing in by others, with a real provider: first time and again, connecting and disconnecting, saying no.
import { equal, ok, test } from "./harness.mjs";

/** A profile; the provider's pages want letters from elsewhere, which are not needed. */
async function visitor(t, options) {
  const context = await t.context(options);
  await context.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  return context;
}

/** The provider's own pages: who, and yes. */
async function agree(page, who) {
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("signing in by a provider: the whole journey", async (t) => {
  const context = await visitor(t), page = await context.newPage(), who = t.name();
  t.expect(/response (403|404|422)|status of (403|404|422)/);
  await t.open(page, "/login?next=/bricks");
  await t.looks(page, "oauth-login");
  await page.getByRole("link", { name: "Continue with Campus" }).click();
  await agree(page, who);

  await page.getByRole("heading", { level: 1, name: "Choose your name" }).waitFor();
  await page.getByText(`Campus says you are ${who}@campus.example`).waitFor();
  equal(await page.getByLabel("Username").inputValue(), who, "the suggested name");
  await t.looks(page, "oauth-finish");
  await page.getByLabel("Username").fill("admin");
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByText("This name is kept for the site itself.").waitFor();
  await page.getByLabel("Username").fill(who);
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.waitForURL("**/bricks");

  // signed out, and in again: the provider remembers, nothing is asked
  await page.goto("about:blank");
  await context.clearCookies({ name: "wall" });
  await t.open(page, "/login?next=/bricks");
  await page.getByRole("link", { name: "Continue with Campus" }).click();
  await page.waitForURL("**/bricks");

  // the only way in cannot be disconnected; with another one it can
  await t.open(page, "/settings/connected");
  ok(await page.getByRole("button", { name: "Disconnect Campus" }).isDisabled(), "the last way in stays");
  await page.getByRole("button", { name: "Connect Atelier" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Disconnect Atelier" }).waitFor();
  await page.getByRole("button", { name: "Make usual: Atelier" }).click();
  await page.getByText("Usual way in", { exact: true }).waitFor();
  await t.looks(page, "oauth-connected");
  await page.getByRole("button", { name: "Disconnect Campus" }).click();
  await page.getByText("Campus is disconnected.").waitFor();
  await page.getByRole("button", { name: "Connect Campus" }).waitFor();
  ok(await page.getByRole("button", { name: "Disconnect Atelier" }).isDisabled(), "again one is left");
});

test("signing in by a provider: confirming that it is you", async (t) => {
  const context = await visitor(t), page = await context.newPage(), who = t.name();
  t.expect(/response (403|404|422)|status of (403|404|422)/);
  await t.open(page, "/login");
  await page.getByRole("link", { name: "Continue with Campus" }).click();
  await agree(page, who);
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByRole("link", { name: "My wall" }).first().waitFor();
  await t.stack.sql(`UPDATE sessions s JOIN users u USING (user_id) SET s.confirmed_at = NOW(6) - INTERVAL 1 HOUR WHERE u.username = '${who}'`);
  await t.open(page, "/settings/connected");
  await page.getByRole("button", { name: "Connect Atelier" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue with Campus" }).click();
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button").click();
  await page.waitForURL("**/settings/connected");
  await page.getByRole("button", { name: "Connect Atelier" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Disconnect Atelier" }).waitFor();
});

test("signing in by a provider: saying no, and no longer being expected", async (t) => {
  const page = await (await visitor(t)).newPage();
  await t.open(page, "/login");
  await page.getByRole("link", { name: "Continue with Campus" }).click();
  await page.getByRole("link", { name: /cancel/i }).click();
  await page.getByText("You did not sign in with Campus: it was cancelled there.").waitFor();
  await t.looks(page, "oauth-denied");
  t.expect(/response 404|status of 404/);
  await t.open(page, "/register/finish");
  await page.getByText("This step has expired.").waitFor();
  await t.axe(page, "an arrival that is over");
});

test("signing in by a provider: without JavaScript, with an account that has the address", async (t) => {
  const page = await (await visitor(t, { javaScriptEnabled: false })).newPage(), who = t.name();
  const owner = await t.user();
  await t.stack.sql(`UPDATE users SET email = '${who}@campus.example' WHERE username = '${owner.username}'`);
  await page.goto("/login");
  await page.getByRole("link", { name: "Continue with Campus" }).click();
  await agree(page, who);
  await page.getByText(`An account here has the address ${who}@campus.example.`).waitFor();
  await page.getByRole("link", { name: "Sign in and connect" }).first().click();
  await page.getByLabel("Username or email").fill(owner.username);
  await page.getByLabel("Password", { exact: true }).fill(owner.password ?? "correct horse battery");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText(`with your account @${owner.username}?`).waitFor();
  await page.getByRole("button", { name: "Connect Campus" }).click();
  await page.waitForURL("**/settings/connected");
  equal(new URL(page.url()).pathname, "/settings/connected", "where it ends");
  equal(await t.stack.sql(`SELECT provider FROM oauth_connections o JOIN users u USING (user_id) WHERE u.username = '${owner.username}'`), [["campus"]], "connected");
});

test("signing in by a provider: in Arabic, and what is said when it did not work", async (t) => {
  const context = await visitor(t, { locale: "ar" }), page = await context.newPage();
  t.expect(/response (403|404|422)|status of (403|404|422)/);
  const look = async (name) => {
    for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await t.fits(page, `${name}, ${width}`);
      await t.axe(page, `${name}, ${width}`);
      await t.shot(page, `oauth-ar-${name}-${scheme}-${width}`);
    }
  };
  for (const problem of ["denied", "expired", "down", "refused", "waiting", "closed"]) {
    await t.open(page, `/login?problem=${problem}&provider=campus`);
    const said = await page.getByRole(problem === "denied" ? "status" : "alert").or(page.locator(".note")).first().innerText();
    ok(/[\u0600-\u06ff]/.test(said) && !/oauth\.|\{/.test(said), `${problem}: ${said}`);
  }
  await look("refused");
  await t.open(page, "/register");
  await look("register");
  await t.open(page, "/login");
  await page.locator(".providers a").first().click();
  await agree(page, t.name());
  await page.locator("input[name=username]").waitFor();
  await look("finish");
  await page.locator("form.account-form button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
  await t.open(page, "/settings/connected?problem=taken&provider=campus");
  await page.locator(".rows.wrap").waitFor();
  await look("connected");
});

test("signing in by a provider: Telegram's page carries the form on, and says so without script", async (t) => {
  t.expect(/response 404|status of 404/);
  const page = await (await visitor(t)).newPage();
  const form = { id: 7, first_name: "Zoë", auth_date: 1, hash: "0".repeat(64) };
  const sent = page.waitForRequest((r) => r.url().includes("/telegram/callback"));
  await page.goto(`/login/telegram?state=abc#tgAuthResult=${Buffer.from(JSON.stringify(form)).toString("base64url")}`);
  const query = new URL((await sent).url()).searchParams;
  equal([query.get("state"), query.get("id"), query.get("first_name"), query.get("hash")], ["abc", "7", "Zoë", "0".repeat(64)], "what is carried on");
  const refused = page.waitForRequest((r) => r.url().includes("/telegram/callback"));
  await page.goto("about:blank");
  await page.goto("/login/telegram?state=abc#tgAuthResult=false");
  equal(new URL((await refused).url()).searchParams.get("error"), "access_denied", "who said no");
  const plain = await (await visitor(t, { javaScriptEnabled: false })).newPage();
  await plain.goto("/login/telegram?state=abc");
  ok(/needs script/.test(await plain.locator("noscript").textContent()), "it says what it needs");
});
