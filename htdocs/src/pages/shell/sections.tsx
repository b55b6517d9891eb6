// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from "preact/hooks";
import { place } from "../../app/router";

interface Props { label: string; class: string; /** of each link */ look?: string; links: { href: string; text: string }[] }

/** Is the page at `href` the one that is shown, or above it? */
export function within(href: string): boolean {
  const here = place.value!.url.split("?")[0]!;
  return here === href || here.startsWith(`${href}/`);
}

/** Where else to go in a part of the site; the current one is in sight however narrow the window is. */
export function Sections({ label, class: name, look, links }: Props) {
  const nav = useRef<HTMLElement>(null), current = links.find((l) => within(l.href))?.href;
  useEffect(() => nav.current!.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }), [current]);
  return (
    <nav ref={nav} class={name} aria-label={label}>
      {links.map(({ href, text }) => <a key={href} class={look} href={href} aria-current={href === current ? "page" : undefined}>{text}</a>)}
    </nav>
  );
}
