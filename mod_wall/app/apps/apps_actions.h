/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_APPS_ACTIONS_H
#define WALL_APP_APPS_ACTIONS_H

/** @file apps_actions.h What apps_routes.c calls; private to apps/. */
#include "app/apps/apps.h"
#include "app/bricks/bricks.h"
#include "app/posts/posts.h"

typedef struct apps_generate_in_t {
    const char *prompt;
    const char *content_text;
    const char *wall;
    int visibility;
} apps_generate_in_t;

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
    const char *error_message;
    int refunded;
    apr_time_t created_at;
    apr_time_t started_at;
    apr_time_t completed_at;
    apr_time_t failed_at;
} apps_job_t;

typedef struct apps_generated_t {
    posts_post_t post;
    apps_job_t job;
    bricks_balance_t balance;
} apps_generated_t;

/* Rows read through these shapes hold members that answers do not show. */
extern const wall_shape_t apps_job_row_shape;
extern const wall_shape_t apps_app_row_shape;

typedef struct apps_which_job_t {
    const char *job_id;
} apps_which_job_t;

wall_rc_t apps_generate(wall_cx_t *cx, const apps_generate_in_t *in, apps_generated_t *out);
wall_rc_t apps_get_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out);
wall_rc_t apps_watch_job(wall_cx_t *cx, const apps_which_job_t *in, wall_stream_t *out);
wall_rc_t apps_cancel_job(wall_cx_t *cx, const apps_which_job_t *in, apps_job_t *out);

#endif
