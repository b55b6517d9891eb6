// SPDX-License-Identifier: Apache-2.0
// A real OpenID Connect provider (npm oidc-provider) whose login takes any name, known to the site twice: as
// "Campus" and as "Atelier".
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import Provider from "oidc-provider";

export const CLIENTS = { campus: "Campus", atelier: "Atelier" };
const SECRET = "correct-horse-battery-staple";

export class Identities {
  #answer = (_request, response) => response.writeHead(503).end();

  /** Listens; answers once the site's address is known, see serve(). */
  async listen() {
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.issuer = `http://localhost:${this.server.address().port}`;
  }

  /** Options of packaging/instance; the secret's file is made in `folder`. */
  options(folder) {
    const file = join(folder, "oauth-secret");
    writeFileSync(file, `${SECRET}\n`);
    chmodSync(file, 0o640);
    if (process.getuid() === 0) chownSync(file, 0, Number(execFileSync("id", ["-g", "www-data"], { encoding: "utf8" })));
    return Object.entries(CLIENTS).flatMap(([name, label]) =>
      ["--set", `WallOAuthProvider ${name} wall-${name} ${file} issuer=${this.issuer} label=${label}`]);
  }

  serve(site) {
    // Its advice on lifetimes and keys is for those who run it for real.
    console.info = () => {};
    const { warn } = console;
    console.warn = () => {};
    const provider = new Provider(this.issuer, {
      clients: Object.keys(CLIENTS).map((name) => ({ client_id: `wall-${name}`, client_secret: SECRET,
        redirect_uris: [`${site}/api/v1/auth/oauth/${name}/callback`], grant_types: ["authorization_code", "refresh_token"] })),
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
      cookies: { keys: ["for tests only"] },
      features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
      pkce: { required: () => true },
      issueRefreshToken: () => true,
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@campus.example`, email_verified: true,
        name: `${id} of Campus`, preferred_username: id }) }),
    });
    console.warn = warn;
    this.#answer = provider.callback();
  }

  close() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
