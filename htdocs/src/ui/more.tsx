// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from "preact/hooks";
import { ButtonLink } from "./button";

interface Props { href: string; label: string; busy: boolean; onMore: () => void }

/** Paging by scroll, with a real link for those who do not scroll or have no script. */
export function More({ href, label, busy, onMore }: Props) {
  const at = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver(([e]) => { if (e?.isIntersecting && !busy) onMore(); }, { rootMargin: "600px" });
    seen.observe(at.current!);
    return () => seen.disconnect();
  }, [busy, onMore]);
  return <p ref={at}><ButtonLink full href={href} aria-busy={busy || undefined} onClick={(e: MouseEvent) => { e.preventDefault(); onMore(); }}>{label}</ButtonLink></p>;
}
