/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions: whole or not at all, also against each other. */
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_test.h"

DB_STMT(tx_add, "INSERT INTO t_tx (id, n) VALUES (%lld, %lld)", 0, 2, "ii");
DB_STMT(tx_count, "SELECT COUNT(*) FROM t_tx", 1, 0, "");
DB_STMT(tx_get, "SELECT n FROM t_tx WHERE id = %lld", 1, 1, "i");
DB_STMT(tx_set, "UPDATE t_tx SET n = %lld WHERE id = %lld", 0, 2, "ii");
DB_STMT(tx_plus, "UPDATE t_tx SET n = n + 1 WHERE id = %lld", 0, 1, "i");
DB_STMT(tx_spend, "UPDATE t_tx SET n = n - 1 WHERE id = %lld AND n >= 1", 0, 1, "i");

#define ADD(cx, id, n) wall_db_exec((cx), DB_QUERY(tx_add, wall_arg_i64(id), wall_arg_i64(n)), NULL)

static wall_cx_t *start(void)
{
    wall_cx_t *cx = db_test_cx();

    db_test_sql(cx, "DROP TABLE IF EXISTS t_tx;\n"
                    "CREATE TABLE t_tx (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL) "
                    "ENGINE=InnoDB;\n");
    return cx;
}

static apr_int64_t number(wall_cx_t *cx, wall_query_t query)
{
    apr_int64_t n = -1;

    CU_ASSERT_EQUAL(wall_db_number(cx, query, &n), WALL_OK);
    return n;
}

/* What a transaction's work did, for the tests to look at. */
typedef struct plan_t {
    int runs;
    wall_rc_t inner, outer;
    char order[64];
    jmp_buf *out;
    apr_pool_t *pool;
    pthread_barrier_t *barrier;
    apr_int64_t first, second;
} plan_t;

static void note_a(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;

    CU_ASSERT_FALSE(wall_db_in_tx(cx));
    apr_snprintf(plan->order + strlen(plan->order), 8, "a");
}

static void note_b(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;

    apr_snprintf(plan->order + strlen(plan->order), 8, "b");
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 2); /* the database may be used */
}

static wall_rc_t add_two(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;
    wall_rc_t rc;

    plan->runs++;
    wall_db_after_commit(cx, note_a, plan);
    rc = ADD(cx, 1, 10);
    wall_db_after_commit(cx, note_b, plan);
    CU_ASSERT_TRUE(wall_db_in_tx(cx));
    CU_ASSERT_STRING_EQUAL(plan->order, "");
    if (rc == WALL_OK)
        rc = ADD(cx, 2, 20);
    return rc == WALL_OK ? plan->outer : rc;
}

void test_tx__commit_and_roll_back(void)
{
    wall_cx_t *cx = start();
    plan_t plan = { .outer = WALL_E_CONFLICT };

    CU_ASSERT_EQUAL(wall_db_tx(cx, add_two, &plan), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 0);
    CU_ASSERT_STRING_EQUAL(plan.order, "");
    plan.outer = WALL_OK;
    CU_ASSERT_EQUAL(wall_db_tx(cx, add_two, &plan), WALL_OK);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 2);
    CU_ASSERT_STRING_EQUAL(plan.order, "ab");
    CU_ASSERT_EQUAL(plan.runs, 2);
    CU_ASSERT_FALSE(wall_db_in_tx(cx));
    wall_db_after_commit(cx, note_a, &plan); /* no transaction: at once */
    CU_ASSERT_STRING_EQUAL(plan.order, "aba");
    db_test_end(cx);
}

static wall_rc_t nested_inner(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;
    wall_rc_t rc = ADD(cx, 2, 20);

    return rc == WALL_OK ? plan->inner : rc;
}

static wall_rc_t nested_outer(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;
    wall_rc_t rc = ADD(cx, 1, 10);

    CU_ASSERT_EQUAL(wall_db_tx(cx, nested_inner, plan), plan->inner);
    CU_ASSERT_TRUE(wall_db_in_tx(cx));
    return rc == WALL_OK ? plan->outer : rc;
}

