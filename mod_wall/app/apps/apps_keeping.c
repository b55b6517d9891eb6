/* SPDX-License-Identifier: Apache-2.0 */
/* Housekeeping of jobs: what is due to happen although nobody is left who would do it. */
#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps.h"
#include "app/apps/apps_jobs.h"
#include "app/auth/auth.h"
#include "app/bricks/bricks.h"
#include "io/db.h"
#include "io/events.h"
#include "io/queue.h"
#include "io/redis.h"
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

/* ---- outbox ---- */

typedef struct outbox_row_t {
    apr_int64_t outbox_id;
    const char *topic;
    const char *channel;
    const char *payload;
} outbox_row_t;

static const wall_field_t outbox_fields[] = {
    WALL_I64(outbox_row_t, outbox_id),
    WALL_STR(outbox_row_t, topic),
    WALL_STR(outbox_row_t, channel),
    WALL_STR(outbox_row_t, payload),
    WALL_FIELDS_END
};
static const wall_shape_t outbox_shape = WALL_SHAPE_OF("OutboxRow", outbox_row_t, outbox_fields);

static const char bell[] = "outbox:bell";

static const wall_script_t ring_bell = {
    "ring_bell",
    "redis.call('LPUSH', KEYS[1], 1) redis.call('LTRIM', KEYS[1], 0, 0) return 1"
};

void apps_ring_outbox(wall_cx_t *cx)
{
    const char *keys[] = { bell };

    (void)wall_redis_script(cx, &ring_bell, 1, keys, 0, NULL, NULL);
}

void apps_wait_outbox(wall_cx_t *cx, int timeout_ms)
{
    const char *seconds = apr_psprintf(cx->pool, "%d.%03d", timeout_ms / 1000, timeout_ms % 1000);
    const wall_bytes_t argv[] = { { "BLPOP", 5 }, { bell, sizeof bell - 1 },
                                  { seconds, strlen(seconds) } };
    wall_redis_value_t value;

    if (wall_redis_command(cx, 3, argv, 1u << 1, timeout_ms + 1000, &value) != WALL_OK) {
        apr_sleep(timeout_ms * 1000);
    }
}

static wall_rc_t tell(wall_cx_t *cx, const outbox_row_t *row)
{
    if (strcmp(row->topic, AUTH_MARK_TOPIC) == 0)
        return auth_mark_again(cx, row->channel, row->payload);
    return wall_publish_checked(cx, row->channel, row->topic,
                                (wall_bytes_t){ row->payload, strlen(row->payload) }, NULL, NULL);
}

wall_rc_t apps_outbox_drain(wall_cx_t *cx, int *count)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_outbox_next(BATCH), &outbox_shape, &rows);

    *count = 0;
    for (; rc == WALL_OK && *count < rows->nelts; (*count)++) {
        const outbox_row_t *row = &APR_ARRAY_IDX(rows, *count, outbox_row_t);
        if (tell(cx, row) != WALL_OK) {
            break; /* told when Redis is back */
        }
        rc = wall_db_exec(cx, sql_outbox_done(row->outbox_id), NULL);
    }
    return rc;
}

wall_rc_t apps_mean_ms(wall_cx_t *cx, apr_int64_t *out)
{
    return wall_db_number(cx, sql_jobs_mean_ms(), out);
}

wall_rc_t apps_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_exec(cx, sql_sweep_idempotency_keys(BATCH), NULL);

    return rc == WALL_OK ? wall_db_exec(cx, sql_sweep_sessions(BATCH), NULL) : rc;
}
