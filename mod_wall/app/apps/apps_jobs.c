/* SPDX-License-Identifier: Apache-2.0 */
#include "app/apps/apps_jobs.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "app/apps/apps.h"
#include "app/bricks/bricks.h"
#include "app/outbox/outbox.h"
#include "core/fields.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

static const wall_field_t claim_fields[] = {
    WALL_STR(apps_claim_t, job_id),
    WALL_I64(apps_claim_t, app_id),
    WALL_I64(apps_claim_t, user_id),
    WALL_I64(apps_claim_t, priority),
    WALL_I64(apps_claim_t, attempts),
    WALL_I64(apps_claim_t, max_attempts),
    WALL_I64(apps_claim_t, fence),
    WALL_I64(apps_claim_t, held),
    WALL_I64(apps_claim_t, tokens_per_brick),
    WALL_STR(apps_claim_t, user_prompt),
    WALL_I64(apps_claim_t, waited_us),
    WALL_FIELDS_END
};
const wall_shape_t apps_claim_shape = WALL_SHAPE_OF("Claim", apps_claim_t, claim_fields);

wall_rc_t apps_job_claim(wall_cx_t *cx, const char *job_id, apps_claim_t *out)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_one(cx, sql_jobs_claimable(job_id), &apps_claim_shape, out);

    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_jobs_claim(out->fence, cx->site->job_lease, job_id), &affected);
    }
    return rc == WALL_OK && affected == 0 ? WALL_E_NOT_FOUND : rc;
}

wall_rc_t apps_job_renew(wall_cx_t *cx, const apps_claim_t *claim, apr_int64_t percent)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_jobs_renew(cx->site->job_lease, percent, claim->job_id,
                                                   claim->fence),
                                &affected);

    return rc == WALL_OK && affected == 0 ? WALL_E_CONFLICT : rc;
}

apr_int64_t apps_job_cost(const apps_claim_t *claim, apr_int64_t tokens)
{
    apr_int64_t cost = bricks_for_tokens(tokens, claim->tokens_per_brick);

    return cost < claim->held ? cost : claim->held;
}

/* ---- what watchers are told ---- */

const char *apps_tell_completed(wall_cx_t *cx, apr_int64_t app_id, const apps_receipt_t *receipt,
                                int removed)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 256);
    wall_buf_fmt(&json, "{\"app_id\":%" APR_INT64_T_FMT ",\"receipt\":{\"bricks\":%" APR_INT64_T_FMT
                 ",\"prompt_tokens\":%" APR_INT64_T_FMT ",\"completion_tokens\":%" APR_INT64_T_FMT
                 ",\"total_tokens\":%" APR_INT64_T_FMT ",\"tokens_per_brick\":%" APR_INT64_T_FMT
                 "},\"removed\":%d}",
                 app_id, receipt->bricks, receipt->prompt_tokens, receipt->completion_tokens,
                 receipt->prompt_tokens + receipt->completion_tokens, receipt->tokens_per_brick,
                 removed);
    return json.data;
}

const char *apps_tell_failed(wall_cx_t *cx, const char *code, const char *message, int retryable,
                             int refunded)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 512);
    wall_buf_str(&json, "{\"code\":");
    wall_json_string(&json, code);
    wall_buf_str(&json, ",\"message\":");
    wall_json_string(&json, message);
    wall_buf_fmt(&json, ",\"retryable\":%s,\"refunded\":%s}", retryable ? "true" : "false",
                 refunded ? "true" : "false");
    return json.data;
}

const char *apps_tell_cancelled(wall_cx_t *cx, int refunded)
{
    return refunded ? "{\"refunded\":true}" : "{\"refunded\":false}";
}

int apps_code_retryable(const char *code)
{
    return code == NULL || strcmp(code, "MODEL_NOT_FOUND") != 0;
}

static wall_rc_t tell(wall_cx_t *cx, const char *job_id, const char *event, const char *json)
{
    return wall_db_exec(cx, sql_outbox_add(event, apr_pstrcat(cx->pool, "job:", job_id, NULL), json),
                        NULL);
}

/* ---- the steps ---- */

/** One step of a claimed job; which members count depends on the step. */
typedef struct step_t {
    const apps_claim_t *claim;
    const apps_result_t *result;
    const apps_failure_t *failure;
    int waiting; /* the job is not processing but queued: its hold has expired */
} step_t;

/** The doorbells a committed step rings; a step has no other effect outside the database. */
static void ring_outbox(wall_cx_t *cx, void *baton)
{
    outbox_ring(cx);
}

static wall_rc_t lost(apr_int64_t affected)
{
    return affected == 0 ? WALL_E_CONFLICT : WALL_OK;
}

static wall_rc_t complete_work(wall_cx_t *cx, void *baton)
{
    const step_t *step = baton;
    const apps_claim_t *claim = step->claim;
    const apps_result_t *r = step->result;
    apr_int64_t total = r->prompt_tokens + r->completion_tokens;
    apr_int64_t cost = apps_job_cost(claim, total);
    apps_receipt_t receipt = { cost, r->prompt_tokens, r->completion_tokens,
                               claim->tokens_per_brick };
    apr_int64_t affected = 0;
    bricks_resolution_t paid;
    wall_rc_t rc = wall_db_exec(cx, sql_jobs_complete(cost, r->prompt_tokens, r->completion_tokens,
                                                      total, claim->job_id, claim->fence),
                                &affected);

    if (rc != WALL_OK || (rc = lost(affected)) != WALL_OK) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_apps_complete(r->code.html, r->code.css, r->code.js, r->model,
                                            r->generation_ms, claim->app_id),
                      NULL);
    if (rc == WALL_OK) {
        rc = bricks_capture(cx, claim->job_id, cost, &paid);
    }
    if (rc == WALL_OK && !paid.resolved) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00570) "job %s: its hold was gone before it was done",
                           claim->job_id);
    }
    if (rc == WALL_OK) {
        rc = tell(cx, claim->job_id, "job.completed",
                  apps_tell_completed(cx, claim->app_id, &receipt, r->code.removed));
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_outbox_add_post_of_app(claim->app_id), NULL);
    }
    if (rc == WALL_OK) {
        wall_db_after_commit(cx, ring_outbox, NULL);
    }
    return rc;
}

