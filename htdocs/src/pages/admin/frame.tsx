// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { t } from "../../app/i18n";
import { place } from "../../app/router";
import { me } from "../../app/session";
import { Main } from "../shell/main";
import Missing from "../shell/missing";

/* Sections in their order; the server knows the same (mod_wall/app/pages/pages.c). */
const SECTIONS = [
  { name: "users", label: "admin.users" },
  { name: "bricks", label: "admin.bricks", admin: true },
] as const satisfies { name: string; label: Parameters<typeof t>[0]; admin?: boolean }[];

/** May the viewer see this part of the site at all? The server decides; this only spares the asking. */
export const isStaff = () => me.value?.role === "moderator" || me.value?.role === "admin";
export const isAdmin = () => me.value?.role === "admin";

/** What all pages for those who run the site have around them. */
export function Admin({ title, children }: { title?: string; children: ComponentChildren }) {
  const here = place.value!.url.split("?")[0]!;
  const sections = SECTIONS.filter((s) => isAdmin() || !("admin" in s));
  if (!isStaff()) return <Missing />;
  return (
    <Main title={title ?? t("nav.admin")} wide>
      {sections.length > 1 && (
        <nav class="feed-tabs" aria-label={t("admin.sections")}>
          {sections.map((s) => (
            <a key={s.name} class="chip" href={`/admin/${s.name}`} aria-current={here.startsWith(`/admin/${s.name}`) ? "page" : undefined}>{t(s.label)}</a>))}
        </nav>)}
      <div class="stack">{children}</div>
    </Main>
  );
}
