// SPDX-License-Identifier: Apache-2.0
import { patch, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { exactTime, t } from "../../app/i18n";
import { me } from "../../app/session";
import { shell } from "../../app/shell";
import { setShortcuts, shortcutsOn } from "../../app/shortcuts";
import { setTheme, theme, type Theme } from "../../app/theme";
import { Select, Switch } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Settings } from "./frame";

const nameOf = (language: string) => new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;

/* What is chosen last holds, however long its predecessors are on their way. */
let saving: Promise<unknown> = Promise.resolve();
const inTurn = <T,>(save: () => Promise<T>): Promise<T> => {
  const mine = saving.then(save);
  saving = mine.catch(() => null);
  return mine;
};

/** Language (of the account, for those who have one), theme and keys of this browser. */
export default function Appearance() {
  const setLanguage = async (language: string) => {
    if (me.value) {
      try {
        await inTurn(() => patch("/users/me", { body: { language } })); // sets this browser's as well
      } catch (problem) {
        toast(explain(problem), { kind: "bad" });
        return;
      }
    } else {
      document.cookie = `wall_lang=${language}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    }
    location.reload();
  };
  /* The choice shows at once; the account carries it to every other device. */
  const keep = async <K extends "theme" | "time_zone">(name: K, value: Schema["Me"]["settings"][K], undo: () => void = () => {}) => {
    if (!me.value) return;
    const before = me.value.settings[name];
    const set = (value: typeof before) => { if (me.value) me.value = { ...me.value, settings: { ...me.value.settings, [name]: value } }; };
    set(value);
    try {
      await inTurn(() => patch("/users/me/settings", { body: { [name]: value } }));
    } catch (problem) {
      if (me.value?.settings[name] === value) { // else something else was chosen since
        set(before);
        undo();
      }
      toast(explain(problem), { kind: "bad" });
    }
  };
  const pickTheme = (value: Theme) => {
    const before = theme.value;
    setTheme(value);
    void keep("theme", value, () => setTheme(before));
  };
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = Intl.supportedValuesOf("timeZone");
  const zone = me.value?.settings.time_zone ?? "";
  return (
    <Settings>
      <section class="face block" aria-label={t("settings.appearance")}><h2>{t("settings.appearance")}</h2>
        <Select label={t("settings.language")} value={shell.lang} onChange={(e) => void setLanguage(e.currentTarget.value)}
          options={shell.languages.map((value) => ({ value, text: nameOf(value) }))} />
        <Select label={t("settings.theme")} value={theme.value} onChange={(e) => pickTheme(e.currentTarget.value as Theme)}
          options={(["system", "light", "dark"] as const).map((value) => ({ value, text: t(`theme.${value}`) }))} />
        {me.value && (
          <Select label={t("settings.time_zone")} hint={t("settings.time_zone_hint", { now: exactTime(new Date().toISOString()) })} name="time_zone" value={zone}
            onChange={(e) => void keep("time_zone", e.currentTarget.value || null)}
            options={[{ value: "", text: t("settings.time_zone_browser", { zone: own.replaceAll("_", " ") }) },
              ...[...new Set(zone && !zones.includes(zone) ? [zone, ...zones] : zones)].map((value) => ({ value, text: value.replaceAll("_", " ") }))]} />)}
        <Switch label={t("keys.on")} hint={t("keys.hint")} checked={shortcutsOn.value} onChange={(e) => setShortcuts(e.currentTarget.checked)} />
      </section>
    </Settings>
  );
}
