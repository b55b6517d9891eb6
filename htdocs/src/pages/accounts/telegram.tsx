// SPDX-License-Identifier: Apache-2.0
// Telegram leads back here with its signed form in the address's fragment, which servers do not see: it is
// carried on to the server, which alone decides what it is worth.
import { useEffect } from "preact/hooks";
import { t } from "../../app/i18n";
import { Main } from "../shell/main";

const FIELDS = ["id", "first_name", "last_name", "username", "photo_url", "auth_date", "hash"];

/** The fragment's fields; none when the person said no. */
function answer(): Record<string, string> {
  const encoded = /[#&]tgAuthResult=([\w+/=-]+)/.exec(location.hash)?.[1];
  if (!encoded) return {};
  try {
    const bytes = Uint8Array.from(atob(encoded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const fields = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return Object.fromEntries(FIELDS.filter((f) => fields && fields[f] !== undefined).map((f) => [f, String(fields[f])]));
  } catch {
    return {};
  }
}

export default function Telegram() {
  useEffect(() => {
    const state = new URLSearchParams(location.search).get("state") ?? "", fields = answer();
    const query = new URLSearchParams({ state, ...(fields.hash ? fields : { error: "access_denied" }) });
    location.replace(`/api/v1/auth/oauth/telegram/callback?${query}`);
  }, []);
  return (
    <Main title="Telegram">
      <div class="face pad account"><p role="status">{t("oauth.telegram")}</p>
        <p class="mt"><a class="link" href="/login">{t("factor.start_again")}</a></p></div>
    </Main>
  );
}
