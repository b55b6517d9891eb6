// SPDX-License-Identifier: Apache-2.0
// Name, description, visibility and glaze of one's wall.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address, ApiError, get, patch, type Schema } from "../../api/client";
import { resource } from "../../app/data";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Select, TextArea, TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";

type Wall = Schema["Wall"];
const GLAZES = ["brick", "ochre", "moss", "pine", "slate", "plum", "graphite"] as const;
const LEVELS = ["public", "followers", "private"] as const;

export default function WallSettings() {
  const url = address("/walls/{wall}", { wall: me.value?.wall.wall_slug });
  const it = resource<Wall>(url);
  // Always asked for: only the answer itself carries the tag that says what is being edited.
  const fresh = useSignal(false);
  useEffect(() => {
    if (me.value) void it.load().then(() => { fresh.value = true; });
  }, [url]);
  if (fresh.value && it.error.value) return <Settings><Failed error={it.error.value} retry={() => void it.load()} /></Settings>;
  return <Settings>{fresh.value && it.data.value ? <Form url={url} wall={it.data.value} /> : <Skeleton label={t("state.loading")} />}</Settings>;
}

function Form({ url, wall }: { url: string; wall: Wall }) {
  const it = resource<Wall>(url);
  const draft = useSignal(wall);
  const theirs = useSignal<Wall | null>(null);
  const edit = (change: Partial<Wall>) => { draft.value = { ...draft.value, ...change }; };

  const { errors, refused, busy, props } = useForm(async () => {
    const before = it.data.value!, mine = draft.value;
    theirs.value = null;
    it.data.value = mine; // shown everywhere at once; taken back if it is refused
    try {
      const { display_name, privacy_level, glaze } = mine;
      const saved = await patch("/walls/{wall}", { path: { wall: wall.wall_slug }, unchanged: url,
        body: { display_name, privacy_level, glaze, description: mine.description?.trim() || null } });
      it.data.value = draft.value = saved as Wall;
      me.value = me.value && { ...me.value, wall: { ...me.value.wall, display_name: it.data.value.display_name } };
      toast(t("settings.saved"));
    } catch (problem) {
      it.data.value = before;
      if (!(problem instanceof ApiError && problem.status === 412)) throw problem;
      theirs.value = await get("/walls/{wall}", { path: { wall: wall.wall_slug } }).catch(() => before) as Wall;
    }
  });
  const takeOther = () => {
    it.data.value = draft.value = theirs.value!;
    theirs.value = null;
    props.ref.current!.querySelector<HTMLElement>("[name=display_name]")!.focus();
  };
  const { display_name, description, privacy_level, glaze } = draft.value;
  return (
    <section class="face block"><h2>{t("settings.wall")}</h2>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        {theirs.value && (
          <Note kind="bad"><p>{t("settings.conflict")}</p>
            <div class="row"><Button small kind="main" onClick={() => props.onSubmit()}>{t("settings.keep_mine")}</Button>
              <Button small onClick={takeOther}>{t("settings.take_other")}</Button></div></Note>)}
        <TextField label={t("settings.wall_name")} name="display_name" maxLength={100} value={display_name} error={errors.value.display_name}
          onInput={(e) => edit({ display_name: e.currentTarget.value })} />
        <TextArea label={t("settings.description")} hint={t("settings.description_hint")} name="description" rows={4} maxLength={2000} value={description ?? ""}
          error={errors.value.description} onInput={(e) => edit({ description: e.currentTarget.value })} />
        <Select label={t("settings.privacy")} name="privacy_level" value={privacy_level} error={errors.value.privacy_level}
          options={LEVELS.map((value) => ({ value, text: t(`visibility.${value}`) }))} onChange={(e) => edit({ privacy_level: e.currentTarget.value as Wall["privacy_level"] })} />
        <div class="glaze-pick">
          <fieldset><legend class="legend">{t("settings.glaze")}</legend>
            <div class="swatches">
              {GLAZES.map((g) => (
                <label key={g} data-glaze={g}><input type="radio" name="glaze" value={g} checked={glaze === g} onChange={() => edit({ glaze: g })} />
                  <span>{t(`glaze.${g}`)}</span></label>))}
            </div>
            <p class="hint">{t("settings.glaze_hint")}</p></fieldset>
          <div class="glaze-show" data-glaze={glaze} role="group" aria-label={t("settings.preview")}>
            <a class="link" href={`/w/${wall.wall_slug}`}>{t("settings.preview_link")}</a>
            <span class="btn main small" aria-hidden="true">{t("post.send")}</span></div>
        </div>
        <div class="row"><Button kind="main" type="submit" busy={busy.value}>{t("settings.save")}</Button></div>
      </form>
    </section>
  );
}
