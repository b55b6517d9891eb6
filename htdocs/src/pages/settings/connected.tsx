// SPDX-License-Identifier: Apache-2.0
// Identities elsewhere that are connected with the account, and which could be.
import { del, post, put, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useWork } from "../../app/form";
import { date, t } from "../../app/i18n";
import { Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { Problem } from "../accounts/providers";
import { Failed } from "../shell/missing";
import { Settings } from "./frame";

type Connections = Schema["Connections"];
type Connection = Connections["items"][number];

/** One or two letters that stand for a provider. */
const GLYPHS: Record<string, string> = { google: "G", telegram: "T", yandex: "Я", github: "GH", facebook: "f", vk: "VK" };
const glyph = (provider: string, label: string) => GLYPHS[provider] ?? label.slice(0, 1).toUpperCase();

export default function Connected() {
  return <Settings><Problem /><All /></Settings>;
}

function All() {
  const it = useResource<Connections>("/users/me/connections");
  return it.data.value ? <List data={it.data.value} changed={(data) => { it.data.value = data; }} />
    : it.error.value ? <Failed error={it.error.value} retry={() => void it.load()} /> : <Skeleton label={t("state.loading")} />;
}

function List({ data, changed }: { data: Connections; changed: (data: Connections) => void }) {
  const { busy, refused, work } = useWork<string>();
  const connect = (provider: string) => work(provider, async () => {
    const { location: to } = await post("/users/me/connections", { body: { provider } }) as Schema["ProviderLocation"];
    location.assign(to);
  });
  const disconnect = (c: Connection) => work(c.provider, async () => {
    changed(await del("/users/me/connections/{connection_id}", { path: { connection_id: c.connection_id } }) as Connections);
    toast(t("oauth.disconnected", { provider: c.label }));
  });
  const prefer = (c: Connection) => work(c.provider, async () => {
    changed(await put("/users/me/connections/{connection_id}/primary", { path: { connection_id: c.connection_id } }) as Connections);
  });
  return (
    <section class="face block"><h2>{t("settings.connected")}</h2>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      {data.items.length + data.offers.length === 0 && <p class="soft">{t("oauth.no_offers")}</p>}
      <div class="rows wrap">
        {data.items.map((c) => (
          <div key={c.provider}>
            <span class="glyph" aria-hidden="true">{glyph(c.provider, c.label)}</span>
            <span class="who"><b>{c.label}{c.is_primary && <> <span class="tag">{t("oauth.primary")}</span></>}</b>
              <span class="meta dots"><span><bdi>{c.account_name}</bdi></span><time dateTime={c.connected_at}>{date(c.connected_at)}</time></span>
              {!c.offered ? <span class="meta">{t("oauth.gone", { provider: c.label })}</span>
                : c.needs_sign_in && <span class="meta">{t("oauth.ended", { provider: c.label })}</span>}</span>
            <span class="acts">{c.offered && c.needs_sign_in && <Button small busy={busy.value === c.provider}
              aria-label={t("oauth.renew_named", { provider: c.label })} onClick={() => void connect(c.provider)}>{t("oauth.renew")}</Button>}
            {!c.is_primary && data.items.length > 1 && <Button small aria-label={t("oauth.make_primary_named", { provider: c.label })} onClick={() => void prefer(c)}>{t("oauth.make_primary")}</Button>}
            <Button small busy={busy.value === c.provider} disabled={data.ways_in < (c.offered ? 2 : 1)}
              aria-label={t("oauth.disconnect_named", { provider: c.label })} onClick={() => void disconnect(c)}>{t("oauth.disconnect")}</Button></span>
          </div>))}
        {data.offers.map((o) => (
          <div key={o.provider}>
            <span class="glyph" aria-hidden="true">{glyph(o.provider, o.label)}</span>
            <span class="who"><b>{o.label}</b><span class="meta">{t("oauth.not_connected")}</span></span>
            <Button small busy={busy.value === o.provider} aria-label={t("oauth.connect_named", { provider: o.label })} onClick={() => void connect(o.provider)}>{t("oauth.connect")}</Button>
          </div>))}
      </div>
      <p class="hint">{t("oauth.keep_one")}</p>
    </section>
  );
}
