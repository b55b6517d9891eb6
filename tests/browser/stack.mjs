// SPDX-License-Identifier: Apache-2.0
// One private Wall for all tests of a run, started by packaging/instance, with more faces of the same site: one
// whose newcomers get few bricks, one that serves the development build with its styleguide, and one for each
// way of opening accounts.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { Identities } from "./provider.mjs";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));
const INSTANCE = join(TOP, "packaging", "instance");
const COMPLAINT = /:(emerg|alert|crit|error|warn)\]|\b(emerg|alert|crit|err|error|warn|warning)\b: |AddressSanitizer|runtime error:|Segmentation fault/;
/** Bricks of a newcomer on the second face: not enough for any app. */
export const FEW = 5;
/** Other ways of opening accounts, each a face of its own: stack.signup.<name>. */
const SIGNUP = { first: "WallEmailVerification first", invite: "WallSignup invite", approval: "WallSignup approval", closed: "WallSignup closed" };

/** Ports nobody listens on, no two alike, from below those the system gives to whoever connects: what is free now is free when httpd comes. */
async function freePorts(many) {
  const probes = [], listening = (port) => new Promise((done) => { const probe = createServer().once("error", () => done(null)).listen(port, "127.0.0.1", () => done(probe)); });
  while (probes.length < many) {
    const probe = await listening(10_000 + Math.floor(Math.random() * 10_000));
    if (probe) probes.push(probe);
  }
  const ports = probes.map((probe) => probe.address().port);
  await Promise.all(probes.map((probe) => new Promise((closed) => probe.close(closed))));
  return ports;
}

const face = (port, more) => `Listen 127.0.0.1:${port}
<VirtualHost *:${port}>
    ServerName localhost:${port}
    ServerAlias *.apps.localhost
    Include "@DIR@/etc/sites/wall.conf"
    WallBaseURL http://localhost:${port}
${more}
</VirtualHost>
`;

export class Stack {
  #expected = [];
  identities = new Identities();

  async up() {
    this.folder = mkdtempSync(join(tmpdir(), "wall-browser-"));
    chmodSync(this.folder, 0o755);
    await this.identities.listen();
    const names = Object.keys(SIGNUP), [few, development, ...others] = await freePorts(2 + names.length);
    const ports = Object.fromEntries(names.map((name, i) => [name, others[i]]));
    this.#buildDevelopmentClient();
    const extra = join(this.folder, "extra.conf");
    writeFileSync(extra, `CustomLog "@DIR@/log/access.log" "%m %U%q %>s"
<Directory "@DIR@/development">
    Require all granted
</Directory>
${face(few, `    DocumentRoot "@DIR@/htdocs"\n    WallBricksWelcome ${FEW}`)}
${face(development, `    DocumentRoot "@DIR@/development"\n    WallClientRoot @DIR@/development`)}
${Object.entries(SIGNUP).map(([name, how]) => face(ports[name], `    DocumentRoot "@DIR@/htdocs"\n    ${how}`)).join("")}`);
    this.instance("up", "--build", process.env.WALL_BUILDDIR ?? join(TOP, "var/build"), "--faults", "--rate", "2000", "--load-ms", "0",
      "--extra", extra, "--set", "WallRateFactor 1000", "--set", "WallAIWorkers 1",
      "--set", `WallMail file:${this.folder}/data/mails`, "--set", "WallEmailVerification later",
      ...this.identities.options(this.folder));
    const port = /^PORT=(\d+)/m.exec(readFileSync(join(this.folder, "etc/instance.env"), "utf8"))[1];
    this.url = `http://localhost:${port}`;
    this.identities.serve(this.url);
    this.few = `http://localhost:${few}`;
    this.development = `http://localhost:${development}`;
    this.signup = Object.fromEntries(Object.entries(ports).map(([name, at]) => [name, `http://localhost:${at}`]));
  }

