// SPDX-License-Identifier: Apache-2.0
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { exactTime, relativeTime, t } from "../../app/i18n";
import type { Params } from "../../app/router";
import { serverHtml } from "../../app/trusted";
import { Avatar } from "../../ui/avatar";
import { Skeleton } from "../../ui/blocks";
import { ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { RichText, Time } from "../../ui/text";
import { PostList } from "../posts/list";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";
import { Bond } from "./bond";

export default function WallPage({ params }: { params: Params }) {
  const it = useResource<Schema["Wall"]>(address("/walls/{wall}", params));
  const wall = it.data.value;
  if (!wall) {
    return <Main title={t("nav.wall")} plain>{it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} count={2} />}</Main>;
  }
  return (
    <Main title={wall.display_name} plain wide glaze={wall.glaze}>
      <section class="face wall-top" aria-label={wall.display_name}>
        <div class="cover"><Bond seed={wall.wall_slug} /></div>
        <div class="wall-head">
          <div class="wall-id"><Avatar name={wall.display_name} size="xl" />
            <div class="who"><p class="wall-name" dir="auto">{wall.display_name}</p><span class="meta"><bdi dir="ltr">@{wall.owner.username}</bdi>
              {wall.privacy_level !== "public" && <><span aria-hidden="true">·</span><Icon name="lock" />{t(`visibility.${wall.privacy_level}`)}</>}</span></div>
            {wall.may_post && <ButtonLink class="push" kind="main" icon="plus" href="/new">{t("nav.new")}</ButtonLink>}</div>
          {wall.description_html && <div class="wall-bio"><RichText html={serverHtml(wall.description_html)} /></div>}
          <p class="stats"><span>{t("wall.since")} <Time iso={wall.created_at} text={relativeTime(wall.created_at)} exact={exactTime(wall.created_at)} /></span></p>
        </div>
      </section>
      <div class="wall-posts"><PostList url={address("/walls/{wall}/posts", params)} empty={wall.may_post
        ? { title: t("wall.empty_own"), text: t("wall.empty_own_text") } : { title: t("wall.empty"), text: t("wall.empty_text") }} /></div>
    </Main>
  );
}
