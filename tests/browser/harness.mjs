// SPDX-License-Identifier: Apache-2.0
// What a test gets: a fresh browser profile whose every complaint fails the test, users made over the API,
// axe, screenshots. A test is `test(name, async (t) => …)`; `lane` "jobs" is for those that fill the queue.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { TOP } from "./stack.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = join(TOP, "tests/artefacts");
const TIMEOUT = 15_000; // ms of any single step
mkdirSync(SHOTS, { recursive: true });

export const tests = [];
export function test(name, run, { lane = "pages" } = {}) { tests.push({ name, run, lane }); }

export class Failure extends Error {}
export function ok(value, what) { if (!value) throw new Failure(what); }
export function equal(actual, wanted, what) {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) throw new Failure(`${what}: ${a} instead of ${w}`);
}
/** Asks again until it is true; what it last said is in the message. */
export async function until(check, what, timeout = TIMEOUT) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Failure(`${what} did not happen within ${timeout} ms`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** The browser of the tests; `more` for playwright. */
export const launch = (more = {}) => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu",
  "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"], ...more });

let serial = 0;
const run = Date.now().toString(36);

export class T {
  #contexts = [];
  #complaints = [];
  #expected = [];
  #sessions = new Map();

  constructor(browser, stack) { this.browser = browser; this.stack = stack; }

  /** A username nobody has. */
  name() { return `u${run}${(++serial).toString(36)}`; }