  #buildDevelopmentClient() {
    const htdocs = join(TOP, "htdocs");
    const run = (file, args, more = {}) => {
      const done = spawnSync(file, args, { cwd: htdocs, encoding: "utf8", ...more });
      if (done.status !== 0) throw new Error(`${file} ${args.join(" ")}\n${done.stdout}${done.stderr}`);
    };
    if (!existsSync(join(htdocs, "node_modules"))) run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    run(process.execPath, ["build.mjs"], { env: { ...process.env, WALL_CLIENT_DEVELOPMENT: "1", WALL_CLIENT_OUT: join(this.folder, "development") } });
  }

  /** Runs packaging/instance. Its output goes to a file: services must not hold a pipe of ours open. */
  instance(command, ...args) {
    const out = join(this.folder, "instance.out"), fd = openSync(out, "w");
    const done = spawnSync(INSTANCE, [command, this.folder, ...args], { stdio: ["ignore", fd, fd], timeout: 180_000 });
    closeSync(fd);
    if (done.status !== 0) throw new Error(`packaging/instance ${command} ${args.join(" ")}\n${readFileSync(out, "utf8")}`);
  }

  down() {
    this.identities.close();
    if (!this.folder) return;
    if (existsSync(join(this.folder, "etc/instance.env"))) this.instance("down");
    if (process.env.WALL_KEEP !== "1") rmSync(this.folder, { recursive: true, force: true });
  }

  /** Rows of an SQL query by the database's administrator, as arrays of text. */
  async sql(text) {
    const { stdout } = await promisify(execFile)("mariadb", ["--no-defaults", "--batch", "--skip-column-names",
      "--init-command=SET time_zone = '+00:00'", // as Wall's own: the machine may be anywhere
      `--socket=${this.folder}/run/mysql.sock`, `--user=${execFileSync("id", ["-un"], { encoding: "utf8" }).trim()}`, "wall", "-e", text],
    { maxBuffer: 1 << 26 });
    return stdout.split("\n").slice(0, -1).map((line) => line.split("\t"));
  }

  /** Makes somebody an administrator, as the server's owner does. */
  async makeAdmin(username) {
    execFileSync(`${this.folder}/bin/wallctl`, ["--site", `${this.folder}/etc/sites/wall.conf`, "user", "role", username, "admin"]);
    await new Promise((r) => setTimeout(r, 1200)); // a process of httpd keeps a session for a second
  }

  /** Ends every session of a user, in the database and in the cache before it. */
  async endSessions(userId) {
    const hashes = await this.sql(`SELECT token_hash FROM sessions WHERE user_id = ${Number(userId)}`);
    await this.sql(`DELETE FROM sessions WHERE user_id = ${Number(userId)}`);
    for (const [hash] of hashes) {
      execFileSync("redis-cli", ["-s", `${this.folder}/run/redis.sock`, "del", `wall:wall:session:${hash}`], { stdio: "ignore" });
    }
    await new Promise((r) => setTimeout(r, 1200)); // a process of httpd may take a session for valid for a second
  }

  /** Takes what matches out of Redis. */
  forget(pattern) {
    const redis = (...args) => execFileSync("redis-cli", ["-s", `${this.folder}/run/redis.sock`, ...args], { encoding: "utf8" });
    const keys = redis("--raw", "keys", `wall:wall:${pattern}`).split("\n").filter(Boolean);
    if (keys.length) redis("del", ...keys);
  }

  /** Requests so far whose "METHOD path status" matches. */
  requests(pattern) {
    return readFileSync(join(this.folder, "log/access.log"), "utf8").split("\n").filter((line) => pattern.test(line)).length;
  }

  /** Puts other bytes into a file of the instance. */
  async replace(name, text) {
    for (const end of ["", ".gz", ".br"]) {
      const path = join(this.folder, name + end);
      if (end === "") writeFileSync(path, text);
      else if (existsSync(path)) writeFileSync(path, end === ".gz" ? gzipSync(text) : brotliCompressSync(text));
    }
  }

  /** Log lines this test brings about on purpose. */
  expectLog(pattern) { this.#expected.push(pattern); }

  complaints() {
    return ["httpd.log", "httpd.out", "worker.out"].flatMap((name) => {
      const path = join(this.folder, "log", name);
      return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
    }).filter((line) => COMPLAINT.test(line) && !this.#expected.some((e) => e.test(line)));
  }
}
