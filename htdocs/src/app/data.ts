// SPDX-License-Identifier: Apache-2.0
// Answers of GET requests, kept by address, shared by all who show them. The server's first data is
// already here when the first page draws.
import { signal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { request, type ApiError } from "../api/client";
import { shell } from "./shell";

export interface Resource<T> {
  data: Signal<T | undefined>;
  error: Signal<ApiError | undefined>;
  busy: Signal<boolean>;
  /** Asks the server (again): what comes of it is no older than this call. */
  load(): Promise<void>;
}

const kept = new Map<string, Resource<unknown>>();

/** The resource at `url` (see api/client address()); not asked for until load() or use(). */
export function resource<T>(url: string): Resource<T> {
  let found = kept.get(url) as Resource<T> | undefined;
  if (found) return found;
  const data = signal<T | undefined>(shell.data[url] as T | undefined);
  const error = signal<ApiError | undefined>(undefined);
  const busy = signal(false);
  let running: Promise<void> | null = null, next: Promise<void> | null = null;
  const ask = async () => {
    busy.value = true;
    try {
      data.value = await request("GET", url) as T;
      error.value = undefined;
    } catch (problem) {
      error.value = problem as ApiError;
    } finally {
      busy.value = false;
      running = null;
    }
  };
  const again = () => {
    next = null;
    return running = ask();
  };
  // What is on its way may have been answered before that happened which this caller knows of.
  const load = () => running ? next ??= running.then(again) : running = ask();
  found = { data, error, busy, load };
  kept.set(url, found as Resource<unknown>);
  return found;
}

/** For components: the resource, asked for when it is not here yet; `fresh`: in any case, shown as it was until then; also
 *  when the browser shows a page again that was left. */
export function useResource<T>(url: string, fresh = false): Resource<T> {
  const it = resource<T>(url);
  useEffect(() => {
    if (fresh || (it.data.peek() === undefined && !it.busy.peek())) void it.load();
    const back = (e: PageTransitionEvent) => { if (fresh && e.persisted) void it.load(); };
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, [url]);
  return it;
}

/** What comes page by page. */
interface Page<T> { items: T[]; next_cursor?: string | null }
export interface List<T> extends Resource<Page<T>> {
  /** Puts the next page behind what is here. */
  more(): Promise<void>;
  /** It is on its way. */
  growing: Signal<boolean>;
  /** Why it did not come. */
  stuck: Signal<ApiError | undefined>;
}

/** A list of which `data` holds what has come so far; load() begins anew. */
export function useList<T>(url: string, fresh = false): List<T> {
  const it = useResource<Page<T>>(url, fresh);
  return useMemo(() => {
    const growing = signal(false), stuck = signal<ApiError | undefined>(undefined);
    const load = () => {
      stuck.value = undefined;
      return it.load();
    };
    const more = async () => {
      const cursor = it.data.peek()?.next_cursor;
      if (growing.peek() || !cursor) return;
      growing.value = true;
      try {
        const next = await request("GET", `${url}${url.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`) as Page<T>;
        const now = it.data.peek()!;
        if (now.next_cursor === cursor) it.data.value = { ...next, items: [...now.items, ...next.items] }; // else it began anew meanwhile
        stuck.value = undefined;
      } catch (problem) {
        stuck.value = problem as ApiError;
      } finally {
        growing.value = false;
      }
    };
    return { ...it, load, more, growing, stuck };
  }, [it]);
}

/** What else is to be forgotten with it. */
export const forgetting: (() => void)[] = [];

/** Forgets everything, when somebody else signs in. */
export function forget(): void {
  kept.clear();
  shell.data = {};
  for (const also of forgetting) also();
}
