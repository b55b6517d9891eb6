// SPDX-License-Identifier: Apache-2.0
// One's passkeys: add, rename, remove.
import { useSignal } from "@preact/signals";
import { del, post, put, type Schema } from "../../api/client";
import { useForm, useWork } from "../../app/form";
import { date, relativeTime, t } from "../../app/i18n";
import { createPasskey, passkeysWork } from "../../app/passkeys";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";

type Passkey = Schema["Passkey"];

export function Passkeys({ passkeys, reload }: { passkeys: Passkey[]; reload: () => void }) {
  const { busy, refused, work } = useWork<"add">();
  const editing = useSignal<Passkey | null>(null), removing = useSignal<Passkey | null>(null);
  const add = () => work("add", async () => {
    const passkey = await post("/auth/passkeys", { body: await createPasskey(await post("/auth/passkeys/options", {})) });
    toast(t("passkey.added"));
    reload();
    editing.value = passkey as Passkey;
  });
  return (
    <section class="face block" aria-labelledby="passkeys"><h2 id="passkeys">{t("passkey.title")}</h2>
      <p class="soft">{t("passkey.text")}</p>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      {passkeys.length > 0 && (
        <ul class="rows wrap">
          {passkeys.map((p) => (
            <li key={p.passkey_id}><Icon name="key" />
              <span class="who"><b><bdi>{p.display_name}</bdi></b>
                <span class="meta dots"><span>{t("passkey.added_on", { date: date(p.created_at) })}</span><span>{p.last_used_at ? t("passkey.used", { when: relativeTime(p.last_used_at) }) : t("passkey.unused")}</span></span></span>
              <Button small aria-label={t("passkey.rename_of", { name: p.display_name })} onClick={() => { editing.value = p; }}>{t("passkey.rename")}</Button>
              <Button small kind="danger" aria-label={t("passkey.remove_of", { name: p.display_name })} onClick={() => { removing.value = p; }}>{t("passkey.remove")}</Button></li>))}
        </ul>)}
      {passkeysWork
        ? <div class="row"><Button kind={passkeys.length ? "second" : "main"} icon="plus" busy={!!busy.value} onClick={() => void add()}>{passkeys.length ? t("passkey.add_another") : t("passkey.add")}</Button></div>
        : <p class="hint">{t("passkey.unsupported")}</p>}
      {editing.value && <Rename passkey={editing.value} done={(changed) => { editing.value = null; if (changed) reload(); }} />}
      {removing.value && <Remove passkey={removing.value} done={(changed) => { removing.value = null; if (changed) reload(); }} />}
    </section>
  );
}

interface Asking { passkey: Passkey; done: (changed: boolean) => void }

function Rename({ passkey, done }: Asking) {
  const { errors, refused, busy, props } = useForm(async ({ display_name = "" }) => {
    await put("/auth/passkeys/{passkey_id}", { path: { passkey_id: passkey.passkey_id }, body: { display_name } });
    done(true);
  });
  return (
    <Dialog title={t("passkey.rename_title")} close={t("action.close")} onClose={() => done(false)}>
      <form {...props} class="account-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <TextField label={t("passkey.name")} hint={t("passkey.name_hint")} name="display_name" maxLength={60} defaultValue={passkey.display_name} autoFocus error={errors.value.display_name} />
        <Button kind="main" full type="submit" busy={busy.value}>{t("settings.save")}</Button>
      </form>
    </Dialog>
  );
}

function Remove({ passkey, done }: Asking) {
  const { busy, refused, work } = useWork<"remove">();
  const remove = () => work("remove", async () => {
    await del("/auth/passkeys/{passkey_id}", { path: { passkey_id: passkey.passkey_id } });
    toast(t("passkey.removed"));
    done(true);
  });
  return (
    <Dialog title={t("passkey.remove_title", { name: passkey.display_name })} close={t("action.close")} onClose={() => done(false)}
      foot={<Button kind="danger" busy={!!busy.value} onClick={() => void remove()}>{t("passkey.remove")}</Button>}>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      <p>{t("passkey.remove_text")}</p>
    </Dialog>
  );
}
