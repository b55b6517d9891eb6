// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import type { List } from "../../app/data";
import { explain } from "../../app/errors";
import { t } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";

interface Props<T> { list: List<T>; /** shown when there is nothing */ none: ComponentChildren; children: (items: T[]) => ComponentChildren }

/** A list that comes page by page with all around it: on its way, refused, nothing there, more of it. */
export function Listed<T>({ list, none, children }: Props<T>) {
  const page = list.data.value, stuck = list.stuck.value, problem = stuck ?? list.error.value;
  return (
    <>
      {problem && <Note kind="bad"><p>{explain(problem)}</p><div class="row"><Button small onClick={() => void (stuck ? list.more() : list.load())}>{t("action.retry")}</Button></div></Note>}
      {page ? page.items.length || page.next_cursor ? children(page.items) : none : !problem && <Skeleton label={t("state.loading")} />}
      {page?.next_cursor && !problem && <p class="older"><Button full busy={list.growing.value} onClick={() => void list.more()}>{t("action.more")}</Button></p>}
    </>
  );
}
