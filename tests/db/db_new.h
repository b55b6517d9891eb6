/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DB_DB_NEW_H
#define TESTS_DB_DB_NEW_H

/** @file db_new.h Rows that tests begin with, under names nobody has. */
#include "io/db.h"

/** Somebody without bricks. */
wall_rc_t db_new_user(wall_cx_t *cx, apr_int64_t *user_id);

/** An app of theirs that nobody has begun to write, on a wall of its own. */
wall_rc_t db_new_app(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *app_id);

#endif
