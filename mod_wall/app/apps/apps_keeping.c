/* SPDX-License-Identifier: Apache-2.0 */
/* Housekeeping of jobs: what is due to happen although nobody is left who would do it. */
#include "app/apps/apps.h"
#include "app/apps/apps_jobs.h"
#include "app/bricks/bricks.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

#define BATCH 100
/* Waiting jobs that are compared with Redis at a time: the oldest. */
#define RING_ALL 1000

/** Somebody else having been faster is what fences are for. */
static wall_rc_t settled(wall_cx_t *cx, wall_rc_t rc)
{
    if (rc == WALL_E_CONFLICT) {
        wall_fail_clear(cx);
        return WALL_OK;
    }
    return rc;
}

wall_rc_t apps_jobs_reclaim(wall_cx_t *cx)
{
    static const apps_failure_t gone = {
        .reason = APPS_WORKER_LOST, .again = 1,
    };
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_jobs_overdue(BATCH), &apps_claim_shape, &rows);
    int i;

    for (i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const apps_claim_t *job = &APR_ARRAY_IDX(rows, i, apps_claim_t);
        wall_cx_log(cx, WALL_LOG_WARN,
                    WALLNO(00571) "job %s: lease ran out in attempt %" APR_INT64_T_FMT
                    " of %" APR_INT64_T_FMT,
                    job->job_id, job->attempts, job->max_attempts);
        rc = settled(cx, apps_job_fail(cx, job, &gone));
    }
    return rc;
}

wall_rc_t apps_jobs_ring(wall_cx_t *cx, int all)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, all ? sql_jobs_waiting(RING_ALL) : sql_jobs_due(BATCH),
                                &apps_claim_shape, &rows);
    int i;

    for (i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const apps_claim_t *job = &APR_ARRAY_IDX(rows, i, apps_claim_t);
        if (wall_queue_ring(cx, APPS_QUEUE, job->job_id, job->user_id, (int)job->priority)
            != WALL_OK) {
            break; /* Redis is away: the next round tries again */
        }
    }
    return rc;
}

wall_rc_t apps_oldest_waiting(wall_cx_t *cx, const char **job_id)
{
    apps_claim_t job;
    wall_rc_t rc = wall_db_one(cx, sql_jobs_waiting(1), &apps_claim_shape, &job);

    *job_id = rc == WALL_OK ? job.job_id : NULL;
    return rc;
}

static wall_rc_t release_work(wall_cx_t *cx, void *baton)
{
    const apps_claim_t *job = baton;
    bricks_resolution_t back;

    return bricks_release(cx, job->job_id, &back);
}

wall_rc_t apps_jobs_expire(wall_cx_t *cx)
{
    static const apps_failure_t expired = {
        .reason = APPS_EXPIRED,
    };
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_jobs_expired(BATCH), &apps_claim_shape, &rows);
    int i;

    for (i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        apps_claim_t *job = &APR_ARRAY_IDX(rows, i, apps_claim_t);
        rc = apps_job_give_up(cx, job, &expired, 1);
        if (rc == WALL_E_CONFLICT) {
            /* its job has ended, yet the hold is open: that must not be, but bricks go back anyway */
            wall_fail_clear(cx);
            wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00572) "job %s had ended with its hold open",
                        job->job_id);
            rc = wall_db_tx(cx, release_work, job);
        }
    }
    return rc;
}

wall_rc_t apps_mean_ms(wall_cx_t *cx, apr_int64_t *out)
{
    return wall_db_number(cx, sql_jobs_mean_ms(), out);
}
