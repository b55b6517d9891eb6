// SPDX-License-Identifier: Apache-2.0
// Writing a post of words. It appears at once and is taken back, with the words kept, if refused.
import { useSignal } from "@preact/signals";
import { post, type Schema } from "../../api/client";
import { draft } from "../../app/drafts";
import { explain, fieldErrors } from "../../app/errors";
import { number, t } from "../../app/i18n";
import { me } from "../../app/session";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { VisibilityPick, type Visibility } from "./visibility";
import type { Post } from "./card";
import { pending } from "./list";

const LIMIT = 5000;
export const words = draft("post");

interface Props { /** lists in which the post appears at once */ lists: string[]; onSent?: (post: Post) => void }

export function Compose({ lists, onSent }: Props) {
  const busy = useSignal(false), why = useSignal<string | undefined>(undefined);
  const visibility = useSignal<Visibility>(me.peek()?.settings.default_post_visibility ?? "public");
  const length = [...words.value].length;

  const send = async (e: Event) => {
    e.preventDefault();
    const text = words.value.trim(), user = me.value!;
    if (!text) { why.value = t("post.empty"); return; }
    const shown: Post = {
      post_id: -Date.now(), post_type: "text", visibility: visibility.value, content_text: text, content_html: null, app: null,
      author: { user_id: user.user_id, username: user.username, display_name: user.display_name },
      wall: user.wall, created_at: new Date().toISOString(), updated_at: new Date().toISOString(),
    } as Post;
    const put = (to: { post: Post; sending: boolean } | null) => {
      for (const url of lists) {
        const list = pending(url), rest = list.value.filter((p) => p.post.post_id !== shown.post_id);
        list.value = to ? [to, ...rest] : rest;
      }
    };
    busy.value = true;
    put({ post: shown, sending: true });
    words.value = "";
    try {
      const made = await post("/walls/{wall}/posts", { path: { wall: user.wall.wall_slug }, body: { content_text: text, visibility: visibility.value }, key: crypto.randomUUID() }) as Schema["Post"];
      put({ post: made, sending: false });
      onSent?.(made);
    } catch (problem) {
      put(null);
      words.value = text;
      why.value = fieldErrors(problem).content_text;
      if (!why.value && me.value) toast(`${explain(problem)} ${t("post.kept")}`, { kind: "bad" });
    } finally {
      busy.value = false;
    }
  };

  return (
    <form class="compose-post" aria-label={t("post.new")} onSubmit={send}>
      <div class="prompt-box">
        <label class="small soft" for="post-words">{t("post.what")}</label>
        <textarea class="prompt" id="post-words" dir={words.value ? "auto" : undefined} rows={3} value={words.value} aria-invalid={why.value ? "true" : undefined}
          aria-describedby="post-words-err" onInput={(e) => { words.value = e.currentTarget.value; why.value = undefined; }}
          onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void send(e); }} />
        <p class="err" id="post-words-err" role="alert">{why.value && <><Icon name="warn" small />{why.value}</>}</p>
        <p class={`small num end${length > LIMIT ? " over" : " soft"}`}>{t("post.count", { n: number(length), limit: number(LIMIT) })}</p>
      </div>
      <div class="composer-foot">
        <VisibilityPick value={visibility.value} onPick={(v) => { visibility.value = v; }} />
        <span class="push" />
        <Button kind="main" type="submit" busy={busy.value} disabled={length > LIMIT}>{t("post.send")}</Button>
      </div>
    </form>
  );
}
