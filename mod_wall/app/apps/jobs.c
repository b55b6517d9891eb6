/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs as people meet them: looking, watching, cancelling. */
#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps_actions.h"
#include "app/apps/apps_jobs.h"
#include "app/outbox/outbox.h"
#include "core/site.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/redis.h"
#include "io/sql_statements.h"

/* How long a cancelled job's flag stays for a worker that has not noticed. */
#define CANCEL_FLAG_SECONDS 600

static int is(const apps_job_t *job, const char *status)
{
    return strcmp(job->status, status) == 0;
}

/** Where a waiting job stands. One that Redis has not heard of yet will come last. */
static void add_place(wall_cx_t *cx, apps_job_t *job)
{
    wall_queue_place_t place = { 0 };
    apr_int64_t eta_ms;

    if (!is(job, "queued") || wall_queue_place(cx, APPS_QUEUE, job->job_id, &place) != WALL_OK) {
        return;
    }
    if (place.position == 0) {
        place.position = ++place.total;
    }
    job->position = place.position;
    job->total = place.total;
    eta_ms = wall_queue_eta(cx, APPS_QUEUE);
    if (eta_ms > 0) {
        job->eta_s = apr_palloc(cx->pool, sizeof *job->eta_s);
        *job->eta_s = (place.position * eta_ms + 999) / 1000;
    }
}

/** What the row does not hold. */
static void complete(wall_cx_t *cx, apps_job_t *job)
{
    job->error_message =
        apps_failure_text(cx, job->error_reason, job->error_message, job->error_seconds,
                          job->estimated_bricks_max, !is(job, "failed"));
    add_place(cx, job);
}

wall_rc_t apps_get_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_jobs_get(cx->viewer.user_id, in->job_id),
                               &apps_job_row_shape, out);

    if (rc == WALL_E_NOT_FOUND) {
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK) {
        complete(cx, out);
    }
    return rc;
}

static const char *queued_json(wall_cx_t *cx, const apps_job_t *job)
{
    const char *eta = job->eta_s ? apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, *job->eta_s) : "null";

    return apr_psprintf(cx->pool, "{\"position\":%" APR_INT64_T_FMT ",\"total\":%" APR_INT64_T_FMT
                        ",\"eta_s\":%s}", job->position, job->total, eta);
}

static apr_int64_t value_of(const apr_int64_t *optional)
{
    return optional ? *optional : 0;
}

const char *const apps_final_events[] = { "job.completed", "job.failed", "job.cancelled", NULL };

/** The job's channel, and where the job stands for who begins to watch it. */
static void add_channel(wall_cx_t *cx, const apps_job_t *job, wall_stream_t *stream)
{
    wall_stream_channel_t *out =
        wall_stream_add(cx->pool, stream, apr_pstrcat(cx->pool, "job:", job->job_id, NULL));

    out->ended = 1;
    if (is(job, "completed")) {
        out->first_event = "job.completed";
        out->first_data = apps_tell_completed(
            cx, job->app_id,
            &(apps_receipt_t){ value_of(job->actual_bricks_cost), value_of(job->prompt_tokens),
                               value_of(job->completion_tokens), job->tokens_per_brick },
            0);
    } else if (is(job, "failed")) {
        out->first_event = "job.failed";
        out->first_data = apps_tell_failed(cx, job->error_code, job->error_message,
                                           apps_code_retryable(job->error_code), job->refunded);
    } else if (is(job, "cancelled")) {
        out->first_event = "job.cancelled";
        out->first_data = apps_tell_cancelled(cx, job->refunded);
    } else if (is(job, "processing")) {
        out->ended = 0;
        out->first_event = "job.started";
        out->first_data =
            apr_psprintf(cx->pool, "{\"attempt\":%" APR_INT64_T_FMT "}", job->attempts);
    } else {
        out->ended = 0;
        out->first_always = 1; /* places change without history */
        out->first_event = "job.queued";
        out->first_data = queued_json(cx, job);
    }
}

wall_rc_t apps_watch_job(wall_cx_t *cx, const apps_which_job_t *in, wall_stream_t *out)
{
    apps_job_t job;
    wall_rc_t rc = apps_get_job(cx, in, &job);

    if (rc == WALL_OK) {
        out->final_events = apps_final_events;
        add_channel(cx, &job, out);
    }
    return rc;
}

wall_rc_t apps_watch_jobs(wall_cx_t *cx, const char *job_ids, wall_stream_t *stream)
{
    apr_array_header_t *jobs;
    wall_rc_t rc = wall_db_list(cx, sql_jobs_seen(job_ids, cx->viewer.user_id),
                                &apps_job_row_shape, &jobs);

    for (int i = 0; rc == WALL_OK && i < jobs->nelts; i++) {
        apps_job_t *job = &APR_ARRAY_IDX(jobs, i, apps_job_t);

        complete(cx, job);
        add_channel(cx, job, stream);
    }
    return rc;
}

/* ---- POST /ai/jobs/{job_id}/cancel ---- */

/** The worker may be in the middle of it: the flag reaches it with its next progress. */
static void stop_worker(wall_cx_t *cx, void *baton)
{
    const char *job_id = baton;

    (void)wall_queue_remove(cx, APPS_QUEUE, job_id);
    (void)wall_redis_set(cx, apr_pstrcat(cx->pool, "cancel:", job_id, NULL),
                         (wall_bytes_t){ "1", 1 }, CANCEL_FLAG_SECONDS);
    outbox_ring(cx);
}

static wall_rc_t cancel_work(wall_cx_t *cx, void *baton)
{
    const apps_job_t *job = baton;
    bricks_resolution_t back = { 0 };
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_jobs_cancel(job->job_id, cx->viewer.user_id), &affected);

    if (rc != WALL_OK || affected == 0) {
        return rc == WALL_OK ? WALL_E_CONFLICT : rc;
    }
    rc = wall_db_exec(cx, sql_apps_set_status("cancelled", job->app_id), NULL);
    if (rc == WALL_OK) {
        rc = bricks_release(cx, job->job_id, &back);
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_outbox_add("job.cancelled",
                                             apr_pstrcat(cx->pool, "job:", job->job_id, NULL),
                                             apps_tell_cancelled(cx, back.resolved)),
                          NULL);
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_outbox_add_post_of_app(job->app_id), NULL);
    }
    if (rc == WALL_OK) {
        wall_db_after_commit(cx, stop_worker, apr_pstrdup(cx->pool, job->job_id));
    }
    return rc;
}

wall_rc_t apps_cancel_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out)
{
    wall_rc_t rc = apps_get_job(cx, in, out);

    if (rc != WALL_OK) {
        return rc;
    }
    if (out->user_id != cx->viewer.user_id) {
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_WHY(JOB_NOT_YOURS));
    }
    if (is(out, "cancelled")) {
        return WALL_OK;
    }
    rc = is(out, "queued") || is(out, "processing") ? wall_db_tx(cx, cancel_work, out)
                                                    : WALL_E_CONFLICT;
    if (rc == WALL_E_CONFLICT) {
        return wall_fail(cx, rc, NULL, WALL_WHY(JOB_ENDED));
    }
    return rc == WALL_OK ? apps_get_job(cx, in, out) : rc;
}
