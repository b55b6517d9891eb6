// SPDX-License-Identifier: Apache-2.0
// What proves who somebody is besides a password: passkeys by Chromium's virtual authenticator, codes of an app,
// recovery codes; and being asked again before anything dangerous.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { equal, ok, test, until } from "./harness.mjs";

const SETTINGS = "/settings/sign-in";

/** An authenticator of the device itself, as phones and laptops have one. */
async function device(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  const send = (method, more = {}) => cdp.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  await page.addInitScript(() => {
    const container = globalThis.CredentialsContainer?.prototype, get = container?.get;
    if (get) container.get = function (asked) { globalThis.inBackground ||= asked.mediation === "conditional"; return get.call(this, asked); };
  });
  return {
    /** Whether its owner passes the fingerprint, or whatever it asks for. */
    verifies: (isUserVerified) => send("setUserVerified", { isUserVerified }),
    touched: (enabled) => send("setAutomaticPresenceSimulation", { enabled }),
    /** Until the page has asked in the background, which is answered by itself when asked of one that is touched. */
    offered: () => until(() => page.evaluate(() => globalThis.inBackground === true), "passkeys are among the names"),
    credentials: async () => (await send("getCredentials")).credentials,
    forget: () => send("clearCredentials"),
  };
}

/** The code of RFC 6238, so many steps of 30 s away from now. */
function codeOf(secret, offset = 0) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))), step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + offset));
  const digest = createHmac("sha1", key).update(step).digest(), at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Waits for the beginning of a step, so that none ends between two requests. */
async function early() {
  const left = 30_000 - Date.now() % 30_000;
  if (left < 10_000) await new Promise((r) => setTimeout(r, left + 100));
}

/** Two-step sign-in, by the API; the code of the step before is used up. */
async function protect(user) {
  const { secret } = await user.call("POST", "/auth/totp");
  await early();
  const { recovery_codes: codes } = await user.call("POST", "/auth/totp/confirm", { code: codeOf(secret, -1) });
  return { secret, codes };
}

/** The session was confirmed longer ago than dangerous things allow. */
const unconfirm = (t, user) => t.stack.sql(`UPDATE sessions SET confirmed_at = NOW(6) - INTERVAL 11 MINUTE WHERE user_id = ${user.user_id}`);

const signOut = async (page) => {
  await page.context().clearCookies();
  await page.goto("/login");
};

