/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ADMIN_NUMBERS_H
#define WALL_APP_ADMIN_NUMBERS_H

/** @file numbers.h The site in numbers, for /metrics and the administrator. */
#include "core/cx.h"
#include "core/fields.h"
#include "core/route.h"

typedef struct numbers_jobs_t {
    apr_int64_t queued, processing, completed, failed, cancelled;
} numbers_jobs_t;

typedef struct numbers_bricks_t {
    apr_int64_t available;
    apr_int64_t held;
    apr_int64_t debt;
    apr_int64_t users;
    apr_int64_t treasury;
    apr_int64_t revenue;
    apr_int64_t sales;
    apr_int64_t holds_open;
} numbers_bricks_t;
extern const wall_shape_t numbers_bricks_shape;

/** Purchases of one status. */
typedef struct numbers_purchases_t {
    const char *status;
    apr_int64_t purchases;
    apr_int64_t bricks; /* what they gave and was not taken back */
} numbers_purchases_t;
extern const wall_shape_t numbers_purchases_shape;

/** A proof of the ledger. */
typedef struct numbers_check_t {
    apr_time_t started_at;
    apr_int64_t took_ms;
    int ok;
    apr_int64_t transactions;
    apr_int64_t entries;
    apr_int64_t users;
    apr_int64_t open_holds;
    apr_int64_t days;
    apr_int64_t breaches;
    const char *first_breach;
} numbers_check_t;
extern const wall_shape_t numbers_check_shape;

/** What the administrator's page about bricks shows. */
typedef struct numbers_ledger_t {
    numbers_bricks_t totals;
    apr_array_header_t *purchases; /* of numbers_purchases_t */
    numbers_check_t *check;        /* NULL before the first */
    const char *check_state;       /* of the night's: queued, running, done */
} numbers_ledger_t;

wall_rc_t numbers_ledger(wall_cx_t *cx, const void *in, numbers_ledger_t *out);
/** Has the night's proof made once more; the worker does it within minutes, at any hour. */
wall_rc_t numbers_check_again(wall_cx_t *cx, const void *in, numbers_ledger_t *out);

extern const wall_route_t numbers_routes[];

wall_rc_t numbers_bricks(wall_cx_t *cx, numbers_bricks_t *out);
wall_rc_t numbers_purchases(wall_cx_t *cx, apr_array_header_t **out);
/** WALL_E_NOT_FOUND (not recorded) before the first has come to its end. */
wall_rc_t numbers_check(wall_cx_t *cx, numbers_check_t *out);

/**
 * Appends what the database and Redis know of the site, in the format of core/metrics.h. Each process asks
 * the database once a minute. What cannot be had is left out, which is what a monitor understands.
 */
void numbers_write(wall_cx_t *cx, wall_buf_t *out);

#endif
