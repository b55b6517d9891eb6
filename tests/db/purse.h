/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_TESTS_DB_PURSE_H
#define WALL_TESTS_DB_PURSE_H

/** @file purse.h People with bricks and jobs to spend them on, for spend.c and step.c. What fails ends the program. */
#include "app/bricks/bricks.h"
#include "io/db.h"

void purse_fail(wall_cx_t *cx, const char *what);

/** On the server of WALL_TEST_DB_PARAMS (as DBDParams), with Wall's schema; a pool of its own. */
wall_cx_t *purse_cx(void);

typedef struct purse_t {
    apr_int64_t user_id;
    apr_int64_t app_id;
    apr_int64_t balance;
} purse_t;
purse_t purse_new(wall_cx_t *cx, apr_int64_t balance);

/** The common beginning of the ids of @a count waiting jobs, which a number of six digits follows. */
const char *purse_jobs(wall_cx_t *cx, const purse_t *purse, int count);
const char *purse_job(apr_pool_t *pool, const char *prefix, int n);

/** Transactions that hold a brick for a job, and use it. */
typedef struct purse_job_t {
    apr_int64_t user_id;
    const char *job_id;
} purse_job_t;
wall_rc_t purse_hold(wall_cx_t *cx, void *baton);
wall_rc_t purse_capture(wall_cx_t *cx, void *baton);

#endif