void test_tx__nested_joins(void)
{
    wall_cx_t *cx = start();
    plan_t plan = { .inner = WALL_OK, .outer = WALL_E_CONFLICT };

    CU_ASSERT_EQUAL(wall_db_tx(cx, nested_outer, &plan), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 0);
    /* Joined work that failed dooms the whole even if the outer work does not care. */
    plan = (plan_t){ .inner = WALL_E_NOT_FOUND, .outer = WALL_OK };
    CU_ASSERT_EQUAL(wall_db_tx(cx, nested_outer, &plan), WALL_E_NOT_FOUND);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 0);
    plan = (plan_t){ .inner = WALL_OK, .outer = WALL_OK };
    CU_ASSERT_EQUAL(wall_db_tx(cx, nested_outer, &plan), WALL_OK);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 2);
    db_test_end(cx);
}

static wall_rc_t release_inside(wall_cx_t *cx, void *baton)
{
    wall_rc_t rc = ADD(cx, 1, 1);

    wall_db_release(cx);
    CU_ASSERT_EQUAL(ADD(cx, 2, 2), WALL_E_INTERNAL);
    return rc;
}

void test_tx__release_inside_rolls_back(void)
{
    wall_cx_t *cx = start();

    CU_ASSERT_EQUAL(wall_db_tx(cx, release_inside, NULL), WALL_E_INTERNAL);
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 0);
    db_test_end(cx);
}

static wall_rc_t vanish(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;

    CU_ASSERT_EQUAL(ADD(cx, 1, 1), WALL_OK);
    apr_pool_destroy(plan->pool);
    longjmp(*plan->out, 1);
}

/* A context that ends in the middle gives the connection back clean. */
void test_tx__forgotten_transaction_is_rolled_back(void)
{
    wall_cx_t *cx = start(), short_lived = *cx;
    const char *params = getenv("WALL_TEST_DB_PARAMS");
    const wall_db_source_t *source = wall_db_direct(cx->pool, "mysql", params, cx->logger);
    plan_t plan = { 0 };
    jmp_buf out;

    plan.out = &out;
    apr_pool_create(&plan.pool, cx->pool);
    short_lived.pool = plan.pool;
    short_lived.db = wall_db_new(plan.pool, source);
    if (setjmp(out) == 0) {
        wall_db_tx(&short_lived, vanish, &plan);
        CU_FAIL("not reached");
    }
    cx->db = wall_db_new(cx->pool, source); /* the same connection */
    CU_ASSERT_EQUAL(number(cx, DB_CALL(tx_count)), 0);
    CU_ASSERT_EQUAL(ADD(cx, 1, 1), WALL_OK);
    db_test_end(cx);
}

/* ---- against each other ---- */

static wall_rc_t lock_crosswise(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;
    wall_rc_t rc;

    plan->runs++;
    rc = wall_db_exec(cx, DB_QUERY(tx_plus, wall_arg_i64(plan->first)), NULL);
    if (plan->runs == 1)
        pthread_barrier_wait(plan->barrier);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, DB_QUERY(tx_plus, wall_arg_i64(plan->second)), NULL);
    return rc;
}

static void *deadlock_thread(void *baton)
{
    wall_cx_t *cx = db_test_cx();
    plan_t *plan = baton;

    plan->inner = wall_db_tx(cx, lock_crosswise, plan);
    db_test_end(cx);
    return NULL;
}

