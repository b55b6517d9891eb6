// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface Props { title: string; /** the title is not shown, only read and in the tab */ plain?: boolean; aside?: ComponentChildren; asideLabel?: string; wide?: boolean; /** accent of the region */ glaze?: string; head?: ComponentChildren; children: ComponentChildren }

/** The main region of a page with its heading; the tab's title follows. */
export function Main({ title, plain, aside, asideLabel, wide, glaze, head, children }: Props) {
  useEffect(() => { document.title = `${title} · Wall`; }, [title]);
  return (
    <>
      <main id="main" tabIndex={-1} class={wide ? "wide" : undefined} data-glaze={glaze}>
        {plain ? <h1 class="sr">{title}</h1> : <div class="page-head"><h1>{title}</h1>{head}</div>}
        {children}
      </main>
      {aside && <aside class="rail" aria-label={asideLabel}>{aside}</aside>}
    </>
  );
}
