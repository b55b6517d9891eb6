// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "preact/hooks";
import { get, type Schema } from "../../api/client";
import { bricks, number, t } from "../../app/i18n";
import { balance, level, me, setBalance, signInFirst } from "../../app/session";
import { shell } from "../../app/shell";
import { ButtonLink } from "../../ui/button";
import { Courses } from "../../ui/courses";
import { Main } from "../shell/main";

export default function Bricks() {
  useEffect(() => {
    if (!me.value) signInFirst();
    else void get("/bricks/balance").then((b) => setBalance(b as Schema["BricksBalance"])).catch(() => {});
  }, []);
  if (!balance.value) return null;
  const { available, held } = balance.value, rate = shell.site.tokens_per_brick;
  return (
    <Main title={t("nav.bricks")} wide>
      <div class="purse">
        <section class="face pad" aria-label={t("bricks.balance")}>
          <div class="row"><h2>{t("bricks.available")}</h2><span class={`tag ${level(available)} push`}>{t(`bricks.level.${level(available)}`)}</span></div>
          <p class="amount" aria-hidden="true">{number(available)}</p><p class="sr" role="status">{bricks(available)}</p>
          <Courses laid={available} likely={available} most={Math.max(available, 1)} length={40} label={bricks(available)} />
          <p class="small soft mt">{held ? t("bricks.held", { n: held }) : t("bricks.none_held")}</p>
          <p class="mt"><ButtonLink kind="main" icon="app" href="/new/app">{t("app.describe")}</ButtonLink></p>
        </section>
        <section class="face pad" aria-labelledby="how"><h2 id="how">{t("bricks.how")}</h2>
          <dl class="explain">
            <dt>{t("bricks.hold")}</dt><dd>{t("bricks.hold_text")}</dd>
            <dt>{t("bricks.use")}</dt><dd>{t("bricks.use_text", { n: rate })}</dd>
            <dt>{t("bricks.return")}</dt><dd>{t("bricks.return_text")}</dd>
          </dl></section>
      </div>
    </Main>
  );
}
