// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { resource } from "../../app/data";
import { t } from "../../app/i18n";
import { place } from "../../app/router";
import { me } from "../../app/session";
import { shell } from "../../app/shell";
import { Main } from "../shell/main";
import Missing from "../shell/missing";

/* Sections in their order; the server knows the same (mod_wall/app/pages/pages.c). */
const SECTIONS = [
  { name: "users", label: "admin.users" },
  { name: "approvals", label: "admin.approvals", admin: true },
  { name: "bricks", label: "admin.bricks", admin: true },
] as const satisfies { name: string; label: Parameters<typeof t>[0]; admin?: boolean }[];

/** May the viewer see this part of the site at all? The server decides; this only spares the asking. */
export const isStaff = () => me.value?.role === "moderator" || me.value?.role === "admin";
export const isAdmin = () => me.value?.role === "admin";

/** Where new accounts need an administrator, and while somebody waits from a time when they did. */
function useApprovals(here: string): boolean {
  const waiting = resource<Schema["Applicants"]>("/admin/approvals?limit=1"), always = shell.site.signup === "approval" || here === "/admin/approvals";
  useEffect(() => { if (isAdmin() && !always) void waiting.load(); }, []);
  return always || !!waiting.data.value?.items.length;
}

/** What all pages for those who run the site have around them. */
export function Admin({ title, children }: { title?: string; children: ComponentChildren }) {
  const here = place.value!.url.split("?")[0]!;
  const approvals = useApprovals(here);
  const sections = SECTIONS.filter((s) => (isAdmin() || !("admin" in s)) && (s.name !== "approvals" || approvals));
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
