// SPDX-License-Identifier: Apache-2.0
// Signing in by others as it must not go, with real providers: every answer forged, mixed up, replayed, late, too large.
// Their pages are walked by requests here, each context a browser with cookies of its own.
import { createHmac } from "node:crypto";
import { equal, ok, test, until } from "./harness.mjs";
import { decode, signed } from "./provider.mjs";

const DOWN = /WALL00535/;
const seconds = (n) => Math.floor(Date.now() / 1000) + n;
const base64 = (text) => Buffer.from(text).toString("base64url");

/** A browser without pages: its requests share cookies. */
class Visitor {
  constructor(t, context) { this.t = t; this.site = t.stack.url; this.request = context.request; }
  static async of(t) { return new Visitor(t, await t.context()); }

  get(url) { return this.request.get(url, { maxRedirects: 0, headers: { Accept: "text/html" } }); }
  async led(url) {
    const answer = await this.get(url);
    ok([302, 303].includes(answer.status()), `${url.split("?")[0]} answers ${answer.status()}`);
    return answer.headers().location;
  }

  /** Leaves for a provider: the address it is led to. */
  leave(provider = "campus", query = "") { return this.led(`${this.site}/api/v1/auth/oauth/${provider}/initiate?${query}`); }

  /** Walks the provider's pages as `who`, who agrees: the address it sends back to, or what its error page says. */
  async walk(location, who) {
    let url = location;
    for (let step = 0; step < 14; step++) {
      if (url.startsWith(this.site)) return url;
      let answer = await this.get(url);
      if (answer.status() === 200) {
        const login = (await answer.text()).includes('name="login"');
        answer = await this.request.post(url, { maxRedirects: 0, form: login ? { prompt: "login", login: who, password: "x" } : { prompt: "consent" } });
      }
      if (answer.status() >= 400) return `error ${answer.status()}: ${/invalid_[a-z_]+/.exec(await answer.text())?.[0]}`;
      url = new URL(answer.headers().location, url).href;
    }
    throw new Error("the provider does not come to an end");
  }

  /** Comes back; "/path" or "/path problem". */
  async land(back) {
    const end = new URL(await this.led(back), this.site);
    const problem = end.searchParams.get("problem");
    return problem ? `${end.pathname} ${problem}` : end.pathname + end.search;
  }

  async arrive(who, provider = "campus", query = "") { return this.land(await this.walk(await this.leave(provider, query), who)); }

  /** Neither a session nor an arrival has come of it. */
  async nobody(what) {
    for (const [path, status] of [["/users/me", 401], ["/auth/oauth/arrival", 404]]) {
      equal((await this.request.get(`${this.site}/api/v1${path}`)).status(), status, `${what}: ${path}`);
    }
  }
}

/** An address with parts of its query changed, or, null, taken away. */
function changed(address, parts) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parts)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** While `work` goes on, the issuer's answers on `path` go through `how`: what go() takes, or a handler. */
async function tampered(issuer, path, how, work) {
  issuer.mischief = (request, response, go) => (request.url.split("?")[0] !== path ? go() : how.length === 1 ? go(how) : how(request, response, go));
  try {
    return await work();
  } finally {
    issuer.mischief = null;
  }
}

const quiet = (t) => { t.expect(/response 4\d\d|status of 4\d\d/); return t.stack.identities; };

test("hostile sign-in: states that are missing, forged, late, replayed, another browser's", async (t) => {
  quiet(t);
  const visitor = await Visitor.of(t), other = await Visitor.of(t), who = t.name();
  for (const state of [null, "", "x".repeat(43), "x".repeat(199)]) {
    const back = changed(await visitor.walk(await visitor.leave(), who), { state });
    equal(await visitor.land(back), "/login expired", `state ${state}`);
  }
  await visitor.nobody("a wrong state");
  const location = await visitor.leave(), back = await visitor.walk(location, who);
  equal(await other.land(back), "/login expired", "another browser, without a cookie");
  await other.leave();
  equal(await other.land(back), "/login expired", "another browser, with a cookie of its own");
  await other.nobody("signing somebody else in");
  equal(await visitor.land(back), "/register/finish", "its own browser");
  equal(await visitor.land(back), "/login expired", "the same answer again");
  equal(await visitor.land(await visitor.walk(location, who)), "/login expired", "the same state with another code");
  const late = await visitor.walk(await visitor.leave(), who);
  await t.stack.sql("UPDATE oauth_flows SET expires_at = NOW(6) - INTERVAL 1 SECOND");
  equal(await visitor.land(late), "/login expired", "an answer that is late");
});

