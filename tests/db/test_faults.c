/* SPDX-License-Identifier: Apache-2.0 */
/* The server goes away, comes back, kills connections, freezes. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_test.h"

DB_STMT(fault_add, "INSERT INTO t_faults (id) VALUES (%lld)", 0, 1, "i");
DB_STMT(fault_count, "SELECT COUNT(*) FROM t_faults", 1, 0, "");
DB_STMT(fault_connection, "SELECT CONNECTION_ID()", 1, 0, "");

#define WATCHDOG_SECONDS 1

#define ADD(cx, id) wall_db_exec((cx), DB_QUERY(fault_add, wall_arg_i64(id)), NULL)

static wall_cx_t *start(void)
{
    wall_cx_t *cx = db_test_cx();

    db_test_sql(cx, "DROP TABLE IF EXISTS t_faults;\n"
                    "CREATE TABLE t_faults (id BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB;\n");
    return cx;
}

static apr_int64_t count(wall_cx_t *cx)
{
    apr_int64_t n = -1;

    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_count), &n), WALL_OK);
    return n;
}

static void restart_server(void)
{
    CU_ASSERT_EQUAL_FATAL(system(getenv("WALL_TEST_DB_RESTART")), 0);
}

/* Ends the connection @a cx holds, from another one. */
static void kill_connection(wall_cx_t *cx)
{
    wall_cx_t *other = db_test_cx();
    apr_int64_t id = 0;

    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_connection), &id), WALL_OK);
    CU_ASSERT_EQUAL(wall_db_raw(other, apr_psprintf(other->pool, "KILL %" APR_INT64_T_FMT, id)),
                    WALL_OK);
    usleep(50000);
    db_test_end(other);
}

void test_faults__restart_between_statements(void)
{
    wall_cx_t *cx = start();
    int round;

    CU_ASSERT_EQUAL(ADD(cx, 1), WALL_OK);
    for (round = 0; round < 3; round++) {
        restart_server();
        CU_ASSERT_EQUAL(count(cx), 1); /* with the connection in hand */
        wall_db_release(cx);
        restart_server();
        CU_ASSERT_EQUAL(count(cx), 1); /* with the connection in its pool */
    }
    wall_db_release(cx);
    restart_server();
    CU_ASSERT_EQUAL(ADD(cx, 2), WALL_OK); /* pinged before it writes */
    db_test_end(cx);
}

typedef struct plan_t {
    int runs, effects, kill_before_last, always;
} plan_t;

static void effect(wall_cx_t *cx, void *baton)
{
    ((plan_t *)baton)->effects++;
}

static wall_rc_t killed_work(wall_cx_t *cx, void *baton)
{
    plan_t *plan = baton;
    wall_rc_t rc = ADD(cx, 1);

    plan->runs++;
    wall_db_after_commit(cx, effect, plan);
    if (plan->kill_before_last && (plan->runs == 1 || plan->always))
        kill_connection(cx);
    if (rc == WALL_OK)
        rc = ADD(cx, 2);
    if (!plan->kill_before_last)
        kill_connection(cx);
    return rc;
}

void test_faults__killed_in_a_transaction(void)
{
    wall_cx_t *cx = start();
    plan_t plan = { .kill_before_last = 1 };

    CU_ASSERT_EQUAL(wall_db_tx(cx, killed_work, &plan), WALL_OK);
    CU_ASSERT_EQUAL(plan.runs, 2);
    CU_ASSERT_EQUAL(plan.effects, 1);
    CU_ASSERT_EQUAL(cx->failed, WALL_OK);
    CU_ASSERT_EQUAL(count(cx), 2);
    db_test_end(cx);
}

