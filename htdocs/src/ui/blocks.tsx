// SPDX-License-Identifier: Apache-2.0
// What stands in for content: nothing there, not here yet, how far it is, and a note.
import type { ComponentChildren } from "preact";
import { Icon } from "./icon";

/** Nothing here: says why and what to do. */
export const Empty = ({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) => (
  <div class="blank face">
    <svg class="courses" viewBox="0 0 141 41" aria-hidden="true">
      <path class="may" d="M.5 30.5h24v10h-24zM29.5 30.5h24v10h-24zM58.500 30.500h24v10h-24zM87.500 30.500h24v10h-24zM116.500 30.500h24v10h-24zM15 15.500h24v10h-24zM44 15.500h24v10h-24zM73 15.500h24v10h-24zM29.500.5h24v10h-24z" />
      <path class="a" d="M102 15h25v11h-25z" />
    </svg>
    <h2>{title}</h2>{text && <p>{text}</p>}{children}
  </div>
);

/** The shape of a post that is on its way. */
export const Skeleton = ({ label, count = 1 }: { label: string; count?: number }) => (
  <div class="stack" role="status" aria-label={label}>
    {Array.from({ length: count }, (_, i) => (
      <div key={i} class="post face skeleton" aria-hidden="true">
        <div class="post-head"><span class="bone box" /><span class="who"><span class="bone w30" /><span class="bone w20" /></span></div>
        <span class="bone" /><span class="bone w60" />
      </div>))}
  </div>
);

/** How far: 0–100. */
export const Progress = ({ value, label }: { value: number; label: string }) => (
  <div class="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(value)}>
    <i style={{ "--v": `${value}%` }} /></div>
);

/** A remark set apart; `bad` ones are read out at once. */
export const Note = ({ kind, icon, children }: { kind?: "ok" | "low" | "bad"; icon?: string; children: ComponentChildren }) => (
  <div class={`note${kind ? ` ${kind}` : ""}`} role={kind === "bad" ? "alert" : undefined}>
    <Icon name={icon ?? (kind === "ok" ? "check" : kind ? "warn" : "flag")} /><div>{children}</div></div>
);
