// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "./button";
import { useId } from "./id";

interface Props { title: string; close: string; onClose: () => void; children: ComponentChildren; foot?: ComponentChildren }

/** A modal dialog: the browser's own, with its focus trap, Escape and return of focus. */
export function Dialog({ title, close, onClose, children, foot }: Props) {
  const box = useRef<HTMLDialogElement>(null), id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current!.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={box} class="dialog face" aria-labelledby={id} onClose={onClose}
      onClick={(e) => { if (e.target === box.current) onClose(); }}>
      <div class="dialog-head"><h2 id={id}>{title}</h2><IconButton icon="x" label={close} onClick={onClose} /></div>
      <div class="dialog-body">{children}</div>
      {foot && <div class="dialog-foot">{foot}</div>}
    </dialog>
  );
}
