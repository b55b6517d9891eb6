// SPDX-License-Identifier: Apache-2.0
// Writing a post of words. It appears at once and is taken back if refused; its words stay until they were taken.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { post, type Schema } from "../../api/client";
import { draft, sendOnce } from "../../app/drafts";
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

interface Props { /** lists in which the post appears at once */ lists: string[]; /** unless its writer has left, or writes on */ onSent?: (post: Post) => void }

export function Compose({ lists, onSent }: Props) {
  const busy = useSignal(false), why = useSignal<string | undefined>(undefined);
  const visibility = useSignal<Visibility>(me.peek()?.settings.default_post_visibility ?? "public");
  const length = [...words.value].length, here = useRef(true);
  useEffect(() => () => { here.current = false; }, []);

  const send = async (e: Event) => {
    e.preventDefault();
    if (busy.peek()) return;
    const text = words.value.trim(), user = me.value!, body = { content_text: text, visibility: visibility.value };
    if (!text) { why.value = t("post.empty"); return; }
    const shown: Post = {
      post_id: -Date.now(), post_type: "text", visibility: body.visibility, content_text: text, content_html: null, app: null,
      author: { user_id: user.user_id, username: user.username, display_name: user.display_name },
      wall: user.wall, created_at: new Date().toISOString(), updated_at: new Date().toISOString(),
    } as Post;
    const mine = lists.map(pending); // somebody else who signs in has others
    const put = (to: { post: Post; sending: boolean } | null) => {
      for (const list of mine) {
        const rest = list.value.filter((p) => p.post.post_id !== shown.post_id && p.post.post_id !== to?.post.post_id);
        list.value = to ? [to, ...rest] : rest;
      }
    };
    busy.value = true;
    put({ post: shown, sending: true });
    try {
      const made = await sendOnce("post", body, (key) => post("/walls/{wall}/posts", { path: { wall: user.wall.wall_slug }, body, key })) as Schema["Post"];
      put({ post: made, sending: false });
      if (words.peek().trim() === text) words.value = "";
      if (here.current && !words.peek()) onSent?.(made);
    } catch (problem) {
      put(null);
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