void test_tx__deadlock_is_tried_again(void)
{
    wall_cx_t *cx = start();
    pthread_barrier_t barrier;
    plan_t plans[2] = { { .barrier = &barrier, .first = 1, .second = 2 },
                        { .barrier = &barrier, .first = 2, .second = 1 } };
    pthread_t threads[2];
    int i;

    CU_ASSERT_EQUAL(ADD(cx, 1, 0), WALL_OK);
    CU_ASSERT_EQUAL(ADD(cx, 2, 0), WALL_OK);
    wall_db_release(cx);
    pthread_barrier_init(&barrier, NULL, 2);
    for (i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, deadlock_thread, &plans[i]);
    for (i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    CU_ASSERT_EQUAL(plans[0].inner, WALL_OK);
    CU_ASSERT_EQUAL(plans[1].inner, WALL_OK);
    CU_ASSERT_TRUE(plans[0].runs + plans[1].runs >= 3); /* there was one */
    CU_ASSERT_EQUAL(number(cx, DB_QUERY(tx_get, wall_arg_i64(1))), 2);
    CU_ASSERT_EQUAL(number(cx, DB_QUERY(tx_get, wall_arg_i64(2))), 2);
    db_test_end(cx);
}

/* Runs @a child in @a n processes; the sum of what they return. */
static int in_processes(int n, int (*child)(void))
{
    int i, status, sum = 0;

    for (i = 0; i < n; i++) {
        if (fork() == 0)
            _exit(child());
    }
    for (i = 0; i < n; i++) {
        CU_ASSERT_TRUE(wait(&status) > 0);
        CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 255);
        sum += WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    }
    return sum;
}

typedef struct spend_t {
    apr_int64_t affected;
} spend_t;

static wall_rc_t spend(wall_cx_t *cx, void *baton)
{
    spend_t *s = baton;
    wall_rc_t rc = wall_db_exec(cx, DB_QUERY(tx_spend, wall_arg_i64(1)), &s->affected);

    if (rc == WALL_OK && s->affected == 1)
        rc = wall_db_exec(cx, DB_QUERY(tx_plus, wall_arg_i64(2)), NULL);
    return rc;
}

static int spend_125(void)
{
    wall_cx_t *cx = db_test_cx();
    int i, spent = 0;

    for (i = 0; i < 125; i++) {
        spend_t s = { 0 };

        if (wall_db_tx(cx, spend, &s) != WALL_OK)
            return 255;
        spent += (int)s.affected;
    }
    return spent;
}

void test_tx__thousand_spends_of_a_hundred(void)
{
    wall_cx_t *cx = start();

    CU_ASSERT_EQUAL(ADD(cx, 1, 100), WALL_OK);
    CU_ASSERT_EQUAL(ADD(cx, 2, 0), WALL_OK);
    wall_db_release(cx);
    CU_ASSERT_EQUAL(in_processes(8, spend_125), 100);
    CU_ASSERT_EQUAL(number(cx, DB_QUERY(tx_get, wall_arg_i64(1))), 0);
    CU_ASSERT_EQUAL(number(cx, DB_QUERY(tx_get, wall_arg_i64(2))), 100);
    db_test_end(cx);
}

/* The pattern nobody should write: without snapshot isolation most of these would be lost. */
static wall_rc_t read_then_write(wall_cx_t *cx, void *baton)
{
    apr_int64_t n = 0;
    wall_rc_t rc = wall_db_number(cx, DB_QUERY(tx_get, wall_arg_i64(1)), &n);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, DB_QUERY(tx_set, wall_arg_i64(n + 1), wall_arg_i64(1)), NULL);
    return rc;
}

static int increment_25(void)
{
    wall_cx_t *cx = db_test_cx();
    int i;

    for (i = 0; i < 25; i++) {
        if (wall_db_tx(cx, read_then_write, NULL) != WALL_OK)
            return 255;
    }
    return 25;
}

void test_tx__read_then_write_loses_nothing(void)
{
    wall_cx_t *cx = start();

    CU_ASSERT_EQUAL(ADD(cx, 1, 0), WALL_OK);
    wall_db_release(cx);
    CU_ASSERT_EQUAL(in_processes(4, increment_25), 100);
    CU_ASSERT_EQUAL(number(cx, DB_QUERY(tx_get, wall_arg_i64(1))), 100);
    db_test_end(cx);
}
