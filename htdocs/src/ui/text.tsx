// SPDX-License-Identifier: Apache-2.0
// Text people wrote, times, amounts.

/** What a person wrote, as the server made it HTML through its allowlist. */
export const RichText = ({ html }: { html: string }) => <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;

/** The same for the moment before the server has made it: plain paragraphs and lines. */
export const Prose = ({ text }: { text: string }) => (
  <div class="prose" dir="auto">
    {text.split(/\n{2,}/).map((p, i) => <p key={i}>{p.split("\n").flatMap((line, j) => j ? [<br key={j} />, line] : [line])}</p>)}
  </div>
);

/** A moment: `text` as read, `exact` on hover and for machines. */
export const Time = ({ iso, text, exact }: { iso: string; text: string; exact: string }) => <time dateTime={iso} title={exact}>{text}</time>;

/** An amount of bricks with its brick; `label` is the amount in words. */
export const Amount = ({ text, label, level }: { text: string; label: string; level?: "ok" | "low" | "bad" | undefined }) => (
  <span class={`bricks${level ? ` ${level}` : ""}`}><span aria-hidden="true">{text}</span><span class="sr">{label}</span></span>
);
