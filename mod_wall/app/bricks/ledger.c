/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks.h"

#include <apr_strings.h>
#include <string.h>

#include "core/fields.h"
#include "io/db.h"
#include "io/events.h"
#include "io/sql_statements.h"

/** One movement: how much each account changes. The four sum to zero. */
typedef struct movement_t {
    apr_int64_t user_id;
    const char *type;
    const char *source;
    const char *verb; /* with @c about: the idempotency key */
    const char *about;
    const char *job_id;
    apr_int64_t available;
    apr_int64_t held;
    apr_int64_t treasury;
    apr_int64_t revenue;
} movement_t;

typedef struct hold_row_t {
    apr_int64_t user_id;
    apr_int64_t amount;
    const char *status;
} hold_row_t;

static const wall_field_t hold_row_fields[] = {
    WALL_I64(hold_row_t, user_id),
    WALL_I64(hold_row_t, amount),
    WALL_STR(hold_row_t, status),
    WALL_FIELDS_END
};
static const wall_shape_t hold_row_shape = WALL_SHAPE_OF("HoldRow", hold_row_t, hold_row_fields);

wall_rc_t bricks_balance(wall_cx_t *cx, apr_int64_t user_id, bricks_balance_t *out)
{
    return wall_db_one(cx, sql_bricks_balance_get(user_id), &bricks_balance_shape, out);
}

/** Tells the user's own pages. Read after the commit, so of two tellings the later one is newer. */
static void tell_balance(wall_cx_t *cx, void *baton)
{
    apr_int64_t user_id = *(const apr_int64_t *)baton;
    bricks_balance_t balance;
    wall_buf_t json;

    if (bricks_balance(cx, user_id, &balance) != WALL_OK) {
        wall_fail_clear(cx);
        return;
    }
    wall_buf_init(&json, cx->pool, 64);
    wall_fields_encode(&json, &bricks_balance_shape, &balance);
    wall_publish_passing(cx, apr_psprintf(cx->pool, "user:%" APR_INT64_T_FMT, user_id),
                         "bricks.balance", (wall_bytes_t){ json.data, json.len });
}

static void tell_after_commit(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_int64_t *baton = apr_palloc(cx->pool, sizeof *baton);

    *baton = user_id;
    wall_db_after_commit(cx, tell_balance, baton);
}

/** Writes a movement down. The cache in users has been changed before, in this transaction. */
static wall_rc_t record(wall_cx_t *cx, const movement_t *m)
{
    const char *key = apr_pstrcat(cx->pool, m->verb, ":", m->about, NULL);
    apr_int64_t transaction_id = 0, written = 0;
    apr_int64_t expected = (m->available != 0) + (m->held != 0) + (m->treasury != 0) +
                           (m->revenue != 0);
    wall_rc_t rc;

    if (m->available + m->held + m->treasury + m->revenue != 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00560) "movement %s does not sum to zero", key);
    }
    rc = wall_db_insert(cx, sql_bricks_transaction_add(m->type, m->source, m->available, key,
                                                       m->job_id, m->user_id),
                        &transaction_id);
    if (rc != WALL_OK) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_bricks_entries_add(transaction_id, m->user_id, m->available, m->held,
                                                 m->treasury, m->revenue),
                      &written);
    if (rc == WALL_OK && written != expected) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00561) "movement %s wrote %" APR_INT64_T_FMT
                           " entries instead of %" APR_INT64_T_FMT,
                           key, written, expected);
    }
    if (rc == WALL_OK) {
        tell_after_commit(cx, m->user_id);
    }
    return rc;
}

wall_rc_t bricks_open_account(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t welcome)
{
    apr_int64_t affected = 0;
    movement_t bonus = {
        .user_id = user_id, .type = "bonus", .source = "registration", .verb = "welcome",
        .about = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, user_id),
        .available = welcome, .treasury = -welcome,
    };
    wall_rc_t rc = wall_db_exec(cx, sql_bricks_account_add(user_id, "available"), NULL);

    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_bricks_account_add(user_id, "held"), NULL);
    }
    if (rc != WALL_OK || welcome <= 0) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_bricks_credit(welcome, user_id), &affected);
    if (rc == WALL_OK && affected != 1) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00562) "no user %" APR_INT64_T_FMT " to credit", user_id);
    }
    return rc == WALL_OK ? record(cx, &bonus) : rc;
}

