/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DB_DB_TEST_H
#define TESTS_DB_DB_TEST_H

/** @file db_test.h A context on the private MariaDB of tests/db/with-mariadb. */
#include <CUnit/CUnit.h>
#include <apr_strings.h>

#include "core/cx.h"
#include "core/fields.h"
#include "db_stmt.h"
#include "io/db.h"

/** A fresh context with a connection source of its own; ends with its pool. */
wall_cx_t *db_test_cx(void);
void db_test_end(wall_cx_t *cx);
/** Runs statements separated by ";\n"; fails the test when one fails. */
void db_test_sql(wall_cx_t *cx, const char *sql);
/** The log lines of this process so far. */
extern char db_test_log[65536];

#endif
