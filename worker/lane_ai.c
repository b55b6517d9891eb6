/* SPDX-License-Identifier: Apache-2.0 */
/* The lane that writes apps: pop, claim, write, complete; one job at a time. */
#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps.h"
#include "app/apps/apps_jobs.h"
#include "io/events.h"
#include "io/queue.h"
#include "worker/model.h"
#include "worker/worker.h"

#define POP_WAIT_MS     1000
#define PROBE_EVERY     apr_time_from_sec(10)
#define PROBE_DOWN_EVERY apr_time_from_sec(1)
#define HEARTBEAT_EVERY apr_time_from_sec(5)
/* How long a finished app is kept in memory for a database that is away. */
#define STORE_TRIES     120
#define STORE_PAUSE     apr_time_from_msec(500)

static int transient(wall_rc_t rc)
{
    return rc == WALL_E_DB_UNAVAILABLE || rc == WALL_E_BUSY;
}

/** Ends a claimed job; again while the database is away. A step that happened does not repeat. */
static wall_rc_t conclude(wall_cx_t *cx, model_end_t end, const model_t *model,
                          const apps_claim_t *claim, const apps_result_t *result,
                          const apps_failure_t *failure)
{
    wall_rc_t rc = WALL_OK;
    int tries;

    for (tries = 0; tries < STORE_TRIES; tries++) {
        wall_fail_clear(cx);
        switch (end) {
        case MODEL_DONE: rc = apps_job_complete(cx, claim, result); break;
        case MODEL_FAILED: rc = apps_job_fail(cx, claim, failure); break;
        case MODEL_STOPPED: rc = apps_job_hand_back(cx, claim); break;
        case MODEL_LOST: rc = WALL_E_CONFLICT; break;
        }
        if (!transient(rc)) {
            return rc;
        }
        model_heartbeat(cx, model);
        apr_sleep(STORE_PAUSE);
    }
    return rc;
}

/** One claimed job from its first event to its end. */
static void work(const lane_t *lane, wall_cx_t *cx, model_t *model, const apps_claim_t *claim)
{
    static const apps_failure_t unstored = { .reason = APPS_NOT_STORED, .again = 1 };
    static const char *const ends[] = { [MODEL_DONE] = "done", [MODEL_FAILED] = "failed",
                                        [MODEL_LOST] = "lost", [MODEL_STOPPED] = "handed back" };
    const char *channel = apr_pstrcat(cx->pool, "job:", claim->job_id, NULL);
    const char *json = apr_psprintf(cx->pool, "{\"attempt\":%" APR_INT64_T_FMT "}", claim->attempts);
    apps_result_t result = { 0 };
    apps_failure_t failure = { 0 };
    model_end_t end;
    const char *code;
    wall_rc_t rc;

    wall_events_reset(cx, channel);
    wall_publish(cx, channel, "job.started", wall_bytes_of(json));
    wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00720) "job %s attempt %" APR_INT64_T_FMT
                " started after %" APR_INT64_T_FMT " us", claim->job_id, claim->attempts,
                claim->waited_us);
    end = model_write(lane, cx, model, claim, &result, &failure);
    rc = conclude(cx, end, model, claim, &result, &failure);
    if (rc != WALL_OK && rc != WALL_E_CONFLICT && end == MODEL_DONE) {
        wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00721) "job %s could not be stored", claim->job_id);
        rc = conclude(cx, MODEL_FAILED, model, claim, &result, &unstored);
    }
    code = apps_failure_code(failure.reason);
    wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00722) "job %s attempt %" APR_INT64_T_FMT " %s%s%s%s",
                claim->job_id, claim->attempts, ends[end], code ? ": " : "",
                code ? code : "",
                rc == WALL_E_CONFLICT && end != MODEL_LOST ? ", too late: it is somebody else's" : "");
}

/** The next job: from the doorbell, or from the table itself while there is no Redis. */
static wall_rc_t next_job(wall_cx_t *cx, const char **job_id)
{
    wall_rc_t rc = wall_queue_pop(cx, APPS_QUEUE, POP_WAIT_MS, job_id);

    if (rc == WALL_E_REDIS_UNAVAILABLE && !lane_stopping()) {
        apr_sleep(apr_time_from_msec(POP_WAIT_MS));
        rc = apps_oldest_waiting(cx, job_id);
    }
    return rc;
}

int lane_ai_run(const lane_t *lane)
{
    model_t model = { 0 };
    apr_time_t beat_at = 0;

    while (!lane_stopping()) {
        wall_cx_t *cx = lane_cx(lane);
        const char *job_id;
        apps_claim_t claim;

        if (cx->now - model.asked_at >= (model.reachable ? PROBE_EVERY : PROBE_DOWN_EVERY)) {
            model_probe(cx, &model);
            beat_at = 0;
        }
        if (cx->now - beat_at >= HEARTBEAT_EVERY) {
            model_heartbeat(cx, &model);
            beat_at = cx->now;
        }
        if (!model.reachable) {
            /* jobs wait: taking them now would only use up their attempts */
            apr_sleep(PROBE_DOWN_EVERY);
        } else if (next_job(cx, &job_id) == WALL_OK) {
            wall_rc_t rc = apps_job_claim(cx, job_id, &claim);
            if (rc == WALL_OK) {
                wall_queue_announce(cx, APPS_QUEUE, 0);
                work(lane, cx, &model, &claim);
                beat_at = 0;
            } else if (transient(rc)) {
                apr_sleep(STORE_PAUSE); /* housekeeping rings again */
            }
        }
        apr_pool_destroy(cx->pool);
    }
    return 0;
}
