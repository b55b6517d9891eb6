// SPDX-License-Identifier: Apache-2.0
import { useSignal } from "@preact/signals";
import { post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { t } from "../../app/i18n";
import { shell } from "../../app/shell";
import { Note } from "../../ui/blocks";
import { createPasskey, passkeysWork } from "../../app/passkeys";
import { Check, TextField } from "../../ui/field";
import { Main } from "../shell/main";
import { AccountForm } from "./form";
import { NewPassword } from "./password";
import { INVITATION, Providers } from "./providers";

/** What the browser's authenticator makes for somebody new. */
async function newPasskey(username: string, display_name?: string) {
  return createPasskey(await post("/auth/passkeys/newcomer", { body: { username, ...(display_name ? { display_name } : {}) } }));
}

type Pending = "email" | "approval";

export default function Register() {
  const query = new URLSearchParams(location.search);
  const signup = useResource<Schema["Signup"]>("/auth/signup").data.value?.signup ?? "open";
  const invitation = query.get("invitation");
  if (invitation) sessionStorage.setItem(INVITATION, invitation); // for who goes on by a provider
  const pending = useSignal<Pending | null>(query.get("pending") as Pending | null);
  const names = useSignal<string[]>([]), byPasskey = useSignal(false);
  if (pending.value || signup === "closed") {
    return (
      <Main title={t("auth.create")}>
        <div class="face pad account">
          <Note kind="low"><p>{pending.value === null ? t("register.closed") : pending.value === "approval" ? t("register.approval") : t("register.email")}</p></Note>
          {pending.value === "email" && <p class="mt"><a class="link" href="/verify-email/again">{t("again.link")}</a></p>}
          <p class="mt"><a class="link" href="/login">{t("auth.sign_in")}</a></p>
        </div>
      </Main>
    );
  }
  const register = async ({ username = "", email = "", password = "", display_name, invitation }: Record<string, string>) => {
    const proof = byPasskey.value ? { passkey: await newPasskey(username, display_name) } : { password };
    const answer = await post("/auth/register", { body: { username, email, ...proof, ...(display_name ? { display_name } : {}), ...(invitation ? { invitation } : {}) } });
    if (answer.pending === "nothing") return answer;
    pending.value = answer.pending;
    return null;
  };
  const named = (e: Event) => {
    const form = new FormData((e.currentTarget as HTMLElement).closest("form")!);
    names.value = ["username", "display_name", "email"].map((name) => String(form.get(name) ?? ""));
  };
  return (
    <Main title={t("auth.create")}>
      <div class="face pad account">
        <p class="soft">{t("auth.welcome", { n: shell.site.bricks_welcome })}</p>
        {signup === "approval" && <p class="soft">{t("register.by_approval")}</p>}
        <AccountForm label={t("auth.create")} action="/register" submit={register}
        fields={(errors) => (
          <div class="account-form" onInput={named}>
            {signup === "invite" && <TextField label={t("auth.invitation")} name="invitation" autocomplete="off" autocapitalize="none" spellcheck={false} dir="ltr" defaultValue={invitation ?? ""} error={errors.invitation} />}
            <TextField label={t("auth.username")} hint={t("auth.username_hint")} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" error={errors.username} />
            <TextField label={t("auth.display_name")} name="display_name" autocomplete="name" error={errors.display_name} />
            <TextField label={t("auth.email")} name="email" type="email" autocomplete="email" dir="ltr" error={errors.email} />
            {!byPasskey.value && <NewPassword label={t("auth.password")} error={errors.password} not={() => names.value} />}
            {passkeysWork && <Check label={t("passkey.instead")} hint={byPasskey.value ? t("passkey.instead_text") : undefined} checked={byPasskey.value} onChange={(e) => { byPasskey.value = e.currentTarget.checked; }} />}
          </div>)} />
        <Providers next={new URLSearchParams(location.search).get("next") ?? "/"} />
        <p class="mt">{t("auth.have_one")} <a class="link" href="/login">{t("auth.sign_in")}</a></p>
      </div>
    </Main>
  );
}
