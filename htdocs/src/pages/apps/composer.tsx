// SPDX-License-Identifier: Apache-2.0
// Describing an app: what it will cost while one types, and joining the queue.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiError, post as send, type Schema } from "../../api/client";
import { draft, sendOnce } from "../../app/drafts";
import { explain, fieldErrors } from "../../app/errors";
import { number, t } from "../../app/i18n";
import { me, setBalance } from "../../app/session";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import type { Post } from "../posts/card";
import { VisibilityPick, type Visibility } from "../posts/visibility";
import { Estimate } from "./estimate";
import { prompt, PROMPT_LIMIT } from "./prompt";

const words = draft("app.words");

// What leads on from a refusal for want of bricks.
type Way = { href: string; text: "bricks.get_more" | "estimate.change_limit" };
const WAYS: Record<string, Way | undefined> = {
  WALL_INSUFFICIENT_BRICKS: { href: "/bricks#get-more", text: "bricks.get_more" },
  WALL_SPENDING_LIMIT: { href: "/bricks#limit", text: "estimate.change_limit" },
};

/** "You need 40, you have 12. You are 28 bricks short." */
const short = ({ details }: ApiError) => {
  const need = Number(details.required), have = Number(details.available);
  return `${t("estimate.need", { n: need, have: number(have) })} ${t("estimate.short", { n: need - have })}`;
};

/** `idle`: whoever asked for it has not left and does not describe another. */
export function AppComposer({ onMade }: { onMade: (post: Post, idle: boolean) => void }) {
  const busy = useSignal(false), errors = useSignal<Record<string, string>>({}), refused = useSignal<string | null>(null), way = useSignal<Way | null>(null);
  const visibility = useSignal<Visibility>(me.peek()?.settings.default_post_visibility ?? "public");
  const estimate = useSignal<Schema["BricksEstimate"] | null>(null), allowed = useSignal(true);
  const box = useRef<HTMLTextAreaElement>(null), here = useRef(true);
  const length = [...prompt.value].length;

  useLayoutEffect(() => {
    box.current?.focus();
    return () => { here.current = false; };
  }, []);
  const changed = () => { errors.value = {}; refused.value = null; };
  const join = async (e: Event) => {
    e.preventDefault();
    if (busy.peek()) return;
    const asked = performance.now(), [what, said] = [prompt.value, words.value];
    const body = { prompt: what, visibility: visibility.value, ...(said.trim() ? { content_text: said.trim() } : {}) };
    busy.value = true;
    try {
      const made = await sendOnce("app", body, (key) => send("/ai/generate", { key, body })) as Schema["Generated"]; // nobody is charged twice
      if (prompt.peek() === what) prompt.value = "";
      if (words.peek() === said) words.value = "";
      setBalance(made.balance, asked);
      onMade(made.post as Post, here.current && !prompt.peek());
    } catch (problem) {
      errors.value = fieldErrors(problem);
      way.value = problem instanceof ApiError ? WAYS[problem.code] ?? null : null;
      if (errors.value.prompt) box.current?.focus();
      if (!Object.keys(errors.value).length) {
        refused.value = problem instanceof ApiError && problem.code === "WALL_INSUFFICIENT_BRICKS" ? short(problem) : explain(problem);
      }
    } finally {
      busy.value = false;
    }
  };

  return (
    <form aria-label={t("app.new")} onSubmit={join}>
      <div class="prompt-box">
        <label class="small soft" for="app-prompt">{t("app.what")}</label>
        <textarea class="prompt" id="app-prompt" ref={box} dir={prompt.value ? "auto" : undefined} rows={4} value={prompt.value} placeholder={t("app.example")}
          aria-invalid={errors.value.prompt ? "true" : undefined} aria-describedby="app-prompt-err"
          onInput={(e) => { prompt.value = e.currentTarget.value; changed(); }}
          onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void join(e); }} />
        <p class="err" id="app-prompt-err" role="alert">{errors.value.prompt && <><Icon name="warn" small />{errors.value.prompt}</>}</p>
        <p class={`small num end${length > PROMPT_LIMIT ? " over" : " soft"}`}>{t("post.count", { n: number(length), limit: number(PROMPT_LIMIT) })}</p>
      </div>
      <Estimate prompt={prompt.value} onEstimate={(e, may) => { estimate.value = e; allowed.value = may; }} />
      <div class="options">
        <TextField label={t("app.words")} value={words.value} maxLength={5000} error={errors.value.content_text} onInput={(e) => { words.value = e.currentTarget.value; changed(); }} />
        {refused.value && <Note kind="bad"><p>{refused.value}</p>{way.value && <div class="row"><a href={way.value.href}>{t(way.value.text)}</a></div>}</Note>}
      </div>
      <div class="composer-foot">
        <VisibilityPick value={visibility.value} onPick={(v) => { visibility.value = v; changed(); }} />
        <span class="push" />
        <Button kind="main" type="submit" busy={busy.value} disabled={length > PROMPT_LIMIT || estimate.value?.enough === false || !allowed.value}>{t("queue.join")}</Button>
      </div>
    </form>
  );
}
