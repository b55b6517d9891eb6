/* SPDX-License-Identifier: Apache-2.0 */
/* Erasing a person. Everything is repeatable and in small pieces, so that it may be cut off anywhere. */
#include <apr_strings.h>

#include "app/apps/apps.h"
#include "app/bricks/bricks.h"
#include "app/leaving/leaving_actions.h"
#include "io/sql_statements.h"

/* In this order, each until it finds nothing more: what points to a thing goes before the thing. Kept
 * are, with nothing but the person's number: the ledger (bricks_*), purchases, jobs (what was computed
 * for it), invitations (who came by them) and what staff did (admin_actions). */
static wall_query_t (*const steps[])(apr_int64_t user_id) = {
    sql_leaving_erase_sessions,
    sql_leaving_erase_answers,
    sql_leaving_erase_requests,
    sql_leaving_erase_mails,
    sql_leaving_erase_account_tokens,
    sql_leaving_erase_api_keys,
    sql_leaving_erase_known_devices,
    sql_leaving_erase_logins,
    sql_leaving_erase_muted_keywords,
    sql_leaving_erase_notification_preferences,
    sql_leaving_erase_oauth_connections,
    sql_leaving_erase_oauth_flows,
    sql_leaving_erase_passkeys,
    sql_leaving_erase_recovery_codes,
    sql_leaving_erase_sign_ins,
    sql_leaving_erase_user_links,
    sql_leaving_erase_user_settings,
    sql_leaving_erase_user_totp,
    sql_leaving_erase_username_history,
    sql_leaving_erase_blocks,
    sql_leaving_erase_invitations,
    sql_leaving_erase_payments,
    sql_leaving_erase_export,
    sql_leaving_erase_apps,
    sql_leaving_erase_posts,
    sql_leaving_erase_walls,
    sql_leaving_erase_job_messages,
};

typedef struct job_t {
    const char *job_id;
} job_t;

static const wall_field_t job_fields[] = { WALL_STR(job_t, job_id), WALL_FIELDS_END };
static const wall_shape_t job_shape = WALL_SHAPE_OF("ErasedJob", job_t, job_fields);

/* Jobs begun on the last day: their bricks come back, then all go together. */
static wall_rc_t cancel_jobs(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_array_header_t *jobs;
    wall_rc_t rc = wall_db_list(cx, sql_leaving_jobs_open(user_id), &job_shape, &jobs);

    for (int i = 0; rc == WALL_OK && i < jobs->nelts; i++) {
        apps_job_t job;

        rc = apps_cancel_job(cx, &(apps_which_job_t){ APR_ARRAY_IDX(jobs, i, job_t).job_id }, &job);
        if (rc == WALL_E_CONFLICT) { /* it has ended meanwhile */
            wall_fail_clear(cx);
            rc = WALL_OK;
        }
    }
    return rc;
}

/* Nobody can use them any more: back to where they came from. */
static wall_rc_t give_up_bricks(wall_cx_t *cx, apr_int64_t user_id)
{
    bricks_balance_t balance;
    wall_rc_t rc = bricks_lock(cx, user_id);

    if (rc == WALL_OK)
        rc = bricks_balance(cx, user_id, &balance);
    if (rc != WALL_OK || balance.available == 0)
        return rc;
    return bricks_post(cx,
                       &(bricks_movement_t){
                           .user_id = user_id, .type = BRICKS_SPENT,
                           .source = BRICKS_FROM_ACCOUNT_ERASED, .account = BRICKS_ACCOUNT_TREASURY,
                           .amount = -balance.available,
                           .key = apr_psprintf(cx->pool, "erased:%" APR_INT64_T_FMT, user_id) },
                       NULL);
}

static wall_rc_t end_work(wall_cx_t *cx, void *baton)
{
    apr_int64_t user_id = *(const apr_int64_t *)baton;
    wall_rc_t rc = give_up_bricks(cx, user_id);

    return rc == WALL_OK ? wall_db_exec(cx, sql_leaving_erasure_end(user_id), NULL) : rc;
}

static wall_rc_t erase(wall_cx_t *cx, apr_int64_t user_id)
{
    wall_rc_t rc = cancel_jobs(cx, user_id);

    if (rc == WALL_OK)
        rc = leaving_remove_copy(cx, user_id);
    for (size_t i = 0; rc == WALL_OK && i < sizeof(steps) / sizeof(steps[0]); i++) {
        apr_int64_t gone = 1;

        while (rc == WALL_OK && gone > 0)
            rc = wall_db_exec(cx, steps[i](user_id), &gone);
    }
    return rc == WALL_OK ? wall_db_tx(cx, end_work, &user_id) : rc;
}

wall_rc_t leaving_erase_next(wall_cx_t *cx, int *did)
{
    apr_int64_t user_id, begun = 0;
    wall_rc_t rc = wall_db_number(cx, sql_leaving_erasure_next(), &user_id);

    *did = 0;
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_leaving_erasure_begin(user_id), &begun);
    if (rc != WALL_OK || begun == 0) /* come back at this moment */
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    *did = 1;
    cx->viewer.user_id = user_id; /* what they could undo themselves is undone in their name */
    rc = erase(cx, user_id);
    if (rc == WALL_OK)
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00596) "user %" APR_INT64_T_FMT " is erased", user_id);
    return rc;
}