test("hostile sign-in: codes replayed and stolen, PKCE taken away", async (t) => {
  quiet(t);
  const visitor = await Visitor.of(t), victim = await Visitor.of(t), who = t.name();
  const used = await victim.walk(await victim.leave(), t.name());
  equal(await victim.land(used), "/register/finish", "the victim comes first");
  const code = (address) => new URL(address).searchParams.get("code");
  equal(await visitor.land(changed(await visitor.walk(await visitor.leave(), who), { code: code(used) })), "/login refused", "a code used before");
  const stolen = await victim.walk(await victim.leave("campus"), t.name());
  equal(await visitor.land(changed(await visitor.walk(await visitor.leave(), who), { code: code(stolen) })), "/login refused", "a code of another's sign-in");
  for (const [what, parts] of [["no challenge", { code_challenge: null, code_challenge_method: null }], ["no method", { code_challenge_method: null }],
    ["the plain method", { code_challenge_method: "plain" }], ["another challenge", { code_challenge: base64("x".repeat(32)) }]]) {
    equal(await visitor.land(await visitor.walk(changed(await visitor.leave(), parts), who)), "/login refused", what);
  }
  equal(await visitor.land(changed(await visitor.walk(await visitor.leave(), who), { code: null })), "/login refused", "no code");
  await visitor.nobody("a wrong code");
});

test("hostile sign-in: answers mixed up between providers", async (t) => {
  const { campus, annex } = quiet(t);
  const visitor = await Visitor.of(t), who = t.name();
  const callback = (name) => `${t.stack.url}/api/v1/auth/oauth/${name}/callback`;
  const mixed = async (parts, at = "campus") => {
    const answer = new URL(await visitor.walk(await visitor.leave("annex"), who)); // the evil one has a code, and knows campus's state
    const state = new URL(await visitor.leave("campus")).searchParams.get("state");
    return visitor.land(changed(`${callback(at)}?${answer.searchParams}`, { state, ...parts }));
  };
  equal(await mixed({}), "/login refused", "annex's answer, saying so");
  equal(await mixed({ iss: null }), "/login refused", "annex's code, not saying whose");
  equal(await mixed({ iss: campus.issuer }), "/login refused", "annex's code, said to be campus's");
  equal(await mixed({}, "annex"), "/login refused", "campus's state at annex's address");
  for (const iss of [null, "", annex.issuer, `${campus.issuer}/`]) {
    equal(await visitor.land(changed(await visitor.walk(await visitor.leave(), who), { iss })), "/login refused", `iss ${iss}`);
  }
  await visitor.nobody("a mix-up");
});

test("hostile sign-in: nonces, redirect addresses and answers that say no", async (t) => {
  const { campus } = quiet(t);
  const visitor = await Visitor.of(t), who = t.name();
  for (const nonce of [null, "another", base64("y".repeat(32))]) {
    equal(await visitor.land(await visitor.walk(changed(await visitor.leave(), { nonce }), who)), "/login refused", `nonce ${nonce}`);
  }
  for (const more of ["?next=https://evil.example/", "?", "/", "#x"]) {
    const location = await visitor.leave(), own = new URL(location).searchParams.get("redirect_uri");
    equal(await visitor.walk(changed(location, { redirect_uri: own + more }), who), "error 400: invalid_redirect_uri", `redirect address with ${more}`);
  }
  for (const [error, end] of [["access_denied", "denied"], ["server_error", "refused"], ["<script>", "refused"], ["x".repeat(190), "refused"]]) {
    const state = new URL(await visitor.leave("campus", "return_to=/bricks")).searchParams.get("state");
    const back = `${t.stack.url}/api/v1/auth/oauth/campus/callback?${new URLSearchParams({ state, error, iss: campus.issuer, error_description: "<b>" })}`;
    equal(await visitor.land(back), `/login ${end}`, `error ${error}`);
    equal(await visitor.land(back), "/login expired", `error ${error} once more`);
  }
  equal(await visitor.land(`${t.stack.url}/api/v1/auth/oauth/campus/callback?error=access_denied`), "/login expired", "an error nobody asked for");
  await visitor.nobody("an answer that says no");
});

