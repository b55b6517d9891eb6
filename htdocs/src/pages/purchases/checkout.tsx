// SPDX-License-Identifier: Apache-2.0
// The test provider's checkout: forms without script, as the server draws them.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { bricks, t, type MessageKey } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { Main } from "../shell/main";
import Missing from "../shell/missing";
import { money, TestTag } from "./packages";

type Purchase = Schema["Purchase"];

/** What can be done in this state: the button's value, its words, and whether it is the main one. */
function choices(p: Purchase): [string, MessageKey, boolean?][] {
  if (!p.paid_at) {
    return [["pay", p.processing_at ? "purchase.do.arrive" : "purchase.do.pay", true], ["fail", "purchase.do.fail"],
      ...(p.processing_at ? [] : [["later", "purchase.do.later"] as [string, MessageKey]]), ["pay_less", "purchase.do.pay_less"]];
  }
  if (p.dispute === "open") return [["dispute_won", "purchase.do.dispute_won"], ["dispute_lost", "purchase.do.dispute_lost"]];
  return [...(p.refunded_minor < p.price_minor ? [["refund", "purchase.do.refund"], ["refund_half", "purchase.do.refund_half"]] as [string, MessageKey][] : []),
    ...(p.dispute ? [] : [["dispute", "purchase.do.dispute"] as [string, MessageKey]])];
}

export default function Checkout({ params }: { params: Record<string, string> }) {
  const it = useResource<Purchase>(`/bricks/purchase/${params.purchase_id}`, true), p = it.data.value;
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  if (!me.value) return null;
  if (it.error.value?.status === 404 || (p && !p.test)) return <Missing />;
  if (!p) return null;
  return (
    <Main title={t("purchase.checkout")}>
      <section class="face pad checkout">
        <TestTag />
        <p>{t("purchase.checkout_text")}</p>
        <p class="amount">{money(p.price_minor, p)}</p>
        <p class="soft">{p.package}: {bricks(p.bricks)}</p>
        <form class="stack mt" method="post" action={`/bricks/test-checkout/${p.purchase_id}`}>
          <input type="hidden" name="csrf_token" value={me.value.csrf_token} />
          {choices(p).map(([what, label, main]) => <button key={what} class={`btn full${main ? " main" : ""}`} name="what" value={what}>{t(label)}</button>)}
        </form>
        <p class="mt"><a class="btn full plain" href={`/bricks/purchases/${p.purchase_id}${p.checkout_url ? "?left=1" : ""}`}>
          {t(p.checkout_url ? "purchase.do.cancel" : "purchase.back")}</a></p>
      </section>
    </Main>
  );
}
