// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../app/i18n";
import { place } from "../../app/router";
import { me } from "../../app/session";
import { shell } from "../../app/shell";
import { Main } from "../shell/main";

/** Has the viewer anything to do with invitations? The server decides; this only spares the asking. */
export function invites(): boolean {
  return shell.site.signup === "invite" && (shell.site.invitations > 0 || me.value?.role === "admin");
}

/* Sections in their order; the server knows the same (mod_wall/app/pages/pages.c). */
const SECTIONS = [
  { name: "profile", label: "settings.profile" },
  { name: "wall", label: "settings.wall" },
  { name: "sign-in", label: "settings.sign_in" },
  { name: "devices", label: "settings.devices" },
  { name: "connected", label: "settings.connected" },
  { name: "keys", label: "settings.keys" },
  { name: "invitations", label: "settings.invitations", when: invites },
  { name: "notifications", label: "settings.notifications" },
  { name: "privacy", label: "settings.privacy_section" },
  { name: "content", label: "settings.content" },
  { name: "appearance", label: "settings.appearance", anybody: true },
  { name: "data", label: "settings.data" },
] as const satisfies { name: string; label: Parameters<typeof t>[0]; anybody?: boolean; when?: () => boolean }[];

/** What all settings have around them: where else to go. Visitors have only their browser's. */
export function Settings({ children }: { children: ComponentChildren }) {
  const here = place.value!.url.split("?")[0];
  const nav = useRef<HTMLElement>(null);
  useEffect(() => nav.current!.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }), [here]);
  const sections = SECTIONS.filter((s) => (me.value || "anybody" in s) && (!("when" in s) || s.when() || here === `/settings/${s.name}`));
  return (
    <Main title={t("nav.settings")} wide>
      <div class="settings">
        <nav ref={nav} class="subnav" aria-label={t("settings.sections")}>
          {sections.map((s) => (
            <a key={s.name} href={`/settings/${s.name}`} aria-current={here === `/settings/${s.name}` ? "page" : undefined}>{t(s.label)}</a>))}
        </nav>
        <div class="stack">{children}</div>
      </div>
    </Main>
  );
}