void test_faults__killed_again_is_given_up(void)
{
    wall_cx_t *cx = start();
    plan_t plan = { .kill_before_last = 1, .always = 1 };

    CU_ASSERT_EQUAL(wall_db_tx(cx, killed_work, &plan), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_EQUAL(plan.runs, 2);
    CU_ASSERT_EQUAL(plan.effects, 0);
    CU_ASSERT_EQUAL(count(cx), 0);
    db_test_end(cx);
}

/* The outcome of a COMMIT that was not answered is unknown: never done twice. */
void test_faults__killed_at_commit_is_not_repeated(void)
{
    wall_cx_t *cx = start();
    plan_t plan = { 0 };

    CU_ASSERT_EQUAL(wall_db_tx(cx, killed_work, &plan), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_EQUAL(plan.runs, 1);
    CU_ASSERT_EQUAL(plan.effects, 0);
    CU_ASSERT_EQUAL(count(cx), 0);
    db_test_end(cx);
}

void test_faults__a_write_is_not_repeated(void)
{
    wall_cx_t *cx = start();

    kill_connection(cx);
    CU_ASSERT_EQUAL(ADD(cx, 1), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_EQUAL(ADD(cx, 2), WALL_OK);
    CU_ASSERT_EQUAL(count(cx), 1);
    db_test_end(cx);
}

void test_faults__small_fldsz_is_refused(void)
{
    wall_cx_t *cx = start();
    apr_int64_t n;

    db_test_log[0] = '\0';
    cx->db = wall_db_new(cx->pool, wall_db_direct(cx->pool, "mysql",
        apr_pstrcat(cx->pool, getenv("WALL_TEST_DB_PARAMS"), " fldsz=1000", NULL), cx->logger));
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_count), &n), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(db_test_log, "fldsz=20480"));
    db_test_end(cx);
}

/* ---- frozen ---- */

static pid_t server_pid(void)
{
    FILE *file = fopen(apr_pstrcat(db_test_cx()->pool, getenv("WALL_TEST_DB_DIR"), "/pid", NULL), "r");
    int pid = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(fscanf(file, "%d", &pid), 1);
    fclose(file);
    CU_ASSERT_TRUE_FATAL(pid > 1);
    return pid;
}

static int thread_stopped(const char *folder, const char *task)
{
    char path[400], state = '?';
    FILE *file;

    snprintf(path, sizeof path, "%s/%s/stat", folder, task);
    file = fopen(path, "r");
    if (file == NULL)
        return 1; /* it ended */
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = '?';
    fclose(file);
    return state == 'T';
}

/* kill() returns before every thread of the server has stopped. */
static void freeze(pid_t pid)
{
    char folder[64];
    int running;

    kill(pid, SIGSTOP);
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)pid);
    do {
        DIR *dir = opendir(folder);
        const struct dirent *task;

        CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
        running = 0;
        while ((task = readdir(dir)) != NULL) {
            if (task->d_name[0] != '.')
                running += !thread_stopped(folder, task->d_name);
        }
        closedir(dir);
        usleep(1000);
    } while (running > 0);
}

/* Seconds until @a cx has its answer, which has to be @a expected. */
static double answer(wall_cx_t *cx, wall_rc_t expected)
{
    apr_time_t since = apr_time_now();
    apr_int64_t n;
    wall_rc_t rc = wall_db_number(cx, DB_CALL(fault_count), &n);

    CU_ASSERT_EQUAL(rc, expected);
    return (double)(apr_time_now() - since) / APR_USEC_PER_SEC;
}

static void *answer_thread(void *baton)
{
    wall_cx_t *cx = db_test_cx();
    apr_time_t since = apr_time_now();
    apr_int64_t n;

    *(int *)baton = wall_db_number(cx, DB_CALL(fault_count), &n) == WALL_E_DB_UNAVAILABLE
        ? (int)apr_time_as_msec(apr_time_now() - since) : -1;
    db_test_end(cx);
    return NULL;
}

