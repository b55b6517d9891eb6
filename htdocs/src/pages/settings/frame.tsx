// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { shell } from "../../app/shell";
import { Main } from "../shell/main";
import { Sections, within } from "../shell/sections";

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

const address = (section: string) => `/settings/${section}`;

/** What all settings have around them: where else to go. Visitors have only their browser's; for others they sign in first. */
export function Settings({ children }: { children: ComponentChildren }) {
  const mayStay = !!me.value || SECTIONS.some((s) => "anybody" in s && within(address(s.name)));
  useEffect(() => { if (!mayStay) signInFirst(); }, []);
  if (!mayStay) return null;
  const sections = SECTIONS.filter((s) => (me.value || "anybody" in s) && (!("when" in s) || s.when() || within(address(s.name))));
  return (
    <Main title={t("nav.settings")} wide>
      <div class="settings">
        <Sections class="subnav" label={t("settings.sections")} links={sections.map((s) => ({ href: address(s.name), text: t(s.label) }))} />
        <div class="stack">{children}</div>
      </div>
    </Main>
  );
}
