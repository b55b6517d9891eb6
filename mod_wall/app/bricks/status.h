/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_STATUS_H
#define WALL_APP_BRICKS_STATUS_H

/** @file status.h How somebody stands with bricks: balance, the bricks of the day, the limit. */
#include "app/bricks/bricks.h"
#include "core/fields.h"

typedef enum bricks_day_t {
    BRICKS_DAY_CLAIMED,
    BRICKS_DAY_MISSED,
    BRICKS_DAY_READY,
    BRICKS_DAY_LATER
} bricks_day_t;

/** One of the seven days the page draws. */
typedef struct bricks_week_day_t {
    const char *date;
    apr_int64_t weekday;
    int state; /* bricks_day_t */
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

typedef struct bricks_limit_t {
    apr_int64_t monthly_limit;
    apr_int64_t spent;
    apr_int64_t *remaining; /* NULL: no limit */
    apr_time_t resets_at;
} bricks_limit_t;

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

/** How the viewer stands; changes nothing. */
wall_rc_t bricks_show_balance(wall_cx_t *cx, const void *in, bricks_status_t *out);
/** Gives the viewer the bricks of the day. WALL_E_ALREADY_CLAIMED: they have them; WALL_E_FORBIDDEN: this
 *  site gives none. */
wall_rc_t bricks_claim_daily(wall_cx_t *cx, const void *in, bricks_claim_t *out);

extern const wall_shape_t bricks_daily_shape;
extern const wall_shape_t bricks_limit_shape;
/** GET /bricks/balance */
extern const wall_shape_t bricks_status_shape;

#endif
