// SPDX-License-Identifier: Apache-2.0
// What links in mails lead to, and asking for one. A link is used by a click here, not by opening the page:
// mail scanners open everything.
import { useSignal } from "@preact/signals";
import { post } from "../../api/client";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Main } from "../shell/main";
import { NewPassword } from "./password";

const PAGES = ["forgot", "reset", "verify", "again", "undo"] as const;
const ADDRESS = { "/forgot": "forgot", "/reset-password": "reset", "/verify-email": "verify", "/verify-email/again": "again", "/undo-email": "undo" } as const;
const TITLE = { forgot: "forgot.title", reset: "reset.title", verify: "verify.title", again: "again.title", undo: "undo.title" } as const;
const LEDE = { forgot: "forgot.lede", reset: "reset.lede", verify: "verify.lede", again: "again.lede", undo: "undo.lede" } as const;
const GO = { forgot: "forgot.go", reset: "reset.go", verify: "verify.go", again: "again.go", undo: "undo.go" } as const;
const DONE = { forgot: "forgot.done", reset: "reset.done", again: "again.done", undo: "undo.done" } as const;

type Result = "confirmed" | "changed" | "opened" | "waiting";

export default function Mailed() {
  const page: typeof PAGES[number] = ADDRESS[location.pathname as keyof typeof ADDRESS];
  const query = new URLSearchParams(location.search);
  const said = (result: string | null) => result === null ? null : page === "verify" ? t(`verify.done.${result as Result}`) : t(DONE[page]);
  const done = useSignal<string | null>(said(query.get("done")));
  const token = query.get("token") ?? "";
  const { errors, refused, busy, props } = useForm(async ({ login = "", password = "", email = "" }) => {
    if (page === "forgot") await post("/auth/reset-password", { body: { login } });
    else if (page === "reset") await post("/auth/reset-password/confirm", { body: { token, password } });
    else if (page === "again") await post("/auth/verify-email/resend", { body: { email } });
    else if (page === "undo") await post("/auth/undo-email", { body: { token } });
    done.value = said(page === "verify" ? (await post("/auth/verify-email", { body: { token } })).result : "yes");
  });
  return (
    <Main title={t(TITLE[page])}>
      <div class="face pad account">
        {done.value
          ? <Note kind="ok"><p>{done.value}</p></Note>
          : (
            <>
              <p class="soft">{t(LEDE[page])}</p>
              <form {...props} class="account-form" method="post" action={location.pathname + location.search} aria-label={t(TITLE[page])}>
                {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
                {page === "forgot" && <TextField label={t("auth.login")} name="login" autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" error={errors.value.login} />}
                {page === "reset" && <NewPassword label={t("auth.new_password")} error={errors.value.password} />}
                {page === "again" && <TextField label={t("auth.email")} name="email" type="email" autocomplete="email" dir="ltr" error={errors.value.email} />}
                {page !== "forgot" && page !== "again" && <input type="hidden" name="token" value={token} />}
                <Button kind="main" full type="submit" busy={busy.value}>{t(GO[page])}</Button>
              </form>
            </>)}
        <p class="mt">{me.value ? <a class="link" href="/">{t("nav.home")}</a> : <a class="link" href="/login">{t("auth.sign_in")}</a>}</p>
      </div>
    </Main>
  );
}
