// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "preact/hooks";
import { address } from "../../api/client";
import { t } from "../../app/i18n";
import { go, place } from "../../app/router";
import { me, signInFirst } from "../../app/session";
import { Tabs } from "../../ui/tabs";
import { AppComposer } from "../apps/composer";
import { Main } from "../shell/main";
import { Compose } from "./compose";
import { pending, RECENT } from "./list";

/** A new post: words, or a description of an app. */
export default function New() {
  const user = me.value;
  useEffect(() => { if (!user) signInFirst(); }, [user]);
  if (!user) return null;
  const kind = place.value!.url.startsWith("/new/app") ? "app" : "post";
  const lists = [RECENT, address("/walls/{wall}/posts", { wall: user.wall.wall_slug })], own = lists.map(pending);
  const aside = (
    <>
      <section><h2>{t("tips.title")}</h2><ul class="stack small"><li><b>{t("tips.parts")}</b> <span class="soft">{t("tips.parts_eg")}</span></li>
        <li><b>{t("tips.tap")}</b> <span class="soft">{t("tips.tap_eg")}</span></li><li><b>{t("tips.limits")}</b> <span class="soft">{t("tips.limits_eg")}</span></li></ul></section>
      <section><h2>{t("tips.cannot")}</h2><p class="small soft">{t("tips.cannot_text")}</p></section>
    </>
  );
  return (
    <Main title={kind === "app" ? t("app.new") : t("post.new")} aside={aside} asideLabel={t("tips.title")}>
      <div class="face composer">
        <Tabs label={t("post.kind")} current={kind} onPick={(id) => go(id === "app" ? "/new/app" : "/new", { replace: true })}
          tabs={[{ id: "post", label: t("post.tab"), icon: "comment" }, { id: "app", label: t("app.tab"), icon: "app" }]}>
          {kind === "app"
            ? <AppComposer onMade={(made, idle) => {
              for (const list of own) list.value = [{ post: made, sending: false }, ...list.value.filter((p) => p.post.post_id !== made.post_id)];
              if (idle) go(`/p/${made.post_id}`);
            }} />
            : <Compose lists={lists} onSent={() => go("/")} />}
        </Tabs>
      </div>
    </Main>
  );
}
