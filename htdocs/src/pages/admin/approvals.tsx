// SPDX-License-Identifier: Apache-2.0
// Who waits for an account: opened or refused, one by one.
import { useSignal } from "@preact/signals";
import { ApiError, post, type Schema } from "../../api/client";
import { useList } from "../../app/data";
import { useWork } from "../../app/form";
import { exactTime, relativeTime, t } from "../../app/i18n";
import { Avatar } from "../../ui/avatar";
import { Empty, Note } from "../../ui/blocks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Time } from "../../ui/text";
import { toast } from "../../ui/toast";
import { Listed } from "../shell/listed";
import { Admin } from "./frame";

type Applicant = Schema["Applicant"];
type Decision = "approve" | "refuse";

export default function Approvals() {
  return <Admin title={t("admin.approvals")}><List /></Admin>;
}

function List() {
  const list = useList<Applicant>("/admin/approvals", true), refusing = useSignal<Applicant | null>(null);
  const { busy, refused, work } = useWork<number>();
  const decide = (who: Applicant, decision: Decision) => work(who.user_id, async () => {
    try {
      await post("/admin/approvals/{user_id}", { path: { user_id: who.user_id }, body: { decision } });
      toast(t(decision === "approve" ? "admin.approved" : "admin.refused", { name: who.display_name }));
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 404)) throw problem;
      toast(t("admin.decided", { name: who.display_name }));
    } finally {
      refusing.value = null;
    }
    const page = list.data.value!, items = page.items.filter((a) => a.user_id !== who.user_id);
    list.data.value = { ...page, items };
    requestAnimationFrame(() => document.getElementById("waiting")?.focus()); // the button that had it is gone
    if (!items.length && page.next_cursor) void list.load();
  });
  return (
    <>
      <section class="face block" aria-labelledby="waiting"><h2 id="waiting" tabIndex={-1}>{t("admin.approvals_title")}</h2>
        {refused.value && <Note kind="bad"><p>{refused.value}</p></Note>}
        <Listed list={list} none={<Empty title={t("admin.approvals_none")} text={t("admin.approvals_none_text")} />}>{(items) => (
          <ul class="rows wrap">
            {items.map((a) => (
              <li key={a.user_id}><Avatar name={a.display_name} />
                <span class="who"><b><bdi>{a.display_name}</bdi></b>
                  <span class="meta dots"><span><bdi>@{a.username}</bdi></span><Time iso={a.created_at} text={t("admin.asked", { when: relativeTime(a.created_at) })} exact={exactTime(a.created_at)} /></span>
                  <span class="meta"><bdi dir="ltr">{a.email}</bdi>{" "}<span class={`tag ${a.email_verified ? "ok" : "low"}`}>{t(a.email_verified ? "email.confirmed" : "email.unconfirmed")}</span></span></span>
                <span class="row"><Button small kind="main" busy={busy.value === a.user_id} aria-label={t("admin.approve_named", { name: a.display_name })} onClick={() => void decide(a, "approve")}>{t("admin.approve")}</Button>
                  <Button small kind="danger" aria-label={t("admin.refuse_named", { name: a.display_name })} onClick={() => { refusing.value = a; }}>{t("admin.refuse")}</Button></span>
              </li>))}
          </ul>)}</Listed>
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
