// SPDX-License-Identifier: Apache-2.0
// Who may see what of a person, and who may write to them.
import { t } from "../../app/i18n";
import { Select } from "../../ui/field";
import { Section } from "./editor";

const LEVELS = ["public", "followers", "private"] as const;
const CONTACTS = ["everyone", "followers", "nobody"] as const;
type Level = typeof LEVELS[number];

export default function PrivacySettings() {
  const levels = LEVELS.map((value) => ({ value, text: t(`privacy.level.${value}`) }));
  return (
    <Section name="privacy" place="/users/me" keys={["profile_visibility", "email_visibility", "activity_visibility", "contact_preference"]} title={t("settings.privacy_section")}>
      {({ value, edit, errors }) => (
        <>
          <fieldset class="stack"><legend class="legend">{t("privacy.profile")}</legend>
            {LEVELS.map((level) => (
              <label class="check" key={level}><input type="radio" name="profile_visibility" value={level} checked={value.profile_visibility === level} onChange={() => edit({ profile_visibility: level })} />
                <span>{t(`privacy.level.${level}`)}<span class="hint">{t(`privacy.hint.${level}`)}</span></span></label>))}
            <p class="hint">{t("privacy.profile_hint")} <a class="link" href="/settings/wall">{t("settings.wall")}</a></p>
          </fieldset>
          <hr />
          <Select label={t("privacy.email")} name="email_visibility" value={value.email_visibility} error={errors.email_visibility} options={levels}
            onChange={(e) => edit({ email_visibility: e.currentTarget.value as Level })} />
          <Select label={t("privacy.activity")} name="activity_visibility" value={value.activity_visibility} error={errors.activity_visibility} options={levels}
            onChange={(e) => edit({ activity_visibility: e.currentTarget.value as Level })} />
          <Select label={t("privacy.contact")} name="contact_preference" value={value.contact_preference} error={errors.contact_preference}
            options={CONTACTS.map((c) => ({ value: c, text: t(`privacy.contact.${c}`) }))}
            onChange={(e) => edit({ contact_preference: e.currentTarget.value as typeof CONTACTS[number] })} />
        </>)}
    </Section>
  );
}
