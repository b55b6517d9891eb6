// SPDX-License-Identifier: Apache-2.0
// A list of posts that grows by scroll, with posts put in by hand before the server has them.
import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address } from "../../api/client";
import { forgetting, useList } from "../../app/data";
import { explain } from "../../app/errors";
import { t } from "../../app/i18n";
import { Empty, Skeleton } from "../../ui/blocks";
import { More } from "../../ui/more";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { blocked } from "../graph/block";
import { ListedPost, PostCard, type Post } from "./card";

/** Everybody's public posts and one's own. */
export const RECENT = address("/discover/recent");

export interface Pending { post: Post; sending: boolean }
/** Posts shown above the list: being sent, or just accepted. */
const pendingOf = new Map<string, Signal<Pending[]>>();
forgetting.push(() => pendingOf.clear());
export function pending(url: string): Signal<Pending[]> {
  let it = pendingOf.get(url);
  if (!it) pendingOf.set(url, it = signal([]));
  return it;
}

export function PostList({ url, empty }: { url: string; empty: { title: string; text: string } }) {
  const list = useList<Post>(url), stuck = list.stuck.value, own = pending(url);
  useEffect(() => { if (stuck) toast(explain(stuck), { kind: "bad" }); }, [stuck]);
  if (list.error.value && !list.data.value) return <Failed error={list.error.value} retry={() => void list.load()} />;
  if (!list.data.value) return <Skeleton label={t("state.loading")} count={3} />;
  const page = list.data.value;

  const replace = (post: Post) => {
    own.value = own.value.map((p) => p.post.post_id === post.post_id ? { ...p, post } : p);
    list.data.value = { ...list.data.value!, items: list.data.value!.items.map((p) => p.post_id === post.post_id ? post : p) };
  };
  const known = new Set(page.items.map((p) => p.post_id));
  const mine = own.value.filter((p) => !known.has(p.post.post_id));
  const shown = page.items.filter((p) => !blocked.value.has(p.author.user_id));
  if (!shown.length && !mine.length && !page.next_cursor) return <Empty title={empty.title} text={empty.text} />;
  return (
    <div class="stack"><div class="stack" role="feed" aria-busy={list.growing.value}>
      {mine.map((p) => <PostCard key={p.post.post_id} post={p.post} sending={p.sending} onChange={replace} />)}
      {shown.map((post) => <ListedPost key={post.post_id} post={post} onChange={replace} />)}</div>
      {page.next_cursor && <More href={`?cursor=${encodeURIComponent(page.next_cursor)}`} label={t("action.more")} busy={list.growing.value || !!stuck} onMore={() => void list.more()} />}
    </div>
  );
}
