// SPDX-License-Identifier: Apache-2.0
import type { AllHTMLAttributes, ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "./button";
import { Icon } from "./icon";
import { useId } from "./id";

/* Which attributes go with which type of input is the browser's to know; the controls pass them on. */
type Attributes<E extends HTMLElement> = Omit<AllHTMLAttributes<E>, "label" | "hint">;

interface Frame {
  label: ComponentChildren;
  hint?: ComponentChildren;
  /** Why the value was refused; shown under the field and read out. */
  error?: string | undefined;
}

/** Label, control, hint and error as one. `control` gets the attributes that tie them together. */
export function Field({ label, hint, error, control }: Frame & { control: (a: object) => ComponentChildren }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-err`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control({ id, "aria-describedby": described, "aria-invalid": error ? "true" : undefined })}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="err" id={`${id}-err`}><Icon name="warn" small />{error}</p>}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: Frame & Attributes<HTMLInputElement>) {
  return <Field label={label} hint={hint} error={error} control={(a) => <input dir="auto" {...(rest as object)} {...a} class="input" />} />;
}

export function TextArea({ label, hint, error, ...rest }: Frame & Attributes<HTMLTextAreaElement>) {
  return <Field label={label} hint={hint} error={error}
    control={(a) => <textarea dir="auto" {...(rest as object)} {...a} class="input" />} />;
}

/** A password that can be looked at; `reveal` and `conceal` name the button. */
export function PasswordField({ label, hint, error, reveal, conceal, ...rest }: Frame & { reveal: string; conceal: string } & Attributes<HTMLInputElement>) {
  const [shown, setShown] = useState(false);
  return <Field label={label} hint={hint} error={error} control={(a) => (
    <div class="with-end">
      <input {...({ ...rest, ...a, type: shown ? "text" : "password" } as object)} class="input" spellcheck={false} autocapitalize="none" />
      <IconButton icon="eye" label={shown ? conceal : reveal} aria-pressed={shown} onClick={() => setShown(!shown)} />
    </div>)} />;
}

export function Select({ label, hint, error, options, ...rest }: Frame & { options: { value: string; text: string }[] } & Attributes<HTMLSelectElement>) {
  return <Field label={label} hint={hint} error={error} control={(a) => (
    <div class="with-end"><select {...(rest as object)} {...a} class="input">
      {options.map((o) => <option key={o.value} value={o.value}>{o.text}</option>)}
    </select><Icon name="chev" small /></div>)} />;
}

export function Check({ label, hint, ...rest }: Frame & Attributes<HTMLInputElement>) {
  return <label class="check"><input type="checkbox" {...(rest as object)} /><span>{label}{hint && <span class="hint">{hint}</span>}</span></label>;
}

export function Switch({ label, hint, ...rest }: Frame & Attributes<HTMLInputElement>) {
  return <label class="check"><input type="checkbox" role="switch" {...(rest as object)} class="switch" /><span>{label}{hint && <span class="hint">{hint}</span>}</span></label>;
}
