// SPDX-License-Identifier: Apache-2.0
// Where one is told of what.
import type { Schema } from "../../api/client";
import { t } from "../../app/i18n";
import { Select, Switch } from "../../ui/field";
import { Section } from "./editor";

const CHANNELS = ["on_wall", "email", "push"] as const;
const FREQUENCIES = ["at_once", "daily", "weekly"] as const;
type Preference = Schema["NotificationPreference"];

export default function NotificationSettings() {
  return (
    <Section name="notifications" place="/users/me/settings" keys={["notifications", "notification_frequency", "quiet_hours"]} title={t("settings.notifications")}>
      {({ value, edit, errors }) => {
        const list = value.notifications ?? [];
        const turn = (kind: Preference["kind"], channel: typeof CHANNELS[number], on: boolean) =>
          edit({ notifications: list.map((n) => n.kind === kind ? { ...n, [channel]: on } : n) });
        return (
          <>
            <div class="table-wrap" tabIndex={0} role="region" aria-label={t("notify.choices")}>
              <table class="matrix">
                <thead><tr><th scope="col">{t("notify.about")}</th>{CHANNELS.map((c) => <th scope="col" key={c}>{t(`notify.channel.${c}`)}</th>)}</tr></thead>
                <tbody>{list.map((n) => (
                  <tr key={n.kind}><th scope="row">{t(`notify.kind.${n.kind}`)}</th>
                    {CHANNELS.map((c) => <td key={c}><input type="checkbox" aria-label={t("notify.choice", { what: t(`notify.kind.${n.kind}`), where: t(`notify.channel.${c}`) })} checked={n[c]}
                      onChange={(e) => turn(n.kind, c, e.currentTarget.checked)} /></td>)}</tr>))}</tbody>
              </table>
            </div>
            <Select label={t("notify.frequency")} name="notification_frequency" value={value.notification_frequency} error={errors.notification_frequency}
              options={FREQUENCIES.map((f) => ({ value: f, text: t(`notify.frequency.${f}`) }))}
              onChange={(e) => edit({ notification_frequency: e.currentTarget.value as typeof FREQUENCIES[number] })} />
            <Switch label={t("notify.quiet")} hint={t("notify.quiet_hint")} name="quiet_hours" checked={value.quiet_hours} onChange={(e) => edit({ quiet_hours: e.currentTarget.checked })} />
          </>
        );
      }}
    </Section>
  );
}
