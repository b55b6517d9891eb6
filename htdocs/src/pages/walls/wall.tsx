// SPDX-License-Identifier: Apache-2.0
import { address, type ApiError, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { date, t } from "../../app/i18n";
import type { Params } from "../../app/router";
import { me } from "../../app/session";
import { serverHtml } from "../../app/trusted";
import { Avatar, firing } from "../../ui/avatar";
import { Skeleton } from "../../ui/blocks";
import { ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { RichText } from "../../ui/text";
import { blocked, BlockedWall, PersonMenu } from "../graph/block";
import { SEEN } from "../posts/card";
import { PostList } from "../posts/list";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";

export default function WallPage({ params }: { params: Params }) {
  const url = address("/walls/{wall}", params), it = useResource<Schema["Wall"]>(url);
  const wall = it.data.value;
  if (!wall) {
    return <Main title={t("nav.wall")} plain>{it.error.value
      ? it.error.value.status === 404 && me.value ? <Gone name={params.wall!} error={it.error.value} retry={() => void it.load()} /> : <Failed error={it.error.value} retry={() => void it.load()} />
      : <Skeleton label={t("state.loading")} count={2} />}</Main>;
  }
  if (blocked.value.has(wall.owner.user_id)) return <Main title={wall.display_name} plain><BlockedWall person={wall.owner} onBack={() => void it.load()} /></Main>;
  return (
    <Main title={wall.display_name} plain wide glaze={wall.glaze}>
      <section class="face wall-top" aria-label={wall.display_name}>
        <div class={`cover h${firing(wall.display_name)}`} />
        <div class="wall-head">
          <div class="wall-id"><Avatar name={wall.display_name} size="xl" />
            <div class="row tight push">{wall.may_post && <ButtonLink kind="main" icon="plus" href="/new">{t("nav.new")}</ButtonLink>}
              <PersonMenu person={wall.owner} /></div></div>
          <p class="wall-name" dir="auto">{wall.display_name}</p>
          <p class="meta"><bdi dir="ltr">@{wall.owner.username}</bdi><span aria-hidden="true">·</span><Icon name={SEEN[wall.privacy_level]} />{t(`visibility.${wall.privacy_level}`)}</p>
          {wall.description_html && <div class="wall-bio"><RichText html={serverHtml(wall.description_html)} /></div>}
        </div>
      </section>
      <div class="about">
        <About wall={wall} />
        <div><PostList url={address("/walls/{wall}/posts", params)} empty={wall.may_post
          ? { title: t("wall.empty_own"), text: t("wall.empty_own_text") } : { title: t("wall.empty"), text: t("wall.empty_text") }} /></div>
      </div>
    </Main>
  );
}

/** Nothing there, or somebody the reader has blocked: only they themselves are told. */
function Gone({ name, error, retry }: { name: string; error: ApiError; retry: () => void }) {
  const it = useResource<Schema["Block"]>(address("/users/{user}/block", { user: name }));
  if (it.data.value) return <BlockedWall person={it.data.value.user} onBack={retry} />;
  return it.error.value ? <Failed error={error} retry={retry} /> : <Skeleton label={t("state.loading")} />;
}

const Out = ({ href, children }: { href: string; children: string }) => <a class="link" href={href} rel="nofollow noopener ugc me" target="_blank"><bdi>{children}</bdi></a>;

/** Whose wall it is, as far as they show themselves (mod_wall/app/pages/pages_wall.c draws the same). */
function About({ wall }: { wall: Schema["Wall"] }) {
  const person = useResource<Schema["User"]>(address("/users/{user}", { user: wall.owner.user_id })).data.value;
  const links = person?.links ?? [];
  return (
    <aside class="face pad" aria-label={t("wall.about")}><h2>{t("wall.about")}</h2>
      {person?.bio_html && <div class="person-bio"><RichText html={serverHtml(person.bio_html)} /></div>}
      <dl class="dl mt">
        {person?.location && <><dt>{t("profile.location")}</dt><dd dir="auto">{person.location}</dd></>}
        {person?.website && <><dt>{t("profile.website")}</dt><dd><Out href={person.website}>{person.website.replace(/^[a-z]+:\/\//i, "").replace(/\/$/, "")}</Out></dd></>}
        {links.length > 0 && <><dt>{t("profile.links")}</dt><dd><ul>{links.map((l, i) => <li key={i}><Out href={l.url}>{l.label}</Out></li>)}</ul></dd></>}
        {person?.email && <><dt>{t("profile.email")}</dt><dd><a class="link" href={`mailto:${encodeURIComponent(person.email)}`}>{person.email}</a></dd></>}
        {person?.last_active_at && <><dt>{t("profile.last_active")}</dt><dd><time dateTime={person.last_active_at}>{date(person.last_active_at)}</time></dd></>}
        {person ? <><dt>{t("profile.joined")}</dt><dd><time dateTime={person.created_at}>{date(person.created_at)}</time></dd></>
          : <><dt>{t("wall.since")}</dt><dd><time dateTime={wall.created_at}>{date(wall.created_at)}</time></dd></>}
        <dt>{t("visibility.label")}</dt><dd>{t(`visibility.${wall.privacy_level}`)}</dd></dl></aside>
  );
}
