// SPDX-License-Identifier: Apache-2.0
import { t } from "../../app/i18n";
import { shell } from "../../app/shell";
import { setShortcuts, shortcutsOn } from "../../app/shortcuts";
import { setTheme, theme, type Theme } from "../../app/theme";
import { Select, Switch } from "../../ui/field";
import { Settings } from "./frame";

const nameOf = (language: string) => new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;

/** Language, theme and keys of this browser. */
export default function Appearance() {
  const setLanguage = (language: string) => {
    document.cookie = `wall_lang=${language}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    location.reload();
  };
  return (
    <Settings>
      <section class="face block" aria-label={t("settings.appearance")}>
        <Select label={t("settings.language")} value={shell.lang} onChange={(e) => setLanguage(e.currentTarget.value)}
          options={shell.languages.map((value) => ({ value, text: nameOf(value) }))} />
        <Select label={t("settings.theme")} value={theme.value} onChange={(e) => setTheme(e.currentTarget.value as Theme)}
          options={(["system", "light", "dark"] as const).map((value) => ({ value, text: t(`theme.${value}`) }))} />
        <Switch label={t("keys.on")} hint={t("keys.hint")} checked={shortcutsOn.value} onChange={(e) => setShortcuts(e.currentTarget.checked)} />
      </section>
    </Settings>
  );
}