async function signIn(t, page, user) {
  await t.open(page, "/login");
  await page.getByLabel("Username or email").fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const inside = (page, name) => page.getByRole("link", { name: "My wall" }).first().waitFor().then(() => until(
  () => page.evaluate(() => fetch("/api/v1/users/me").then((r) => r.json()).then((a) => a.data?.username)).then((who) => who === name), `${name} is signed in`));

test("passkeys: an account without a password", async (t) => {
  const page = await t.page(), name = t.name(), key = await device(page);
  await t.open(page, "/register");
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByRole("checkbox", { name: /passkey/ }).focus();
  await page.keyboard.press("Space");
  equal(await page.getByLabel("Password", { exact: true }).count(), 0, "password fields");
  await t.looks(page, "register-passkey");
  await key.verifies(false);
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByText("No passkey was used.").waitFor();
  equal(await page.getByLabel("Username").inputValue(), name, "what was typed is kept");
  await key.verifies(true);
  await page.getByRole("button", { name: "Create your wall" }).click();
  await inside(page, name);
  equal((await t.stack.sql(`SELECT password_hash FROM users WHERE username = '${name}'`))[0], ["NULL"], "password");

  t.expect(/409/);
  await t.open(page, SETTINGS);
  await page.getByRole("button", { name: "Remove Linux" }).click(); // called after the system it was made on
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByText("This is your last way in.").waitFor();
  await t.axe(page, "the last way in");
  await t.shot(page, "passkey-last-way-in");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await key.touched(false);
  await signOut(page);
  await t.ready(page);
  await key.offered();
  await key.touched(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await inside(page, name);
});

test("passkeys: refused by the server while registering", async (t) => {
  const page = await t.page(), name = t.name();
  await device(page);
  await page.route("**/auth/passkeys/newcomer", async (route) => {
    const response = await route.fetch(), body = await response.json();
    body.data.challenge = Buffer.from("nobody.asked.this.of.anybody").toString("base64url");
    await route.fulfill({ response, json: body });
  });
  t.expect(/401/);
  await t.open(page, "/register");
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByRole("checkbox", { name: /passkey/ }).check();
  await page.getByRole("button", { name: "Create your wall" }).click();
  await page.getByText("This passkey was not accepted. Try again.").waitFor();
});

test("passkeys: added, named, known already, removed", async (t) => {
  const { page, user } = await t.signedIn(), key = await device(page);
  await t.open(page, SETTINGS);
  await key.verifies(false);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("No passkey was used.").waitFor();
  await key.verifies(true);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const naming = page.getByRole("dialog", { name: "Name this passkey" });
  await naming.getByLabel("Name").fill("");
  t.expect(/422/);
  await page.keyboard.press("Enter");
  await until(() => naming.getByLabel("Name").getAttribute("aria-invalid").then((v) => v === "true"), "a name is needed");
  await naming.getByLabel("Name").fill("Laptop");
  await t.axe(page, "naming");
  await t.shot(page, "passkey-name");
  await page.keyboard.press("Enter");
  await naming.waitFor({ state: "detached" });
  await page.getByText("not used yet").waitFor();
  const [credential] = await key.credentials();
  ok(credential.isResidentCredential && credential.rpId === "localhost", "a credential that says whose it is");
  equal((await t.stack.sql(`SELECT passkey_handle FROM users WHERE user_id = ${user.user_id}`))[0][0],
    Buffer.from(credential.userHandle, "base64").toString("base64url"), "the account's handle");
  await t.looks(page, "settings-passkeys");

  await page.getByRole("button", { name: "Add another" }).click();
  await page.getByText("This device has a passkey of yours already.").waitFor();
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Old laptop");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  const remove = page.getByRole("button", { name: "Remove Old laptop" });
  await remove.click();
  await page.getByRole("dialog", { name: "Remove “Old laptop”?" }).waitFor();
  await page.keyboard.press("Escape");
  await until(() => remove.evaluate((e) => e === document.activeElement), "the focus is back where it was");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Add a passkey" }).waitFor();
  equal(await user.call("GET", "/auth/factors").then((f) => f.passkeys.length), 0, "passkeys left");
});

test("passkeys: signing in, by the button and among the names", async (t) => {
  const { page, user } = await t.signedIn(), key = await device(page);
  await t.open(page, SETTINGS);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog", { name: "Name this passkey" }).waitFor();
  await key.touched(false);
  await signOut(page);
  await t.ready(page);
  await key.offered();
  equal(await page.getByLabel("Username or email").getAttribute("autocomplete"), "username webauthn", "passkeys are among the names");
  await t.looks(page, "login-passkey");
  await key.touched(true);
  await key.verifies(false);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("No passkey was used.").waitFor();
  await page.goto("about:blank"); // or this page would be answered, not the next
  await key.verifies(true);
  await page.goto("/login?next=%2Fbricks");
  await page.waitForURL("**/bricks"); // the authenticator picked it from among the names
  await inside(page, user.username);

  t.expect(/403|401/);
  await key.touched(false);
  await signOut(page);
  await t.ready(page);
  await key.offered();
  await t.stack.sql(`UPDATE users SET account_state = 'suspended' WHERE user_id = ${user.user_id}`);
  await key.touched(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText(/suspended/).waitFor();
});

test("two-step sign-in: switched on, recovery codes kept, switched off", async (t) => {
  const { page, user } = await t.signedIn({ permissions: ["clipboard-read", "clipboard-write"] });
  t.expect(/422/);
  await t.open(page, SETTINGS);
  await page.getByRole("button", { name: "Turn on" }).click();
  const setup = page.getByRole("dialog", { name: "Set up your authenticator app" });
  const picture = setup.getByRole("img", { name: "QR code for your authenticator app" });
  ok((await picture.getAttribute("src")).startsWith("data:image/svg+xml,"), "the QR code is SVG");
  ok(await picture.evaluate((e) => e.complete && e.naturalWidth > 0 && e.getBoundingClientRect().width >= 160), "and can be scanned");
  const secret = (await setup.locator("code").textContent()).replaceAll(" ", "");
  ok(/^[A-Z2-7]{32}$/.test(secret), "the secret to type");
  ok((await setup.getByRole("link").getAttribute("href")).includes(`secret=${secret}`), "the same for an app on this device");
  await until(() => page.evaluate(() => document.activeElement.name === "code"), "focus on the code");
  await t.looks(page, "totp-setup");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await setup.getByText("This code is not right").waitFor();
  await t.axe(page, "totp-setup, refused");
  await early();
  const first = codeOf(secret);
  await setup.getByLabel("The code the app shows now").fill(`${first.slice(0, 3)} ${first.slice(3)}`);
  await page.keyboard.press("Enter");
  const kept = page.getByRole("dialog", { name: "Two-step sign-in is on" });
  await kept.waitFor();
  const codes = await kept.locator("li code").allTextContents();
  equal(codes.length, 10, "recovery codes");
  await t.looks(page, "recovery-codes");
  await kept.getByRole("button", { name: "Copy" }).click();
  await page.getByText("The codes are copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  ok(codes.every((code) => copied.includes(code)), "all are copied");
  const [file] = await Promise.all([page.waitForEvent("download"), kept.getByRole("button", { name: "Download" }).click()]);
  equal(file.suggestedFilename(), "recovery-codes-localhost.txt", "name of the file");
  equal(readFileSync(await file.path(), "utf8"), copied, "the file");
  await page.emulateMedia({ media: "print" });
  await t.shot(page, "recovery-codes-print");
  ok(await page.locator(".codes code").first().isVisible() && !await page.getByRole("button", { name: "Copy" }).isVisible(), "what is printed");
  await page.emulateMedia({ media: "screen" });
  await kept.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 codes left").waitFor();
  ok(!(await page.content()).includes(codes[0]), "they are shown once");
  await t.looks(page, "settings-two-step");

  await page.getByRole("button", { name: "New codes" }).click();
  const renewed = page.getByRole("dialog", { name: "Your new recovery codes" });
  await renewed.waitFor();
  const fresh = await renewed.locator("li code").allTextContents();
  ok(!fresh.some((code) => codes.includes(code)), "new codes are others");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Turn off" }).click();
  await t.axe(page, "switching off");
  await t.shot(page, "totp-off");
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Two-step sign-in is off.").waitFor();
  await page.getByRole("button", { name: "Turn on" }).waitFor();
  await signOut(page);
  await signIn(t, page, user);
  await inside(page, user.username);
});

test("two-step sign-in: wrong, right, used already; recovery codes once", async (t) => {
  const { page, user } = await t.signedIn(), { secret, codes } = await protect(user);
  t.expect(/401/);
  await signOut(page);
  await signIn(t, page, user);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  const field = page.getByLabel("Code of your authenticator app");
  await until(() => field.evaluate((e) => e === document.activeElement), "focus on the code");
  equal(await field.getAttribute("autocomplete"), "one-time-code", "phones fill it in");
  await t.looks(page, "login-second");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await page.getByText("This code is not right, or it was used already.").waitFor();
  await t.axe(page, "second step, refused");
  await t.shot(page, "login-second-refused");
  await early();
  const code = codeOf(secret);
  await field.fill(code);
  await page.keyboard.press("Enter");
  await inside(page, user.username);

  for (const [typed, again] of [[code, "This code is not right, or it was used already."], [codes[0], null], [codes[0], "This is none of your unused recovery codes."]]) {
    await signOut(page);
    await signIn(t, page, user);
    await field.fill(typed);
    await page.keyboard.press("Enter");
    if (again === null) await inside(page, user.username);
    else {
      await page.getByText(again).waitFor();
      await until(() => page.evaluate(() => document.activeElement.name === "code"), "focus on the refused code");
    }
  }
  equal((await t.stack.sql(`SELECT COUNT(*) FROM recovery_codes WHERE user_id = ${user.user_id} AND used_at IS NULL`))[0], ["9"], "codes left");
});

test("two-step sign-in: with a passkey; five minutes", async (t) => {
  const { page, user } = await t.signedIn(), key = await device(page);
  await protect(user);
  await t.open(page, SETTINGS);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog", { name: "Name this passkey" }).waitFor();
  await key.touched(false);
  await signOut(page);
  await signIn(t, page, user);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await t.looks(page, "login-second-passkey");
  await key.touched(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await inside(page, user.username);

  t.expect(/401/);
  await key.touched(false);
  await signOut(page);
  await signIn(t, page, user);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await t.stack.sql(`UPDATE sign_ins SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE user_id = ${user.user_id}`);
  await page.getByLabel("Code of your authenticator app").fill("123456");
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByText(/took too long|[Ss]ign in again|start again/i).first().waitFor();
  await t.shot(page, "login-second-over");
  await page.getByRole("link", { name: "Start again" }).click();
  await page.waitForURL("**/login");
});

test("two-step sign-in: without JavaScript", async (t) => {
  const { user } = await t.signedIn(), { secret, codes } = await protect(user);
  t.expect(/response 4\d\d: POST|status of 4\d\d/);
  const page = await t.page({ javaScriptEnabled: false });
  const begin = async () => {
    await page.goto("/login?next=%2Fbricks");
    await page.getByLabel("Username or email").fill(user.username);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "One more step" }).waitFor();
  };
  await begin();
  await t.fits(page, "second step");
  await t.shot(page, "noscript-second");
  await page.getByRole("textbox").fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("This code is not right, or it was used already.").first().waitFor();
  await t.shot(page, "noscript-second-refused");
  await early();
  await page.getByRole("textbox").fill(codeOf(secret));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/bricks");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Say what you need" }).waitFor();
  await begin();
  await page.getByRole("textbox").fill(codes[4]);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/bricks");
});

test("confirming: by password, by code, by passkey, or not at all", async (t) => {
  const { page, user } = await t.signedIn(), key = await device(page);
  const { secret } = await protect(user);
  t.expect(/403|401/);
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const attempt = async () => {
    await unconfirm(t, user);
    await page.getByRole("button", { name: "New codes" }).click();
    await dialog.waitFor();
  };
  const done = async () => {
    await page.getByRole("dialog", { name: "Your new recovery codes" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await t.open(page, SETTINGS);
  await attempt();
  await until(() => page.evaluate(() => document.activeElement.name === "password"), "focus on the password");
  await t.looks(page, "confirm-password");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await t.shot(page, "confirm-cancelled");
  equal(await user.call("GET", "/auth/factors").then((f) => f.recovery_codes_left), 10, "the codes are the old ones");

  await attempt();
  await page.keyboard.type("not my password");
  await page.keyboard.press("Enter");
  await dialog.getByText("This is not your password.").waitFor();
  await t.axe(page, "confirm, refused");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await page.keyboard.press("Enter");
  await done();
  await page.getByRole("button", { name: "New codes" }).click(); // not asked again for ten minutes
  await done();

  await attempt();
  await dialog.getByRole("button", { name: "Use a code of my app" }).click();
  await until(() => page.evaluate(() => document.activeElement.name === "code" && document.activeElement.inputMode === "numeric"), "focus on the code");
  await t.looks(page, "confirm-code");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await dialog.getByText("This code is not right, or it was used already.").waitFor();
  await early();
  await page.keyboard.type(codeOf(secret)); // the refused one was selected
  await page.keyboard.press("Enter");
  await done();

  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog", { name: "Name this passkey" }).waitFor();
  await page.keyboard.press("Escape");
  await attempt();
  await t.looks(page, "confirm-passkey");
  await key.verifies(false);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await dialog.getByText("No passkey was used.").waitFor();
  await key.verifies(true);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await done();
});
