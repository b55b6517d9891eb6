// SPDX-License-Identifier: Apache-2.0
// Who waits for an account: opened or refused, one by one.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address, ApiError, post, request, type Schema } from "../../api/client";
import { explain } from "../../app/errors";
import { exactTime, relativeTime, t } from "../../app/i18n";
import { me, signInFirst } from "../../app/session";
import { Avatar } from "../../ui/avatar";
import { Empty, Note, Skeleton } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Admin, isAdmin } from "./frame";

type Applicant = Schema["Applicant"];
type Decision = "approve" | "refuse";

export default function Approvals() {
  useEffect(() => { if (!me.value) signInFirst(); }, []);
  return <Admin title={t("admin.approvals")}>{isAdmin() && <List />}</Admin>;
}

function List() {
  const items = useSignal<Applicant[] | null>(null), next = useSignal<string | null>(null);
  const busy = useSignal<number | "more" | null>(null), failed = useSignal<string | null>(null), refusing = useSignal<Applicant | null>(null);
  const load = async (cursor: string | null) => {
    busy.value = "more";
    try {
      const page = await request("GET", address("/admin/approvals", undefined, { cursor })) as Schema["Applicants"];
      items.value = [...cursor ? items.value ?? [] : [], ...page.items];
      next.value = page.next_cursor ?? null;
      failed.value = null;
    } catch (problem) {
      failed.value = explain(problem);
    } finally {
      busy.value = null;
    }
  };
  useEffect(() => { void load(null); }, []);
  const decide = async (who: Applicant, decision: Decision) => {
    busy.value = who.user_id;
    failed.value = null;
    try {
      await post("/admin/approvals/{user_id}", { path: { user_id: who.user_id }, body: { decision } });
      toast(t(decision === "approve" ? "admin.approved" : "admin.refused", { name: who.display_name }));
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 404)) {
        failed.value = explain(problem);
        return;
      }
      toast(t("admin.decided", { name: who.display_name }));
    } finally {
      busy.value = null;
      refusing.value = null;
    }
    items.value = items.value!.filter((a) => a.user_id !== who.user_id);
    requestAnimationFrame(() => document.getElementById("waiting")?.focus()); // the button that had it is gone
    if (!items.value.length && next.value) void load(null);
  };
  return (
    <>
      <section class="face block" aria-labelledby="waiting"><h2 id="waiting" tabIndex={-1}>{t("admin.approvals_title")}</h2>
        {failed.value && <Note kind="bad"><p>{failed.value}</p><div class="row"><Button small onClick={() => void load(null)}>{t("action.retry")}</Button></div></Note>}
        {!items.value && !failed.value && <Skeleton label={t("state.loading")} />}
        {items.value && !items.value.length && <Empty title={t("admin.approvals_none")} text={t("admin.approvals_none_text")} />}
        {!!items.value?.length && (
          <ul class="rows connected">
            {items.value.map((a) => (
              <li key={a.user_id}><Avatar name={a.display_name} />
                <span class="who"><b><bdi>{a.display_name}</bdi></b>
                  <span class="meta"><bdi>@{a.username}</bdi>{" · "}<Time iso={a.created_at} text={t("admin.asked", { when: relativeTime(a.created_at) })} exact={exactTime(a.created_at)} /></span>
                  <span class="meta"><bdi dir="ltr">{a.email}</bdi>{" "}<span class={`tag ${a.email_verified ? "ok" : "low"}`}>{t(a.email_verified ? "email.confirmed" : "email.unconfirmed")}</span></span></span>
                <span class="row"><Button small kind="main" busy={busy.value === a.user_id} aria-label={t("admin.approve_named", { name: a.display_name })} onClick={() => void decide(a, "approve")}>{t("admin.approve")}</Button>
                  <Button small kind="danger" aria-label={t("admin.refuse_named", { name: a.display_name })} onClick={() => { refusing.value = a; }}>{t("admin.refuse")}</Button></span>
              </li>))}
          </ul>)}
        {next.value && !failed.value && <p class="pad"><Button full busy={busy.value === "more"} onClick={() => void load(next.value)}>{t("action.more")}</Button></p>}
      </section>
      {refusing.value && (
        <Dialog title={t("admin.refuse_title", { name: refusing.value.display_name })} close={t("action.close")} onClose={() => { refusing.value = null; }}
          foot={<><Button onClick={() => { refusing.value = null; }}>{t("admin.refuse_not")}</Button>
            <Button kind="danger" busy={busy.value === refusing.value.user_id} onClick={() => void decide(refusing.value!, "refuse")}>{t("admin.refuse")}</Button></>}>
          <p>{t("admin.refuse_text")}</p>
        </Dialog>)}
    </>
  );
}
