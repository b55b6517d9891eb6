// SPDX-License-Identifier: Apache-2.0
// The packages, drawn to scale: the largest is a whole wall, the others as much of it as they are.
import { useEffect, useState } from "preact/hooks";
import { post, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { useResource } from "../../app/data";
import { bricks, number, t } from "../../app/i18n";
import { appsFor } from "../../app/session";
import { Button } from "../../ui/button";
import { Note } from "../../ui/blocks";
import { Courses } from "../../ui/courses";

type Package = Schema["BricksPackage"];
const DRAWN = 80, LENGTH = 10;

/** Test purchases are told apart wherever they are seen. */
export const TestTag = ({ of: purchase }: { of?: { purchase_id: number } }) => (
  <p class="test-tag row"><strong class="tag low">{t("purchase.test")}</strong>
    {purchase && <a class="small" href={`/bricks/test-checkout/${purchase.purchase_id}`}>{t("purchase.checkout")}</a>}</p>
);

/** An amount of the currency of `like`. How many digits its minor unit has is the server's to say (in its text): browsers
 *  differ there from ISO 4217. */
export function money(minor: number, like: { currency: string; price: string }): string {
  const digits = /[.,](\d+)/.exec(like.price)?.[1]?.length ?? 0;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: like.currency,
    minimumFractionDigits: digits, maximumFractionDigits: digits }).format(minor / 10 ** digits);
}

function Pack({ it, scale, busy, buy }: { it: Package; scale: number; busy: boolean; buy: () => void }) {
  const laid = Math.max(1, Math.round(it.bricks * scale)), price = money(it.price_minor, it), apps = appsFor(it.bricks);
  return (
    <div class="pack face">
      <div class="drawing"><Courses laid={laid} likely={laid} most={laid} length={LENGTH} label={t("purchase.drawn", { bricks: bricks(it.bricks) })} /></div>
      <h3 class="small soft">{it.name}</h3>
      <p class="qty num">{number(it.bricks)}</p>
      <p class="small soft">{it.more_percent > 0 ? t("purchase.more", { n: it.more_percent }) : apps > 0 ? t("bricks.enough", { n: apps }) : "\u00a0"}</p>
      {it.bonus > 0 && <p class="small soft">{t("purchase.on_top", { bricks: number(it.bonus) })}</p>}
      <Button full busy={busy} onClick={buy} aria-label={t("purchase.buy", { bricks: bricks(it.bricks), price })}>{price}</Button>
    </div>
  );
}

/** What is for sale, each with a button that leads to the checkout. Among one's `own` bricks: with a way to what was bought,
 *  and nothing when nothing is sold. */
export function Packages({ own }: { own?: boolean }) {
  const packages = useResource<Schema["BricksPackages"]>("/bricks/packages");
  const [going, setGoing] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // One attempt is one key: pressing again after a failure asks for the same purchase.
  const [keys] = useState(() => new Map<string, string>());
  const it = packages.data.value;
  // Who was sent here from elsewhere on the site came before it was drawn.
  useEffect(() => { if (it?.open && location.hash === "#get-more") document.getElementById("get-more")?.scrollIntoView(); }, [!it]);
  useEffect(() => { // "back" from the checkout shows this very page again
    const back = (e: PageTransitionEvent) => { if (e.persisted) setGoing(null); };
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, []);

  async function buy(name: string) {
    if (!keys.has(name)) keys.set(name, crypto.randomUUID());
    setGoing(name);
    setProblem(null);
    try {
      const begun = await post("/bricks/purchase", { body: { package: name }, key: keys.get(name)! });
      keys.delete(name); // that attempt is over; the next one is another purchase
      location.assign(begun.checkout_url ?? `/bricks/purchases/${begun.purchase.purchase_id}`);
    } catch (error) {
      setProblem(explain(error));
      setGoing(null);
    }
  }

  if (!it) return null;
  if (!it.open) return own ? null : <Note>{t("purchase.off")}</Note>;
  const most = Math.max(...it.items.map((p) => p.bricks));
  return (
    <section id="get-more" aria-labelledby="packages">
      <div class="row lead"><h2 id="packages">{t("purchase.get")}</h2>{own && <a class="small push" href="/bricks/buy">{t("purchase.all")}</a>}</div>
      {it.test && <div class="edge"><TestTag /></div>}
      {problem && <Note kind="bad">{problem}</Note>}
      <div class="packs">
        {it.items.map((p) => <Pack key={p.package} it={p} scale={DRAWN / most} busy={going === p.package} buy={() => { if (!going) void buy(p.package); }} />)}
      </div>
      {!it.test && <p class="small soft mt edge">{t("purchase.where")}</p>}
    </section>
  );
}
