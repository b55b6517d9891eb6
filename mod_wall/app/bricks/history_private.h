/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_HISTORY_PRIVATE_H
#define WALL_APP_BRICKS_HISTORY_PRIVATE_H

/** @file history_private.h What the files of the history share. */
#include "app/bricks/history.h"

/** Which of the user's rows: since_id <= transaction_id < before. */
typedef struct history_bounds_t {
    apr_int64_t since_id;
    apr_int64_t before;
} history_bounds_t;

extern const wall_shape_t history_movement_shape;
extern const wall_shape_t history_detail_shape;
extern const wall_shape_t history_step_shape;

/** The ids of the days asked for. @return WALL_E_VALIDATION when they are the wrong way round */
wall_rc_t history_bounds(wall_cx_t *cx, const history_list_in_t *in, history_bounds_t *out);
/** At most @a max_rows that fit the filters among the first few thousand of @a bounds. */
wall_rc_t history_read(wall_cx_t *cx, const history_list_in_t *in, const history_bounds_t *bounds,
                       apr_int64_t max_rows, apr_array_header_t **rows);
/** The id history_read() stopped at; 0 when it saw all of @a bounds. */
wall_rc_t history_looked(wall_cx_t *cx, const history_bounds_t *bounds, apr_int64_t *last);

#endif
