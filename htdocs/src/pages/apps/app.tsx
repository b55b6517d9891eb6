// SPDX-License-Identifier: Apache-2.0
// One app, larger, with its code and receipt.
import { useSignal } from "@preact/signals";
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { bricks, duration, exactTime, number, t, type MessageKey } from "../../app/i18n";
import type { Params } from "../../app/router";
import { AppFrame } from "../../ui/appframe";
import { Skeleton } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { Courses } from "../../ui/courses";
import { Icon } from "../../ui/icon";
import { Tabs } from "../../ui/tabs";
import { Failure } from "./failure";
import { Main } from "../shell/main";
import { Failed } from "../shell/missing";

type Application = Schema["App"];
const PARTS = ["html", "css", "js"] as const;

export default function AppPage({ params }: { params: Params }) {
  const it = useResource<Application>(address("/ai/applications/{app_id}", params));
  const app = it.data.value;
  if (!app) return <Main title={t("app.one")} plain>{it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} />}</Main>;
  const cost = app.actual_bricks_cost ?? null;
  return (
    <Main title={app.title} head={<p class="meta">{t("app.asked_by", { name: app.author.display_name })}</p>}
      aside={cost === null ? undefined : <Receipt app={app} cost={cost} />} asideLabel={t("receipt.title")}>
      <Stage app={app} /><Code app={app} />
    </Main>
  );
}

function Stage({ app }: { app: Application }) {
  const run = useSignal(0);
  return (
    <div class="stage stack"><section class="app" aria-label={t("app.named", { title: app.title })}>
      {app.url ? <AppFrame url={app.url} title={t("app.named", { title: app.title })} run={run.value} /> : <div class="app-body">{app.status === "failed" && app.job_id
        ? <Failure jobId={app.job_id} fallback={t("app.failed_text")} /> : <p>{t(`app.status.${app.status}` as MessageKey)}</p>}</div>}
      <div class="app-foot"><span class="asked" dir="auto">“{app.user_prompt}”</span>{app.is_demo && <span class="tag low">{t("app.demo")}</span>}
        <span class="push" />{app.url && <Button small icon="refresh" onClick={() => { run.value++; }}>{t("app.restart")}</Button>}
        <ButtonLink small href={`/p/${app.post_id}`}>{t("app.post")}</ButtonLink></div>
    </section></div>
  );
}

function Code({ app }: { app: Application }) {
  const part = useSignal<(typeof PARTS)[number]>("html");
  const text = { html: app.html_content, css: app.css_content, js: app.js_content }[part.value];
  if (!app.html_content) return null;
  return (
    <section class="face pad mt" aria-label={t("app.code")}><h2>{t("app.code")}</h2>
      <Tabs label={t("app.code")} current={part.value} onPick={(id) => { part.value = id as "html"; }} tabs={PARTS.map((id) => ({ id, label: t(`stage.${id}`) }))}>
        {text ? <div class="code tall" tabIndex={0} role="group" aria-label={t(`stage.${part.value}`)}><ol>{text.split("\n").map((line, i) => <li key={i}>{line}</li>)}</ol></div>
          : <p class="soft mt">{t("app.part_empty")}</p>}
      </Tabs>
    </section>
  );
}

function Receipt({ app, cost }: { app: Application; cost: number }) {
  const rows: [string, string][] = [
    [t("receipt.prompt"), number(app.prompt_tokens ?? 0)], [t("receipt.completion"), number(app.completion_tokens ?? 0)],
    [t("receipt.total"), number(app.total_tokens ?? 0)], [t("receipt.rate"), t("estimate.rate", { n: app.tokens_per_brick })],
    ...(app.generation_model ? [[t("receipt.model"), app.generation_model] as [string, string]] : []),
    ...(app.generation_time ? [[t("receipt.time"), duration(app.generation_time / 1000)] as [string, string]] : []),
  ];
  return (
    <section class="receipt"><h2><Icon name="slip" small /> {t("receipt.title")}</h2>
      <Courses laid={cost} likely={cost} most={cost} label={bricks(cost)} />
      <dl>{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
        <div class="sum"><dt>{t("receipt.paid")}</dt><dd>{bricks(cost)}</dd></div></dl>
      <p><time dateTime={app.created_at}>{exactTime(app.created_at)}</time></p></section>
  );
}
