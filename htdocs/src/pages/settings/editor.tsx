// SPDX-License-Identifier: Apache-2.0
// What the settings of a person have in common: drafts that survive, refusals at their field, two who edit at once.
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { ApiError, request, type Schema } from "../../api/client";
import { resource } from "../../app/data";
import { useForm } from "../../app/form";
import { t } from "../../app/i18n";
import { me, setMe } from "../../app/session";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";

interface Places { "/users/me": Schema["Me"]; "/users/me/settings": Schema["Settings"]; [wall: `/walls/${string}`]: Schema["Wall"] }

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
/** Of `now` what is not as in `before`. */
function difference<T extends object>(now: T, before: T): Partial<T> {
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => !same(value, before[key as keyof T]))) as Partial<T>;
}

/** Changes not yet saved, by field; kept in this browser for this person. */
const shelf = (name: string) => `wall.draft.settings.${name}.${me.peek()?.user_id}`;
function kept<T>(name: string): Partial<T> {
  try { return JSON.parse(localStorage.getItem(shelf(name)) ?? "{}") as Partial<T>; } catch { return {}; }
}

export interface Editor<T> {
  value: T;
  edit: (change: Partial<T>) => void;
  /** Why the server refused a field. */
  errors: Record<string, string>;
  changed: boolean;
  theirs: Signal<T | null>;
  takeOther: () => void;
  form: ReturnType<typeof useForm>;
}

interface What<P extends keyof Places, K extends keyof Places[P]> {
  name: string; place: P; keys: readonly K[];
  /** What is meant by what was typed, before it is sent. */
  tidy?: (value: Pick<Places[P], K>) => Pick<Places[P], K>;
  /** Said when it was done. */
  saved?: string;
}

function useEditor<P extends keyof Places, K extends keyof Places[P]>({ name, place, keys, tidy, saved = t("settings.saved_now") }: What<P, K>): Editor<Pick<Places[P], K>> | null | ApiError {
  type T = Pick<Places[P], K>;
  const it = resource<Places[P]>(place);
  const base = useSignal<T | null>(null), mine = useSignal<T | null>(null), theirs = useSignal<T | null>(null);
  const form = useForm(async () => {
    if (tidy) mine.value = tidy(mine.value!);
    theirs.value = null;
    await attempt(true);
  });
  // Always asked for: only the answer itself carries the tag that says what is being edited.
  useEffect(() => {
    if (me.value) void it.load().then(() => {
      if (!it.data.value || it.error.value) return;
      base.value = pick(it.data.value, keys);
      mine.value = { ...base.value, ...kept<T>(name) };
    });
  }, []);
  const taken = useRef(false); // the other's version: its buttons are gone with the conflict
  useLayoutEffect(() => { // at once: later it would take the focus from who goes on
    if (taken.current) form.props.ref.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
    taken.current = false;
  }, [theirs.value]);
  if (it.error.value && !mine.value) return it.error.value;
  if (!mine.value || !base.value) return null;

  const keep = () => {
    const change = difference(mine.value!, base.value!);
    if (Object.keys(change).length) localStorage.setItem(shelf(name), JSON.stringify(change));
    else localStorage.removeItem(shelf(name));
  };
  /* What was typed since it was sent is another change. */
  const settle = (whole: Places[P], sent: T) => {
    it.data.value = whole;
    base.value = pick(whole, keys);
    mine.value = { ...base.value, ...difference(mine.value!, sent) };
    keep();
    if (!me.value) return;
    if (place === "/users/me") setMe(whole as Schema["Me"]);
    else if (place !== "/users/me/settings") me.value = { ...me.value, wall: { ...me.value.wall, display_name: (whole as Schema["Wall"]).display_name } };
    else me.value = { ...me.value, settings: pick(whole as Schema["Settings"], ["time_zone", "theme", "default_post_visibility"]) };
  };
  const attempt = async (again: boolean): Promise<void> => {
    const sent = mine.value!;
    try {
      settle(await request("PATCH", place, { unchanged: place, body: difference(sent, base.value!) }) as Places[P], sent);
      toast(saved, { kind: "ok" });
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 412)) throw problem;
      // Perhaps only something else changed that the answer holds as well, such as the balance.
      const now = pick(await request("GET", place) as Places[P], keys);
      if (again && same(now, base.value)) return attempt(false);
      theirs.value = now;
    }
  };
  return {
    value: mine.value, errors: form.errors.value, theirs, form,
    changed: !same(mine.value, base.value),
    edit: (change) => { mine.value = { ...mine.value!, ...change }; keep(); },
    takeOther: () => {
      taken.current = true;
      base.value = mine.value = theirs.value;
      theirs.value = null;
      keep();
    },
  };
}

/** A section that is one form: `children` draws its fields. */
export function Section<P extends keyof Places, K extends keyof Places[P]>({ title, conflict = t("settings.changed_elsewhere"), children, after, ...what }: What<P, K> & {
  title: string;
  /** Said when somebody else was quicker. */
  conflict?: string;
  children: (editor: Editor<Pick<Places[P], K>>) => ComponentChildren;
  after?: ComponentChildren;
}) {
  const editor = useEditor(what);
  if (editor instanceof ApiError) return <Settings><Failed error={editor} retry={() => location.reload()} /></Settings>;
  if (!editor) return <Settings><Skeleton label={t("state.loading")} /></Settings>;
  return (
    <Settings>
      <section class="face block" aria-label={title}><h2>{title}</h2>
        <form {...editor.form.props} class="settings-form">
          {editor.form.refused.value && <Note kind="bad"><p>{editor.form.refused.value}</p></Note>}
          {editor.theirs.value && (
            <Note kind="bad"><p>{conflict}</p>
              <div class="row"><Button small kind="main" onClick={() => editor.form.props.onSubmit()}>{t("settings.keep_mine")}</Button>
                <Button small onClick={editor.takeOther}>{t("settings.take_other")}</Button></div></Note>)}
          {children(editor)}
          <div class="row"><Button kind="main" type="submit" busy={editor.form.busy.value}>{t("settings.save")}</Button>
            <span class="small soft" role="status">{editor.changed && t("settings.unsaved")}</span></div>
        </form>
      </section>
      {after}
    </Settings>
  );
}
