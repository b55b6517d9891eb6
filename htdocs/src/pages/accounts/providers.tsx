// SPDX-License-Identifier: Apache-2.0
// Ways in by others: links the server follows, so they work without script as well; and what went wrong there.
import { post, type Schema } from "../../api/client";
import { useResource } from "../../app/data";
import { useWork } from "../../app/form";
import { type MessageKey, t } from "../../app/i18n";
import { Note } from "../../ui/blocks";
import { Button } from "../../ui/button";

export const PROVIDERS = "/auth/oauth";
/** Where the code of the link one came with waits for one's return from a provider. */
export const INVITATION = "wall.invitation";

/** Links to all providers of the site; nothing where there are none. */
export function Providers({ next }: { next: string }) {
  const { data } = useResource<Schema["Providers"]>(PROVIDERS);
  const items = data.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div class="providers">
      <p class="or"><span>{t("oauth.or")}</span></p>
      {items.map(({ provider, label }) => (
        <a key={provider} class="btn full" href={`/api/v1/auth/oauth/${provider}/initiate?remember=true&return_to=${encodeURIComponent(next)}`}>
          {t("oauth.with", { provider: label })}</a>))}
    </div>
  );
}

/** Why somebody was led back here, as the address says: a name of ours, or an error's code. */
export function Problem() {
  const query = new URLSearchParams(location.search), name = query.get("problem");
  const { data } = useResource<Schema["Providers"]>(PROVIDERS);
  if (!name || !/^[A-Za-z_]+$/.test(name)) return null;
  const provider = data.value?.items.find((p) => p.provider === query.get("provider"))?.label ?? t("oauth.somebody");
  const key = `oauth.problem.${name}` as MessageKey, text = t(key, { provider });
  return <Note kind={name === "denied" ? "low" : "bad"}><p>{text === key ? t("error.unknown") : text}</p></Note>;
}

/** For who has to confirm that it is them and has an identity elsewhere: there and back to this page. */
export function ConfirmElsewhere() {
  const { data } = useResource<Schema["Connections"]>("/users/me/connections");
  const { busy, refused, work } = useWork<string>();
  const leave = (provider: string) => work(provider, async () => {
    const { location: to } = await post("/auth/oauth/confirm", { body: { provider, return_to: location.pathname + location.search } }) as Schema["ProviderLocation"];
    location.assign(to);
  });
  return (
    <>
      {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
      {(data.value?.items ?? []).map((c) => (
        <Button key={c.connection_id} full busy={busy.value === c.provider} onClick={() => void leave(c.provider)}>{t("oauth.with", { provider: c.label })}</Button>))}
    </>
  );
}
