/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_check.h"

#include <apr_strings.h>
#include <string.h>

#include "app/bricks/chain.h"
#include "io/db.h"
#include "io/sql_statements.h"

static const wall_field_t problem_fields[] = {
    WALL_STR(ledger_problem_t, check, .doc = "What should hold."),
    WALL_STR(ledger_problem_t, subject, .doc = "Where it does not."),
    WALL_I64(ledger_problem_t, found, .doc = "What was found."),
    WALL_I64(ledger_problem_t, expected, .doc = "What should be there."),
    WALL_FIELDS_END
};
static const wall_shape_t problem_shape =
    WALL_SHAPE_OF("LedgerProblem", ledger_problem_t, problem_fields);

static const wall_field_t report_fields[] = {
    WALL_BOOL(ledger_report_t, ok, .doc = "Nothing is wrong."),
    WALL_I64(ledger_report_t, transactions, .doc = "Transactions checked."),
    WALL_I64(ledger_report_t, entries, .doc = "Entries checked."),
    WALL_I64(ledger_report_t, users, .doc = "Users checked."),
    WALL_I64(ledger_report_t, open_holds, .doc = "Holds not yet resolved."),
    WALL_I64(ledger_report_t, days, .doc = "Closed days whose hashes were computed again."),
    WALL_LIST(ledger_report_t, problems, &problem_shape, .doc = "Every breach."),
    WALL_FIELDS_END
};
const wall_shape_t ledger_report_shape =
    WALL_SHAPE_OF("LedgerReport", ledger_report_t, report_fields);

static wall_rc_t check(wall_cx_t *cx, ledger_report_t *report, const char *sentence,
                       wall_query_t query)
{
    apr_array_header_t *rows = NULL;
    wall_rc_t rc = wall_db_list(cx, query, &problem_shape, &rows);
    int i;

    for (i = 0; rc == WALL_OK && i < rows->nelts; i++)
        APR_ARRAY_IDX(rows, i, ledger_problem_t).check = sentence;
    if (rc == WALL_OK)
        apr_array_cat(report->problems, rows);
    return rc;
}

static wall_rc_t check_chain(wall_cx_t *cx, ledger_report_t *report)
{
    const char *subject;
    wall_rc_t rc = chain_verify(cx, &report->days, &subject);

    if (rc == WALL_OK && subject != NULL)
        *(ledger_problem_t *)apr_array_push(report->problems) = (ledger_problem_t){
            .check = "every closed day is as it was closed", .subject = subject, .found = 1,
        };
    return rc;
}

static wall_rc_t check_all(wall_cx_t *cx, void *baton)
{
    ledger_report_t *r = baton;
    const struct {
        const char *sentence;
        wall_query_t query;
    } checks[] = {
        { "all entries sum to zero", sql_ledger_total() },
        { "the entries of a transaction sum to zero", sql_ledger_transaction_sums() },
        { "a transaction has at least two entries", sql_ledger_transaction_entries() },
        { "a transaction's amount is its entry of the available account",
          sql_ledger_transaction_amounts() },
        { "the cached balance is the sum of the available account", sql_ledger_cache("available") },
        { "the cached held bricks are the sum of the held account", sql_ledger_cache("held") },
        { "no account of a user is negative", sql_ledger_negative() },
        { "the held account is the sum of the open holds", sql_ledger_open_holds() },
        { "a hold is resolved once, an open one never", sql_ledger_resolutions() },
        { "what a hold captured went to the revenue", sql_ledger_captures() },
        { "a balance written down is the sum of the movements so far", sql_ledger_balances() },
        { "a hold that has expired is given back within the hour", sql_ledger_overdue_holds() },
        { "the cached debt is the sum of the open debts", sql_ledger_debts() },
        { "a purchase's bricks are its movements less what is still owed for it",
          sql_ledger_purchases() },
    };
    wall_rc_t rc;
    size_t i;

    memset(r, 0, sizeof *r);
    rc = wall_db_one(cx, sql_ledger_counts(), &ledger_report_shape, r);
    r->problems = apr_array_make(cx->pool, 4, sizeof(ledger_problem_t));
    for (i = 0; i < sizeof checks / sizeof *checks && rc == WALL_OK; i++)
        rc = check(cx, r, checks[i].sentence, checks[i].query);
    if (rc == WALL_OK)
        rc = check_chain(cx, r);
    r->ok = rc == WALL_OK && r->problems->nelts == 0;
    return rc;
}

wall_rc_t ledger_check(wall_cx_t *cx, ledger_report_t *out)
{
    wall_rc_t rc;

    wall_db_patience(cx, LEDGER_STATEMENT_SECONDS);
    rc = wall_db_tx(cx, check_all, out);
    wall_db_patience(cx, 0);
    return rc;
}
