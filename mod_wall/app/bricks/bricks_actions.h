/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_ACTIONS_H
#define WALL_APP_BRICKS_ACTIONS_H

/** @file bricks_actions.h What bricks_routes.c calls; private to bricks/. */
#include "app/bricks/bricks.h"

/** One of the seven days the page draws. */
typedef struct bricks_week_day_t {
    const char *date;
    apr_int64_t weekday;
    int state;
} bricks_week_day_t;

typedef struct bricks_daily_t {
    int claimable;
    int automatic;
    apr_int64_t amount;
    apr_int64_t streak_bonus;
    apr_int64_t streak_days;
    apr_time_t next_claim_at;
    apr_time_t day_ends_at;
    const char *time_zone;
    apr_array_header_t *week; /* of bricks_week_day_t */
} bricks_daily_t;
extern const wall_shape_t bricks_daily_shape;

typedef struct bricks_limit_t {
    apr_int64_t monthly_limit;
    apr_int64_t spent;
    apr_int64_t *remaining; /* NULL: no limit */
    apr_time_t resets_at;
} bricks_limit_t;
extern const wall_shape_t bricks_limit_shape;

typedef struct bricks_limit_in_t {
    apr_int64_t monthly_limit;
} bricks_limit_in_t;

/** GET /bricks/balance */
typedef struct bricks_status_t {
    apr_int64_t available;
    apr_int64_t held;
    int is_premium;
    apr_int64_t low_below;
    apr_int64_t debt;
    bricks_daily_t daily;
    bricks_limit_t limit;
} bricks_status_t;

typedef struct bricks_claim_t {
    int claimed;
    apr_int64_t amount;
    apr_int64_t streak_days;
    apr_int64_t streak_bonus;
    apr_time_t next_claim_at;
    apr_int64_t balance;
} bricks_claim_t;

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

wall_rc_t bricks_show_balance(wall_cx_t *cx, const void *in, bricks_status_t *out);
wall_rc_t bricks_estimate(wall_cx_t *cx, const bricks_estimate_in_t *in, bricks_estimate_t *out);
wall_rc_t bricks_claim_daily(wall_cx_t *cx, const void *in, bricks_claim_t *out);
wall_rc_t bricks_show_limit(wall_cx_t *cx, const void *in, bricks_limit_t *out);
wall_rc_t bricks_lock_limit(wall_cx_t *cx, const bricks_limit_in_t *in, void *out);
wall_rc_t bricks_set_limit(wall_cx_t *cx, const bricks_limit_in_t *in, bricks_limit_t *out);
wall_rc_t bricks_grant(wall_cx_t *cx, const bricks_grant_in_t *in, bricks_grant_t *out);

/** Where a user stands with today's bricks. */
wall_rc_t bricks_daily(wall_cx_t *cx, apr_int64_t user_id, bricks_daily_t *out);

#endif
