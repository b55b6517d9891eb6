/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_PRIVATE_H
#define WALL_APP_BRICKS_PRIVATE_H

/** @file bricks_private.h What the files of bricks/ share; nobody else includes it. */
#include "app/bricks/bricks_actions.h"
#include "core/fields.h"

/** A user's row while it is decided whether something may be held. */
typedef struct bricks_limit_row_t {
    apr_int64_t available;
    apr_int64_t monthly_limit; /* 0 = none */
    apr_time_t now;            /* the database's clock */
} bricks_limit_row_t;
extern const wall_shape_t bricks_limit_row_shape;

/** Whether @a amount more fits into @a limit. @return WALL_E_SPENDING_LIMIT with its details if not */
wall_rc_t bricks_check_limit(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t limit, apr_time_t now,
                             apr_int64_t amount);

#endif
