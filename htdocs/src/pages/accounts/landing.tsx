// SPDX-License-Identifier: Apache-2.0
// The front door: what Wall is, sign in, and a peek at public walls.
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { t } from "../../app/i18n";
import { shell } from "../../app/shell";
import { Avatar } from "../../ui/avatar";
import { Logo } from "../shell/frame";
import type { Post } from "../posts/card";
import { RECENT } from "../posts/home";
import { LoginForm } from "./login";

export function Landing() {
  const recent = useResource<Schema["PostPage"]>(RECENT);
  useEffect(() => { document.title = t("landing.title"); }, []);
  return (
    <div class="land">
      <main class="land-form" id="main" tabIndex={-1}>
        <Logo />
        <div><h1>{t("landing.head")}</h1><p class="lede">{t("landing.lede")}</p></div>
        <LoginForm />
        <p>{t("auth.new_here")} <a class="link" href="/register">{t("auth.create")}</a> {t("landing.bonus", { n: shell.site.bricks_welcome })}</p>
        <p class="land-foot"><span>{t("landing.own")}</span></p>
      </main>
      <section class="bond" aria-label={t("landing.peek")}>{rows(recent.data.value?.items ?? []).map((row, i) => <div key={i} class="bond-row">{row}</div>)}</section>
    </div>
  );
}

/** Posts as bricks in running bond: every second course starts with a half. */
function rows(posts: Post[]) {
  const half = (key: string) => <span key={key} class="tile clay half" aria-hidden="true" />;
  const all = [];
  for (let i = 0, course = 0; i < posts.length && course < 5; course++) {
    const odd = course % 2 === 1, row = odd ? [half("l")] : [];
    for (const post of posts.slice(i, i + (odd ? 2 : 3))) row.push(<Tile key={post.post_id} post={post} />);
    i += odd ? 2 : 3;
    if (odd) row.push(half("r"));
    all.push(row);
  }
  return all;
}

const Tile = ({ post }: { post: Post }) => (
  <a class="tile face" href={`/p/${post.post_id}`}>
    <span class="person"><Avatar name={post.author.display_name} size="s" /><b><bdi>{post.author.display_name}</bdi></b></span>
    <span class="said" dir="auto">{post.content_text ?? post.app?.title}</span>
    {post.app && <span class="end">{t("app.named", { title: post.app.title })}</span>}
  </a>
);
