// SPDX-License-Identifier: Apache-2.0
// Runs the tests: `node run.mjs [PART-OF-A-NAME]`. Two lanes go side by side: the tests that fill the queue
// one after the other, and all others. Ends with "N passed, M failed".
import { readdirSync } from "node:fs";
import { launch, T, tests } from "./harness.mjs";
import { Stack } from "./stack.mjs";

const LIMIT = 120_000; // ms of one test
const only = process.argv[2] ?? "";
for (const file of readdirSync(new URL(".", import.meta.url)).filter((f) => f.endsWith(".test.mjs")).sort()) await import(`./${file}`);

const stack = new Stack();
const reasons = [];
let browser, passed = 0;

/** Said where it happened and, whole, once more before the sum: who reads a log's end alone has the reason as well. */
function fail(text) {
  console.log(`FAIL ${text}`);
  reasons.push(text);
}

async function one({ name, run }) {
  const t = new T(browser, stack), started = Date.now();
  let problem = null, timer;
  try {
    await Promise.race([run(t), new Promise((_, late) => { timer = setTimeout(() => late(new Error(`not done after ${LIMIT} ms`)), LIMIT); })]);
  } catch (error) {
    problem = error;
  } finally {
    clearTimeout(timer);
  }
  if (problem) await t.picture(name);
  await t.end().catch((error) => { problem = problem ? new Error(`${problem.stack ?? problem}\n  and ${error.message}`) : error; });
  const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (problem) fail(`${name} (${took})\n  ${problem.name === "Error" ? problem.message : problem.stack ?? problem}`);
  else {
    passed++;
    console.log(`ok   ${name} (${took})`);
  }
}

async function lane(name) {
  for (const it of tests.filter((t) => t.lane === name && t.name.includes(only))) await one(it);
}

try {
  await stack.up();
  browser = await launch();
  await Promise.all(["jobs", "pages"].map(lane));
  await Promise.all(["alone"].map(lane));
  const complaints = stack.complaints();
  if (complaints.length) fail(`the servers' logs are clean\n  ${complaints.slice(0, 20).join("\n  ")}`);
  else passed++;
} catch (error) {
  fail(`${error.stack ?? error}`);
} finally {
  await browser?.close();
  stack.down();
}
if (reasons.length) console.log(`\nWhat failed:\n${reasons.join("\n").replace(/^/gm, "  ")}\n`);
console.log(`${passed} passed, ${reasons.length} failed`);
process.exit(reasons.length || !passed ? 1 : 0);
