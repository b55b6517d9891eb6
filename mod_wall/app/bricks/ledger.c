/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks_private.h"
#include "app/bricks/debts.h"
#include "app/bricks/rates.h"
#include "app/mail/mail.h"

#include <apr_strings.h>
#include <string.h>

#include "core/fields.h"
#include "io/db.h"
#include "io/events.h"
#include "io/sql_statements.h"

/** A row of bricks_transactions and its entries. */
typedef struct row_t {
    apr_int64_t user_id;
    const char *type;
    bricks_source_t source;
    const char *key;
    const char *job_id;
    const bricks_movement_t *more; /* purchase, actor, description, metadata; or NULL */
    apr_int64_t available;         /* how much the user's two accounts change */
    apr_int64_t held;
    apr_int64_t account; /* of the system: takes what the two do not balance */
    int unlimited; /* whether a monthly limit matters not, or has been looked at */
} row_t;

static const char *const type_names[] = {
    [BRICKS_BONUS] = "bonus", [BRICKS_EARNED] = "earned", [BRICKS_PURCHASED] = "purchased",
    [BRICKS_SPENT] = "spent", [BRICKS_REFUNDED] = "refunded",
};

static const char *const source_names[BRICKS_SOURCE__COUNT] = {
#define X(sym, text) [BRICKS_FROM_##sym] = text,
    BRICKS_SOURCES(X)
#undef X
};

const char *bricks_source_name(bricks_source_t source)
{
    return source_names[source];
}

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

/** What a movement left, as bricks_move() says it. */
typedef struct moved_t {
    apr_int64_t user_id;
    apr_int64_t transaction_id; /* 0: refused, nothing was moved */
    apr_int64_t available, held, debt;
    int active, told; /* of running low, before this movement */
    apr_int64_t low;  /* the user ran low by it: less than this is available; else 0 */
} moved_t;

/** Tells the user's own pages. Transactions of a user are numbered in order: of two tellings the higher is newer. */
static void tell_pages(wall_cx_t *cx, void *baton)
{
    const moved_t *m = baton;
    const char *channel = apr_psprintf(cx->pool, "user:%" APR_INT64_T_FMT, m->user_id);
    const char *json = apr_psprintf(cx->pool, "{\"available\":%" APR_INT64_T_FMT ",\"held\":%"
                                    APR_INT64_T_FMT ",\"transaction_id\":%" APR_INT64_T_FMT "}",
                                    m->available, m->held, m->transaction_id);

    wall_publish_passing(cx, channel, "bricks.balance", wall_bytes_of(json));
    if (m->low == 0) {
        return;
    }
    json = apr_psprintf(cx->pool, "{\"available\":%" APR_INT64_T_FMT ",\"threshold\":%"
                        APR_INT64_T_FMT "}", m->available, m->low);
    wall_publish_passing(cx, channel, "bricks.low", wall_bytes_of(json));
}

/**
 * Who is left with less than an app costs on average by a movement that took bricks is told, once until there is
 * enough again. Who owes has enough only once that is settled, or giving and settling would tell them again.
 */
static wall_rc_t watch_low(wall_cx_t *cx, const row_t *row, moved_t *m)
{
    apr_int64_t low;
    wall_rc_t rc;

    if (!m->told && (!m->active || row->available + row->held >= 0)) {
        return WALL_OK;
    }
    rc = rates_low_below(cx, &low);
    if (rc == WALL_OK && !m->told && m->available < low) {
        m->low = low;
        return wall_db_exec(cx, sql_bricks_low_told(1, m->user_id), NULL);
    }
    if (rc == WALL_OK && m->told && m->available >= low && m->debt == 0) {
        return wall_db_exec(cx, sql_bricks_low_told(0, m->user_id), NULL);
    }
    return rc;
}

/** The pages once it is committed; the mail with the movement itself, so that neither is there alone. */
static wall_rc_t tell(wall_cx_t *cx, const moved_t *moved)
{
    wall_db_after_commit(cx, tell_pages, apr_pmemdup(cx->pool, moved, sizeof *moved));
    return moved->low == 0 ? WALL_OK
                           : mail_queue(cx, &(mail_t){ .kind = MAIL_LOW_BALANCE,
                                                       .user_id = moved->user_id,
                                                       .link = "/bricks" });
}

/* NULL, which SQL takes for none, in place of 0. */
static const apr_int64_t *given(const apr_int64_t *id)
{
    return *id != 0 ? id : NULL;
}

typedef struct moved_row_t {
    const char *moved;
} moved_row_t;

static const wall_field_t moved_fields[] = {
    WALL_STR(moved_row_t, moved),
    WALL_FIELDS_END
};
static const wall_shape_t moved_shape = WALL_SHAPE_OF("Moved", moved_row_t, moved_fields);

static void read_moved(const char *text, moved_t *out)
{
    char *at;

    out->transaction_id = apr_strtoi64(text, &at, 10);
    out->available = apr_strtoi64(at, &at, 10);
    out->held = apr_strtoi64(at, &at, 10);
    out->debt = apr_strtoi64(at, &at, 10);
    out->active = apr_strtoi64(at, &at, 10) != 0;
    out->told = apr_strtoi64(at, &at, 10) != 0;
}

