/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_ACTIONS_H
#define WALL_APP_BRICKS_ACTIONS_H

/** @file bricks_actions.h What bricks_routes.c calls; private to bricks/. */
#include "app/bricks/bricks.h"
#include "app/bricks/status.h"

typedef struct bricks_limit_in_t {
    apr_int64_t monthly_limit;
} bricks_limit_in_t;

typedef struct bricks_estimate_in_t {
    const char *prompt;
} bricks_estimate_in_t;

typedef struct bricks_estimate_t {
    apr_int64_t bricks_min;
    apr_int64_t bricks_max;
    apr_int64_t tokens_per_brick;
    apr_int64_t available;
    int enough;
    apr_int64_t short_by;
    apr_int64_t queue_total;
    apr_int64_t queue_eta_s;
} bricks_estimate_t;

typedef struct bricks_grant_in_t {
    apr_int64_t user_id;
    apr_int64_t amount;
    const char *reason;
} bricks_grant_in_t;

typedef struct bricks_grant_t {
    apr_int64_t transaction_id;
    apr_int64_t user_id;
    apr_int64_t amount;
    apr_int64_t balance;
} bricks_grant_t;

wall_rc_t bricks_estimate(wall_cx_t *cx, const bricks_estimate_in_t *in, bricks_estimate_t *out);
wall_rc_t bricks_show_limit(wall_cx_t *cx, const void *in, bricks_limit_t *out);
wall_rc_t bricks_lock_limit(wall_cx_t *cx, const bricks_limit_in_t *in, void *out);
wall_rc_t bricks_set_limit(wall_cx_t *cx, const bricks_limit_in_t *in, bricks_limit_t *out);
wall_rc_t bricks_grant(wall_cx_t *cx, const bricks_grant_in_t *in, bricks_grant_t *out);

/** Where a user stands with today's bricks. */
wall_rc_t bricks_daily(wall_cx_t *cx, apr_int64_t user_id, bricks_daily_t *out);

#endif
