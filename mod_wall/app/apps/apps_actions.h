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

typedef struct apps_generated_t {
    posts_post_t post;
    apps_job_t job;
    bricks_balance_t balance;
} apps_generated_t;

/* Rows read through these shapes hold members that answers do not show. */
extern const wall_shape_t apps_job_row_shape;
extern const wall_shape_t apps_app_row_shape;

wall_rc_t apps_generate(wall_cx_t *cx, const apps_generate_in_t *in, apps_generated_t *out);
wall_rc_t apps_watch_job(wall_cx_t *cx, const apps_which_job_t *in, wall_stream_t *out);

#endif
