// SPDX-License-Identifier: Apache-2.0
// Blocking somebody: done at once, said with a way back, taken back by itself if it is refused.
import { signal } from "@preact/signals";
import { address, del, put, type Schema } from "../../api/client";
import { forgetting, resource } from "../../app/data";
import { explain } from "../../app/errors";
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { Empty } from "../../ui/blocks";
import { Button, ButtonLink } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { toast } from "../../ui/toast";

type Person = Schema["UserCard"];
type Page = Schema["BlockPage"];

export const BLOCKS = address("/users/me/blocks");
/** Whom this page's reader has blocked since it was loaded: what is shown of them goes at once. */
export const blocked = signal<ReadonlySet<number>>(new Set());
forgetting.push(() => { blocked.value = new Set(); });

function mark(person: Person, on: boolean): void {
  const now = new Set(blocked.value);
  if (on) now.add(person.user_id);
  else now.delete(person.user_id);
  blocked.value = now;
  const list = resource<Page>(BLOCKS);
  if (!list.data.value) return;
  const rest = list.data.value.items.filter((b) => b.user.user_id !== person.user_id);
  list.data.value = { ...list.data.value, items: on ? [{ user: person, created_at: new Date().toISOString() } as Schema["Block"], ...rest] : rest };
}

async function turn(person: Person, on: boolean): Promise<boolean> {
  mark(person, on);
  try {
    await (on ? put : del)("/users/{user}/block", { path: { user: String(person.user_id) } });
    return true;
  } catch (problem) {
    mark(person, !on);
    if (me.value) toast(explain(problem), { kind: "bad" });
    return false;
  }
}

export async function block(person: Person): Promise<void> {
  if (await turn(person, true)) toast(t("block.done", { name: person.display_name }), { action: { label: t("action.undo"), run: () => void turn(person, false) } });
}

export async function unblock(person: Person, undo?: () => void): Promise<void> {
  if (await turn(person, false)) toast(t("block.gone", { name: person.display_name }), undo ? { action: { label: t("action.undo"), run: undo } } : {});
}

/** What one can do about a person; nothing for visitors and about oneself. */
export function PersonMenu({ person }: { person: Person }) {
  if (!me.value || me.value.user_id === person.user_id) return null;
  return <Menu label={t("block.menu", { name: person.display_name })} items={[{ label: t("block.do", { name: person.username }), icon: "shield", danger: true, onPick: () => void block(person) }]} />;
}

/** In place of the wall of somebody the reader has blocked. */
export const BlockedWall = ({ person, onBack }: { person: Person; onBack: () => void }) => (
  <Empty title={t("block.title", { name: person.display_name })} text={t("block.text")}>
    <div class="row"><Button kind="main" onClick={() => { void unblock(person).then(onBack); }}>{t("block.undo")}</Button>
      <ButtonLink href="/settings/content">{t("block.list")}</ButtonLink></div>
  </Empty>
);
