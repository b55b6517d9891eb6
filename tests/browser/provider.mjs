// SPDX-License-Identifier: Apache-2.0
// Real OpenID Connect providers (npm oidc-provider) whose login takes any name: one issuer, known to the site twice
// as "Campus" and "Atelier", and another, "Annex". What they answer can be changed on its way, by `mischief`.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import Provider from "oidc-provider";

export const CLIENTS = { campus: "Campus", atelier: "Atelier" };
const SECRET = "correct-horse-battery-staple";
const ALL = { ...CLIENTS, annex: "Annex" };

/** A pair of keys: `jwk` is the private one as a provider takes it, `pem` the public one. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, pem: publicKey.export({ type: "spki", format: "pem" }),
    jwk: { ...privateKey.export({ format: "jwk" }), kid: randomBytes(6).toString("hex"), use: "sig", alg: "RS256" } };
}

const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
/** The header and the claims of a token. */
export const decode = (token) => token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
/** A token signed by `key`. */
export function signed(key, header, claims) {
  const data = `${encode(header)}.${encode(claims)}`;
  return `${data}.${sign("sha256", Buffer.from(data), key.privateKey).toString("base64url")}`;
}

/** One issuer. */
export class Issuer {
  #answer = (_request, response) => response.writeHead(503).end();
  key = newKey();
  /** (request, response, go) instead of the provider; go() has it answer, go(change) lets change(body) have a word. */
  mischief = null;
  /** "METHOD path" of every request. */
  heard = [];
  /** Refresh tokens by whose they are, and whose were taken back. */
  granted = new Map();
  revoked = [];

  constructor(names) { this.names = names; }

  async listen() {
    this.server = createServer((request, response) => {
      this.heard.push(`${request.method} ${request.url.split("?")[0]}`);
      const go = (change) => {
        if (change) this.#rewrite(response, change);
        this.#answer(request, response);
      };
      if (this.mischief) this.mischief(request, response, go);
      else go();
    });
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.issuer = `http://localhost:${this.server.address().port}`;
  }

  /** Has change() see the whole JSON of an answer and say what is sent instead. */
  #rewrite(response, change) {
    const chunks = [], end = response.end.bind(response);
    response.write = (chunk) => chunks.push(Buffer.from(chunk));
    response.end = (chunk) => {
      if (chunk) chunks.push(Buffer.from(chunk));
      const text = Buffer.concat(chunks).toString(), body = text ? JSON.stringify(change(JSON.parse(text))) : "";
      response.removeHeader("content-length");
      return end(body);
    };
  }

  /** Answers for the site from now on, by the present key. */
  serve(site) {
    this.site = site;
    // Its advice on lifetimes and keys is for those who run it for real.
    console.info = () => {};
    const { warn } = console;
    console.warn = () => {};
    const cookie = this.names[0];
    const provider = new Provider(this.issuer, {
      clients: this.names.map((name) => ({ client_id: `wall-${name}`, client_secret: SECRET,
        redirect_uris: [`${site}/api/v1/auth/oauth/${name}/callback`], grant_types: ["authorization_code", "refresh_token"] })),
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
      cookies: { keys: ["for tests only"], names: { session: `${cookie}_session`, interaction: `${cookie}_interaction`, resume: `${cookie}_resume` } },
      features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
      jwks: { keys: [this.key.jwk] },
      pkce: { required: () => true },
      issueRefreshToken: () => true,
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@campus.example`, email_verified: true,
        name: `${id} of Campus`, preferred_username: id }) }),
    });
    console.warn = warn;
    provider.on("refresh_token.saved", (token) => this.granted.set(token.accountId, token));
    provider.on("refresh_token.destroyed", (token) => this.revoked.push(token.accountId));
    this.#answer = provider.callback();
  }

  /** Signs by another key from now on, and does not publish the former one. */
  rotate() {
    this.key = newKey();
    this.serve(this.site);
  }

  close() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

/** All of them, and the lines the site knows them by. */
export class Identities {
  campus = new Issuer(Object.keys(CLIENTS));
  annex = new Issuer(["annex"]);

  /** Listens; answers once the site's address is known, see serve(). */
  async listen() {
    await this.campus.listen();
    await this.annex.listen();
  }

  /** Options of packaging/instance; the secret's file is made in `folder`. */
  options(folder) {
    const file = join(folder, "oauth-secret");
    writeFileSync(file, `${SECRET}\n`);
    chmodSync(file, 0o640);
    if (process.getuid() === 0) chownSync(file, 0, Number(execFileSync("id", ["-g", "www-data"], { encoding: "utf8" })));
    return Object.entries(ALL).flatMap(([name, label]) =>
      ["--set", `WallOAuthProvider ${name} wall-${name} ${file} issuer=${(name === "annex" ? this.annex : this.campus).issuer} label=${label}`]);
  }

  serve(site) {
    this.campus.serve(site);
    this.annex.serve(site);
  }

  close() {
    this.campus.close();
    this.annex.close();
  }
}
