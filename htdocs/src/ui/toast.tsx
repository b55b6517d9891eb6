// SPDX-License-Identifier: Apache-2.0
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "./button";
import { Icon } from "./icon";

interface Toast { id: number; text: string; kind: "ok" | "bad" | "neutral"; action?: { label: string; run: () => void } }

const toasts = signal<Toast[]>([]);
let serial = 0;

const drop = (id: number) => { toasts.value = toasts.value.filter((t) => t.id !== id); };

/** Says something once, in passing. Errors and those with an action stay until closed. */
export function toast(text: string, { kind = "neutral", action }: Partial<Pick<Toast, "kind" | "action">> = {}): void {
  const id = ++serial;
  toasts.value = [...toasts.value.slice(-2), action ? { id, text, kind, action } : { id, text, kind }];
  if (kind !== "bad" && !action) setTimeout(() => drop(id), 6000);
}

/** Where they appear; once in the shell. The style sheet keeps as much room at the end of the page, so that all of it can be scrolled free of them. */
export function Toasts({ close }: { close: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const measured = new ResizeObserver(([it]) => document.documentElement.style.setProperty("--toasts", `${Math.ceil(it!.contentRect.height)}px`));
    measured.observe(box.current!);
    return () => measured.disconnect();
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite" ref={box}>
      {toasts.value.map((it) => (
        <div key={it.id} class={`toast note ${it.kind === "neutral" ? "" : it.kind}`}>
          <Icon name={it.kind === "bad" ? "warn" : "check"} /><p>{it.text}</p>
          {it.action && <Button small kind="plain" onClick={() => { drop(it.id); it.action!.run(); }}>{it.action.label}</Button>}
          <IconButton small icon="x" label={close} onClick={() => drop(it.id)} />
        </div>))}
    </div>
  );
}
