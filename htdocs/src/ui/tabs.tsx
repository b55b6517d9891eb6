// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "./icon";

export interface Tab { id: string; label: string; icon?: string }
interface Props { tabs: Tab[]; current: string; onPick: (id: string) => void; label: string; children: ComponentChildren }

/** Tabs of one page (WAI-ARIA pattern: arrows move, the panel follows). */
export function Tabs({ tabs, current, onPick, label, children }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const rtl = getComputedStyle(list.current!).direction === "rtl";
    const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    const at = tabs.findIndex((tab) => tab.id === current);
    const next = e.key === "Home" ? 0 : e.key === "End" ? tabs.length - 1 : step ? (at + (rtl ? -step : step) + tabs.length) % tabs.length : -1;
    if (next < 0) return;
    e.preventDefault();
    onPick(tabs[next]!.id);
    (list.current!.children[next] as HTMLElement).focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" id={`tab-${tab.id}`} aria-controls={`panel-${tab.id}`} aria-selected={tab.id === current}
            tabIndex={tab.id === current ? 0 : -1} onClick={() => onPick(tab.id)}>{tab.icon && <Icon name={tab.icon} small />}{tab.label}</button>))}
      </div>
      <div role="tabpanel" id={`panel-${current}`} aria-labelledby={`tab-${current}`}>{children}</div>
    </>
  );
}
