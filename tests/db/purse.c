/* SPDX-License-Identifier: Apache-2.0 */
#include "purse.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "db_new.h"
#include "db_stmt.h"

DB_STMT(purse_add_jobs, "INSERT INTO ai_generation_jobs (job_id, app_id, user_id, estimated_bricks_min, "
                    "estimated_bricks_max, tokens_per_brick) "
                    "WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %lld) "
                    "SELECT CONCAT(%s, LPAD(i, 6, '0')), %lld, %lld, 1, 1, 100 FROM n", 0, 4, "isii");

void purse_fail(wall_cx_t *cx, const char *what)
{
    fprintf(stderr, "%s: %s\n", what,
            cx != NULL && cx->failure_log != NULL ? cx->failure_log : "it failed");
    exit(1);
}

static void say(void *baton, wall_log_level_t level, const char *line)
{
    if (level <= WALL_LOG_WARN)
        fprintf(stderr, "%s\n", line);
}

wall_cx_t *purse_cx(void)
{
    static const wall_logger_t logger = { .write = say, .max_level = WALL_LOG_WARN };
    wall_site_t *site;
    apr_pool_t *pool;
    wall_cx_t *cx;

    apr_pool_create_unmanaged_ex(&pool, NULL, NULL);
    cx = apr_pcalloc(pool, sizeof *cx);
    site = wall_site_new(pool);
    if (wall_site_finish(site, pool) != NULL)
        purse_fail(NULL, "the settings");
    cx->pool = pool;
    site->mail = "file:/nowhere"; /* so that what is told is queued in the same transaction */
    cx->site = site;
    cx->logger = &logger;
    cx->now = apr_time_now();
    cx->db = wall_db_new(pool, wall_db_direct(pool, "mysql", getenv("WALL_TEST_DB_PARAMS"), &logger));
    return cx;
}

static wall_rc_t purse_work(wall_cx_t *cx, void *baton)
{
    purse_t *purse = baton;
    wall_rc_t rc = db_new_user(cx, &purse->user_id);

    if (rc == WALL_OK)
        rc = bricks_open_account(cx, purse->user_id, purse->balance);
    return rc == WALL_OK ? db_new_app(cx, purse->user_id, &purse->app_id) : rc;
}

purse_t purse_new(wall_cx_t *cx, apr_int64_t balance)
{
    purse_t purse = { .balance = balance };

    if (wall_db_tx(cx, purse_work, &purse) != WALL_OK)
        purse_fail(cx, "a user");
    return purse;
}

const char *purse_jobs(wall_cx_t *cx, const purse_t *purse, int count)
{
    const char *prefix = wall_random_hex(cx->pool, 14);

    if (wall_db_exec(cx, DB_QUERY(purse_add_jobs, INT(count), TEXT(prefix), INT(purse->app_id),
                                  INT(purse->user_id)),
                     NULL) != WALL_OK)
        purse_fail(cx, "jobs");
    return prefix;
}

const char *purse_job(apr_pool_t *pool, const char *prefix, int n)
{
    return apr_psprintf(pool, "%s%06d", prefix, n);
}

wall_rc_t purse_hold(wall_cx_t *cx, void *baton)
{
    const purse_job_t *spend = baton;

    return bricks_hold(cx, spend->user_id, spend->job_id, 1);
}

wall_rc_t purse_capture(wall_cx_t *cx, void *baton)
{
    const purse_job_t *spend = baton;
    bricks_resolution_t out;

    return bricks_capture(cx, spend->job_id, 1, &out);
}
