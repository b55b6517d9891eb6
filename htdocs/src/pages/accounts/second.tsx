// SPDX-License-Identifier: Apache-2.0
// The second step of signing in: a code, or a passkey. The first step left its token in a cookie.
import { ApiError, post, type Schema } from "../../api/client";
import { useWork } from "../../app/form";
import { t } from "../../app/i18n";
import { signedIn } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Main } from "../shell/main";
import { AccountForm } from "./form";

/** Six digits are the app's; recovery codes are longer. One field takes both, and says why it was refused. */
async function send(typed: string) {
  try {
    return await post("/auth/second-factor", { body: /^[\d\s]{1,11}$/.test(typed) ? { code: typed } : { recovery_code: typed } });
  } catch (problem) {
    const why = problem instanceof ApiError && problem.details.recovery_code;
    throw why ? new ApiError(problem.status, problem.code, problem.message, { code: why }) : problem;
  }
}

export default function Second() {
  const query = new URLSearchParams(location.search), { busy, refused, work } = useWork<"passkey">();
  const methods = (query.get("methods") ?? "").split(",");
  const withPasskey = () => work("passkey", async () => {
    const { askPasskey } = await import("../../app/passkeys");
    const passkey = await askPasskey(await post("/auth/passkeys/challenge", { body: { purpose: "second_factor" } }));
    const { user } = await post("/auth/second-factor", { body: { passkey } });
    signedIn(user as Schema["Me"], query.get("next") ?? "/");
  });
  return (
    <Main title={t("factor.second_title")}>
      <div class="face pad account">
        <p class="soft">{t("factor.second_text")}</p>
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <AccountForm label={t("auth.sign_in")} action={`/login/second${location.search}`} submit={({ code = "" }) => send(code)}
          fields={(errors) => (
            <TextField label={t("factor.code")} hint={t("factor.code_or_recovery")} name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck={false} dir="ltr"
              autoFocus error={errors.code} />)} />
        {methods.includes("passkey") && <Button full icon="key" class="mt" busy={!!busy.value} onClick={() => void withPasskey()}>{t("passkey.use")}</Button>}
        <p class="mt"><a class="link" href="/login">{t("factor.start_again")}</a></p>
      </div>
    </Main>
  );
}
