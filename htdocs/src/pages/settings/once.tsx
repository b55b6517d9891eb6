// SPDX-License-Identifier: Apache-2.0
// Something secret, the one time it is seen: selected, ready to be copied.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../app/i18n";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";

interface Props { title: ComponentChildren; label: string; value: string; done: () => void }

export function Once({ title, label, value, done }: Props) {
  const box = useRef<HTMLInputElement>(null), copied = useSignal(false);
  useEffect(() => {
    copied.value = false;
    box.current!.focus();
    box.current!.select();
  }, [value]);
  const copy = async () => {
    box.current!.select();
    copied.value = await navigator.clipboard.writeText(value).then(() => true, () => false);
  };
  return (
    <Note kind="ok"><p><b>{title}</b> {t("api_key.made_text")}</p>
      <TextField label={label} value={value} readOnly ref={box} dir="ltr" spellcheck={false} autocomplete="off" />
      <div class="row"><Button small kind="main" onClick={() => void copy()}>{copied.value ? t("api_key.copied") : t("api_key.copy")}</Button>
        <Button small onClick={done}>{t("api_key.done")}</Button></div></Note>
  );
}
