/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_LEDGER_CHECK_H
#define WALL_WORKER_LEDGER_CHECK_H

/**
 * @file ledger_check.h
 * The proof that no brick was lost or made: entries sum to zero over all and in each transaction,
 * caches agree with entries, nothing of a user is negative, every hold ended at most once, what is
 * held equals the open holds, expired holds went back, and the chain of days is unbroken. Reads one
 * instant, beside live traffic.
 */
#include "core/cx.h"
#include "core/fields.h"

/* One of the checks takes 20 s where there are 1.5 million transactions. */
#define LEDGER_STATEMENT_SECONDS 1800

/** One breach. */
typedef struct ledger_problem_t {
    const char *check;   /* what should hold, a sentence */
    const char *subject; /* "user 12", "transaction 7" */
    apr_int64_t found;
    apr_int64_t expected;
} ledger_problem_t;

typedef struct ledger_report_t {
    int ok;
    apr_int64_t transactions, entries, users, open_holds, days;
    apr_array_header_t *problems; /* of ledger_problem_t, at most 100 a check */
} ledger_report_t;

extern const wall_shape_t ledger_report_shape;

/** @return WALL_OK when the proof could be made, whatever it says; memory in cx->pool */
wall_rc_t ledger_check(wall_cx_t *cx, ledger_report_t *out);

#endif