static wall_rc_t frozen_work(wall_cx_t *cx, void *baton)
{
    wall_rc_t rc = ADD(cx, 1);

    ++*(int *)baton;
    freeze(server_pid());
    return rc == WALL_OK ? ADD(cx, 2) : rc;
}

void test_faults__frozen_server(void)
{
    wall_cx_t *held = start(), *pooled = db_test_cx(), *fresh = db_test_cx(), *tx = db_test_cx();
    apr_time_t since;
    pid_t pid = server_pid();
    pthread_t threads[6];
    int i, fast = 0, runs = 0, times[6];

    CU_ASSERT_EQUAL_FATAL(wall_db_watchdog_start(held->pool, WATCHDOG_SECONDS, held->logger), WALL_OK);
    CU_ASSERT_EQUAL(wall_db_watchdog_start(held->pool, WATCHDOG_SECONDS, held->logger), WALL_OK);
    count(held);
    count(pooled);
    wall_db_release(pooled);

    freeze(pid);
    CU_ASSERT_TRUE(answer(held, WALL_E_DB_UNAVAILABLE) < WATCHDOG_SECONDS + 0.6);   /* a statement */
    CU_ASSERT_TRUE(answer(pooled, WALL_E_DB_UNAVAILABLE) < WATCHDOG_SECONDS + 0.6); /* a ping */
    CU_ASSERT_TRUE(answer(fresh, WALL_E_DB_UNAVAILABLE) < WATCHDOG_SECONDS + 0.6);  /* a handshake */
    for (i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, answer_thread, &times[i]);
    for (i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < 6; i++) {
        CU_ASSERT_TRUE(times[i] >= 0 && times[i] < WATCHDOG_SECONDS * 1000 + 600);
        fast += times[i] < 100;
    }
    CU_ASSERT_TRUE(fast >= 4); /* one tries, the others do not wait */
    kill(pid, SIGCONT);
    CU_ASSERT_TRUE(answer(held, WALL_OK) < 0.5);
    CU_ASSERT_TRUE(answer(pooled, WALL_OK) < 0.5);
    CU_ASSERT_TRUE(answer(fresh, WALL_OK) < 0.5);

    since = apr_time_now();
    CU_ASSERT_EQUAL(wall_db_tx(tx, frozen_work, &runs), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_TRUE(apr_time_now() - since < apr_time_from_msec(WATCHDOG_SECONDS * 1000 + 600));
    CU_ASSERT_EQUAL(runs, 1); /* waiting twice helps nobody */
    kill(pid, SIGCONT);
    CU_ASSERT_EQUAL(count(tx), 0);
    db_test_end(tx);
    db_test_end(fresh);
    db_test_end(pooled);
    db_test_end(held);
}

/* Slow statements of others are not cut while somebody opens a connection. */
DB_STMT(fault_sleep, "SELECT SLEEP(0.6)", 1, 0, "");

void test_faults__watchdog_spares_the_quick(void)
{
    wall_cx_t *cx = start();
    apr_int64_t n;
    int i;

    CU_ASSERT_EQUAL_FATAL(wall_db_watchdog_start(cx->pool, WATCHDOG_SECONDS, cx->logger), WALL_OK);
    for (i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_sleep), &n), WALL_OK);
    db_test_end(cx);
}

DB_STMT(fault_long_sleep, "SELECT SLEEP(1.8)", 1, 0, "");

void test_faults__watchdog_has_patience_when_asked(void)
{
    wall_cx_t *cx = start();
    apr_int64_t n;

    CU_ASSERT_EQUAL_FATAL(wall_db_watchdog_start(cx->pool, WATCHDOG_SECONDS, cx->logger), WALL_OK);
    wall_db_patience(cx, 1);
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_long_sleep), &n), WALL_OK);
    wall_db_patience(cx, 0);
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(fault_long_sleep), &n), WALL_E_DB_UNAVAILABLE);
    CU_ASSERT_EQUAL(count(cx), 0); /* and it goes on */
    db_test_end(cx);
}
