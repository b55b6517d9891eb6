/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_SPENDING_H
#define WALL_APP_BRICKS_SPENDING_H

/** @file spending.h Sums of a user's movements by day, week and month of the site's time zone. */
#include "app/bricks/history.h"

typedef struct spending_in_t {
    int period;
} spending_in_t;

typedef struct spending_part_t {
    const char *source;
    int transaction_type;
    apr_int64_t used;
    apr_int64_t received;
} spending_part_t;

typedef struct spending_span_t {
    const char *since;
    const char *until;
    apr_int64_t used;
    apr_int64_t received;
    apr_array_header_t *parts;
} spending_span_t;

typedef struct spending_t {
    const char *time_zone;
    apr_int64_t used;
    apr_int64_t received;
    apr_array_header_t *items;
} spending_t;

wall_rc_t spending_show(wall_cx_t *cx, const spending_in_t *in, spending_t *out);

extern const wall_route_t spending_routes[];

#endif
