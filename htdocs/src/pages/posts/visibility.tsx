// SPDX-License-Identifier: Apache-2.0
import { t } from "../../app/i18n";
import { Icon } from "../../ui/icon";

export type Visibility = "public" | "followers" | "private";

/** Who may see what is about to be posted. */
export const VisibilityPick = ({ value, onPick }: { value: Visibility; onPick: (v: Visibility) => void }) => (
  <label class="select pick"><Icon name={{ public: "globe", followers: "users", private: "lock" }[value]} />
    <span class="sr">{t("visibility.label")}</span>
    <select value={value} onChange={(e) => onPick(e.currentTarget.value as Visibility)}>
      {(["public", "followers", "private"] as const).map((v) => <option key={v} value={v}>{t(`visibility.${v}`)}</option>)}
    </select><Icon name="chev" small /></label>
);
