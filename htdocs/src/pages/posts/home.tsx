// SPDX-License-Identifier: Apache-2.0
import { bricks, number, t } from "../../app/i18n";
import { balance, level, me } from "../../app/session";
import { Avatar } from "../../ui/avatar";
import { ButtonLink } from "../../ui/button";
import { Landing } from "../accounts/landing";
import { Main } from "../shell/main";
import { PostList, RECENT } from "./list";

/** Own and public posts, newest first; for visitors the front door. */
export default function Home() {
  return me.value ? <SignedIn /> : <Landing />;
}

function SignedIn() {
  const user = me.value!, available = balance.value!.available;
  const aside = (
    <>
      <section><div class="row"><h2>{t("nav.bricks")}</h2><span class={`tag ${level(available)} push`}>{t(`bricks.level.${level(available)}`)}</span></div>
        <p class="balance-line"><span class="amount">{number(available)}</span><span class="sr">{bricks(available)}</span></p>
        {balance.value!.held > 0 && <p class="small soft">{t("bricks.held", { n: balance.value!.held })}</p>}
        <p class="mt">{level(available) === "bad" ? <ButtonLink small href="/bricks#get-more">{t("bricks.get_more")}</ButtonLink> : <ButtonLink small href="/bricks">{t("bricks.see")}</ButtonLink>}</p></section>
      <section><h2>{t("tips.title")}</h2><ul class="stack small"><li><b>{t("tips.parts")}</b> <span class="soft">{t("tips.parts_eg")}</span></li>
        <li><b>{t("tips.tap")}</b> <span class="soft">{t("tips.tap_eg")}</span></li><li><b>{t("tips.limits")}</b> <span class="soft">{t("tips.limits_eg")}</span></li></ul></section>
    </>
  );
  return (
    <Main title={t("nav.home")} plain aside={aside} asideLabel={t("home.aside")}>
      <div class="stack">
        <div class="starter face"><Avatar name={user.display_name} /><a class="go" href="/new">{t("home.start")}</a>
          <ButtonLink small icon="app" href="/new/app" aria-label={t("app.describe")}><span class="label">{t("app.describe")}</span></ButtonLink></div>
        <PostList url={RECENT} empty={{ title: t("home.empty"), text: t("home.empty_text") }} />
      </div>
    </Main>
  );
}
