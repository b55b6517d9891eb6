// SPDX-License-Identifier: Apache-2.0
// What one says of oneself, and how one is called.
import { useSignal } from "@preact/signals";
import { post, type Schema } from "../../api/client";
import { forget } from "../../app/data";
import { useForm } from "../../app/form";
import { number, t } from "../../app/i18n";
import { me, setMe } from "../../app/session";
import { Avatar } from "../../ui/avatar";
import { Note } from "../../ui/blocks";
import { Button, IconButton } from "../../ui/button";
import { TextArea, TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { Section } from "./editor";

const BIO = 300, LINKS = 10;
type Link = Schema["UserLink"];

/** "khanglaze.org" is meant as an address on the web. */
const web = (text: string) => text.trim() && !/^[a-z][a-z0-9+.-]*:/i.test(text.trim()) ? `https://${text.trim()}` : text.trim();

export default function ProfileSettings() {
  return (
    <Section name="profile" place="/users/me" keys={["display_name", "bio", "location", "website", "links"]} title={t("settings.profile")}
      tidy={(value) => ({ ...value, website: web(value.website ?? "") || null, links: (value.links ?? []).map((l) => ({ ...l, url: web(l.url) })) })} after={me.value && <Username />}>
      {({ value, edit, errors }) => {
        const links = value.links ?? [];
        const change = (at: number, link: Partial<Link>) => edit({ links: links.map((l, i) => i === at ? { ...l, ...link } : l) });
        return (
          <>
            <div class="person"><Avatar name={value.display_name || "?"} /><span class="who"><b><bdi>{value.display_name}</bdi></b><span class="meta"><bdi dir="ltr">@{me.value?.username}</bdi></span></span></div>
            <TextField label={t("profile.display_name")} name="display_name" autocomplete="name" maxLength={100} value={value.display_name} error={errors.display_name}
              onInput={(e) => edit({ display_name: e.currentTarget.value })} />
            <TextArea label={t("profile.bio")} name="bio" rows={3} value={value.bio ?? ""} error={errors.bio}
              hint={t("profile.bio_count", { n: number([...(value.bio ?? "")].length), limit: number(BIO) })}
              onInput={(e) => edit({ bio: e.currentTarget.value || null })} />
            <div class="pair">
              <TextField label={t("profile.location")} name="location" maxLength={100} value={value.location ?? ""} error={errors.location}
                onInput={(e) => edit({ location: e.currentTarget.value || null })} />
              <TextField label={t("profile.website")} name="website" type="url" inputMode="url" dir="ltr" placeholder="https://" maxLength={300} value={value.website ?? ""} error={errors.website}
                onInput={(e) => edit({ website: e.currentTarget.value || null })} onBlur={(e) => edit({ website: web(e.currentTarget.value) || null })} />
            </div>
            <fieldset class="stack"><legend class="legend">{t("profile.links")}</legend>
              {errors.links && <p class="err">{errors.links}</p>}
              {links.map((link, i) => (
                <div class="link-edit" key={i}>
                  <TextField label={t("profile.link_label")} name={`links[${i}].label`} maxLength={50} value={link.label} error={errors[`links[${i}].label`]}
                    onInput={(e) => change(i, { label: e.currentTarget.value })} />
                  <TextField label={t("profile.link_url")} name={`links[${i}].url`} type="url" inputMode="url" dir="ltr" placeholder="https://" maxLength={300} value={link.url} error={errors[`links[${i}].url`]}
                    onInput={(e) => change(i, { url: e.currentTarget.value })} onBlur={(e) => change(i, { url: web(e.currentTarget.value) })} />
                  <IconButton icon="x" label={t("profile.link_remove", { name: link.label || number(i + 1) })} onClick={() => edit({ links: links.filter((_, k) => k !== i) })} />
                </div>))}
              {links.length < LINKS && <div class="row"><Button small icon="plus" onClick={() => edit({ links: [...links, { label: "", url: "" }] })}>{t("profile.link_add")}</Button></div>}
            </fieldset>
          </>
        );
      }}
    </Section>
  );
}

/** Another name is another address, so it is a step of its own. */
function Username() {
  const name = useSignal(me.value!.username);
  const wanted = name.value.trim().toLowerCase();
  const { errors, refused, busy, props } = useForm(async () => {
    const now = await post("/users/me/username", { body: { username: wanted } }) as Schema["Me"];
    forget(); // every address with the old name
    setMe(now);
    name.value = now.username;
    toast(t("username.changed", { name: now.username }), { kind: "ok" });
  });
  return (
    <section class="face block" aria-label={t("auth.username")}><h2>{t("auth.username")}</h2>
      <form {...props} class="settings-form">
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <TextField label={t("auth.username")} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} dir="ltr" maxLength={30} value={name.value} error={errors.value.username}
          hint={t("username.hint")} onInput={(e) => { name.value = e.currentTarget.value; }} />
        <div class="row"><Button type="submit" busy={busy.value} disabled={wanted === me.value!.username || !wanted}>{t("username.change")}</Button></div>
      </form>
    </section>
  );
}
