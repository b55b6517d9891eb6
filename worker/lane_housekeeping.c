/* SPDX-License-Identifier: Apache-2.0 */
/* The lane that sees to it that everything ends, whatever died. */
#include <apr_strings.h>
#include <string.h>
#include <unistd.h>

#include "app/apps/apps.h"
#include "app/apps/apps_jobs.h"
#include "app/auth/auth.h"
#include "app/bricks/bricks.h"
#include "app/oauth/oauth.h"
#include "app/outbox/outbox.h"
#include "app/users/users.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/redis.h"
#include "io/sql_statements.h"
#include "worker/worker.h"

#define OUTBOX_WAIT_MS  200
#define HEARTBEAT_TTL   15
#define SWEEP_BATCH     1000
#define EVERY_SECOND    apr_time_from_sec(1)
#define EVERY_CHECK     apr_time_from_sec(10)
#define EVERY_SWEEP     apr_time_from_sec(60)

static void heartbeat(wall_cx_t *cx)
{
    const char *json = apr_psprintf(cx->pool, "{\"pid\":%d}", (int)getpid());

    (void)wall_redis_set(cx, apr_psprintf(cx->pool, "worker:housekeeping:%d", (int)getpid()),
                         wall_bytes_of(json), HEARTBEAT_TTL);
}

/** Leases and pauses: cheap, by index. */
static wall_rc_t each_second(wall_cx_t *cx)
{
    wall_rc_t rc = apps_jobs_reclaim(cx);

    return rc == WALL_OK ? apps_jobs_ring(cx, 0) : rc;
}

/** What Redis forgot, holds that ran out, and how long a job takes these days. */
static wall_rc_t each_check(wall_cx_t *cx)
{
    apr_int64_t mean_ms = 0;
    wall_rc_t rc = apps_jobs_ring(cx, 1);

    heartbeat(cx);
    if (rc == WALL_OK) {
        rc = apps_jobs_expire(cx);
    }
    if (rc == WALL_OK && (rc = apps_mean_ms(cx, &mean_ms)) == WALL_OK) {
        wall_queue_announce(cx, APPS_QUEUE, mean_ms / cx->site->ai_workers + 1);
    }
    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
}

/** What need not be kept any longer, and what estimates learn from. */
static wall_rc_t each_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_exec(cx, sql_idempotency_sweep(SWEEP_BATCH), NULL);

    if (rc == WALL_OK) {
        rc = users_forget_names(cx);
    }
    if (rc == WALL_OK) {
        rc = bricks_learn(cx);
    }
    return rc == WALL_OK ? auth_sweep(cx) : rc;
}

/** @return 1 when @a due has come; it is set to the next time. */
static int due(apr_time_t *when, apr_time_t now, apr_interval_time_t every)
{
    if (now < *when) {
        return 0;
    }
    *when = now + every;
    return 1;
}

int lane_housekeeping_run(const lane_t *lane)
{
    apr_time_t second = 0, check = 0, sweep = apr_time_now() + EVERY_CHECK;
    apr_time_t oauth = sweep;

    while (!lane_stopping()) {
        wall_cx_t *cx = lane_cx(lane);
        int told = 0;
        wall_rc_t rc = outbox_drain(cx, &told);

        if (rc == WALL_OK && due(&second, cx->now, EVERY_SECOND)) {
            rc = each_second(cx);
        }
        if (rc == WALL_OK && due(&check, cx->now, EVERY_CHECK)) {
            rc = each_check(cx);
        }
        if (rc == WALL_OK && due(&sweep, cx->now, EVERY_SWEEP)) {
            rc = each_sweep(cx);
        }
        if (rc == WALL_OK && due(&oauth, cx->now, EVERY_SWEEP)) {
            rc = oauth_keep(cx);
        }
        if (rc != WALL_OK) {
            apr_sleep(apr_time_from_msec(OUTBOX_WAIT_MS)); /* the database is away; logged there */
        }
        if (told == 0) {
            wall_db_release(cx);
            wall_redis_wait(cx, OUTBOX_BELL, OUTBOX_WAIT_MS);
        }
        apr_pool_destroy(cx->pool);
    }
    return 0;
}
