/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many connections that spend: the real hold and capture, each a transaction, without HTTP around them.
 *
 *   spend race RUNS SPENDS THREADS   SPENDS of one brick on a balance of 100, begun at once by THREADS
 *                                    connections: 100 have to succeed, in each of RUNS runs
 *   spend post RUNS THREADS          one idempotency key posted at once by THREADS connections
 *   spend bench ROUNDS THREADS       a second each in turn: one-row updates and movements, each one statement
 *                                    that commits itself; both in a transaction of their own, begun and
 *                                    committed; spends of one account; holds that are used (two movements),
 *                                    and those of one account
 *
 * The server is that of WALL_TEST_DB_PARAMS (as DBDParams), with Wall's schema.
 */
#include <apr_general.h>
#include <apr_strings.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypto.h"
#include "core/ids.h"
#include "db_stmt.h"
#include "io/sql_statements.h"
#include "purse.h"

#define BALANCE     100
#define MAX_THREADS 512
#define MAX_ROUNDS  64
#define BATCH       1000 /* jobs made ahead at a time */

DB_STMT(spend_raw, "UPDATE users SET bricks_monthly_limit = 1 - bricks_monthly_limit WHERE user_id = %lld",
        0, 1, "i");
DB_STMT(spend_revenue, "SELECT COALESCE(SUM(e.amount), 0) FROM bricks_entries e JOIN bricks_transactions t "
                       "ON t.transaction_id = e.transaction_id WHERE t.user_id = %lld AND e.account_id = 2",
        1, 1, "i");
DB_STMT(spend_drift, "SELECT COUNT(*) FROM users u WHERE u.user_id = %lld AND (u.bricks_balance, u.bricks_held) <> "
                     "((SELECT COALESCE(SUM(e.amount), 0) FROM bricks_entries e JOIN bricks_accounts a ON "
                     "a.account_id = e.account_id WHERE a.user_id = u.user_id AND a.kind = 'available'), "
                     "(SELECT COALESCE(SUM(e.amount), 0) FROM bricks_entries e JOIN bricks_accounts a ON "
                     "a.account_id = e.account_id WHERE a.user_id = u.user_id AND a.kind = 'held'))", 1, 1, "i");

/** 1 brick spent: held in one transaction, used in another. 0: there was none. */
static int spend_one(wall_cx_t *cx, apr_int64_t user_id, const char *job_id)
{
    purse_job_t spend = { user_id, job_id };
    wall_rc_t rc = wall_db_tx(cx, purse_hold, &spend);

    if (rc == WALL_E_INSUFFICIENT_BRICKS) {
        wall_fail_clear(cx);
        return 0;
    }
    if (rc != WALL_OK || wall_db_tx(cx, purse_capture, &spend) != WALL_OK)
        purse_fail(cx, "a spend");
    return 1;
}

/* ---- threads ---- */

typedef enum how_t { RACE, POST, UPDATE, MOVEMENT, UPDATE_TX, SPEND, SPEND_ONE, HOLD, HOLD_ONE, HOW__COUNT } how_t;

static const char *const rate_names[HOW__COUNT] = {
    [UPDATE] = "updates", [MOVEMENT] = "movements", [UPDATE_TX] = "updates_in_tx",
    [SPEND] = "spends", [SPEND_ONE] = "spends_one_account",
    [HOLD] = "holds_used", [HOLD_ONE] = "holds_used_one_account",
};

typedef struct worker_t {
    pthread_t thread;
    pthread_barrier_t *gate;
    how_t how;
    purse_t purse;
    const char *prefix; /* of its jobs */
    int first, count;   /* and which of them */
    const char *key;
    apr_int64_t done;
    double per_second;
    apr_int64_t transaction_id;
} worker_t;

static void post_once(wall_cx_t *cx, worker_t *w, const char *key, apr_int64_t amount)
{
    bricks_posted_t posted;
    bricks_movement_t m = {
        .user_id = w->purse.user_id, .type = amount > 0 ? BRICKS_BONUS : BRICKS_SPENT,
        .source = amount > 0 ? BRICKS_FROM_REFERRAL : BRICKS_FROM_AI_GENERATION,
        .account = amount > 0 ? BRICKS_ACCOUNT_TREASURY : BRICKS_ACCOUNT_REVENUE,
        .amount = amount, .key = key,
    };

    if (bricks_post(cx, &m, &posted) != WALL_OK)
        purse_fail(cx, "a movement");
    w->done += posted.done;
    w->transaction_id = posted.transaction_id;
}

