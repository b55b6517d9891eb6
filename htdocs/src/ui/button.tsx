// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icon";

interface Look {
  kind?: "main" | "second" | "plain" | "danger";
  small?: boolean;
  full?: boolean;
  icon?: string;
  children?: ComponentChildren;
  class?: string;
}
type Props = Look & Omit<JSX.IntrinsicElements["button"], "icon" | "class" | "size"> & {
  /** Work is going on: stays focusable, says so, ignores clicks. */
  busy?: boolean;
};

const classes = ({ kind = "second", small, full, class: more }: Look) =>
  ["btn", kind !== "second" && kind, small && "small", full && "full", more].filter(Boolean).join(" ");

export function Button({ kind, small, full, icon, busy, children, class: more, onClick, ...rest }: Props) {
  return (
    <button type="button" {...rest} class={classes({ kind, small, full, class: more } as Look)} aria-busy={busy || undefined}
      aria-disabled={busy || undefined} onClick={busy ? (e) => e.preventDefault() : onClick}>
      {busy ? <Icon name="refresh" small /> : icon && <Icon name={icon} small={small} />}{children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind, small, full, icon, children, class: more, ...rest }: Look & JSX.IntrinsicElements["a"]) {
  return <a {...rest} class={classes({ kind, small, full, class: more } as Look)}>{icon && <Icon name={icon} small={small} />}{children}</a>;
}

/** A button that is only an icon; `label` is what it does. */
export function IconButton({ icon, label, small, ...rest }: { icon: string; label: string; small?: boolean } & Omit<JSX.IntrinsicElements["button"], "icon" | "label" | "size">) {
  return <button type="button" {...rest} class={`icon-btn${small ? " small" : ""}`} aria-label={label} title={label}><Icon name={icon} /></button>;
}
