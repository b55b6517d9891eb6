// SPDX-License-Identifier: Apache-2.0
// A list narrowed by fields that live in the address.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { address } from "../api/client";
import { useList, type List } from "./data";
import { place } from "./router";

const PAUSE = 300; // ms after the last key

export interface Filtered<T, F> {
  values: F;
  set: (changed: Partial<F>) => void;
  /** What was found before, until it is known what is found now. */
  shown: List<T>;
  busy: boolean;
}

/**
 * @param path of the page, and of what it asks the API
 * @param none the fields as they are when they narrow nothing; these are neither asked for nor in the address
 */
export function useFiltered<T, F extends Record<string, string>>(path: string, none: F): Filtered<T, F> {
  const given = () => {
    const search = new URLSearchParams(location.search);
    return Object.fromEntries(Object.entries(none).map(([name, value]) => [name, search.get(name) ?? value])) as F;
  };
  const values = useSignal(given());
  const query = () => address(path, undefined, Object.fromEntries(Object.entries(values.peek())
    .map(([name, value]) => [name, value.trim()]).filter(([name, value]) => value !== none[name!])));
  const asked = useSignal(query()), list = useList<T>(asked.value, true), shown = useRef(list);
  if (list.data.value || list.error.value) shown.current = list;
  useEffect(() => {
    if (query() === asked.peek()) return;
    const timer = setTimeout(() => {
      if (location.pathname !== path) return; // on the way to another page
      asked.value = query();
      history.replaceState(history.state, "", asked.value);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [values.value]);
  useEffect(() => { // a link or Back led to the same page with other fields
    if (location.pathname !== path) return;
    values.value = given();
    asked.value = query();
  }, [place.value]);
  return { values: values.value, set: (changed) => { values.value = { ...values.peek(), ...changed }; }, shown: shown.current, busy: list.busy.value };
}