wall_rc_t apps_job_complete(wall_cx_t *cx, const apps_claim_t *claim, const apps_result_t *result)
{
    step_t step = { .claim = claim, .result = result };

    return wall_db_tx(cx, complete_work, &step);
}

/** The end without an app: everything held goes back. */
static wall_rc_t give_up_work(wall_cx_t *cx, void *baton)
{
    const step_t *step = baton;
    const apps_claim_t *claim = step->claim;
    const apps_failure_t *f = step->failure;
    const char *code = apps_failure_code(f->reason), *reason = apps_failure_symbol(f->reason);
    bricks_resolution_t back = { 0 };
    apr_int64_t affected = 0;
    const char *message;
    wall_rc_t rc;

    message = apps_failure_text(cx, reason, NULL, f->seconds, claim->held, 0);
    rc = wall_db_exec(cx,
                      sql_jobs_fail(code, message, reason, f->seconds, claim->job_id, claim->fence,
                                    step->waiting ? "queued" : "processing"),
                      &affected);
    if (rc != WALL_OK || (rc = lost(affected)) != WALL_OK) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_apps_set_status("failed", claim->app_id), NULL);
    if (rc == WALL_OK) {
        rc = bricks_release(cx, claim->job_id, &back);
    }
    if (rc == WALL_OK) {
        rc = tell(cx, claim->job_id, "job.failed",
                  apps_tell_failed(cx, code, message, apps_code_retryable(code), back.resolved));
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_outbox_add_post_of_app(claim->app_id), NULL);
    }
    if (rc == WALL_OK) {
        wall_db_after_commit(cx, ring_outbox, NULL);
    }
    return rc;
}

/** Pause before attempt n + 1: 2^n seconds and up to a quarter more, so that many do not come at once. */
static apr_int64_t pause_ms(const wall_cx_t *cx, apr_int64_t attempts, int soon)
{
    apr_int64_t base = soon ? 200 : 1000LL << (attempts < 6 ? attempts : 6);
    unsigned long jitter = strtoul(wall_random_hex(cx->pool, 2), NULL, 16);

    return base + (apr_int64_t)(jitter % (unsigned long)(base / 4));
}

static wall_rc_t again_work(wall_cx_t *cx, void *baton)
{
    const step_t *step = baton;
    const apps_claim_t *claim = step->claim;
    apr_int64_t delay = pause_ms(cx, claim->attempts, step->failure->soon);
    apr_int64_t affected = 0;
    const apps_failure_t *f = step->failure;
    const char *reason = apps_failure_symbol(f->reason);
    const char *message = apps_failure_text(cx, reason, NULL, f->seconds, claim->held, 1);
    wall_rc_t rc = wall_db_exec(cx, sql_jobs_again(delay, apps_failure_code(f->reason), message,
                                                   reason, f->seconds, claim->job_id, claim->fence),
                                &affected);

    if (rc != WALL_OK || (rc = lost(affected)) != WALL_OK) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_apps_set_status("queued", claim->app_id), NULL);
    if (rc == WALL_OK) {
        rc = tell(cx, claim->job_id, "job.queued",
                  apr_psprintf(cx->pool, "{\"position\":0,\"total\":0,\"eta_s\":%" APR_INT64_T_FMT "}",
                               (delay + 999) / 1000));
    }
    if (rc == WALL_OK) {
        wall_db_after_commit(cx, ring_outbox, NULL);
    }
    return rc;
}

wall_rc_t apps_job_fail(wall_cx_t *cx, const apps_claim_t *claim, const apps_failure_t *failure)
{
    step_t step = { .claim = claim, .failure = failure };
    int again = failure->again && claim->attempts < claim->max_attempts;

    return wall_db_tx(cx, again ? again_work : give_up_work, &step);
}

static wall_rc_t hand_back_work(wall_cx_t *cx, void *baton)
{
    const apps_claim_t *claim = baton;
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_jobs_hand_back(claim->job_id, claim->fence), &affected);

    if (rc != WALL_OK || (rc = lost(affected)) != WALL_OK) {
        return rc;
    }
    return wall_db_exec(cx, sql_apps_set_status("queued", claim->app_id), NULL);
}

wall_rc_t apps_job_hand_back(wall_cx_t *cx, const apps_claim_t *claim)
{
    apps_claim_t copy = *claim;
    wall_rc_t rc = wall_db_tx(cx, hand_back_work, &copy);

    if (rc == WALL_OK) {
        (void)wall_queue_ring(cx, APPS_QUEUE, claim->job_id, claim->user_id, (int)claim->priority);
    }
    return rc;
}

wall_rc_t apps_job_give_up(wall_cx_t *cx, const apps_claim_t *claim, const apps_failure_t *failure,
                           int waiting)
{
    step_t step = { .claim = claim, .failure = failure, .waiting = waiting };

    return wall_db_tx(cx, give_up_work, &step);
}
