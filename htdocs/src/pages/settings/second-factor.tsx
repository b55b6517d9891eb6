// SPDX-License-Identifier: Apache-2.0
// Two-step sign-in: the authenticator app and its recovery codes.
import { useSignal } from "@preact/signals";
import { del, post, type Schema } from "../../api/client";
import { useForm, useWork } from "../../app/form";
import { t } from "../../app/i18n";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { RecoveryCodes } from "./recovery-codes";

type Shown = { kind: "setup"; totp: Schema["Totp"] } | { kind: "codes"; codes: string[]; first: boolean } | { kind: "off" } | null;

const FEW = 3;

export function SecondFactor({ factors, reload }: { factors: Schema["Factors"]; reload: () => void }) {
  const shown = useSignal<Shown>(null), { busy, refused, work } = useWork<"start" | "renew">();
  const start = () => work("start", async () => { shown.value = { kind: "setup", totp: await post("/auth/totp", {}) }; });
  const renew = () => work("renew", async () => { shown.value = { kind: "codes", first: false, codes: (await post("/auth/recovery-codes", {})).recovery_codes }; });
  const close = () => { shown.value = null; reload(); };
  const it = shown.value, left = factors.recovery_codes_left;
  return (
    <section class="face block" aria-labelledby="two-step"><h2 id="two-step">{t("factor.title")}</h2>
      <p class="soft">{t("factor.text")}</p>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <div class="rows wrap">
        <div><Icon name="shield" /><span class="who"><b>{t("factor.app")}</b><span class="meta">{factors.totp ? t("factor.app_on") : t("factor.app_off")}</span></span>
          {factors.totp && <span class="tag ok">{t("factor.on")}</span>}
          {factors.totp ? <Button small kind="danger" onClick={() => { shown.value = { kind: "off" }; }}>{t("factor.turn_off")}</Button>
            : <Button small kind="main" busy={busy.value === "start"} onClick={() => void start()}>{t("factor.turn_on")}</Button>}</div>
        {factors.totp && (
          <div><Icon name="key" /><span class="who"><b>{t("factor.recovery")}</b><span class="meta">{t("factor.left", { n: left })}</span></span>
            {left <= FEW && <span class="tag low">{t("factor.few")}</span>}
            <Button small busy={busy.value === "renew"} onClick={() => void renew()}>{t("factor.renew")}</Button></div>)}
      </div>
      {it?.kind === "setup" && <Setup totp={it.totp} done={(codes) => { shown.value = codes && { kind: "codes", codes, first: true }; }} />}
      {it?.kind === "codes" && (
        <Dialog title={it.first ? t("factor.now_on") : t("factor.renewed")} close={t("action.close")} onClose={close} foot={<Button kind="main" onClick={close}>{t("factor.kept")}</Button>}>
          <RecoveryCodes codes={it.codes} /></Dialog>)}
      {it?.kind === "off" && <TurnOff done={close} />}
    </section>
  );
}

/** The QR code, the secret for those without a camera, and a first code. */
function Setup({ totp, done }: { totp: Schema["Totp"]; done: (codes: string[] | null) => void }) {
  const { errors, refused, busy, props } = useForm(async ({ code = "" }) => done((await post("/auth/totp/confirm", { body: { code } })).recovery_codes));
  return (
    <Dialog title={t("factor.setup_title")} close={t("action.close")} onClose={() => done(null)}>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <p>{t("factor.setup_scan")}</p>
        <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(totp.qr_svg)}`} alt={t("factor.qr")} />
        <p class="hint">{t("factor.setup_type")} <code class="secret" dir="ltr">{totp.secret.match(/.{4}/g)!.join(" ")}</code></p>
        <p><a class="link" href={totp.otpauth_uri}>{t("factor.setup_open")}</a></p>
        <TextField label={t("factor.setup_code")} name="code" inputMode="numeric" autocomplete="one-time-code" dir="ltr" autoFocus error={errors.value.code} />
        <Button kind="main" full type="submit" busy={busy.value}>{t("factor.turn_on")}</Button>
      </form>
    </Dialog>
  );
}

function TurnOff({ done }: { done: () => void }) {
  const { busy, refused, work } = useWork<"off">();
  const off = () => work("off", async () => {
    await del("/auth/totp", {});
    toast(t("factor.now_off"));
    done();
  });
  return (
    <Dialog title={t("factor.off_title")} close={t("action.close")} onClose={done} foot={<Button kind="danger" busy={!!busy.value} onClick={() => void off()}>{t("factor.turn_off")}</Button>}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <p>{t("factor.off_text")}</p>
    </Dialog>
  );
}
