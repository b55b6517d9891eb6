/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DB_DB_STMT_H
#define TESTS_DB_DB_STMT_H

/** @file db_stmt.h Statements of the tests' own, as sql.awk would make them. */
#include "io/db.h"

#define DB_STMT(id, text, rows, n, letters)                                                        \
    static const wall_stmt_t id = { .name = #id, .sql = text, .is_select = rows, .nargs = n,       \
                                    .types = letters }
#define DB_QUERY(id, ...) ((wall_query_t){ .stmt = &(id), .args = { __VA_ARGS__ } })
#define DB_CALL(id)       ((wall_query_t){ .stmt = &(id) })
#define TEXT(s)           { .type = WALL_ARG_STR, .v.str = (s) }
#define INT(n)            { .type = WALL_ARG_I64, .v.i64 = (n) }

#endif
