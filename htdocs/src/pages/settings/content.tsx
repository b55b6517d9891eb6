// SPDX-License-Identifier: Apache-2.0
// What a new post is preset to, words one does not want to meet, people one has blocked.
import { useSignal } from "@preact/signals";
import type { Schema } from "../../api/client";
import { useList } from "../../app/data";
import { date, t } from "../../app/i18n";
import { me } from "../../app/session";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Select, TextField } from "../../ui/field";
import { block, BLOCKS, unblock } from "../graph/block";
import { Listed } from "../shell/listed";
import { Section, type Editor } from "./editor";

const LEVELS = ["public", "followers", "private"] as const;
const KEYS = ["default_post_visibility", "muted_keywords"] as const;
type Content = Pick<Schema["Settings"], typeof KEYS[number]>;

export default function ContentSettings() {
  return (
    <Section name="content" place="/users/me/settings" keys={KEYS} title={t("settings.content")} after={me.value && <Blocked />}>
      {(editor) => (
        <>
          <Select label={t("content.default_visibility")} hint={t("content.default_visibility_hint")} name="default_post_visibility" value={editor.value.default_post_visibility}
            error={editor.errors.default_post_visibility} options={LEVELS.map((value) => ({ value, text: t(`visibility.${value}`) }))}
            onChange={(e) => editor.edit({ default_post_visibility: e.currentTarget.value as typeof LEVELS[number] })} />
          <MutedWords {...editor} />
        </>)}
    </Section>
  );
}

/** Words with commas between them; what is typed stays as typed until it has been saved. */
function MutedWords({ value, edit, errors }: Editor<Content>) {
  const words = value.muted_keywords ?? [];
  const typed = useSignal<string | null>(null);
  const parse = (text: string) => text.split(/[,،、，\n]/).map((w) => w.trim()).filter(Boolean);
  const text = typed.value !== null && JSON.stringify(parse(typed.value)) === JSON.stringify(words) ? typed.value : words.join(", ");
  const at = Object.keys(errors).find((name) => name.startsWith("muted_keywords"));
  const which = at && /\[(\d+)\]/.exec(at);
  return (
    <TextField label={t("content.muted")} hint={t("content.muted_hint")} data-field="muted_keywords" name="muted_keywords" value={text}
      error={at && (which ? `${words[Number(which[1])]}: ${errors[at]}` : errors[at])}
      onInput={(e) => { typed.value = e.currentTarget.value; edit({ muted_keywords: parse(e.currentTarget.value) }); }} />
  );
}

function Blocked() {
  const list = useList<Schema["Block"]>(BLOCKS);
  return (
    <section class="face block" aria-label={t("block.list")}><h2>{t("block.list")}</h2>
      <p class="hint">{t("block.text")}</p>
      <Listed list={list} none={<p class="soft">{t("block.none")}</p>}>{(items) => (
        <ul class="rows wrap">{items.map(({ user, created_at }) => (
              <li key={user.user_id}><Avatar name={user.display_name} />
                <span class="who"><b><bdi>{user.display_name}</bdi></b><span class="meta dots"><span><bdi dir="ltr">@{user.username}</bdi></span><time dateTime={created_at}>{date(created_at)}</time></span></span>
                <Button small aria-label={t("block.undo_of", { name: user.display_name })} onClick={() => void unblock(user, () => void block(user))}>{t("block.undo")}</Button></li>))}</ul>)}</Listed>
    </section>
  );
}
