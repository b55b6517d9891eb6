// SPDX-License-Identifier: Apache-2.0
// The front door: what Wall is, sign in, and a peek at public walls.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { bricks, t } from "../../app/i18n";
import { shell } from "../../app/shell";
import { Avatar } from "../../ui/avatar";
import { Icon } from "../../ui/icon";
import { Logo } from "../shell/frame";
import type { Post } from "../posts/card";
import { RECENT } from "../posts/list";
import { LoginForm } from "./login";
import { Providers } from "./providers";

export function Landing() {
  const recent = useResource<Schema["PostPage"]>(RECENT);
  useEffect(() => { document.title = t("landing.title"); }, []);
  return (
    <div class="land">
      <main class="land-form" id="main" tabIndex={-1}>
        <Logo />
        <div><h1>{t("landing.head")}</h1><p class="lede">{t("landing.lede")}</p></div>
        <LoginForm />
        <Providers next="/" />
        <p>{t("auth.new_here")} <a class="link" href="/register">{t("auth.create")}</a> {t("landing.bonus", { n: shell.site.bricks_welcome })}</p>
        <p class="land-foot"><span>{t("landing.own")}</span></p>
      </main>
      <section class="bond" aria-label={t("landing.peek")}>{courses(recent.data.value?.items ?? [])}</section>
    </div>
  );
}

const COURSES = 4;

/** Posts as bricks in running bond, every second course starting with a half; what is free is outlined. */
function courses(posts: Post[]) {
  const all = [], rest = [...posts];
  for (let course = 0; course < COURSES; course++) {
    const odd = course % 2 === 1, row = [];
    if (odd) row.push(<Half key="l" bricks={course === 1} />);
    for (let i = 0; i < (odd ? 2 : 3); i++) {
      const post = rest.shift();
      row.push(post ? <Tile key={i} post={post} /> : <span key={i} class="tile free" aria-hidden="true" />);
    }
    if (odd) row.push(<span key="r" class="tile free half" aria-hidden="true" />);
    all.push(<div key={course} class="bond-row">{row}</div>);
  }
  return all;
}

const Half = ({ bricks: told }: { bricks: boolean }) => told
  ? <span class="tile clay half"><span>{bricks(shell.site.bricks_welcome)}</span></span> : <span class="tile free half" aria-hidden="true" />;

const Tile = ({ post }: { post: Post }) => (
  <a class="tile face" href={`/p/${post.post_id}`}>
    <span class="person"><Avatar name={post.author.display_name} size="s" /><b><bdi>{post.author.display_name}</bdi></b></span>
    <span class="said" dir="auto">{post.content_text ?? post.app?.title}</span>
    {post.app && <span class="what"><Icon name="app" small />{post.content_text ? post.app.title : t("app.one")}</span>}
  </a>
);
