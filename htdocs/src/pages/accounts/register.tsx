// SPDX-License-Identifier: Apache-2.0
import { post } from "../../api/client";
import { t } from "../../app/i18n";
import { shell } from "../../app/shell";
import { PasswordField, TextField } from "../../ui/field";
import { Main } from "../shell/main";
import { AccountForm } from "./form";
import { Providers } from "./providers";

export default function Register() {
  return (
    <Main title={t("auth.create")}>
      <div class="face pad account">
        <p class="soft">{t("auth.welcome", { n: shell.site.bricks_welcome })}</p>
        <AccountForm label={t("auth.create")} action="/register" submit={({ username = "", email = "", password = "", display_name }) =>
          post("/auth/register", { body: { username, email, password, ...(display_name ? { display_name } : {}) } })}
        fields={(errors) => (
          <>
            <TextField label={t("auth.username")} hint={t("auth.username_hint")} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" error={errors.username} />
            <TextField label={t("auth.display_name")} name="display_name" autocomplete="name" error={errors.display_name} />
            <TextField label={t("auth.email")} name="email" type="email" autocomplete="email" dir="ltr" error={errors.email} />
            <PasswordField label={t("auth.password")} hint={t("auth.password_hint")} name="password" autocomplete="new-password" reveal={t("auth.show")} conceal={t("auth.hide")} error={errors.password} />
          </>)} />
        <Providers next={new URLSearchParams(location.search).get("next") ?? "/"} />
        <p class="mt">{t("auth.have_one")} <a class="link" href="/login">{t("auth.sign_in")}</a></p>
      </div>
    </Main>
  );
}