static wall_rc_t update(wall_cx_t *cx, void *baton)
{
    const worker_t *w = baton;

    return wall_db_exec(cx, DB_QUERY(spend_raw, INT(w->purse.user_id)), NULL);
}

typedef struct moved_t {
    const char *moved;
} moved_t;

/** What bricks_post() sends, without the transaction around it. */
static void move_once(wall_cx_t *cx, worker_t *w)
{
    static const wall_field_t fields[] = { WALL_STR(moved_t, moved), WALL_FIELDS_END };
    static const wall_shape_t shape = WALL_SHAPE_OF("Moved", moved_t, fields);
    moved_t answer;

    if (wall_db_one(cx, sql_bricks_move(w->purse.user_id, "spent", "ai_generation", -1, 0, BRICKS_ACCOUNT_REVENUE,
                                        1, wall_random_hex(cx->pool, 16), NULL, NULL, NULL, NULL, NULL),
                    &shape, &answer) != WALL_OK || answer.moved == NULL)
        purse_fail(cx, "a movement");
    w->done++;
}

/** Work for a second; its jobs are made in between, which is not counted. */
static void run_bench(wall_cx_t *cx, worker_t *w)
{
    apr_pool_t *outer = cx->pool, *pool;
    apr_time_t spent_making = 0, began = apr_time_now(), until = began + apr_time_from_sec(1);
    int n = BATCH;

    apr_pool_create(&pool, outer);
    cx->pool = pool;
    while (apr_time_now() < until + spent_making) {
        if (w->how == UPDATE || w->how == UPDATE_TX) {
            if ((w->how == UPDATE ? update(cx, w) : wall_db_tx(cx, update, w)) != WALL_OK)
                purse_fail(cx, "an update");
            w->done++;
        } else if (w->how == MOVEMENT) {
            move_once(cx, w);
        } else if (w->how == SPEND || w->how == SPEND_ONE) {
            post_once(cx, w, wall_random_hex(pool, 16), -1);
        } else {
            if (n == BATCH) {
                apr_time_t making = apr_time_now();

                apr_pool_clear(pool);
                w->prefix = apr_pstrdup(outer, purse_jobs(cx, &w->purse, BATCH));
                spent_making += apr_time_now() - making;
                n = 0;
            }
            w->done += spend_one(cx, w->purse.user_id, purse_job(pool, w->prefix, n++));
        }
        if (w->done % 64 == 0)
            apr_pool_clear(pool);
    }
    cx->pool = outer;
    w->per_second = (double)w->done * APR_USEC_PER_SEC /
                    (double)(apr_time_now() - began - spent_making);
}

static void *work(void *baton)
{
    worker_t *w = baton;
    wall_cx_t *cx = purse_cx();
    bricks_balance_t balance;
    int i;

    /* connected before the others are let go as well */
    if (bricks_balance(cx, w->purse.user_id, &balance) != WALL_OK)
        purse_fail(cx, "a connection");
    pthread_barrier_wait(w->gate);
    if (w->how == RACE) {
        for (i = w->first; i < w->first + w->count; i++)
            w->done += spend_one(cx, w->purse.user_id, purse_job(cx->pool, w->prefix, i));
    } else if (w->how == POST) {
        post_once(cx, w, w->key, 7);
    } else {
        run_bench(cx, w);
    }
    apr_pool_destroy(cx->pool);
    return NULL;
}

static apr_int64_t run_all(worker_t *workers, int count)
{
    pthread_barrier_t gate;
    apr_int64_t total = 0;
    int i;

    pthread_barrier_init(&gate, NULL, (unsigned)count);
    for (i = 0; i < count; i++) {
        workers[i].gate = &gate;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            purse_fail(NULL, "a thread");
    }
    for (i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        total += workers[i].done;
    }
    pthread_barrier_destroy(&gate);
    return total;
}

/* ---- the three ---- */

static apr_int64_t number(wall_cx_t *cx, wall_query_t query)
{
    apr_int64_t n = -1;

    if (wall_db_number(cx, query, &n) != WALL_OK)
        purse_fail(cx, "a count");
    return n;
}

