// SPDX-License-Identifier: Apache-2.0
// What forms have in common: one request at a time; what the server refuses stands at its field and takes the focus there,
// anything else is said above the form.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { explain, fieldErrors } from "./errors";

type Said = Record<string, string>;

/** What is typed anew when it was refused, not mended: fields by their `autocomplete`. */
const ANEW = ["one-time-code", "current-password"];

/** For buttons: one thing at a time; `busy` says which, `refused` why the last was not done. */
export function useWork<What>() {
  const busy = useSignal<What | null>(null), refused = useSignal<string | null>(null);
  const work = async (what: What, done: () => Promise<unknown>) => {
    if (busy.peek() !== null) return;
    busy.value = what;
    refused.value = null;
    try {
      await done();
    } catch (problem) {
      refused.value = explain(problem);
    } finally {
      busy.value = null;
    }
  };
  return { busy, refused, work };
}

/** `ask` gets what the form's fields say; what it throws is shown. `props` belong on the <form>, whose own onInput, if it has one, calls theirs. */
export function useForm(ask: (said: Said) => Promise<unknown>) {
  const busy = useSignal(false), errors = useSignal<Record<string, string>>({}), refused = useSignal<string | null>(null);
  const ref = useRef<HTMLFormElement>(null);
  const field = (name: string) => ref.current?.querySelector<HTMLElement>(
    `[name="${CSS.escape(name)}"]:not([type=hidden]), [data-field="${CSS.escape(name.split("[")[0]!)}"]`);
  /** Also for a button beside the form's own. */
  const attempt = async (work: () => Promise<unknown>) => {
    if (busy.peek()) return;
    busy.value = true;
    errors.value = {};
    refused.value = null;
    try {
      await work();
    } catch (problem) {
      errors.value = fieldErrors(problem);
      const first = Object.keys(errors.value).map(field).find(Boolean);
      first?.focus();
      if (!first) refused.value = explain(problem);
      else if (first instanceof HTMLInputElement && ANEW.includes(first.autocomplete)) first.select();
    } finally {
      busy.value = false;
    }
  };
  const send = (e?: Event) => {
    e?.preventDefault();
    void attempt(() => ask(Object.fromEntries([...new FormData(ref.current!)].map(([name, value]) => [name, String(value)]))));
  };
  /** What is being mended is at fault no longer; whether it is well is said when it is sent. */
  const mend = (e: Event) => {
    const { name } = e.target as HTMLInputElement, all = Object.entries(errors.peek());
    const rest = all.filter(([field]) => field !== name && field.split("[")[0] !== name); // "words[2]" is a part of "words"
    if (rest.length < all.length) errors.value = Object.fromEntries(rest);
  };
  return { busy, errors, refused, attempt, props: { ref, noValidate: true, onSubmit: send, onInput: mend } };
}
