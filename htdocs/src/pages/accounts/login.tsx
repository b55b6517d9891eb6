// SPDX-License-Identifier: Apache-2.0
import { post } from "../../api/client";
import { t } from "../../app/i18n";
import { Note } from "../../ui/blocks";
import { Check, PasswordField, TextField } from "../../ui/field";
import { Main } from "../shell/main";
import { AccountForm } from "./form";
import { PasskeySignIn } from "./passkey";
import { Problem, Providers } from "./providers";

/** `waiting`: passkeys are offered among the names the browser fills in. */
export const LoginForm = ({ waiting }: { waiting?: boolean }) => (
  <><AccountForm label={t("auth.sign_in")} action="/login" submit={({ login = "", password = "", remember }) =>
    post("/auth/login", { body: { login, password, remember: remember === "on" } })}
  fields={(errors) => (
    <>
      <TextField label={t("auth.login")} name="login" autocomplete={waiting ? "username webauthn" : "username"} autocapitalize="none" spellcheck={false} dir="ltr" error={errors.login} />
      <PasswordField label={t("auth.password")} name="password" autocomplete="current-password" reveal={t("auth.show")} conceal={t("auth.hide")} error={errors.password} />
      <Check label={t("auth.remember")} name="remember" defaultChecked />
    </>)} />
  <PasskeySignIn waiting={waiting ?? false} /></>
);

export default function Login() {
  const query = new URLSearchParams(location.search);
  const next = query.get("next");
  return (
    <Main title={t("auth.sign_in")}>
      <div class="face pad account">
        {query.has("expired") && <Note kind="low"><p>{t("auth.expired")}</p></Note>}
        <Problem />
        <LoginForm waiting />
        <p class="mt"><a class="link" href="/forgot">{t("auth.forgot")}</a></p>
        <Providers next={next ?? "/"} />
        <p class="mt">{t("auth.new_here")} <a class="link" href={`/register${next ? `?next=${encodeURIComponent(next)}` : ""}`}>{t("auth.create")}</a></p>
      </div>
    </Main>
  );
}
