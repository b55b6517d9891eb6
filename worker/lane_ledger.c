/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lane of the nightly proof. Once a night (from 01:10 UTC on, by one of all workers), and once more when asked
 * to, it closes the days that are over, proves the ledger and writes the result to bricks_checks; a breach is an
 * error in the log. On a large ledger this takes minutes, so nothing else waits for this lane. A proof that was
 * broken off by the worker's end is made by the next worker; one whose worker died, six hours later.
 */
#include "worker/ledger_check.h"

#include <apr_strings.h>

#include "app/bricks/chain.h"
#include "io/db.h"
#include "io/sql_statements.h"
#include "worker/worker.h"

#define FIRST_AFTER apr_time_from_sec(10)
#define LOOK_EVERY  apr_time_from_sec(60)
#define PAUSE       apr_time_from_msec(250)

/** Says what the proof has found. @return the first breach, or NULL */
static const char *tell(wall_cx_t *cx, const ledger_report_t *r)
{
    const ledger_problem_t *first;
    const char *breach;

    if (r->ok) {
        wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00747) "the ledger is right: %" APR_INT64_T_FMT
                    " transactions, %" APR_INT64_T_FMT " days", r->transactions, r->days);
        return NULL;
    }
    first = &APR_ARRAY_IDX(r->problems, 0, ledger_problem_t);
    breach = apr_psprintf(cx->pool, "%s, but %s has %" APR_INT64_T_FMT " instead of %" APR_INT64_T_FMT,
                          first->check, first->subject, first->found, first->expected);
    wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00746) "the ledger is wrong in %d places: %s",
                r->problems->nelts, breach);
    return breach;
}

/** Cheap when it has been done. */
static wall_rc_t prove(wall_cx_t *cx)
{
    ledger_report_t r;
    const char *breach;
    apr_int64_t night = 0, mine = 0;
    wall_rc_t rc = wall_db_number(cx, sql_ledger_night(), &night);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_ledger_night_begin(night), &mine);
    if (rc != WALL_OK || mine == 0)
        return rc;
    wall_db_patience(cx, LEDGER_STATEMENT_SECONDS); /* a day may be large */
    rc = chain_close(cx);
    wall_db_patience(cx, 0);
    if (rc == WALL_OK)
        rc = ledger_check(cx, &r);
    if (rc != WALL_OK && lane_stopping()) {
        wall_fail_clear(cx);
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00748) "the proof of the ledger is left to the next worker");
        return wall_db_exec(cx, sql_ledger_night_leave(night), NULL);
    }
    if (rc != WALL_OK) {
        wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00745) "the nightly proof of the ledger could not be made");
        return rc;
    }
    breach = tell(cx, &r);
    return wall_db_exec(cx, sql_ledger_night_end(night, r.ok, r.transactions, r.entries, r.users,
                                                 r.open_holds, r.days, r.problems->nelts, breach),
                        NULL);
}

int lane_ledger_run(const lane_t *lane)
{
    apr_time_t next = apr_time_now() + FIRST_AFTER;

    while (!lane_stopping()) {
        wall_cx_t *cx;

        if (apr_time_now() < next) {
            apr_sleep(PAUSE);
            continue;
        }
        cx = lane_cx(lane);
        (void)prove(cx); /* what fails is logged there */
        wall_db_release(cx);
        apr_pool_destroy(cx->pool);
        next = apr_time_now() + LOOK_EVERY;
    }
    return 0;
}
