/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts an administrator has to agree to: nothing but the row of the person exists until then. */
#include "app/accounts/accounts_private.h"
#include "app/accounts/signup_actions.h"
#include "app/mail/mail.h"
#include "io/db.h"
#include "io/sql_statements.h"

static const char list_name[] = "approvals";

wall_rc_t accounts_list_approvals(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    apr_array_header_t *rows;
    apr_int64_t before;
    wall_rc_t rc = wall_cursor_read(cx, list_name, in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_approvals_list(before, in->limit + 1), &accounts_applicant_shape, &rows);
    if (rc == WALL_OK)
        wall_page_finish(cx, list_name, rows, in->limit, offsetof(accounts_applicant_t, user_id), out);
    return rc;
}

/* Two administrators at once: the row is locked, the second finds nobody waiting. */
static wall_rc_t decide_work(wall_cx_t *cx, void *baton)
{
    const accounts_decision_t *in = baton;
    const int approve = in->decision == ACCOUNTS_APPROVE;
    accounts_applicant_t who;
    wall_rc_t rc =
        wall_db_one(cx, sql_approvals_get(in->user_id), &accounts_applicant_shape, &who);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    if (rc == WALL_OK) /* before the row may go, for their language */
        rc = mail_queue(cx, &(mail_t){ .kind = approve ? MAIL_ACCOUNT_APPROVED : MAIL_ACCOUNT_REFUSED,
                                       .user_id = who.user_id,
                                       .link = approve ? "/login" : NULL });
    if (rc != WALL_OK)
        return rc;
    if (!approve)
        return wall_db_exec(cx, sql_approvals_refuse(who.user_id), NULL);
    rc = wall_db_exec(cx, sql_approvals_approve(who.user_id), NULL);
    return rc == WALL_OK ? accounts_furnish(cx, who.user_id, who.username, who.display_name) : rc;
}

wall_rc_t accounts_decide(wall_cx_t *cx, const accounts_decision_t *in, void *out)
{
    accounts_decision_t decision = *in;

    return wall_db_tx(cx, decide_work, &decision);
}
