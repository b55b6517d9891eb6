// SPDX-License-Identifier: Apache-2.0
// Choosing a package; what was bought before.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useList } from "../../app/data";
import { bricks, date, t } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { Listed } from "../shell/listed";
import { Main } from "../shell/main";
import { money, Packages } from "./packages";

export default function Buy() {
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  if (!me.value) return null;
  return <Main title={t("purchase.title")} wide><div class="stack"><Packages /><Purchases /></div></Main>;
}

function Purchases() {
  const list = useList<Schema["Purchase"]>("/bricks/purchases", true); // one may have changed since it was looked at last
  return (
    <section class="face pad" aria-labelledby="purchases"><h2 id="purchases">{t("purchase.all")}</h2>
      <Listed list={list} none={<p class="soft mt">{t("purchase.none")}</p>}>{(items) => <ul class="purchases">
        {items.map((p) => (
          <li key={p.purchase_id}><a href={`/bricks/purchases/${p.purchase_id}`}><b>{p.package}</b></a>
            <span class="num">{money(p.price_minor, p)}</span>
            <span class="small soft">{bricks(p.bricks)} · <time dateTime={p.created_at}>{date(p.created_at)}</time></span>
            <span class={`tag ${p.status === "completed" ? "ok" : p.status === "failed" ? "bad" : p.status === "disputed" || p.status === "held" ? "low" : ""}`}>{t(`purchase.status.${p.status}`)}</span></li>))}
      </ul>}</Listed>
    </section>
  );
}
