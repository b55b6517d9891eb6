/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_RATES_H
#define WALL_APP_BRICKS_RATES_H

/** @file rates.h What things cost on this site, from what they did cost. */
#include "app/bricks/bricks.h"

/** What an app costs where none was finished yet: about the middle of the formula's estimates. */
#define RATES_APP_BRICKS 30

typedef struct rates_model_t {
    const char *model;
    apr_int64_t apps;
    apr_int64_t bricks; /* mean, rounded up */
    apr_int64_t least;
    apr_int64_t most;
    apr_int64_t tokens;
    apr_int64_t writing_ms;
} rates_model_t;

typedef struct rates_t {
    apr_int64_t tokens_per_brick;
    apr_int64_t welcome;
    apr_int64_t daily;
    apr_int64_t streak;
    apr_int64_t streak_max;
    apr_int64_t premium_daily;
    apr_int64_t max_per_job;
    apr_int64_t premium_max_per_job;
    apr_int64_t hold_hours;
    const char *time_zone;
    apr_int64_t app_bricks;
    apr_array_header_t *models; /* of rates_model_t */
} rates_t;
extern const wall_shape_t rates_model_shape;
extern const wall_shape_t rates_shape;

wall_rc_t rates_show(wall_cx_t *cx, const void *in, rates_t *out);

/**
 * What an app costs here on average, at least 1. Each process asks the database once a minute;
 * RATES_APP_BRICKS when that fails.
 */
apr_int64_t rates_app_bricks(wall_cx_t *cx);

/**
 * Who has less is low: what an app of the site's own model costs on average, at least 1. Asked for as often as the
 * number above; fails as the database does.
 */
wall_rc_t rates_low_below(wall_cx_t *cx, apr_int64_t *bricks);

/** How far a balance reaches: the colour and the word for it. */
typedef enum rates_level_t { RATES_OK, RATES_LOW, RATES_BAD } rates_level_t;
/** Three apps or more, one or two, not one. */
rates_level_t rates_level(apr_int64_t available, apr_int64_t app_bricks);

extern const wall_route_t rates_routes[];

#endif
