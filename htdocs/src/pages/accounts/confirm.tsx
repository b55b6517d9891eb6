// SPDX-License-Identifier: Apache-2.0
// "Confirm that it is you": opened by the client when the server asks (WALL_STEP_UP); the request that
// was refused is sent again afterwards, so nothing that was typed is lost.
import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, post } from "../../api/client";
import { explain, fieldErrors } from "../../app/errors";
import { t } from "../../app/i18n";
import { askPasskey, passkeyProblem, passkeysWork } from "../../app/passkeys";
import { me } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { PasswordField, TextField } from "../../ui/field";
import { ConfirmElsewhere } from "./providers";

type Way = "passkey" | "password" | "code";
const WAYS: Way[] = [...(passkeysWork ? ["passkey" as const] : []), "password", "code"];
const OTHERWISE = { passkey: "confirm.by_passkey", password: "confirm.by_password", code: "confirm.by_code" } as const;

/** One question at a time, however many requests wait for it. */
let asking: Promise<boolean> | null = null;

export function ask(error: ApiError): Promise<boolean> {
  return asking ??= new Promise<boolean>((resolve) => {
    const place = document.body.appendChild(document.createElement("div"));
    const done = (confirmed: boolean) => {
      render(null, place);
      place.remove();
      asking = null;
      resolve(confirmed);
    };
    render(<Confirm ways={WAYS.filter((way) => error.details[way])} elsewhere={!!error.details.oauth} done={done} />, place);
  });
}

function Confirm({ ways, elsewhere, done }: { ways: Way[]; elsewhere: boolean; done: (confirmed: boolean) => void }) {
  const way = useSignal(ways[0]), busy = useSignal(false), problem = useSignal<string | undefined>(undefined), refused = useSignal<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => { form.current?.querySelector<HTMLElement>("[name=proof], [type=submit]")?.focus(); }, [way.value]);
  const send = async (e: Event) => {
    e.preventDefault();
    busy.value = true;
    problem.value = undefined;
    refused.value = null;
    const proof = String(new FormData(form.current!).get("proof"));
    try {
      await post("/auth/confirm", { body: way.value === "code" ? { code: proof } : way.value === "password" ? { password: proof }
        : { passkey: await askPasskey(await post("/auth/passkeys/challenge", { body: { purpose: "confirm" } })) } });
      done(true);
    } catch (e) {
      busy.value = false;
      if (way.value === "passkey") {
        refused.value = passkeyProblem(e);
        return;
      }
      problem.value = fieldErrors(e)[way.value!];
      if (problem.value) form.current!.querySelector<HTMLInputElement>("[name=proof]")!.select();
      else refused.value = explain(e);
    }
  };
  return (
    <Dialog title={t("confirm.title")} close={t("action.close")} onClose={() => done(false)}>
      {way.value === undefined
        ? elsewhere ? <><p>{t("confirm.text")}</p><ConfirmElsewhere /></> : <><p>{t("confirm.none")}</p><a class="btn main" href={`/login?next=${encodeURIComponent(location.pathname)}`}>{t("auth.sign_in")}</a></>
        : (
          <form ref={form} class="account-form" noValidate onSubmit={send}>
            <p>{t("confirm.text")}</p>
            {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
            <input type="text" class="sr" autocomplete="username" value={me.value?.username} readOnly tabIndex={-1} aria-hidden="true" />
            {way.value === "passkey" ? null : way.value === "password"
              ? <PasswordField key="password" label={t("auth.password")} name="proof" autocomplete="current-password" reveal={t("auth.show")} conceal={t("auth.hide")} error={problem.value} />
              : <TextField key="code" label={t("factor.code")} hint={t("factor.code_hint")} name="proof" inputMode="numeric" autocomplete="one-time-code" dir="ltr" error={problem.value} />}
            <Button kind="main" full type="submit" busy={busy.value}>{way.value === "passkey" ? t("passkey.use") : t("confirm.go")}</Button>
            {ways.filter((other) => other !== way.value).map((other) => (
              <Button key={other} kind="plain" full onClick={() => { way.value = other; problem.value = undefined; refused.value = null; }}>{t(OTHERWISE[other])}</Button>))}
            {elsewhere && <ConfirmElsewhere />}
          </form>)}
    </Dialog>
  );
}