static int race(wall_cx_t *cx, int runs, int spends, int threads)
{
    static worker_t workers[MAX_THREADS];
    int run, i, right = 0;

    for (run = 1; run <= runs; run++) {
        purse_t purse = purse_new(cx, BALANCE);
        const char *prefix = purse_jobs(cx, &purse, spends);
        bricks_balance_t balance;
        apr_int64_t got, revenue, drift;

        memset(workers, 0, sizeof workers);
        for (i = 0; i < threads; i++)
            workers[i] = (worker_t){ .how = RACE, .purse = purse, .prefix = prefix,
                                     .first = i * (spends / threads), .count = spends / threads };
        got = run_all(workers, threads);
        if (bricks_balance(cx, purse.user_id, &balance) != WALL_OK)
            purse_fail(cx, "the balance");
        revenue = number(cx, DB_QUERY(spend_revenue, INT(purse.user_id)));
        drift = number(cx, DB_QUERY(spend_drift, INT(purse.user_id)));
        printf("run %d: %" APR_INT64_T_FMT " of %d succeeded, %" APR_INT64_T_FMT " used, %" APR_INT64_T_FMT
               " left, %" APR_INT64_T_FMT " held\n", run, got, spends, revenue, balance.available,
               balance.held);
        right += got == BALANCE && revenue == BALANCE && balance.available == 0 && balance.held == 0 &&
                 drift == 0;
    }
    printf("%d of %d runs right\n", right, runs);
    return right == runs ? 0 : 1;
}

static int post(wall_cx_t *cx, int runs, int threads)
{
    static worker_t workers[MAX_THREADS];
    int run, i, right = 0;

    for (run = 0; run < runs; run++) {
        purse_t purse = purse_new(cx, BALANCE);
        const char *key = wall_random_hex(cx->pool, 16);
        bricks_balance_t balance;
        apr_int64_t done;
        int same = 1;

        memset(workers, 0, sizeof workers);
        for (i = 0; i < threads; i++)
            workers[i] = (worker_t){ .how = POST, .purse = purse, .key = key };
        done = run_all(workers, threads);
        for (i = 1; i < threads; i++)
            same &= workers[i].transaction_id == workers[0].transaction_id;
        if (bricks_balance(cx, purse.user_id, &balance) != WALL_OK)
            purse_fail(cx, "the balance");
        right += done == 1 && same && balance.available == BALANCE + 7 &&
                 number(cx, DB_QUERY(spend_drift, INT(purse.user_id))) == 0;
    }
    printf("%d of %d runs right\n", right, runs);
    return right == runs ? 0 : 1;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/** What all threads get done in a second. */
static double rate(wall_cx_t *cx, how_t how, int threads)
{
    static worker_t workers[MAX_THREADS];
    purse_t shared = purse_new(cx, 100000000);
    double total = 0;
    int i;

    memset(workers, 0, sizeof workers);
    for (i = 0; i < threads; i++)
        workers[i] = (worker_t){ .how = how,
                                 .purse = how == SPEND_ONE || how == HOLD_ONE ? shared : purse_new(cx, 100000000) };
    (void)run_all(workers, threads);
    for (i = 0; i < threads; i++)
        total += workers[i].per_second;
    return total;
}

/* In rounds, so that what else the machine does meets all alike; medians. */
static int bench(wall_cx_t *cx, int rounds, int threads)
{
    double found[HOW__COUNT][MAX_ROUNDS];
    int round, i;

    for (round = 0; round < rounds; round++) {
        for (i = UPDATE; i < HOW__COUNT; i++)
            found[i][round] = rate(cx, i, threads);
    }
    printf("{\"threads\": %d", threads);
    for (i = UPDATE; i < HOW__COUNT; i++) {
        qsort(found[i], (size_t)rounds, sizeof(double), by_size);
        printf(", \"%s\": %.0f", rate_names[i], found[i][rounds / 2]);
    }
    puts("}");
    return 0;
}

int main(int argc, char **argv)
{
    int n[3] = { 0, 0, 0 }, i;

    apr_initialize();
    if (argc < 3 || getenv("WALL_TEST_DB_PARAMS") == NULL || wall_crypto_init() != 0) {
        fputs("usage: spend race RUNS SPENDS THREADS | post RUNS THREADS | bench ROUNDS THREADS\n", stderr);
        return 2;
    }
    for (i = 0; i < 3 && i + 2 < argc; i++)
        n[i] = (int)strtol(argv[i + 2], NULL, 10);
    if (strcmp(argv[1], "race") == 0 && n[2] > 0 && n[2] <= MAX_THREADS)
        return race(purse_cx(), n[0], n[1], n[2]);
    if (strcmp(argv[1], "post") == 0 && n[1] > 0 && n[1] <= MAX_THREADS)
        return post(purse_cx(), n[0], n[1]);
    if (strcmp(argv[1], "bench") == 0 && n[0] > 0 && n[0] <= MAX_ROUNDS && n[1] > 0 &&
        n[1] <= MAX_THREADS)
        return bench(purse_cx(), n[0], n[1]);
    return 2;
}
