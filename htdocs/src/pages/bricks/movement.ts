// SPDX-License-Identifier: Apache-2.0
// A movement in words.
import type { Schema } from "../../api/client";
import { number, t, type MessageKey } from "../../app/i18n";

export type Movement = Schema["BricksMovement"];

/** What it was for. */
export const title = (m: Movement): string => m.app?.title ?? m.purchase?.package ?? t(`bricks.source.${m.source}` as MessageKey);

/** Where that is. */
export function link(m: Movement): string | undefined {
  if (m.purchase) return `/bricks/purchases/${m.purchase.purchase_id}`;
  return m.app && !m.app.is_gone ? `/a/${m.app.app_id}` : undefined;
}

/** What became of it, in one line. */
export function story(m: Movement): string {
  const { hold, app } = m;
  if (hold && hold.resolved_at === null) return t(app?.status === "processing" ? "bricks.held_writing" : "bricks.held_queued");
  if (hold && m.transaction_type === "refunded") return t(app?.status === "cancelled" ? "bricks.cancelled_back" : "bricks.failed_back", { n: hold.held });
  if (hold) return [app?.total_tokens && t("app.tokens", { n: number(app.total_tokens) }), t("bricks.used_of", { used: hold.used ?? 0, n: hold.held }),
    hold.returned ? t("bricks.returned", { n: hold.returned }) : null].filter(Boolean).join(" · ");
  if (m.claim) return [t("bricks.claim_day", { n: m.claim.streak_days }), m.claim.streak_bonus ? t("bricks.claim_bonus", { n: m.claim.streak_bonus }) : null].filter(Boolean).join(" · ");
  const why = m.purchase || m.app ? t(`bricks.source.${m.source}` as MessageKey) : null;
  const receipt = m.purchase?.receipt_number ? t("bricks.receipt_no", { number: String(m.purchase.receipt_number) }) : null;
  return [why, receipt, m.purchase?.payment_method, m.description].filter(Boolean).join(" · ");
}

/** "+500", "−42", "0", with the reader's digits. */
export const signed = (n: number): string => n > 0 ? `+${number(n)}` : n < 0 ? `−${number(-n)}` : number(0);
