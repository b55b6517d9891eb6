// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon";
import { useId } from "./id";

export interface MenuItem { label: string; icon?: string; danger?: boolean; href?: string; onPick?: () => void }
interface Props { label: string; items: MenuItem[]; children?: ComponentChildren }

/** A button that opens a list of actions (native popover; arrows move, Escape closes). */
export function Menu({ label, items, children }: Props) {
  const id = useId(), list = useRef<HTMLDivElement>(null), button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const box = list.current!;
    const opened = (e: Event) => {
      if ((e as ToggleEvent).newState !== "open") return;
      const at = button.current!.getBoundingClientRect();
      const rtl = getComputedStyle(box).direction === "rtl";
      const below = at.bottom + 4; // above it where there is no room below
      box.style.top = `${below + box.offsetHeight <= innerHeight - 8 ? below : Math.max(8, at.top - 4 - box.offsetHeight)}px`;
      box.style.left = `${Math.max(8, Math.min(innerWidth - box.offsetWidth - 8, rtl ? at.left : at.right - box.offsetWidth))}px`;
      (box.firstElementChild as HTMLElement | null)?.focus();
    };
    box.addEventListener("toggle", opened);
    return () => box.removeEventListener("toggle", opened);
  }, []);
  const move = (e: KeyboardEvent) => {
    const all = [...list.current!.children] as HTMLElement[], at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    all[to % all.length]?.focus();
  };
  const pick = (item: MenuItem) => {
    list.current!.hidePopover();
    item.onPick?.();
  };
  return (
    <>
      <button type="button" ref={button} class={children ? "btn small" : "icon-btn"} aria-label={children ? undefined : label} aria-haspopup="menu"
        popovertarget={id}>{children ?? <Icon name="more" />}</button>
      <div id={id} ref={list} popover="auto" role="menu" aria-label={label} class="menu face" onKeyDown={move}>
        {items.map((item) => item.href
          ? <a key={item.label} role="menuitem" href={item.href} tabIndex={-1} onClick={() => pick(item)}>{item.icon && <Icon name={item.icon} />}{item.label}</a>
          : <button key={item.label} type="button" role="menuitem" tabIndex={-1} class={item.danger ? "danger" : undefined} onClick={() => pick(item)}>
            {item.icon && <Icon name={item.icon} />}{item.label}</button>)}
      </div>
    </>
  );
}
