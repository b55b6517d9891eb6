// SPDX-License-Identifier: Apache-2.0
// What register and login share: fields with their errors, one button, where to go afterwards.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ApiError, type Schema } from "../../api/client";
import { explain, fieldErrors } from "../../app/errors";
import { t } from "../../app/i18n";
import { go } from "../../app/router";
import { signedIn } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";

interface Props {
  label: string;
  action: string;
  /** Where to go afterwards; else what the address says. */
  next?: string;
  submit: (values: Record<string, string>) => Promise<unknown>;
  fields: (errors: Record<string, string>) => ComponentChildren;
}

/** A real form: without script it is sent to `action` and answered by the server. */
export function AccountForm({ label, action, next, submit, fields }: Props) {
  const busy = useSignal(false), errors = useSignal<Record<string, string>>({}), refused = useSignal<string | null>(null), unconfirmed = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const send = async (e: Event) => {
    e.preventDefault();
    busy.value = true;
    errors.value = {};
    refused.value = null;
    unconfirmed.value = false;
    try {
      const values = Object.fromEntries([...new FormData(form.current!)].map(([k, v]) => [k, String(v)]));
      const answer = await submit(values);
      if (answer === null) return; // it goes on elsewhere
      const { user, second_factor, came_back } = answer as Schema["SignedIn"];
      const onward = next ?? new URLSearchParams(location.search).get("next") ?? "/";
      if (second_factor) return go(`/login/second?${new URLSearchParams({ methods: second_factor.methods.join(","), next: onward })}`);
      if (came_back) toast(t("auth.came_back"));
      signedIn(user as Schema["Me"], onward);
    } catch (problem) {
      errors.value = fieldErrors(problem);
      const first = Object.keys(errors.value)[0];
      if (first) form.current!.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      else refused.value = explain(problem);
      unconfirmed.value = problem instanceof ApiError && problem.code === "WALL_EMAIL_UNCONFIRMED";
    } finally {
      busy.value = false;
    }
  };
  return (
    <form ref={form} class="account-form" method="post" action={action} aria-label={label} noValidate onSubmit={send}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p>{unconfirmed.value && <p><a class="link" href="/verify-email/again">{t("again.link")}</a></p>}</Note>}
      {fields(errors.value)}
      <Button kind="main" full type="submit" busy={busy.value}>{label}</Button>
    </form>
  );
}