wall_rc_t bricks_lock(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_int64_t available;

    return wall_db_number(cx, sql_bricks_user_lock(user_id), &available);
}

/** The refusal, with the two numbers a client needs to say what is missing. */
static wall_rc_t refuse(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t amount)
{
    apr_int64_t available = 0;
    wall_rc_t rc = wall_db_number(cx, sql_bricks_user_lock(user_id), &available);

    if (rc != WALL_OK) {
        return rc;
    }
    rc = wall_fail(cx, WALL_E_INSUFFICIENT_BRICKS, NULL,
                   WALL_WHY(BRICKS_SHORT, .n = amount - available));
    wall_fail_number(cx, "required", amount);
    wall_fail_number(cx, "available", available);
    return rc;
}

wall_rc_t bricks_hold(wall_cx_t *cx, apr_int64_t user_id, const char *job_id, apr_int64_t amount)
{
    apr_int64_t affected = 0;
    movement_t hold = {
        .user_id = user_id, .type = "held", .source = "ai_generation", .verb = "hold",
        .about = job_id, .job_id = job_id, .available = -amount, .held = amount,
    };
    wall_rc_t rc;

    if (amount <= 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00563) "a hold of %" APR_INT64_T_FMT " bricks", amount);
    }
    rc = wall_db_exec(cx, sql_bricks_reserve(amount, user_id), &affected);
    if (rc == WALL_OK && affected != 1) {
        return refuse(cx, user_id, amount);
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_bricks_hold_add(user_id, job_id, amount, BRICKS_HOLD_SECONDS),
                          NULL);
    }
    return rc == WALL_OK ? record(cx, &hold) : rc;
}

/** Ends a hold: @a cost is used, the rest goes back. */
static wall_rc_t resolve(wall_cx_t *cx, const char *job_id, int capture, apr_int64_t cost,
                         bricks_resolution_t *out)
{
    const char *status = capture ? "captured" : "released";
    apr_int64_t affected = 0;
    hold_row_t hold;
    movement_t end = { 0 };
    wall_rc_t rc;

    memset(out, 0, sizeof *out);
    rc = wall_db_one(cx, sql_bricks_hold_lock(job_id), &hold_row_shape, &hold);
    if (rc != WALL_OK) {
        return rc;
    }
    out->user_id = hold.user_id;
    out->amount = hold.amount;
    if (strcmp(hold.status, "held") != 0) {
        return WALL_OK;
    }
    if (cost < 0 || cost > hold.amount) {
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00564) "job %s would cost %" APR_INT64_T_FMT
                             " of %" APR_INT64_T_FMT " bricks held",
                             job_id, cost, hold.amount);
    }
    rc = wall_db_exec(cx, sql_bricks_hold_resolve(status, capture ? &cost : NULL, job_id),
                      &affected);
    if (rc != WALL_OK || affected != 1) {
        return rc;
    }
    rc = wall_db_exec(cx, sql_bricks_unreserve(hold.amount, hold.amount - cost, hold.user_id),
                      &affected);
    if (rc == WALL_OK && affected != 1) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00565) "user %" APR_INT64_T_FMT
                           " holds less than the hold of job %s",
                           hold.user_id, job_id);
    }
    if (rc != WALL_OK) {
        return rc;
    }
    end = (movement_t){
        .user_id = hold.user_id, .type = capture ? "spent" : "refunded", .source = "ai_generation",
        .verb = capture ? "capture" : "release", .about = job_id, .job_id = job_id,
        .available = hold.amount - cost, .held = -hold.amount, .revenue = cost,
    };
    out->resolved = 1;
    out->charged = cost;
    out->returned = hold.amount - cost;
    return record(cx, &end);
}

wall_rc_t bricks_capture(wall_cx_t *cx, const char *job_id, apr_int64_t cost,
                         bricks_resolution_t *out)
{
    return resolve(cx, job_id, 1, cost, out);
}

wall_rc_t bricks_release(wall_cx_t *cx, const char *job_id, bricks_resolution_t *out)
{
    return resolve(cx, job_id, 0, 0, out);
}