/**
 * Changes the cache and writes transaction and entries. In a transaction: who runs low by it is told in the
 * same. @a out.transaction_id 0: there is not enough, or a limit stands, nothing was done. WALL_E_DUPLICATE: the
 * key has been used, nothing was done.
 */
static wall_rc_t move(wall_cx_t *cx, const row_t *row, moved_t *out)
{
    static const bricks_movement_t nothing = { 0 };
    const bricks_movement_t *more = row->more != NULL ? row->more : &nothing;
    moved_row_t answer = { NULL };
    wall_rc_t rc = wall_db_one(
        cx,
        sql_bricks_move(row->user_id, row->type, source_names[row->source], row->available, row->held,
                        row->account, row->unlimited, row->key, row->job_id,
                        given(&more->purchase_id), given(&more->actor_id), more->description,
                        more->metadata),
        &moved_shape, &answer);

    *out = (moved_t){ .user_id = row->user_id };
    if (rc != WALL_OK || answer.moved == NULL) {
        return rc;
    }
    read_moved(answer.moved, out);
    rc = watch_low(cx, row, out);
    return rc == WALL_OK ? tell(cx, out) : rc;
}

wall_rc_t bricks_lock(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_int64_t available;

    return wall_db_number(cx, sql_bricks_user_lock(user_id), &available);
}

/** The refusal, with the two numbers a client needs to say what is missing. */
static wall_rc_t refuse(wall_cx_t *cx, apr_int64_t required, apr_int64_t available)
{
    wall_rc_t rc = wall_fail(cx, WALL_E_INSUFFICIENT_BRICKS, NULL,
                             WALL_WHY(BRICKS_SHORT, .n = required - available));

    wall_fail_number(cx, "required", required);
    wall_fail_number(cx, "available", available);
    return rc;
}

/* ---- giving and taking ---- */

typedef struct first_t {
    apr_int64_t transaction_id, user_id, amount, balance;
    const char *type, *source;
} first_t;

static const wall_field_t first_fields[] = {
    WALL_I64(first_t, transaction_id),
    WALL_I64(first_t, user_id),
    WALL_STR(first_t, type),
    WALL_STR(first_t, source),
    WALL_I64(first_t, amount),
    WALL_I64(first_t, balance),
    WALL_FIELDS_END
};
static const wall_shape_t first_shape = WALL_SHAPE_OF("FirstOfKey", first_t, first_fields);

/** The result of whoever posted the key first. */
static wall_rc_t posted_before(wall_cx_t *cx, const bricks_movement_t *m, bricks_posted_t *out)
{
    first_t first;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_transaction_of_key(m->key), &first_shape, &first);

    if (rc != WALL_OK) {
        return rc;
    }
    if (first.user_id != m->user_id || first.amount != m->amount ||
        strcmp(first.type, type_names[m->type]) != 0 ||
        strcmp(first.source, source_names[m->source]) != 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00610) "key %s is that of another movement", m->key);
    }
    *out = (bricks_posted_t){ 0, first.transaction_id, first.amount, first.balance };
    return WALL_OK;
}

typedef struct post_t {
    const bricks_movement_t *movement;
    bricks_posted_t out;
} post_t;

/** Why nothing was moved: no such user, or too little. */
static wall_rc_t not_moved(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t required)
{
    apr_int64_t available;
    wall_rc_t rc = wall_db_number(cx, sql_bricks_user_lock(user_id), &available);

    return rc == WALL_OK ? refuse(cx, required, available) : rc;
}

/* Bricks that come in settle first what is owed; that itself only takes. */
static wall_rc_t settle(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t came)
{
    return came > 0 ? bricks_debt_settle(cx, user_id) : WALL_OK;
}

/** The same, and what is then left of them. */
static wall_rc_t settle_and_look(wall_cx_t *cx, const moved_t *moved, apr_int64_t came,
                                 apr_int64_t *available)
{
    wall_rc_t rc = settle(cx, moved->user_id, came);

    *available = moved->available;
    return rc == WALL_OK && came > 0 && moved->debt > 0
               ? wall_db_number(cx, sql_bricks_user_lock(moved->user_id), available)
               : rc;
}

static wall_rc_t post_work(wall_cx_t *cx, void *baton)
{
    post_t *post = baton;
    const bricks_movement_t *m = post->movement;
    row_t row = {
        .user_id = m->user_id, .type = type_names[m->type], .source = m->source, .key = m->key,
        .job_id = m->job_id, .more = m, .available = m->amount, .account = m->account,
        .unlimited = 1,
    };
    moved_t moved;
    wall_rc_t rc = move(cx, &row, &moved);

    if (rc == WALL_E_DUPLICATE) {
        return posted_before(cx, m, &post->out);
    }
    if (rc == WALL_OK && moved.transaction_id == 0) {
        return not_moved(cx, m->user_id, -m->amount);
    }
    post->out = (bricks_posted_t){ 1, moved.transaction_id, m->amount, moved.available };
    return rc == WALL_OK ? settle_and_look(cx, &moved, m->amount, &post->out.balance) : rc;
}

