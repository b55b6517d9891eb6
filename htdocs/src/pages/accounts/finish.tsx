// SPDX-License-Identifier: Apache-2.0
// Somebody came by a provider and nobody here has that identity: a name for a new account, or the account they have.
import { del, post, type Schema } from "../../api/client";
import { resource, useResource } from "../../app/data";
import { useWork } from "../../app/form";
import { t } from "../../app/i18n";
import { go } from "../../app/router";
import { me } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";
import { AccountForm } from "./form";
import { INVITATION } from "./providers";

type Arrival = Schema["Arrival"];
const ARRIVAL = "/auth/oauth/arrival";
const SIGN_IN = "/login?next=/register/finish";

export default function Finish() {
  const it = useResource<Arrival>(ARRIVAL);
  const arrival = it.data.value, error = it.error.value;
  return (
    <Main title={t(me.value ? "settings.connected" : "oauth.finish_title")}>
      {arrival ? <div class="face pad account">{me.value ? <Connect arrival={arrival} username={me.value.username} /> : <Name arrival={arrival} />}<Forget /></div>
        : error?.status === 404 ? <Nobody />
          : error ? <Failed error={error} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} />}
    </Main>
  );
}

const called = (a: Arrival) => a.account_name ?? a.display_name ?? t("oauth.somebody");

const Nobody = () => (
  <div class="face pad account"><Note kind="low"><p>{t("oauth.nobody")}</p></Note>
    <p class="mt"><ButtonLink kind="main" full href="/login">{t("auth.sign_in")}</ButtonLink></p></div>
);

/** The arrival is over: nothing of it is kept. */
function forget(): void {
  const kept = resource<Arrival>(ARRIVAL);
  kept.data.value = undefined;
}

const Forget = () => (
  <Button kind="plain" full onClick={() => void del("/auth/oauth/arrival", {}).catch(() => null).then(() => { forget(); go("/"); })}>{t("oauth.not_me")}</Button>
);

function Connect({ arrival, username }: { arrival: Arrival; username: string }) {
  const { busy, refused, work } = useWork<"connect">();
  const connect = () => work("connect", async () => {
    await post("/auth/oauth/arrival/link", {});
    forget();
    toast(t("oauth.connected", { provider: arrival.label }));
    go("/settings/connected", { replace: true });
  });
  return (
    <>
      <p>{t("oauth.connect_question", { provider: arrival.label, name: called(arrival), username })}</p>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <Button kind="main" full class="mt" busy={!!busy.value} onClick={() => void connect()}>{t("oauth.connect_named", { provider: arrival.label })}</Button>
    </>
  );
}

function Name({ arrival }: { arrival: Arrival }) {
  const provider = arrival.label;
  if (arrival.signup === "closed") {
    return <><p>{t("oauth.closed", { provider })}</p><p class="mt"><ButtonLink kind="main" full href={SIGN_IN}>{t("oauth.sign_in_connect")}</ButtonLink></p></>;
  }
  const submit = async (values: Record<string, string>) => {
    const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== "")) as Schema["ArrivalFinish"];
    const answer = await post("/auth/oauth/arrival", { body });
    forget();
    if (answer.pending === "nothing") return answer;
    location.assign(`/register?pending=${answer.pending}`);
    return null;
  };
  return (
    <>
      {arrival.email_known && (
        <Note kind="low"><p>{t("oauth.known", { email: arrival.email ?? "", provider })}</p>
          <ButtonLink small href={SIGN_IN}>{t("oauth.sign_in_connect")}</ButtonLink></Note>)}
      <p class="soft">{t("oauth.finish_text", { provider, name: called(arrival) })}</p>
      <AccountForm label={t("auth.create")} action="/register/finish" next={arrival.return_to} submit={submit}
        fields={(errors) => (
          <>
            <TextField label={t("auth.username")} hint={t("auth.username_hint")} name="username" defaultValue={arrival.username} autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" error={errors.username} />
            <TextField label={t("auth.display_name")} name="display_name" defaultValue={arrival.display_name ?? ""} autocomplete="name" error={errors.display_name} />
            <TextField label={t("auth.email")} name="email" type="email" defaultValue={arrival.email_known ? "" : arrival.email ?? ""} autocomplete="email" dir="ltr" error={errors.email} />
            {arrival.signup === "invite" && <TextField label={t("oauth.invitation")} name="invitation" autocomplete="off" dir="ltr" defaultValue={sessionStorage.getItem(INVITATION) ?? ""} error={errors.invitation} />}
          </>)} />
      {!arrival.email_known && <p class="mt">{t("oauth.have_one")} <a class="link" href={SIGN_IN}>{t("oauth.sign_in_connect")}</a></p>}
    </>
  );
}
