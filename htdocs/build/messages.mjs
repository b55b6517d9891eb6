// SPDX-License-Identifier: Apache-2.0
// Message catalogues: locales/<language>.json, flat keys. A value is a text with {names}, or an object
// of plural forms (CLDR categories: zero one two few many other) chosen by {n}.
import { readFile, readdir } from "node:fs/promises";
import { join, extname } from "node:path";

const SOURCE = "en";

const names = (value) => [...new Set(JSON.stringify(value).match(/\{[a-z_]+\}/g) ?? [])].sort().join(" ");

async function sources(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...await sources(path));
    else if ([".ts", ".tsx"].includes(extname(entry.name)) && !entry.name.endsWith(".d.ts")) found.push(path);
  }
  return found;
}

function faults(language, messages, source) {
  const wrong = [];
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [key, value] of Object.entries(source)) {
    const mine = messages[key];
    if (mine === undefined) wrong.push(`${language}: ${key} is missing`);
    else if (typeof mine !== typeof value) wrong.push(`${language}: ${key} must ${typeof value === "string" ? "not " : ""}have plural forms`);
    else if (typeof mine === "object" && forms.some((f) => !(f in mine))) wrong.push(`${language}: ${key} needs the forms ${forms.join(", ")}`);
    else if (typeof mine === "string" && names(mine) !== names(value)) wrong.push(`${language}: ${key} must use ${names(value) || "no names"}`);
  }
  for (const key of Object.keys(messages)) if (!(key in source)) wrong.push(`${language}: ${key} is not in ${SOURCE}`);
  return wrong;
}

/** Reads and checks all catalogues; ends the build with every fault named. Returns the client's part of them. */
export async function catalogues(folder, code) {
  const languages = {};
  for (const file of (await readdir(folder)).filter((f) => f.endsWith(".json")).sort()) {
    languages[file.slice(0, -5)] = JSON.parse(await readFile(join(folder, file), "utf8"));
  }
  const source = languages[SOURCE];
  const named = new Set(), families = new Set();
  const wrong = Object.entries(languages).flatMap(([language, messages]) => faults(language, messages, source));
  for (const file of await sources(code)) {
    const text = await readFile(file, "utf8");
    for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) if (!(key in source)) wrong.push(`${file}: no message ${key}`);
    for (const [, key] of text.matchAll(/["'`]([a-z_]+(?:\.\w+)+)["'`]/g)) named.add(key);
    for (const [, family] of text.matchAll(/`([a-z_]+\.(?:\w+\.)*)\$\{/g)) families.add(family);
  }
  if (wrong.length) {
    console.error(wrong.join("\n"));
    process.exit(1);
  }
  // What only the server says stays there: the client carries the messages its code can name.
  const keys = Object.keys(source).filter((key) => named.has(key) || [...families].some((f) => key.startsWith(f))).sort();
  for (const language of Object.keys(languages)) languages[language] = Object.fromEntries(keys.map((key) => [key, languages[language][key]]));
  return { languages, keys };
}