test("hostile sign-in: where it leads stays here, and who is signed in is who began", async (t) => {
  quiet(t);
  const member = await Visitor.of(t), who = t.name();
  equal(await member.arrive(who), "/register/finish", "first time");
  await member.request.post(`${t.stack.url}/api/v1/auth/oauth/arrival`, { data: { username: who }, headers: { Origin: t.stack.url } });
  for (const evil of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/x?y=\\evil", " /"]) {
    const again = await Visitor.of(t);
    equal(await again.arrive(who, "campus", `return_to=${encodeURIComponent(evil)}`), "/", evil);
  }
  equal(await (await Visitor.of(t)).arrive(who, "campus", "return_to=%2Fbricks%3Fa%3Db"), "/bricks?a=b", "a page of ours");
  const victim = await Visitor.of(t), attacker = await Visitor.of(t);
  const back = await attacker.walk(await attacker.leave(), who);
  equal(await victim.land(back), "/login expired", "a victim led to the attacker's answer");
  await victim.nobody("signing a victim in as the attacker");
});

const LIES = {
  "alg none": ([header, claims]) => `${base64(JSON.stringify({ ...header, alg: "none" }))}.${base64(JSON.stringify(claims))}.`,
  "HS256 by the public key": ([header, claims], key) => {
    const data = `${base64(JSON.stringify({ ...header, alg: "HS256" }))}.${base64(JSON.stringify(claims))}`;
    return `${data}.${createHmac("sha256", key.pem).update(data).digest("base64url")}`;
  },
  "claims changed after signing": ([, claims], _key, token) => [token.split(".")[0], base64(JSON.stringify({ ...claims, sub: "somebody" })), token.split(".")[2]].join("."),
  "no signature": (_parts, _key, token) => token.split(".").slice(0, 2).join(".") + ".",
  "another kid": ([header, claims], key) => signed(key, { ...header, kid: "nobody" }, claims),
  "another issuer": ([header, claims], key) => signed(key, header, { ...claims, iss: "https://evil.example" }),
  "another audience": ([header, claims], key) => signed(key, header, { ...claims, aud: "wall-atelier" }),
  "audiences without azp": ([header, claims], key) => signed(key, header, { ...claims, aud: ["wall-campus", "wall-atelier"] }),
  "azp of another": ([header, claims], key) => signed(key, header, { ...claims, azp: "wall-atelier" }),
  "expired": ([header, claims], key) => signed(key, header, { ...claims, exp: seconds(-120) }),
  "not yet valid": ([header, claims], key) => signed(key, header, { ...claims, nbf: seconds(600) }),
  "issued tomorrow": ([header, claims], key) => signed(key, header, { ...claims, iat: seconds(86400) }),
  "issued yesterday": ([header, claims], key) => signed(key, header, { ...claims, iat: seconds(-86400) }),
  "another nonce": ([header, claims], key) => signed(key, header, { ...claims, nonce: "another" }),
  "another access token": ([header, claims], key) => signed(key, header, { ...claims, at_hash: base64("z".repeat(16)) }),
};

test("hostile sign-in: ID tokens that lie", async (t) => {
  const { campus } = quiet(t);
  const visitor = await Visitor.of(t), who = t.name();
  for (const [lie, forge] of Object.entries(LIES)) {
    const change = (body) => ({ ...body, id_token: forge(decode(body.id_token), campus.key, body.id_token) });
    equal(await tampered(campus, "/token", change, () => visitor.arrive(who)), "/login refused", lie);
  }
  await visitor.nobody("a lie");
  const same = (body) => ({ ...body, id_token: signed(campus.key, ...decode(body.id_token)) });
  equal(await tampered(campus, "/token", same, () => visitor.arrive(who)), "/register/finish", "the same token signed once more is no lie");
});

test("hostile sign-in: keys that change", async (t) => {
  const { campus } = quiet(t);
  const visitor = await Visitor.of(t), looks = () => campus.heard.filter((h) => h === "GET /jwks").length;
  t.stack.forget("oauth:*");
  equal(await visitor.arrive(t.name()), "/register/finish", "before");
  const before = looks();
  campus.rotate();
  equal(await visitor.arrive(t.name()), "/register/finish", "by a new key");
  equal(looks(), before + 1, "looks at the keys");
  campus.rotate();
  for (let i = 0; i < 3; i++) equal(await visitor.arrive(t.name()), "/login refused", "another new key at once");
  equal(looks(), before + 1, "looks within half a minute");
  t.stack.forget("oauth:*");
  equal(await visitor.arrive(t.name()), "/register/finish", "half a minute later");
});

