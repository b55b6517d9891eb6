// SPDX-License-Identifier: Apache-2.0
// Name, description, visibility and glaze of one's wall.
import { address, type Schema } from "../../api/client";
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Select, TextArea, TextField } from "../../ui/field";
import { Section } from "./editor";
import { Settings } from "./frame";

type Wall = Schema["Wall"];
const GLAZES = ["brick", "ochre", "moss", "pine", "slate", "plum", "graphite"] as const;
const LEVELS = ["public", "followers", "private"] as const;
const KEYS = ["display_name", "description", "privacy_level", "glaze"] as const;

export default function WallSettings() {
  if (!me.value) return <Settings>{null}</Settings>; // to the door
  const slug = me.value.wall.wall_slug, place = address("/walls/{wall}", { wall: slug }) as `/walls/${string}`;
  return (
    <Section key={place} name="wall" place={place} keys={KEYS} title={t("settings.wall")} saved={t("settings.saved")} conflict={t("settings.conflict")}
      tidy={(value) => ({ ...value, description: value.description?.trim() || null })}>
      {({ value, edit, errors }) => (
        <>
          <TextField label={t("settings.wall_name")} name="display_name" maxLength={100} value={value.display_name} error={errors.display_name}
            onInput={(e) => edit({ display_name: e.currentTarget.value })} />
          <TextArea label={t("settings.description")} hint={t("settings.description_hint")} name="description" rows={4} maxLength={2000} value={value.description ?? ""}
            error={errors.description} onInput={(e) => edit({ description: e.currentTarget.value })} />
          <Select label={t("settings.privacy")} name="privacy_level" value={value.privacy_level} error={errors.privacy_level}
            options={LEVELS.map((level) => ({ value: level, text: t(`visibility.${level}`) }))} onChange={(e) => edit({ privacy_level: e.currentTarget.value as Wall["privacy_level"] })} />
          <Glaze glaze={value.glaze} slug={slug} pick={(glaze) => edit({ glaze })} />
        </>)}
    </Section>
  );
}

function Glaze({ glaze, slug, pick }: { glaze: Wall["glaze"]; slug: string; pick: (glaze: Wall["glaze"]) => void }) {
  return (
    <div class="glaze-pick">
      <fieldset><legend class="legend">{t("settings.glaze")}</legend>
        <div class="swatches">
          {GLAZES.map((g) => (
            <label key={g} data-glaze={g}><input type="radio" name="glaze" value={g} checked={glaze === g} onChange={() => pick(g)} />
              <span>{t(`glaze.${g}`)}</span></label>))}
        </div>
        <p class="hint">{t("settings.glaze_hint")}</p></fieldset>
      <div class="glaze-show" data-glaze={glaze} role="group" aria-label={t("settings.preview")}>
        <a class="link" href={`/w/${slug}`}>{t("settings.preview_link")}</a>
        <span class="btn main small" aria-hidden="true">{t("post.send")}</span></div>
    </div>
  );
}