  /** From now on complaints of the browser that match are no failure. */
  expect(pattern) { this.#expected.push(pattern); }

  #complain(text) {
    if (!this.#expected.some((e) => e.test(text))) this.#complaints.push(text);
  }

  /** A new empty profile. `site` is where relative addresses lead. Without `serviceWorker` none is registered: what a page asks
   *  for while one takes over goes past page.route(). */
  async context({ site = this.stack.url, serviceWorker = false, ...options } = {}) {
    const context = await this.browser.newContext({ baseURL: site, locale: "en-GB", viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce", timezoneId: "UTC", ...options });
    this.#contexts.push(context);
    context.setDefaultTimeout(TIMEOUT);
    if (options.javaScriptEnabled !== false) {
      if (!serviceWorker) await context.addInitScript(() => { if (globalThis.ServiceWorkerContainer) ServiceWorkerContainer.prototype.register = () => new Promise(() => {}); });
      await context.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) =>
        console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`)));
    }
    // An app may be framed by its own site alone, not by the same site with other settings on another port.
    const foreign = site !== this.stack.url;
    context.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !(foreign && /^Framing '.*"frame-ancestors /.test(m.text()))) this.#complain(`console ${m.type()}: ${m.text()} (${m.location().url})`); });
    context.on("weberror", (e) => this.#complain(`page error: ${e.error().stack ?? e.error()}`));
    context.on("requestfailed", (r) => {
      const why = r.failure()?.errorText ?? "";
      const off = why === "csp" && options.javaScriptEnabled === false; // how Chromium calls a script that may not run
      const elsewhere = foreign && why === "net::ERR_BLOCKED_BY_RESPONSE" && new URL(r.url()).hostname.endsWith(".apps.localhost");
      if (why !== "net::ERR_ABORTED" && !off && !elsewhere) this.#complain(`request failed: ${r.method()} ${r.url()} ${why}`); // a page that was left
    });
    context.on("response", (r) => { if (r.status() >= 400) this.#complain(`response ${r.status()}: ${r.request().method()} ${r.url()}`); });
    return context;
  }

  async page(options) { return (await this.context(options)).newPage(); }

  /** A registered account; with a context, that profile is signed in. `call` speaks to the API as the user. */
  async user({ context, site = this.stack.url, ...fields } = {}) {
    const name = this.name();
    const password = "correct horse battery";
    const request = (context ?? await this.context({ site })).request;
    const answer = await request.post(`${site}/api/v1/auth/register`, { data: { username: name, email: `${name}@example.org`, password, ...fields } });
    const { data } = await answer.json();
    ok(answer.status() === 201, `register: ${answer.status()}`);
    const call = async (method, path, body) => {
      const response = await request.fetch(`${site}/api/v1${path}`, { method, headers: { "X-CSRF-Token": data.user.csrf_token, Origin: site,
        "Idempotency-Key": `k${run}${++serial}` }, ...(body === undefined ? {} : { data: body }) });
      const json = await response.json();
      if (!json.success) throw new Failure(`${method} ${path}: ${JSON.stringify(json.error)}`);
      return json.data;
    };
    return { ...data.user, name: data.user.username, password, call,
      post: (text, more = {}) => call("POST", `/walls/${data.user.wall.wall_slug}/posts`, { content_text: text, ...more }),
      generate: (prompt, more = {}) => call("POST", "/ai/generate", { prompt, ...more }),
      /** An app that is finished. */
      app: async (prompt, more = {}) => {
        const made = await call("POST", "/ai/generate", { prompt, ...more });
        await until(async () => (await call("GET", `/ai/jobs/${made.job.job_id}`)).status === "completed", "the app", 60_000);
        return call("GET", `/posts/${made.post.post_id}`);
      } };
  }

  /** A page of a new profile with a new user signed in. */
  async signedIn(options = {}, fields = {}) {
    const context = await this.context(options);
    const user = await this.user({ context, site: options.site, ...fields });
    return { page: await context.newPage(), user, context };
  }

  async shot(page, name) {
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, animations: "disabled" });
  }

  /** The page as it stands, light and dark, wide and on a phone: it fits, axe has nothing to say, and a picture of each. */
  async looks(page, name) {
    for (const [scheme, width] of [["dark", 390], ["light", 390], ["dark", 1280], ["light", 1280]]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await this.fits(page, `${name}, ${scheme}, ${width}`);
      await this.axe(page, `${name}, ${scheme}, ${width}`);
      await this.shot(page, `${name}-${scheme}-${width}`);
    }
  }

  /** WCAG 2.1 A and AA, without the inside of apps (they are other people's). */
  async axe(page, where) {
    // The page's policy forbids it a script of ours. Kept: detaching ends the page's virtual authenticators as well.
    if (!this.#sessions.has(page)) this.#sessions.set(page, await page.context().newCDPSession(page));
    const cdp = this.#sessions.get(page);
    const evaluate = async (expression) => {
      const { result, exceptionDetails } = await cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: true });
      if (exceptionDetails) throw new Failure(`axe: ${JSON.stringify(exceptionDetails)}`);
      return result.value;
    };
    await evaluate(AXE);
    const violations = await evaluate(`axe.run({ exclude: [["iframe.app-frame"]] }, { iframes: false, resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then(({ violations }) => violations.map((v) => v.id + ": " + v.nodes.map((n) =>
      n.target.join(" ") + " (" + n.failureSummary.split("\\n").slice(1).join(" ").trim() + ")").join("; ")))`);
    ok(violations.length === 0, `${where}: axe: ${violations.join("\n    ")}`);
  }

  async fits(page, where) {
    const wide = await page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      const out = (e) => { const b = e.getBoundingClientRect(); return b.width > 1 && (b.right > limit + 1 || b.left < -1); };
      const scrolls = (e) => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
      const wider = [...document.querySelectorAll("main *")].filter((e) => out(e) && !scrolls(e.parentElement));
      if (!wider.length && document.documentElement.scrollWidth <= limit) return null;
      return wider.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class")}`).join(", ") || "something outside the main region";
    });
    ok(wide === null, `${where}: wider than the window: ${wide}`);
  }

  /** The client has taken over. */
  async ready(page) { await page.waitForSelector("html[data-ready]"); }
  async open(page, path) {
    const response = await page.goto(path);
    await this.ready(page);
    return response;
  }

  async end() {
    for (const context of this.#contexts) await context.close().catch(() => {});
    ok(this.#complaints.length === 0, `the browser complained:\n    ${[...new Set(this.#complaints)].join("\n    ")}`);
  }

  /** Addresses of the shared workers of a profile. */
  async sharedWorkers(context) {
    const own = await context.newCDPSession(context.pages()[0]);
    const { targetInfo } = await own.send("Target.getTargetInfo");
    await own.detach();
    const cdp = await this.browser.newBrowserCDPSession();
    const { targetInfos } = await cdp.send("Target.getTargets");
    await cdp.detach();
    return targetInfos.filter((i) => i.type === "shared_worker" && i.browserContextId === targetInfo.browserContextId).map((i) => i.url);
  }

  /** What the last page looked like, of a test that failed. */
  async picture(name) {
    const page = this.#contexts.flatMap((c) => c.pages()).pop();
    await page?.screenshot({ path: join(SHOTS, `failed ${name.replace(/[^\w ]/g, "")}.png`), timeout: 5000 }).catch(() => {});
  }
}
