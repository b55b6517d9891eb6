/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions in plain SQL: apr_dbd's own helpers roll back and yet return 0 after an error, and
 * commit when one forgets to end them.
 */
#include "io/db_private.h"

typedef struct effect_t {
    void (*run)(wall_cx_t *cx, void *baton);
    void *baton;
} effect_t;

/** How one attempt ended. */
typedef enum outcome_t { FINAL, CONFLICT, LOST } outcome_t;

int wall_db_in_tx(const wall_cx_t *cx)
{
    return cx->db != NULL && cx->db->depth > 0;
}

void wall_db_after_commit(wall_cx_t *cx, void (*effect)(wall_cx_t *cx, void *baton), void *baton)
{
    wall_db_t *db = cx->db;
    effect_t *e;

    if (!wall_db_in_tx(cx)) {
        effect(cx, baton);
        return;
    }
    if (db->effects == NULL)
        db->effects = apr_array_make(db->pool, 4, sizeof(effect_t));
    e = apr_array_push(db->effects);
    e->run = effect;
    e->baton = baton;
}

static void run_effects(wall_cx_t *cx)
{
    apr_array_header_t *effects = cx->db->effects;
    int i;

    cx->db->effects = NULL;
    for (i = 0; effects != NULL && i < effects->nelts; i++) {
        const effect_t *e = &APR_ARRAY_IDX(effects, i, effect_t);

        e->run(cx, e->baton);
    }
}

static void roll_back(wall_db_t *db)
{
    int stalled = 0;

    if (db->conn != NULL && db_text(db, "ROLLBACK", &stalled) != 0)
        db_put_back(db, 1);
}

static outcome_t begin(wall_cx_t *cx, wall_rc_t *rc)
{
    wall_db_t *db = cx->db;
    int err, stalled = 0;

    *rc = db_acquire(cx);
    if (*rc != WALL_OK)
        return FINAL;
    err = db_text(db, "START TRANSACTION", &stalled);
    if (err == 0)
        return FINAL;
    if (db_kind(err) == DB_LOST)
        db_put_back(db, 1);
    *rc = db_failed(cx, "START TRANSACTION", err);
    return db_kind(err) == DB_LOST && !stalled ? LOST : FINAL;
}

/* When the connection is lost here nobody knows whether the work was done: never repeat it. */
static outcome_t commit(wall_cx_t *cx, wall_rc_t *rc)
{
    wall_db_t *db = cx->db;
    int err, stalled = 0;

    err = db_text(db, "COMMIT", &stalled);
    if (err == 0)
        return FINAL;
    if (db_kind(err) == DB_LOST) {
        db_put_back(db, 1);
        *rc = wall_fail_log(cx, WALL_E_DB_UNAVAILABLE, WALLNO(00111) "connection lost during COMMIT, "
                            "error %d: it is not known whether it took effect", err);
        return FINAL;
    }
    *rc = db_failed(cx, "COMMIT", err);
    roll_back(db);
    return db_kind(err) == DB_CONFLICT ? CONFLICT : FINAL;
}

static outcome_t attempt(wall_cx_t *cx, wall_tx_t work, void *baton, wall_rc_t *rc)
{
    wall_db_t *db = cx->db;
    outcome_t outcome;

    db->broken = DB_WHOLE;
    db->doomed = WALL_OK;
    db->effects = NULL;
    outcome = begin(cx, rc);
    if (*rc != WALL_OK)
        return outcome;
    db->depth = 1;
    *rc = work(cx, baton);
    db->depth = 0;
    switch (db->broken) {
    case DB_WHOLE:
        break;
    case DB_BROKEN_CONFLICT:
        roll_back(db);
        *rc = WALL_E_BUSY;
        return CONFLICT;
    case DB_BROKEN_LOST:
        *rc = WALL_E_DB_UNAVAILABLE;
        return LOST;
    case DB_BROKEN_STALLED:
        *rc = wall_fail_log(cx, WALL_E_DB_UNAVAILABLE, WALLNO(00112) "the database server did not "
                            "answer in a transaction");
        return FINAL;
    case DB_BROKEN_HURRIED:
        *rc = WALL_E_DB_UNAVAILABLE;
        return FINAL;
    case DB_BROKEN_RELEASED:
        *rc = wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00113) "the connection was given back in a "
                            "transaction");
        return FINAL;
    }
    if (*rc == WALL_OK)
        *rc = db->doomed;
    if (*rc == WALL_OK)
        return commit(cx, rc);
    roll_back(db);
    return FINAL;
}

/* A failure of joined work dooms the whole, even when the outer work goes on. */
static wall_rc_t join(wall_cx_t *cx, wall_tx_t work, void *baton)
{
    wall_db_t *db = cx->db;
    wall_rc_t rc;

    db->depth++;
    rc = work(cx, baton);
    db->depth--;
    if (rc != WALL_OK && db->doomed == WALL_OK)
        db->doomed = rc;
    return rc;
}

wall_rc_t wall_db_tx(wall_cx_t *cx, wall_tx_t work, void *baton)
{
    apr_time_t since = apr_time_now();
    int tries, lost = 0;
    wall_rc_t rc = WALL_OK;

    if (wall_db_in_tx(cx))
        return join(cx, work, baton);
    for (tries = 1;; tries++) {
        outcome_t outcome = attempt(cx, work, baton, &rc);

        if (outcome == FINAL)
            break;
        if (outcome == LOST && lost++ > 0)
            return wall_fail_log(cx, WALL_E_DB_UNAVAILABLE, WALLNO(00114) "connection lost in a "
                                 "transaction, again on a new one");
        if (tries == DB_ATTEMPTS || apr_time_now() - since > DB_ATTEMPT_TIME)
            return wall_fail_log(cx, WALL_E_BUSY, WALLNO(00115) "a transaction met conflicts %d "
                                 "times and was given up", tries);
        wall_cx_log(cx, WALL_LOG_DEBUG, WALLNO(00116) "transaction tried again, attempt %d",
                    tries + 1);
        wall_fail_clear(cx);
        if (outcome == CONFLICT)
            db_back_off(cx, tries);
    }
    if (rc == WALL_OK)
        run_effects(cx);
    return rc;
}
