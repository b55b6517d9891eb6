// SPDX-License-Identifier: Apache-2.0
// What the pages show: a wall with posts of several kinds, an app that works, one that failed. Made once.
import { T, until } from "./harness.mjs";

let made = null;

async function make(t) {
  const context = await t.context();
  const mira = await t.user({ context, display_name: "Mira Okafor" });
  const tamsin = await t.user({ display_name: "Tamsin Reyes" });
  const noor = await t.user({ display_name: "نور حداد" });
  await mira.post("Walked the old tram line from end to end. It is 11.4 km and there are still 31 of the original lamps.\n\nNotes: https://example.org/tram/lines/notes-on-the-old-line-and-its-lamps?with=a&long=query");
  await noor.post("اليوم فتحنا الفرن لأول مرة. الأزرق تحرك كما كنت آمل تماماً.");
  await tamsin.post("Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(4));
  const failed = await mira.generate("A seed diary with a button per bed [[fault:broken]]", { content_text: "Asking for a diary with one button per bed." });
  const app = await mira.app("Two dice with a big roll button", { content_text: "Two dice for the table. Tap to roll." });
  await tamsin.app("A drum machine with four voices and 16 steps", { content_text: "Took the metronome and gave it four voices. The bell is for whoever is sitting nearest." });
  await mira.post("First firing in the new kiln. Cone 6, held twelve minutes.", { visibility: "private" });
  await mira.post("Day 212. Rye, caraway, a longer rest. It sounds hollow when you knock, which is all I ask of bread.");
  await until(async () => (await mira.call("GET", `/ai/jobs/${failed.job.job_id}`)).status === "failed", "the failure", 60_000);
  const cookies = await context.cookies();
  return { slug: mira.wall.wall_slug, app, failed: failed.post,
    /** A page of a new profile signed in as Mira. */
    visit: async (test) => {
      const own = await test.context();
      await own.addCookies(cookies);
      return own.newPage();
    } };
}

/** The world, the same for all tests. */
export const world = (t) => made ??= (async () => {
  const own = new T(t.browser, t.stack);
  try {
    return await make(own);
  } finally {
    await own.end();
  }
})();