wall_rc_t bricks_post(wall_cx_t *cx, const bricks_movement_t *movement, bricks_posted_t *out)
{
    post_t post = { .movement = movement };
    wall_rc_t rc;

    if (movement->amount == 0 || movement->key == NULL) {
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00611) "a movement of nothing, or without a key");
    }
    rc = wall_db_tx(cx, post_work, &post);
    if (out != NULL) {
        *out = post.out;
    }
    return rc;
}

wall_rc_t bricks_open_account(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t welcome)
{
    bricks_movement_t bonus = {
        .user_id = user_id, .type = BRICKS_BONUS, .source = BRICKS_FROM_REGISTRATION,
        .account = BRICKS_ACCOUNT_TREASURY, .amount = welcome,
        .key = apr_psprintf(cx->pool, "welcome:%" APR_INT64_T_FMT, user_id),
    };
    wall_rc_t rc = wall_db_exec(cx, sql_bricks_accounts_add(user_id), NULL);

    return rc == WALL_OK && welcome > 0 ? bricks_post(cx, &bonus, NULL) : rc;
}

/* ---- holds ---- */

static const wall_field_t limit_row_fields[] = {
    WALL_I64(bricks_limit_row_t, available),
    WALL_I64(bricks_limit_row_t, monthly_limit),
    WALL_TIME(bricks_limit_row_t, now),
    WALL_FIELDS_END
};
const wall_shape_t bricks_limit_row_shape =
    WALL_SHAPE_OF("BricksLimitRow", bricks_limit_row_t, limit_row_fields);

/** The usual case in one statement; only who has a limit or too little needs a closer look. */
static wall_rc_t reserve(wall_cx_t *cx, row_t *hold)
{
    apr_int64_t amount = hold->held;
    bricks_limit_row_t row;
    moved_t moved;
    wall_rc_t rc = move(cx, hold, &moved);

    if (rc != WALL_OK || moved.transaction_id != 0) {
        return rc;
    }
    rc = wall_db_one(cx, sql_bricks_limit_lock(hold->user_id), &bricks_limit_row_shape, &row);
    if (rc == WALL_OK && row.available < amount) {
        return refuse(cx, amount, row.available);
    }
    if (rc == WALL_OK && row.monthly_limit > 0) {
        rc = bricks_check_limit(cx, hold->user_id, row.monthly_limit, row.now, amount);
    }
    hold->unlimited = 1;
    if (rc == WALL_OK) {
        rc = move(cx, hold, &moved);
    }
    if (rc == WALL_OK && moved.transaction_id == 0) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00615) "%" APR_INT64_T_FMT
                           " bricks of user %" APR_INT64_T_FMT " went away under their lock",
                           amount, hold->user_id);
    }
    return rc;
}

wall_rc_t bricks_hold(wall_cx_t *cx, apr_int64_t user_id, const char *job_id, apr_int64_t amount)
{
    row_t hold = {
        .user_id = user_id, .type = "held", .source = BRICKS_FROM_AI_GENERATION,
        .key = apr_pstrcat(cx->pool, "hold:", job_id, NULL), .job_id = job_id,
        .available = -amount, .held = amount,
    };
    wall_rc_t rc;

    if (amount <= 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00563) "a hold of %" APR_INT64_T_FMT " bricks", amount);
    }
    rc = reserve(cx, &hold);
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_bricks_hold_add(user_id, job_id, amount, BRICKS_HOLD_SECONDS),
                          NULL);
    }
    return rc;
}

/** Ends a hold: @a cost is used, the rest goes back. */
static wall_rc_t resolve(wall_cx_t *cx, const char *job_id, int capture, apr_int64_t cost,
                         bricks_resolution_t *out)
{
    const char *status = capture ? "captured" : "released";
    apr_int64_t affected = 0;
    hold_row_t hold;
    moved_t moved;
    row_t end;
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
    end = (row_t){
        .user_id = hold.user_id, .type = capture ? "spent" : "refunded",
        .source = BRICKS_FROM_AI_GENERATION,
        .key = apr_pstrcat(cx->pool, capture ? "capture:" : "release:", job_id, NULL),
        .job_id = job_id, .available = hold.amount - cost, .held = -hold.amount,
        .account = BRICKS_ACCOUNT_REVENUE, .unlimited = 1,
    };
    out->resolved = 1;
    out->charged = cost;
    out->returned = hold.amount - cost;
    rc = move(cx, &end, &moved);
    if (rc == WALL_OK && moved.transaction_id == 0) {
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00565) "user %" APR_INT64_T_FMT
                           " holds less than the hold of job %s",
                           hold.user_id, job_id);
    }
    return rc == WALL_OK ? settle(cx, hold.user_id, out->returned) : rc;
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
