/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction of a purchase, to be cut anywhere (tests/fault/test_purchases.py).
 *
 *   buy new KIND                 a user, and a purchase as it is before that transaction: prints "USER PURCHASE"
 *   buy step KIND USER PURCHASE  that transaction alone; exit status 0 when it was done
 *
 * The server is that of WALL_TEST_DB_PARAMS (as DBDParams), with Wall's schema.
 */
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/bricks/debts.h"
#include "app/purchases/provider.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "db_new.h"
#include "db_stmt.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define WELCOME 100
#define BRICKS  1000
#define PRICE   499

DB_STMT(buy_erased, "UPDATE users SET account_state = 'erased', email = CONCAT('~', user_id) WHERE user_id = %lld",
        0, 1, "i");

/* What happened before (kinds ending with PAYMENT_IGNORED), whether the bricks were used, and what happens now:
 * PAYMENT_IGNORED is an administrator who closes it, for all before was a cent short. */
static const struct {
    const char *name;
    payment_kind_t before[3];
    int used;
    payment_kind_t now;
    apr_int64_t amount;
} kinds[] = {
    { "paid", { PAYMENT_IGNORED }, 0, PAYMENT_PAID, PRICE },
    { "wrong", { PAYMENT_IGNORED }, 0, PAYMENT_PAID, PRICE - 1 },
    { "part", { PAYMENT_PAID, PAYMENT_IGNORED }, 0, PAYMENT_REFUNDED, 100 },
    { "refund_used", { PAYMENT_PAID, PAYMENT_IGNORED }, 1, PAYMENT_REFUNDED, PRICE },
    { "refunded_first", { PAYMENT_REFUNDED, PAYMENT_IGNORED }, 0, PAYMENT_PAID, PRICE },
    { "dispute_used", { PAYMENT_PAID, PAYMENT_IGNORED }, 1, PAYMENT_DISPUTED, PRICE },
    { "erased", { PAYMENT_PAID, PAYMENT_IGNORED }, 0, PAYMENT_REFUNDED, PRICE },
    { "won_used", { PAYMENT_PAID, PAYMENT_DISPUTED, PAYMENT_IGNORED }, 1, PAYMENT_DISPUTE_WON, PRICE },
    { "close", { PAYMENT_PAID, PAYMENT_IGNORED }, 0, PAYMENT_IGNORED, PRICE - 1 },
};
#define KINDS (int)(sizeof kinds / sizeof *kinds)

static void write_line(void *baton, wall_log_level_t level, const char *line)
{
    fprintf(stderr, "%s\n", line);
}

static wall_cx_t *new_cx(void)
{
    static const wall_logger_t logger = { .write = write_line, .max_level = WALL_LOG_WARN };
    apr_pool_t *pool;
    wall_site_t *site;
    wall_cx_t *cx;

    apr_pool_create(&pool, NULL);
    cx = apr_pcalloc(pool, sizeof *cx);
    cx->pool = pool;
    cx->logger = &logger;
    cx->now = apr_time_now();
    site = wall_site_new(pool);
    if (wall_site_finish(site, pool) != NULL)
        exit(2);
    site->site = "money";
    site->payments = "test";
    site->mail = "file:/nowhere"; /* so that receipts are queued in the same transaction */
    site->base_url = site->origin = "http://localhost:8080";
    cx->site = site;
    cx->db = wall_db_new(pool, wall_db_direct(pool, "mysql", getenv("WALL_TEST_DB_PARAMS"), &logger));
    return cx;
}

static void fail(wall_cx_t *cx, const char *what)
{
    fprintf(stderr, "buy: %s failed (%s)\n", what, cx->failure_log != NULL ? cx->failure_log : "");
    exit(2);
}

