// SPDX-License-Identifier: Apache-2.0
// One's e-mail address: whether it is confirmed, and another instead.
import { useSignal } from "@preact/signals";
import { post, request, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";

type MyEmail = Schema["MyEmail"];

export function EmailSection() {
  const it = useResource<MyEmail>("/users/me/email");
  const known = it.data.value;
  return (
    <section class="face block" aria-labelledby="email-title"><h2 id="email-title">{t("email.title")}</h2>
      {it.error.value && !known ? <Failed error={it.error.value} retry={() => void it.load()} />
        : !known ? <Skeleton label={t("state.loading")} /> : <Email known={known} changed={(now) => { it.data.value = now; }} />}
    </section>
  );
}

function Email({ known, changed }: { known: MyEmail; changed: (now: MyEmail) => void }) {
  const turn = useSignal(0); // a form anew
  const { errors, refused, busy, props, attempt } = useForm(async ({ email = "" }) => {
    changed(await post("/users/me/email", { body: { email } }) as MyEmail);
    turn.value++;
    toast(t("email.sent"), { kind: "ok" });
  });
  const again = () => attempt(async () => {
    await post("/users/me/email/confirm", {});
    toast(t("email.sent"), { kind: "ok" });
  });
  const keep = () => attempt(async () => changed(await request("DELETE", "/users/me/email") as MyEmail));
  return (
    <>
      <p><bdi dir="ltr">{known.email}</bdi> <span class={`tag ${known.email_verified ? "ok" : "low"}`}>{known.email_verified ? t("email.confirmed") : t("email.unconfirmed")}</span></p>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      {!known.email_verified && known.mail && <p class="mt"><Button small busy={busy.value} onClick={() => void again()}>{t("email.again")}</Button></p>}
      {known.new_email && (
        <Note kind="low"><p>{t("email.waits", { email: known.new_email })}</p>
          <div class="row"><Button small onClick={() => void keep()}>{t("email.keep")}</Button></div></Note>)}
      {known.mail ? (
        <form key={turn.value} {...props} class="account-form mt">
          <TextField label={t("email.new")} hint={t("email.hint")} name="email" type="email" autocomplete="email" dir="ltr" error={errors.value.email} />
          <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("email.change")}</Button></div>
        </form>) : <p class="soft mt">{t("email.mute")}</p>}
    </>
  );
}
