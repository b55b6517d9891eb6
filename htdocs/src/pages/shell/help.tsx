// SPDX-License-Identifier: Apache-2.0
import { t } from "../../app/i18n";
import { helpOpen, setShortcuts, shortcutsOn } from "../../app/shortcuts";
import { Dialog } from "../../ui/dialog";
import { Switch } from "../../ui/field";

/** The keys, and the switch that turns them off. */
export function Help() {
  if (!helpOpen.value) return null;
  const keys: [string, string][] = [
    ["j", t("keys.next")], ["k", t("keys.previous")], ["n", t("keys.new")], ["g", t("keys.home")], ["?", t("keys.help")],
  ];
  return (
    <Dialog title={t("keys.title")} close={t("action.close")} onClose={() => { helpOpen.value = false; }}>
      <dl class="keys">{keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
      <Switch label={t("keys.on")} checked={shortcutsOn.value} onChange={(e) => setShortcuts(e.currentTarget.checked)} />
    </Dialog>
  );
}
