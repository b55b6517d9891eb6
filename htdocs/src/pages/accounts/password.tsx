// SPDX-License-Identifier: Apache-2.0
// Choosing a password: what is asked of it is ticked off while one types. The server judges again, and knows
// more: the commonest ones.
import { useSignal } from "@preact/signals";
import { t } from "../../app/i18n";
import { PasswordField } from "../../ui/field";

const MIN = 10;
/* A shorter piece is part of too many innocent words; as the server sees it. */
const PIECE_MIN = 3;

/** @param not names that must not be in it: username, address, display name */
export function NewPassword({ label, error, not = () => [] }: { label: string; error?: string | undefined; not?: () => string[] }) {
  const typed = useSignal("");
  const lower = typed.value.toLowerCase();
  const pieces = not().map((name) => name.split("@")[0]!.trim().toLowerCase()).filter((name) => name.length >= PIECE_MIN);
  const rules = [
    { text: t("password.long", { n: MIN }), met: [...typed.value].length >= MIN },
    { text: t("password.no_name"), met: typed.value !== "" && !pieces.some((piece) => lower.includes(piece)) },
  ];
  return (
    <div>
      <PasswordField label={label} name="password" autocomplete="new-password" reveal={t("auth.show")} conceal={t("auth.hide")} error={error}
        onInput={(e: Event) => { typed.value = (e.currentTarget as HTMLInputElement).value; }} />
      <ul class="rules" aria-label={t("password.rules")}>
        {rules.map((rule) => <li key={rule.text} class={rule.met ? "met" : undefined}><span aria-hidden="true">{rule.met ? "✓" : "·"}</span> {rule.text}{rule.met && <span class="sr"> {t("password.met")}</span>}</li>)}
      </ul>
    </div>
  );
}
