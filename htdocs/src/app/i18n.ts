// SPDX-License-Identifier: Apache-2.0
// Texts in the reader's language; numbers, dates and durations through Intl.
import { shell } from "./shell";
import type { MessageKey } from "./messages";

type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type { MessageKey };
type Params = Record<string, string | number>;

/* Numbers and dates as the reader's own region writes them, where it speaks the page's language. */
const region = navigator.languages.find((l) => l === shell.lang || l.startsWith(`${shell.lang}-`)) ?? shell.lang;
const messages: Record<string, Message> = (await import(shell.locale)).default;
const plural = new Intl.PluralRules(shell.lang);
const numbers = new Intl.NumberFormat(region);
const percents = new Intl.NumberFormat(region, { style: "percent" });
/* Days and hours are those of the reader's time zone: the account's, else the browser's. */
let dates: Intl.DateTimeFormat, times: Intl.DateTimeFormat, yearly: Intl.DateTimeFormat, moments: Intl.DateTimeFormat;
export function setTimeZone(zone: string | null | undefined): void {
  const make = (options: Intl.DateTimeFormatOptions) => {
    try { return new Intl.DateTimeFormat(region, zone ? { ...options, timeZone: zone } : options); } catch { return new Intl.DateTimeFormat(region, options); } // one this browser does not know
  };
  dates = make({ dateStyle: "medium" });
  times = make({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  yearly = make({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  moments = make({ dateStyle: "full", timeStyle: "short" });
}
setTimeZone(shell.me?.settings.time_zone);
const spans = new Intl.RelativeTimeFormat(region, { numeric: "auto", style: "short" });

/** Text of `key` with {names} filled in; plural forms are chosen by `n`. */
export function t(key: MessageKey, params: Params = {}): string {
  let message = messages[key] ?? key;
  if (typeof message !== "string") message = message[plural.select(Number(params.n ?? 0))] ?? message.other ?? key;
  return message.replace(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

export const number = (n: number) => numbers.format(n);
export const percent = (n: number) => percents.format(n / 100);
export const bricks = (n: number) => t("bricks.n", { n });
export const date = (iso: string) => dates.format(Date.parse(iso));
export const exactTime = (iso: string) => moments.format(Date.parse(iso));

/** "21 Nov, 09:14"; with the year when it is not this one. */
export const shortTime = (iso: string, now = new Date()) => (iso.startsWith(String(now.getFullYear())) ? times : yearly).format(Date.parse(iso));
/** A day as the API writes it, "2026-11-21", whatever zone the reader is in. */
export const day = (date: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(region, { ...options, timeZone: "UTC" }).format(Date.parse(`${date}T00:00:00Z`));

/** "now", "3 min. ago", "yesterday"; the date after a week. */
export function relativeTime(iso: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000), age = Math.abs(seconds);
  if (age < 45) return spans.format(0, "second");
  if (age < 3600) return spans.format(Math.round(seconds / 60), "minute");
  if (age < 86400) return spans.format(Math.round(seconds / 3600), "hour");
  if (age < 7 * 86400) return spans.format(Math.round(seconds / 86400), "day");
  return dates.format(Date.parse(iso));
}

/** "14 h 20 min". */
export function longDuration(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60)), unit = (value: number, name: string) =>
    value ? [new Intl.NumberFormat(region, { style: "unit", unit: name, unitDisplay: "short" }).format(value)] : [];
  return [...unit(Math.floor(minutes / 60), "hour"), ...unit(minutes % 60, "minute")].join(" ");
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** Length of a file: "3.4 MB". */
export function size(bytes: number): string {
  const i = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(region, { style: "unit", unit: UNITS[i] as string, unitDisplay: "short", maximumFractionDigits: i ? 1 : 0 }).format(bytes / 1000 ** i);
}

/** "40 s", "2 min". */
export function duration(seconds: number): string {
  const [value, unit] = seconds < 90 ? [Math.max(1, Math.round(seconds)), "second"] : [Math.round(seconds / 60), "minute"];
  return new Intl.NumberFormat(region, { style: "unit", unit: unit as string, unitDisplay: "short" }).format(value as number);
}
