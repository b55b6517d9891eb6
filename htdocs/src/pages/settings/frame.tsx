// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { t } from "../../app/i18n";
import { place } from "../../app/router";
import { me } from "../../app/session";
import { Main } from "../shell/main";

/** What all settings have around them: where else to go. Visitors have only their browser's. */
export function Settings({ children }: { children: ComponentChildren }) {
  const here = place.value!.url.split("?")[0];
  const sections = [...(me.value ? [{ href: "/settings/wall", label: t("settings.wall") }] : []),
    { href: "/settings/appearance", label: t("settings.appearance") }];
  return (
    <Main title={t("nav.settings")} wide>
      <div class="settings">
        <nav class="subnav" aria-label={t("settings.sections")}>
          {sections.map((s) => <a key={s.href} href={s.href} aria-current={here === s.href ? "page" : undefined}>{s.label}</a>)}
        </nav>
        <div class="stack">{children}</div>
      </div>
    </Main>
  );
}
