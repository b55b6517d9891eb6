// SPDX-License-Identifier: Apache-2.0
// Text people wrote, times, amounts.

/** What a person wrote, as the server made it HTML through its allowlist. */
export const RichText = ({ html }: { html: string }) => <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;

/** The same before the server has seen it: plain paragraphs, never read as HTML. */
export const Prose = ({ text }: { text: string }) => (
  <div class="prose" dir="auto">
    {text.split(/\n{2,}/).map((p, i) => <p key={i}>{p.split("\n").flatMap((l, j) => [j ? <br key={`b${j}`} /> : null, ...linked(l, `${i}.${j}`)])}</p>)}
  </div>
);

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

function linked(line: string, key: string) {
  const parts = [];
  let from = 0;
  for (const m of line.matchAll(LINK)) {
    parts.push(line.slice(from, m.index), <a key={`${key}.${m.index}`} href={m[0]} rel="nofollow noopener ugc" target="_blank">{m[0]}</a>);
    from = m.index + m[0].length;
  }
  return [...parts, line.slice(from)];
}

/** A moment: `text` as read, `exact` on hover and for machines. */
export const Time = ({ iso, text, exact }: { iso: string; text: string; exact: string }) => <time dateTime={iso} title={exact}>{text}</time>;

/** An amount of bricks with its brick; `label` is the amount in words. */
export const Amount = ({ text, label, level }: { text: string; label: string; level?: "ok" | "low" | "bad" | undefined }) => (
  <span class={`bricks${level ? ` ${level}` : ""}`}><span aria-hidden="true">{text}</span><span class="sr">{label}</span></span>
);
