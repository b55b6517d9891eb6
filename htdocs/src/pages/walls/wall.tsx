// SPDX-License-Identifier: Apache-2.0
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { date, t } from "../../app/i18n";
import type { Params } from "../../app/router";
import { serverHtml } from "../../app/trusted";
import { Avatar, firing } from "../../ui/avatar";
import { Skeleton } from "../../ui/blocks";
import { ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { RichText } from "../../ui/text";
import { SEEN } from "../posts/card";
import { PostList } from "../posts/list";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";

export default function WallPage({ params }: { params: Params }) {
  const it = useResource<Schema["Wall"]>(address("/walls/{wall}", params));
  const wall = it.data.value;
  if (!wall) {
    return <Main title={t("nav.wall")} plain>{it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} count={2} />}</Main>;
  }
  return (
    <Main title={wall.display_name} plain wide glaze={wall.glaze}>
      <section class="face wall-top" aria-label={wall.display_name}>
        <div class={`cover h${firing(wall.display_name)}`} />
        <div class="wall-head">
          <div class="wall-id"><Avatar name={wall.display_name} size="xl" />
            {wall.may_post && <ButtonLink class="push" kind="main" icon="plus" href="/new">{t("nav.new")}</ButtonLink>}</div>
          <p class="wall-name" dir="auto">{wall.display_name}</p>
          <p class="meta"><bdi dir="ltr">@{wall.owner.username}</bdi><span aria-hidden="true">·</span><Icon name={SEEN[wall.privacy_level]} />{t(`visibility.${wall.privacy_level}`)}</p>
          {wall.description_html && <div class="wall-bio"><RichText html={serverHtml(wall.description_html)} /></div>}
        </div>
      </section>
      <div class="about">
        <div><PostList url={address("/walls/{wall}/posts", params)} empty={wall.may_post
          ? { title: t("wall.empty_own"), text: t("wall.empty_own_text") } : { title: t("wall.empty"), text: t("wall.empty_text") }} /></div>
        <aside class="face pad" aria-label={t("wall.about")}><h2>{t("wall.about")}</h2>
          <dl class="dl mt"><dt>{t("wall.since")}</dt><dd><time dateTime={wall.created_at}>{date(wall.created_at)}</time></dd>
            <dt>{t("visibility.label")}</dt><dd>{t(`visibility.${wall.privacy_level}`)}</dd></dl></aside>
      </div>
    </Main>
  );
}
