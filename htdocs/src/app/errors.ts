// SPDX-License-Identifier: Apache-2.0
// What the product says when something fails: in the reader's language, with what to do.
import { signal } from "@preact/signals";
import { ApiError, hooks } from "../api/client";
import { t } from "./i18n";
import { shell } from "./shell";

/** The banner: the network is away, or the server fails. Cleared by the next success. */
export const trouble = signal<"offline" | "server" | null>(navigator.onLine ? null : "offline");

/** When the browser last said whether there is a network: what was asked before tells nothing of it. */
let told = 0;
addEventListener("offline", () => { told = performance.now(); trouble.value = "offline"; });
addEventListener("online", () => { told = performance.now(); if (trouble.value === "offline") trouble.value = null; });
hooks.failed = (error, asked) => { if (error.passing && asked > told) trouble.value = error.status === 0 ? "offline" : "server"; };
hooks.worked = (asked) => { if (asked > told) trouble.value = null; };

hooks.language = () => shell.lang;

/** One sentence a person can act on: the server's, which knows more and speaks the same language. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.unknown");
  return error.message || (error.status === 0 ? t("error.offline") : t("error.unknown"));
}

/** The API's details that name fields of a form: field → why. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(Object.entries(error.details).filter((d): d is [string, string] => typeof d[1] === "string"));
}
