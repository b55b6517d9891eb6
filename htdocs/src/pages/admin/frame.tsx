// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Schema } from "../../api/client";
import { resource } from "../../app/data";
import { t } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { shell } from "../../app/shell";
import { Main } from "../shell/main";
import Missing from "../shell/missing";
import { Sections, within } from "../shell/sections";

/* Sections in their order; the server knows the same (mod_wall/app/pages/pages.c). */
const SECTIONS = [
  { name: "users", label: "admin.users" },
  { name: "approvals", label: "admin.approvals", admin: true },
  { name: "bricks", label: "admin.bricks", admin: true },
  { name: "purchases", label: "purchase.all", admin: true },
] as const satisfies { name: string; label: Parameters<typeof t>[0]; admin?: boolean }[];

/** May the viewer see this part of the site at all? The server decides; this only spares the asking. */
const isStaff = () => me.value?.role === "moderator" || me.value?.role === "admin";
export const isAdmin = () => me.value?.role === "admin";

/** Where new accounts need an administrator, and while somebody waits from a time when they did. */
function useApprovals(): boolean {
  const waiting = resource<Schema["Applicants"]>("/admin/approvals?limit=1"), always = shell.site.signup === "approval" || within("/admin/approvals");
  useEffect(() => { if (isAdmin() && !always) void waiting.load(); }, []);
  return always || !!waiting.data.value?.items.length;
}

const address = (section: string) => `/admin/${section}`;

/** What all pages for those who run the site have around them; nobody else sees what is in them. */
export function Admin({ title, children }: { title?: string; children: ComponentChildren }) {
  const approvals = useApprovals();
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  const sections = SECTIONS.filter((s) => (isAdmin() || !("admin" in s)) && (s.name !== "approvals" || approvals));
  if (!me.value) return null;
  if (!isStaff() || !isAdmin() && SECTIONS.some((s) => "admin" in s && within(address(s.name)))) return <Missing />;
  return (
    <Main title={title ?? t("nav.admin")} wide>
      {sections.length > 1 && (
        <Sections class="feed-tabs" look="chip" label={t("admin.sections")} links={sections.map((s) => ({ href: address(s.name), text: t(s.label) }))} />)}
      <div class="stack">{children}</div>
    </Main>
  );
}
