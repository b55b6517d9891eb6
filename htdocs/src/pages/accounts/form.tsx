// SPDX-License-Identifier: Apache-2.0
// What register and login share: fields with their errors, one button, where to go afterwards.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ApiError, type Schema } from "../../api/client";
import { useForm } from "../../app/form";
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
  const unconfirmed = useSignal(false);
  const { errors, refused, busy, props } = useForm(async (values) => {
    unconfirmed.value = false;
    const answer = await submit(values).catch((problem: unknown) => {
      unconfirmed.value = problem instanceof ApiError && problem.code === "WALL_EMAIL_UNCONFIRMED";
      throw problem;
    });
    if (answer === null) return; // it goes on elsewhere
    const { user, second_factor, came_back } = answer as Schema["SignedIn"];
    const onward = next ?? new URLSearchParams(location.search).get("next") ?? "/";
    if (second_factor) return go(`/login/second?${new URLSearchParams({ methods: second_factor.methods.join(","), next: onward })}`);
    if (came_back) toast(t("auth.came_back"));
    signedIn(user as Schema["Me"], onward);
  });
  return (
    <form {...props} class="account-form" method="post" action={action} aria-label={label}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p>{unconfirmed.value && <p><a class="link" href="/verify-email/again">{t("again.link")}</a></p>}</Note>}
      {fields(errors.value)}
      <Button kind="main" full type="submit" busy={busy.value}>{label}</Button>
    </form>
  );
}
