// SPDX-License-Identifier: Apache-2.0
import { t } from "../../app/i18n";
import { me } from "../../app/session";
import { shell } from "../../app/shell";
import { ApiError } from "../../api/client";
import { explain } from "../../app/errors";
import { Button, ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/blocks";
import { Main } from "./main";

/** Nothing here, or not for this reader: the two look the same where existence is private. */
export default function Missing() {
  return <Main title={t("missing.title")} plain><Trouble status={shell.status === 200 ? 404 : shell.status} /></Main>;
}

function Trouble({ status }: { status: number }) {
  const kind = status === 403 ? "forbidden" : status >= 500 ? "broken" : "missing";
  const text = { forbidden: [t("forbidden.title"), t("forbidden.text")], broken: [t("broken.title"), t("broken.text")], missing: [t("missing.title"), t("missing.text")] }[kind]!;
  return (
    <Empty title={text[0]!} text={text[1]!}>
      <div class="row">
        {kind === "broken" && <Button kind="main" onClick={() => location.reload()}>{t("action.retry")}</Button>}
        <ButtonLink href="/">{t("action.home")}</ButtonLink>
        {!me.value && <ButtonLink href={`/login?next=${encodeURIComponent(location.pathname)}`}>{t("auth.sign_in")}</ButtonLink>}
      </div>
    </Empty>
  );
}

/** What a page shows when its first data could not be had. */
export function Failed({ error, retry }: { error: ApiError; retry: () => void }) {
  if (error.status === 404 || error.status === 403) return <Trouble status={error.status} />;
  return <Empty title={t("broken.title")} text={explain(error)}><Button kind="main" onClick={retry}>{t("action.retry")}</Button></Empty>;
}