test("hostile sign-in: providers that are down, slow, without end, elsewhere", async (t) => {
  const { campus } = quiet(t);
  t.stack.expectLog(DOWN);
  const visitor = await Visitor.of(t), who = t.name();
  const port = new URL(campus.issuer).port;
  const broken = {
    "an error": (_q, response, _go) => response.writeHead(500).end("sorry"),
    "a redirect": (_q, response, _go) => response.writeHead(307, { Location: "/token?again" }).end(),
    "no JSON": (_q, response, _go) => response.writeHead(200).end("<p>"),
    "nothing": (request, _response, _go) => request.socket.destroy(),
    "no end": (_q, response, _go) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const more = () => { while (!response.destroyed && response.write(" ".repeat(65536))); };
      response.on("drain", more);
      more();
    },
    "silence": () => {},
  };
  for (const [what, how] of Object.entries(broken)) {
    const started = Date.now(), handler = (request, response, go) => how(request, response, go);
    equal(await tampered(campus, "/token", handler, () => visitor.arrive(who)), "/login down", what);
    ok(Date.now() - started < 12_000, `${what}: given up in time`);
  }
  ok(!campus.heard.some((h) => h.includes("again")), "redirects are not followed");
  for (const [what, parts, end] of [
    ["a token endpoint within", { token_endpoint: `http://127.0.0.1:${port}/within` }, "/login down"],
    ["keys within", { jwks_uri: `http://[::ffff:127.0.0.1]:${port}/within` }, "/login down"],
    ["another's document", { issuer: "https://evil.example" }, "/login down"]]) {
    t.stack.forget("oauth:*");
    equal(await tampered(campus, "/.well-known/openid-configuration", (body) => ({ ...body, ...parts }), async () => {
      const location = await visitor.leave();
      return location.startsWith("/login") ? "/login down" : visitor.land(await visitor.walk(location, who));
    }), end, what);
  }
  ok(!campus.heard.some((h) => h.includes("within")), "nothing was sent to addresses within");
  t.stack.forget("oauth:*");
  const gone = (request, _response, _go) => request.socket.destroy();
  equal(await tampered(campus, "/.well-known/openid-configuration", gone, () => visitor.leave()), "/login?problem=down&provider=campus", "a provider that is gone");
  await visitor.nobody("a provider that is down");
});

test("hostile sign-in: what a provider ends, and what is ended there", async (t) => {
  const { campus } = quiet(t);
  const context = await t.context(), visitor = new Visitor(t, context), who = t.name(), page = await context.newPage();
  await context.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" })); // of the provider's pages
  const mine = `user_id = (SELECT user_id FROM users WHERE username = '${who}')`;
  equal(await visitor.arrive(who), "/register/finish", "the first provider");
  await visitor.request.post(`${t.stack.url}/api/v1/auth/oauth/arrival`, { data: { username: who }, headers: { Origin: t.stack.url } });
  const row = async () => (await t.stack.sql(`SELECT access_token, refresh_token, lapsed_at, token_fence FROM oauth_connections WHERE provider = 'campus' AND ${mine}`))[0];
  const due = () => t.stack.sql(`UPDATE oauth_connections SET token_expires_at = NOW(6) - INTERVAL 2 DAY WHERE provider = 'campus' AND ${mine}`);
  const first = await row();
  await due();
  const second = await until(async () => { const now = await row(); return now[3] !== first[3] && now; }, "the worker's refresh", 75_000);
  ok(second[0] !== first[0] && second[2] === "NULL", "the access token is another one");

  // taken back there: the page says so, and signing in there mends it
  await t.stack.sql(`UPDATE oauth_connections SET access_token = NULL, refresh_token = NULL, token_expires_at = NULL, lapsed_at = NOW(6) WHERE provider = 'campus' AND ${mine}`);
  await t.open(page, "/settings/connected");
  await page.getByText("Campus has ended the connection.").waitFor();
  for (const [scheme, width] of [["light", 1280], ["dark", 390]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await t.fits(page, `an ended connection, ${width}`);
    await t.axe(page, `an ended connection, ${width}`);
    await t.shot(page, `oauth-ended-${scheme}-${width}`);
  }
  await page.getByRole("button", { name: "Sign in again: Campus" }).click();
  await page.waitForURL((url) => url.pathname === "/settings/connected" || url.port === new URL(campus.issuer).port);
  if (!page.url().startsWith(t.stack.url)) await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/settings/connected");
  await page.getByRole("button", { name: "Disconnect Campus" }).waitFor();
  await until(async () => (await row())[2] === "NULL", "the connection is whole again");

  // ended here: the provider hears of it
  await page.getByRole("button", { name: "Connect Annex" }).click();
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button").click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Disconnect Campus" }).click();
  await page.getByText("Campus is disconnected.").waitFor();
  ok(campus.revoked.includes(who), "the refresh token is taken back");
});
