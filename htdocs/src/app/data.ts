// SPDX-License-Identifier: Apache-2.0
// Answers of GET requests, kept by address, shared by all who show them. The server's first data is
// already here when the first page draws.
import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { request, type ApiError } from "../api/client";
import { shell } from "./shell";

export interface Resource<T> {
  data: Signal<T | undefined>;
  error: Signal<ApiError | undefined>;
  busy: Signal<boolean>;
  /** Asks the server (again). */
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
  let running: Promise<void> | null = null;
  const load = () => running ??= (async () => {
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
  })();
  found = { data, error, busy, load };
  kept.set(url, found as Resource<unknown>);
  return found;
}

/** For components: the resource, asked for when it is not here yet. */
export function useResource<T>(url: string): Resource<T> {
  const it = resource<T>(url);
  useEffect(() => { if (it.data.peek() === undefined && !it.busy.peek()) void it.load(); }, [url]);
  return it;
}

/** Forgets everything, when somebody else signs in. */
export function forget(): void {
  kept.clear();
  shell.data = {};
}
