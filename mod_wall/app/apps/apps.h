/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_APPS_H
#define WALL_APP_APPS_H

/**
 * @file apps.h
 * Mini-apps a model writes from a prompt: asking for one, following its job, and its page on the
 * apps host. The worker's side of a job is apps_jobs.h, reading the model's answer answer.h.
 */
#include "app/users/users.h"
#include "core/buf.h"
#include "core/cx.h"
#include "core/route.h"

#define APPS_PROMPT_MIN 10
#define APPS_PROMPT_MAX 2000
#define APPS_TITLE_MAX  60 /* code points */

/** Name of the queue jobs wait in (io/queue.h). */
#define APPS_QUEUE "ai"

/** A title from a prompt: its first six words or so, at most APPS_TITLE_MAX. Pure. */
const char *apps_title(apr_pool_t *pool, const char *prompt);

/** The parts of an app, as stored. */
typedef struct apps_code_t {
    const char *title;
    const char *html_content;
    const char *css_content;
    const char *js_content;
} apps_code_t;

/**
 * The complete document served on the apps host. Wall's own script comes first: it takes away what
 * could talk past the Content-Security-Policy and tells the parent page the app's height. Works
 * also when the HTML is a whole document of its own. Pure.
 * @param origin where the parent page lives (scheme://host[:port])
 */
void apps_document(wall_buf_t *out, const apps_code_t *code, const char *origin);

/**
 * The page of the app with this random name.
 * @param html in cx->pool. @return WALL_E_NOT_FOUND (recorded) unless there is a completed one
 */
wall_rc_t apps_page(wall_cx_t *cx, const char *public_name, const char **html);

/** Events after which a job's channel is silent; ends with NULL. */
extern const char *const apps_final_events[];
/**
 * Adds to @a stream the channels of those of the jobs that the viewer may see, each with where the
 * job stands now; the others are left out.
 * @param job_ids JSON array of ids, each once
 */
wall_rc_t apps_watch_jobs(wall_cx_t *cx, const char *job_ids, wall_stream_t *stream);

/** An app as it is shown, with its code. */
typedef struct apps_app_t {
    apr_int64_t app_id;
    apr_int64_t post_id;
    users_card_t author; /* who asked for it */
    const char *title;
    const char *user_prompt;
    const char *status;
    const char *job_id;
    const char *public_name; /* becomes url; not shown */
    const char *url;
    const char *generation_model;
    apr_int64_t *generation_time;
    int is_demo;
    apr_int64_t *actual_bricks_cost;
    apr_int64_t *prompt_tokens;
    apr_int64_t *completion_tokens;
    apr_int64_t *total_tokens;
    apr_int64_t tokens_per_brick;
    const char *html_content;
    const char *css_content;
    const char *js_content;
    apr_time_t created_at;
    apr_time_t updated_at;
} apps_app_t;

extern const wall_shape_t apps_app_shape;

typedef struct apps_which_t {
    apr_int64_t app_id;
} apps_which_t;

/** The app as the viewer may see it. @return WALL_E_NOT_FOUND (recorded) also when they may not */
wall_rc_t apps_get(wall_cx_t *cx, const apps_which_t *in, apps_app_t *out);

/** A job as it is shown. What is 0 or NULL is not known, or not yet. */
typedef struct apps_job_t {
    const char *job_id;
    apr_int64_t app_id;
    apr_int64_t post_id;
    apr_int64_t user_id; /* whose it is; not shown */
    const char *status;
    apr_int64_t position;
    apr_int64_t total;
    apr_int64_t *eta_s;
    apr_int64_t progress_percentage;
    apr_int64_t attempts;
    apr_int64_t max_attempts;
    apr_int64_t estimated_bricks_min;
    apr_int64_t estimated_bricks_max;
    apr_int64_t *actual_bricks_cost;
    apr_int64_t *prompt_tokens;
    apr_int64_t *completion_tokens;
    apr_int64_t *total_tokens;
    apr_int64_t tokens_per_brick;
    const char *generation_model;
    const char *error_code;
    const char *error_message; /* in the reader's language */
    const char *error_reason;  /* symbol of APPS_FAILURES; not shown */
    apr_int64_t error_seconds; /* its number; not shown */
    int refunded;
    apr_time_t created_at;
    apr_time_t started_at;
    apr_time_t completed_at;
    apr_time_t failed_at;
} apps_job_t;

extern const wall_shape_t apps_job_shape;

typedef struct apps_which_job_t {
    const char *job_id;
} apps_which_job_t;

/** The job as the viewer may see it. @return WALL_E_NOT_FOUND (recorded) also when they may not */
wall_rc_t apps_get_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out);
/** Stops the viewer's own job and returns its bricks. WALL_E_CONFLICT when it has ended already. */
wall_rc_t apps_cancel_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out);

/** Routes of the domain, for app/routes.c. */
extern const wall_route_t apps_routes[];

#endif
