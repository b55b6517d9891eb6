// SPDX-License-Identifier: Apache-2.0
// All about one's bricks: what is there, how to get more, where they went.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { resource } from "../../app/data";
import { bricks, number, t } from "../../app/i18n";
import { appsFor, balance, level, me, sawBalance, signInFirst } from "../../app/session";
import { shell } from "../../app/shell";
import { Note } from "../../ui/blocks";
import { Courses } from "../../ui/courses";
import { Icon } from "../../ui/icon";
import { Packages } from "../purchases/packages";
import { Main } from "../shell/main";
import { Daily } from "./daily";
import { Limit } from "./limit";
import { Movements } from "./movements";
import { SpendingPanel } from "./spending";

export default function Bricks() {
  const status = resource<Schema["BricksStatus"]>("/bricks/balance");
  useEffect(() => {
    if (!me.value) return signInFirst();
    // Always asked for: the site may give the day's bricks with this very visit.
    const asked = performance.now();
    void status.load().then(() => { if (status.data.value && !status.error.value) sawBalance(status.data.value, asked); });
  }, []);
  if (!balance.value) return null;
  return (
    <Main title={t("nav.bricks")} wide head={<><p class="below">{t("bricks.lede", { n: shell.site.tokens_per_brick })}</p><span class="row small push">{me.value?.role === "admin" && <a href="/admin/bricks">{t("nav.ledger")}</a>}<a href="/bricks/how">{t("bricks.how")}</a></span></>}>
      <div class="stack">
        {!!status.data.value?.debt && <Note kind="low">{t("bricks.debt", { n: status.data.value.debt })}</Note>}
        <div class="purse"><Purse /><Daily it={status} /></div>
        <Packages own />
        <SpendingPanel />
        <Limit it={status} />
        <Movements />
      </div>
    </Main>
  );
}

/** In words how far a balance reaches. */
export const reach = (available: number) => {
  const apps = appsFor(available);
  return apps ? t("bricks.enough", { n: apps }) : t("bricks.level.bad");
};

function Purse() {
  const { available, held } = balance.value!, at = level(available);
  return (
    <section class="face pad" aria-labelledby="balance">
      <div class="row"><h2 id="balance">{t("bricks.balance")}</h2>
        <span class={`tag ${at} push`}><Icon name={at === "ok" ? "check" : "warn"} small />{reach(available)}</span></div>
      <p class={`amount ${at}`} aria-hidden="true">{number(available)}</p><p class="sr" role="status">{bricks(available)}</p>
      {available > 0 && <Courses laid={available} likely={available} most={available} length={40} label={bricks(available)} />}
      <p class="soft mt">{held ? t("bricks.plus_held", { n: held }) : t("bricks.none_held")}</p>
      <p class="small row mt levels"><span class="bricks ok">{t("bricks.means.ok")}</span><span class="bricks low">{t("bricks.means.low")}</span>
        <span class="bricks bad">{t("bricks.means.bad")}</span></p>
    </section>
  );
}
