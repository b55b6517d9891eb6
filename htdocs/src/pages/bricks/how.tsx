// SPDX-License-Identifier: Apache-2.0
// How bricks work here, with this site's own numbers.
import type { ComponentChildren } from "preact";
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { bricks, duration, number, t } from "../../app/i18n";
import { me } from "../../app/session";
import { Skeleton } from "../../ui/blocks";
import { ButtonLink } from "../../ui/button";
import { money } from "../purchases/packages";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";

type Rates = Schema["BricksRates"];

export default function How() {
  const it = useResource<Rates>("/bricks/rates"), rates = it.data.value;
  return (
    <Main title={t("bricks.how")} wide head={me.value && <a class="small push" href="/bricks">{t("bricks.own")}</a>}>
      {it.error.value && !rates ? <Failed error={it.error.value} retry={() => void it.load()} /> : rates ? <Answers rates={rates} /> : <Skeleton label={t("state.loading")} />}
    </Main>
  );
}

const Part = ({ id, title, children }: { id: string; title: string; children: ComponentChildren }) => (
  <section class="face pad" aria-labelledby={id}><h2 id={id}>{title}</h2>{children}</section>
);

function Answers({ rates }: { rates: Rates }) {
  return (
    <div class="stack">
      <Part id="what" title={t("bricks.faq.what")}><p class="mt">{t("bricks.faq.what_text", { n: rates.tokens_per_brick })}</p></Part>
      <Part id="cost" title={t("bricks.faq.cost")}>
        <p class="mt">{rates.models.length ? t("bricks.faq.cost_text", { n: rates.app_bricks }) : t("bricks.faq.cost_unknown", { n: rates.app_bricks })}</p>
        {rates.models.length > 0 && <Models rates={rates} />}
        <p class="mt">{t("bricks.faq.cost_most", { n: rates.max_per_job })}</p>
      </Part>
      <Part id="get" title={t("bricks.faq.get")}><Gifts rates={rates} />
        {me.value && <p class="mt"><ButtonLink small href="/bricks">{t("bricks.own")}</ButtonLink></p>}</Part>
      <Part id="hold" title={t("bricks.faq.hold")}><dl class="explain">
        <dt>{t("bricks.hold")}</dt><dd>{t("bricks.hold_text")}</dd>
        <dt>{t("bricks.use")}</dt><dd>{t("bricks.use_text", { n: rates.tokens_per_brick })}</dd>
        <dt>{t("bricks.return")}</dt><dd>{t("bricks.return_text")}</dd></dl>
        <p class="mt">{t("bricks.faq.hold_ends", { n: rates.hold_hours })}</p></Part>
      <Part id="fails" title={t("bricks.faq.fails")}><p class="mt">{t("bricks.faq.fails_text")}</p></Part>
      <Part id="refund" title={t("bricks.faq.refund")}><p class="mt">{t("bricks.faq.refund_text")}</p></Part>
      <Part id="checked" title={t("bricks.faq.checked")}><p class="mt">{t("bricks.faq.checked_text")}</p></Part>
    </div>
  );
}

const Models = ({ rates }: { rates: Rates }) => (
  <div class="table-wrap mt" tabIndex={0} role="region" aria-labelledby="cost"><table class="sums-table">
    <caption class="small soft">{t("bricks.faq.models", { n: rates.models.reduce((sum, m) => sum + m.apps, 0) })}</caption>
    <thead><tr><th scope="col">{t("receipt.model")}</th><th scope="col" class="n">{t("bricks.faq.apps")}</th><th scope="col" class="n">{t("bricks.faq.average")}</th>
      <th scope="col" class="n">{t("bricks.faq.span")}</th><th scope="col" class="n">{t("receipt.total")}</th><th scope="col" class="n">{t("receipt.time")}</th></tr></thead>
    <tbody>{rates.models.map((m) => (
      <tr key={m.model}><th scope="row"><bdi>{m.model}</bdi></th><td class="n">{number(m.apps)}</td><td class="n">{number(m.bricks)}</td>
        <td class="n">{`${number(m.least)}–${number(m.most)}`}</td><td class="n">{number(m.tokens)}</td><td class="n">{duration(m.writing_ms / 1000)}</td></tr>))}</tbody></table></div>
);

function Gifts({ rates }: { rates: Rates }) {
  const packages = useResource<Schema["BricksPackages"]>("/bricks/packages").data.value;
  const rows: [string, string][] = [[t("bricks.source.registration"), bricks(rates.welcome)]];
  if (rates.daily) rows.push([t("bricks.source.daily_claim"), bricks(rates.daily)]);
  if (rates.daily && rates.streak) rows.push([t("bricks.faq.streak"), t("bricks.faq.streak_text", { n: rates.streak, most: rates.streak_max })]);
  if (rates.daily) rows.push([t("bricks.faq.premium"), bricks(rates.premium_daily)]);
  if (packages?.open) rows.push([t("bricks.source.purchase"), packages.items.map((p) => t("purchase.offer", { bricks: bricks(p.bricks), price: money(p.price_minor, p) })).join(" · ")]);
  return (
    <><dl class="explain">{rows.map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>
      {rates.daily > 0 && <p class="small soft mt">{t("bricks.faq.day", { zone: rates.time_zone })}</p>}</>
  );
}
