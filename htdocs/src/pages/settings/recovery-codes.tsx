// SPDX-License-Identifier: Apache-2.0
// Recovery codes, the one time they are shown: to be copied, kept as a file, or printed.
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";

export function RecoveryCodes({ codes }: { codes: string[] }) {
  const text = `${t("factor.sheet", { site: location.host, name: me.value!.username })}\n\n${codes.join("\n")}\n`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t("factor.copied"));
    } catch {
      toast(t("factor.not_copied"), { kind: "bad" });
    }
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `recovery-codes-${location.hostname}.txt` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return (
    <>
      <p>{t("factor.codes_text")}</p>
      <div class="sheet"><p class="hint">{t("factor.sheet", { site: location.host, name: me.value!.username })}</p>
        <ul class="codes" dir="ltr">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul></div>
      <div class="row">
        <Button small onClick={() => void copy()}>{t("factor.copy")}</Button>
        <Button small icon="down" onClick={save}>{t("factor.download")}</Button>
        <Button small onClick={() => print()}>{t("factor.print")}</Button>
      </div>
    </>
  );
}
