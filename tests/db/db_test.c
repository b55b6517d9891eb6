/* SPDX-License-Identifier: Apache-2.0 */
#include "db_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char db_test_log[65536];

static void keep(void *baton, wall_log_level_t level, const char *line)
{
    size_t used = strlen(db_test_log);

    snprintf(db_test_log + used, sizeof db_test_log - used, "%s\n", line);
    if (getenv("WALL_TEST_VERBOSE") != NULL)
        fprintf(stderr, "    [%d] %s\n", (int)level, line);
}

static const wall_logger_t logger = { .write = keep, .max_level = WALL_LOG_DEBUG };

wall_cx_t *db_test_cx(void)
{
    const char *params = getenv("WALL_TEST_DB_PARAMS");
    apr_pool_t *pool;
    wall_cx_t *cx;

    if (params == NULL) {
        fprintf(stderr, "WALL_TEST_DB_PARAMS is not set: run this through tests/db/with-mariadb\n");
        exit(2);
    }
    apr_pool_create(&pool, NULL);
    cx = apr_pcalloc(pool, sizeof *cx);
    cx->pool = pool;
    cx->logger = &logger;
    cx->now = apr_time_now();
    cx->db = wall_db_new(pool, wall_db_direct(pool, "mysql", params, &logger));
    return cx;
}

void db_test_end(wall_cx_t *cx)
{
    apr_pool_destroy(cx->pool);
}

void db_test_sql(wall_cx_t *cx, const char *sql)
{
    const char *end;

    while ((end = strstr(sql, ";\n")) != NULL) {
        wall_rc_t rc = wall_db_raw(cx, apr_pstrmemdup(cx->pool, sql, (apr_size_t)(end - sql)));

        if (rc != WALL_OK)
            fprintf(stderr, "%s\n", cx->failure_log);
        CU_ASSERT_EQUAL_FATAL(rc, WALL_OK);
        sql = end + 2;
    }
}
