// SPDX-License-Identifier: Apache-2.0
import type { Schema } from "../../api/client";
import { exactTime, relativeTime, t } from "../../app/i18n";
import { serverHtml } from "../../app/trusted";
import { Avatar } from "../../ui/avatar";
import { Icon } from "../../ui/icon";
import { Prose, RichText, Time } from "../../ui/text";
import { AppCard } from "../apps/card";
import { PersonMenu } from "../graph/block";

export type Post = Schema["Post"];
export const SEEN = { public: "globe", followers: "users", private: "lock" } as const;

interface Props { post: Post; onChange: (post: Post) => void; /** not yet accepted by the server */ sending?: boolean }

/** One that has a word the reader has muted is folded up; they may look. */
export const ListedPost = (props: Props) => props.post.muted
  ? <article class="face" aria-label={t("post.muted")}><details class="muted"><summary>{t("post.muted")} <span class="link">{t("post.muted_show")}</span></summary><PostCard {...props} /></details></article>
  : <PostCard {...props} />;

export function PostCard({ post, onChange, sending }: Props) {
  const id = `post-${post.post_id}`;
  return (
    <article class="post face" aria-labelledby={id} tabIndex={-1} aria-busy={sending || undefined} data-post={post.post_id}>
      <header class="post-head">
        <Avatar name={post.author.display_name} />
        <div class="who">
          <span id={id}><a class="name" href={`/w/${post.wall.wall_slug}`}><bdi>{post.author.display_name}</bdi></a></span>
          <span class="meta"><bdi dir="ltr">@{post.author.username}</bdi><span aria-hidden="true">·</span>
            {sending ? t("post.sending") : <a href={`/p/${post.post_id}`}><Time iso={post.created_at} text={relativeTime(post.created_at)} exact={exactTime(post.created_at)} /></a>}
            <span aria-hidden="true">·</span><Icon name={SEEN[post.visibility]} /><span class="sr">{t(`visibility.${post.visibility}`)}</span></span>
        </div>
        {!sending && <span class="push"><PersonMenu person={post.author} /></span>}
      </header>
      {post.content_html ? <RichText html={serverHtml(post.content_html)} /> : post.content_text && <Prose text={post.content_text} />}
      {post.app && <div class="attach"><AppCard post={post} app={post.app} onChange={onChange} /></div>}
    </article>
  );
}
