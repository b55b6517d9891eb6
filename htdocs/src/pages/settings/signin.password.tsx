// SPDX-License-Identifier: Apache-2.0
// A new password; who it is has been confirmed by the dialog the server asks for.
import { useSignal } from "@preact/signals";
import { post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { NewPassword } from "../accounts/password";
import { Failed } from "../shell/missing";

export function PasswordSection() {
  const it = useResource<Schema["MyEmail"]>("/users/me/email");
  const turn = useSignal(0); // a form anew: nothing of the last password stays
  const { errors, refused, busy, props } = useForm(async ({ password = "" }) => {
    await post("/users/me/password", { body: { password } });
    turn.value++;
    toast(t("password.saved"), { kind: "ok" });
    void it.load();
  });
  const known = it.data.value;
  return (
    <section class="face block" aria-labelledby="password-title"><h2 id="password-title">{t("password.title")}</h2>
      {it.error.value && !known ? <Failed error={it.error.value} retry={() => void it.load()} /> : !known ? <Skeleton label={t("state.loading")} /> : (
        <form key={turn.value} {...props} class="account-form">
          <p class="soft">{known.has_password ? t("password.ends") : t("password.none")}</p>
          {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
          <input type="text" class="sr" autocomplete="username" value={me.value?.username} readOnly tabIndex={-1} aria-hidden="true" />
          <NewPassword label={t("auth.new_password")} error={errors.value.password} not={() => [me.value?.username ?? "", me.value?.display_name ?? "", known.email]} />
          <div class="row"><Button kind="main" type="submit" busy={busy.value}>{known.has_password ? t("password.change") : t("password.set")}</Button></div>
        </form>)}
    </section>
  );
}