static wall_rc_t happen(wall_cx_t *cx, apr_int64_t purchase_id, payment_kind_t kind, apr_int64_t amount)
{
    payment_event_t event = {
        .event_id = apr_psprintf(cx->pool, "evt_%" APR_INT64_T_FMT "_%d", purchase_id, (int)kind),
        .event_type = payment_kind_names[kind], .kind = (int)kind, .purchase_id = purchase_id,
        .provider = "test", .amount_minor = amount, .currency = "USD", .payment_method = "test",
        .payment_id = apr_psprintf(cx->pool, "pay_%" APR_INT64_T_FMT, purchase_id),
        .dispute_id = kind >= PAYMENT_DISPUTED ? apr_psprintf(cx->pool, "dp_%" APR_INT64_T_FMT, purchase_id)
                                               : NULL,
        .body_digest = wall_sha256_hex(cx->pool, (wall_bytes_t){ "", 0 }),
    };

    return payment_apply(cx, &event);
}

static wall_rc_t open_work(wall_cx_t *cx, void *baton)
{
    return bricks_open_account(cx, *(apr_int64_t *)baton, WELCOME);
}

static int make(wall_cx_t *cx, int kind)
{
    const char *name = apr_pstrcat(cx->pool, "b", wall_random_hex(cx->pool, 8), NULL);
    bricks_movement_t used = { .type = BRICKS_SPENT, .source = BRICKS_FROM_AI_GENERATION,
                               .account = BRICKS_ACCOUNT_REVENUE, .amount = -(WELCOME + BRICKS - 50),
                               .key = apr_pstrcat(cx->pool, "used:", name, NULL) };
    apr_int64_t user_id, purchase_id, before = kinds[kind].now == PAYMENT_IGNORED ? kinds[kind].amount : PRICE;
    int i;

    if (db_new_user(cx, &user_id) != WALL_OK ||
        wall_db_tx(cx, open_work, &user_id) != WALL_OK ||
        wall_db_insert(cx, sql_purchases_add(user_id, "Starter", BRICKS, PRICE, "USD", "test", name, 3600),
                       &purchase_id) != WALL_OK)
        fail(cx, "a purchase");
    used.user_id = user_id;
    for (i = 0; kinds[kind].before[i] != PAYMENT_IGNORED; i++) {
        /* What was used was used before it was taken back. */
        if (i == 1 && kinds[kind].used && bricks_post(cx, &used, NULL) != WALL_OK)
            fail(cx, "using it");
        if (happen(cx, purchase_id, kinds[kind].before[i], before) != WALL_OK)
            fail(cx, "what was before");
    }
    if (i == 1 && kinds[kind].used && bricks_post(cx, &used, NULL) != WALL_OK)
        fail(cx, "using it");
    if (strcmp(kinds[kind].name, "erased") == 0 &&
        wall_db_exec(cx, DB_QUERY(buy_erased, { .type = WALL_ARG_I64, .v.i64 = user_id }), NULL) != WALL_OK)
        fail(cx, "erasing them");
    printf("%" APR_INT64_T_FMT " %" APR_INT64_T_FMT "\n", user_id, purchase_id);
    return 0;
}

/** Once more it is closed already, which is as well. */
static wall_rc_t close_it(wall_cx_t *cx, apr_int64_t admin, apr_int64_t purchase_id)
{
    wall_rc_t rc;

    cx->viewer.user_id = admin;
    rc = payment_close(cx, purchase_id, "Given back.");
    return rc == WALL_E_CONFLICT ? WALL_OK : rc;
}

int main(int argc, char **argv)
{
    wall_cx_t *cx;
    wall_rc_t rc;
    int kind = 0;

    apr_initialize();
    while (argc > 2 && kind < KINDS && strcmp(kinds[kind].name, argv[2]) != 0)
        kind++;
    if (argc < 3 || kind == KINDS || getenv("WALL_TEST_DB_PARAMS") == NULL || wall_crypto_init() != 0) {
        fputs("usage: buy new KIND | step KIND USER PURCHASE\n", stderr);
        return 2;
    }
    cx = new_cx();
    if (strcmp(argv[1], "new") == 0)
        return make(cx, kind);
    if (argc != 5)
        return 2;
    rc = kinds[kind].now == PAYMENT_IGNORED
             ? close_it(cx, strtoll(argv[3], NULL, 10), strtoll(argv[4], NULL, 10))
             : happen(cx, strtoll(argv[4], NULL, 10), kinds[kind].now, kinds[kind].amount);
    if (rc != WALL_OK)
        fprintf(stderr, "buy: %s\n", wall_error_code(rc));
    return rc == WALL_OK ? 0 : 1;
}
