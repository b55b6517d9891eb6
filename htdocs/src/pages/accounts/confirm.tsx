// SPDX-License-Identifier: Apache-2.0
// "Confirm that it is you": opened by the client when the server asks (WALL_STEP_UP); the request that
// was refused is sent again afterwards, so nothing that was typed is lost.
import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, post } from "../../api/client";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { askPasskey, passkeysWork } from "../../app/passkeys";
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
      unheard();
      render(null, place);
      place.remove();
      asking = null;
      resolve(confirmed);
    };
    const unheard = me.subscribe((user) => { if (!user) queueMicrotask(() => done(false)); }); // the session has ended: nobody is asked any more
    render(<Confirm ways={WAYS.filter((way) => error.details[way])} elsewhere={!!error.details.oauth} done={done} />, place);
  });
}

function Confirm({ ways, elsewhere, done }: { ways: Way[]; elsewhere: boolean; done: (confirmed: boolean) => void }) {
  const way = useSignal(ways[0]);
  const { errors, refused, busy, props } = useForm(async (said) => {
    const by = way.value!;
    await post("/auth/confirm", { body: by !== "passkey" ? { [by]: said[by] ?? "" }
      : { passkey: await askPasskey(await post("/auth/passkeys/challenge", { body: { purpose: "confirm" } })) } });
    done(true);
  });
  useEffect(() => { props.ref.current?.querySelector<HTMLElement>(`[name=${way.value}], [type=submit]`)?.focus(); }, [way.value]);
  return (
    <Dialog title={t("confirm.title")} close={t("action.close")} onClose={() => done(false)}>
      {way.value === undefined
        ? elsewhere ? <><p>{t("confirm.text")}</p><ConfirmElsewhere /></> : <><p>{t("confirm.none")}</p><a class="btn main" href={`/login?next=${encodeURIComponent(location.pathname)}`}>{t("auth.sign_in")}</a></>
        : (
          <form {...props} class="account-form">
            <p>{t("confirm.text")}</p>
            {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
            <input type="text" class="sr" autocomplete="username" value={me.value?.username} readOnly tabIndex={-1} aria-hidden="true" />
            {way.value === "passkey" ? null : way.value === "password"
              ? <PasswordField key="password" label={t("auth.password")} name="password" autocomplete="current-password" reveal={t("auth.show")} conceal={t("auth.hide")} error={errors.value.password} />
              : <TextField key="code" label={t("factor.code")} hint={t("factor.code_hint")} name="code" inputMode="numeric" autocomplete="one-time-code" dir="ltr" error={errors.value.code} />}
            <Button kind="main" full type="submit" busy={busy.value}>{way.value === "passkey" ? t("passkey.use") : t("confirm.go")}</Button>
            {ways.filter((other) => other !== way.value).map((other) => (
              <Button key={other} kind="plain" full onClick={() => { way.value = other; refused.value = null; }}>{t(OTHERWISE[other])}</Button>))}
            {elsewhere && <ConfirmElsewhere />}
          </form>)}
    </Dialog>
  );
}
