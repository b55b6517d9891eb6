// SPDX-License-Identifier: Apache-2.0
import { address } from "../../api/client";
import { useResource } from "../../app/data";
import { t } from "../../app/i18n";
import type { Params } from "../../app/router";
import { Skeleton } from "../../ui/blocks";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";
import { PostCard, type Post } from "./card";

export default function PostPage({ params }: { params: Params }) {
  const it = useResource<Post>(address("/posts/{post_id}", params));
  const post = it.data.value;
  const title = post ? t("post.by", { name: post.author.display_name }) : t("post.one");
  return (
    <Main title={title} plain>
      {post ? <PostCard post={post} onChange={(p) => { it.data.value = p; }} />
        : it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} />}
    </Main>
  );
}
