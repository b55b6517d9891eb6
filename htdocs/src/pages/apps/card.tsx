// SPDX-License-Identifier: Apache-2.0
// An app inside its post: waiting, being written, running, or what became of it.
import { useSignal } from "@preact/signals";
import { get, post as send, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { bricks, duration, number, t } from "../../app/i18n";
import { go } from "../../app/router";
import { me } from "../../app/session";
import { AppFrame } from "../../ui/appframe";
import { Note } from "../../ui/blocks";
import { Button, ButtonLink, IconButton } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import type { Post } from "../posts/card";
import { Failure } from "./failure";
import { useJob, type Live } from "./job";
import { Waiting, Writing } from "./live";
import { prompt } from "./prompt";

export type App = NonNullable<Schema["Post"]["app"]>;
interface Props { post: Post; app: App; onChange: (post: Post) => void }

export function AppCard({ post, app, onChange }: Props) {
  if (app.status === "completed") return <Running app={app} />;
  if (app.status === "queued" || app.status === "processing") return <Making post={post} app={app} onChange={onChange} />;
  return <Ended app={app} mine={me.value?.user_id === post.author.user_id} />;
}

function Running({ app }: { app: App }) {
  const run = useSignal(0);
  return (
    <section class="app" aria-label={t("app.named", { title: app.title })}>
      <div class="app-bar"><bdi class="app-name">{app.title}</bdi>{app.is_demo && <span class="tag low">{t("app.demo")}</span>}<span class="push" />
        <IconButton small icon="refresh" label={t("app.restart")} onClick={() => { run.value++; }} />
        <a class="icon-btn small" href={`/a/${app.app_id}`} aria-label={t("app.open")} title={t("app.open")}><Icon name="expand" /></a></div>
      <AppFrame url={app.url!} title={t("app.named", { title: app.title })} run={run.value} />
      <div class="app-foot"><a class="link-row" href={`/a/${app.app_id}`}><Icon name="slip" small />{bricks(app.actual_bricks_cost ?? 0)}</a>
        {app.generation_time ? <span>{t("app.written_in", { time: duration(app.generation_time / 1000) })}</span> : null}</div>
    </section>
  );
}

/** Jobs whose end was said: one app may be shown in several lists. */
const said = new Set<string>();

function Making({ post, app, onChange }: Props) {
  const mine = me.value?.user_id === post.author.user_id;
  const stopping = useSignal(false);
  const live = useJob(app.job_id!, async (end) => {
    if (end === "completed") {
      const done = await get("/posts/{post_id}", { path: { post_id: post.post_id } }) as Post;
      onChange(done);
      const paid = done.app?.actual_bricks_cost, held = live.peek().job?.estimated_bricks_max;
      if (mine && paid && held && !said.has(app.job_id!)) toast(t("receipt.done", { n: paid, held: number(held), returned: number(held - paid) }),
        { kind: "ok", action: { label: t("receipt.title"), run: () => go(`/a/${app.app_id}`) } });
      said.add(app.job_id!);
    }
    else onChange({ ...post, app: { ...app, status: end } });
  });
  const cancel = async () => {
    stopping.value = true;
    try {
      await send("/ai/jobs/{job_id}/cancel", { path: { job_id: app.job_id! } });
    } catch (problem) {
      stopping.value = false;
      toast(explain(problem), { kind: "bad" });
    }
  };
  const writing = live.value.stage !== null;
  return (
    <section class="app live" aria-label={writing ? t("app.named_writing", { title: app.title }) : t("app.named_queued", { title: app.title })}>
      <div class="app-bar"><bdi class="app-name">{app.title}</bdi>
        <span class={`tag${writing ? " on" : ""}`}>{writing ? t("app.writing") : t("app.queued")}</span>
        {mine && <Button kind="plain" small class="push" icon={writing ? "stop" : "x"} busy={stopping.value} onClick={() => void cancel()}>{writing ? t("app.stop") : t("app.cancel")}</Button>}</div>
      {writing ? <Writing live={live.value as Live} /> : <Waiting live={live.value} asked={app.user_prompt} />}
    </section>
  );
}

/** Puts words into the composer; a description begun there can be taken back. */
function again(words: string) {
  const before = prompt.peek();
  prompt.value = words;
  if (before.trim() && before !== words) toast(t("app.replaced"), { action: { label: t("action.undo"), run: () => { prompt.value = before; } } });
}

function Ended({ app, mine }: { app: App; mine: boolean }) {
  const cancelled = app.status === "cancelled";
  return (
    <section class="app" aria-label={t("app.named", { title: app.title })}>
      <div class="app-bar"><bdi class="app-name">{app.title}</bdi><span class={`tag${cancelled ? "" : " bad"}`}>{cancelled ? t("app.stopped") : t("app.failed")}</span></div>
      <div class="app-body"><p class="asked" dir="auto">“{app.user_prompt}”</p>
        <Note {...(cancelled ? {} : { kind: "bad" as const })}>{cancelled || !app.job_id ? <p>{cancelled ? t("app.stopped_text") : t("app.failed_text")}</p>
          : <Failure jobId={app.job_id} fallback={t("app.failed_text")} />}
          {mine && <div class="row"><ButtonLink small href="/new/app" onClick={() => again(app.user_prompt)}>{t("app.again")}</ButtonLink></div>}</Note></div>
    </section>
  );
}

