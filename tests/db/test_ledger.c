/* SPDX-License-Identifier: Apache-2.0 */
/* Bricks and the steps of jobs on a real database: what if two run at once, what if one was dead. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/apps/apps_jobs.h"
#include "app/bricks/bricks_actions.h"
#include "core/ids.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "db_new.h"
#include "db_test.h"
#include "io/migrate.h"

DB_STMT(led_job, "INSERT INTO ai_generation_jobs (job_id, app_id, user_id, estimated_bricks_min, "
                 "estimated_bricks_max, tokens_per_brick) VALUES (%s, %lld, %lld, 1, %lld, 100)", 0, 4, "siii");
DB_STMT(led_unbalanced, "SELECT COUNT(*) FROM (SELECT transaction_id FROM bricks_entries "
                        "GROUP BY transaction_id HAVING SUM(amount) <> 0) AS x", 1, 0, "");
DB_STMT(led_drift, "SELECT COUNT(*) FROM users u WHERE u.bricks_balance <> COALESCE((SELECT SUM(e.amount) "
                   "FROM bricks_entries e JOIN bricks_accounts a ON a.account_id = e.account_id "
                   "WHERE a.user_id = u.user_id AND a.kind = 'available'), 0) OR u.bricks_held <> "
                   "COALESCE((SELECT SUM(e.amount) FROM bricks_entries e JOIN bricks_accounts a "
                   "ON a.account_id = e.account_id WHERE a.user_id = u.user_id AND a.kind = 'held'), 0)",
        1, 0, "");
DB_STMT(led_moves, "SELECT COUNT(*) FROM bricks_transactions WHERE job_id = %s", 1, 1, "s");
DB_STMT(led_overdue, "UPDATE ai_generation_jobs SET lease_until = NOW(6) - INTERVAL 1 SECOND, "
                     "not_before = NULL WHERE job_id = %s", 0, 1, "s");
DB_STMT(led_now, "UPDATE ai_generation_jobs SET not_before = NULL WHERE job_id = %s", 0, 1, "s");
DB_STMT(led_status, "SELECT CAST(FIELD(status, 'queued', 'processing', 'completed', 'failed', 'cancelled') "
                    "AS SIGNED) FROM ai_generation_jobs WHERE job_id = %s", 1, 1, "s");
DB_STMT(led_outbox, "SELECT COUNT(*) FROM outbox WHERE channel = CONCAT('job:', %s) AND topic = %s", 1, 2, "ss");
DB_STMT(led_expire, "UPDATE bricks_holds SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE job_id = %s",
        0, 1, "s");

enum { QUEUED = 1, PROCESSING, COMPLETED, FAILED, CANCELLED };

/** A context on the migrated schema. */
static wall_cx_t *start(void)
{
    wall_cx_t *cx = db_test_cx();
    wall_site_t *site = wall_site_new(cx->pool);

    CU_ASSERT_PTR_NULL_FATAL(wall_site_finish(site, cx->pool));
    site->tokens_per_brick = 7; /* the price of today; jobs keep the one they were asked for at */
    site->job_lease = 30;
    site->ai_workers = 1;
    cx->site = site;
    CU_ASSERT_EQUAL_FATAL(wall_migrate(cx, WALL_TEST_MIGRATIONS), WALL_OK);
    return cx;
}

static apr_int64_t count(wall_cx_t *cx, wall_query_t query)
{
    apr_int64_t n = -1;

    CU_ASSERT_EQUAL(wall_db_number(cx, query, &n), WALL_OK);
    return n;
}

static wall_rc_t open_work(wall_cx_t *cx, void *baton)
{
    return bricks_open_account(cx, *(apr_int64_t *)baton, 100);
}

static apr_int64_t new_user(wall_cx_t *cx)
{
    apr_int64_t user_id = 0;

    CU_ASSERT_EQUAL_FATAL(db_new_user(cx, &user_id), WALL_OK);
    CU_ASSERT_EQUAL_FATAL(wall_db_tx(cx, open_work, &user_id), WALL_OK);
    return user_id;
}

/** A waiting job of the user, with nothing held. */
static const char *new_job(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t amount)
{
    const char *job_id = wall_uuid7(cx->pool, apr_time_now());
    apr_int64_t app_id;

    CU_ASSERT_EQUAL_FATAL(db_new_app(cx, user_id, &app_id), WALL_OK);
    CU_ASSERT_EQUAL_FATAL(wall_db_exec(cx, DB_QUERY(led_job, TEXT(job_id), INT(app_id),
                                                    INT(user_id), INT(amount)),
                                       NULL),
                          WALL_OK);
    return job_id;
}

typedef struct hold_t {
    apr_int64_t user_id;
    const char *job_id;
    apr_int64_t amount; /* capture: the cost; -1 releases */
    bricks_resolution_t out;
} hold_t;

static wall_rc_t hold_work(wall_cx_t *cx, void *baton)
{
    hold_t *h = baton;

    return bricks_hold(cx, h->user_id, h->job_id, h->amount);
}

static wall_rc_t resolve_work(wall_cx_t *cx, void *baton)
{
    hold_t *h = baton;

    return h->amount < 0 ? bricks_release(cx, h->job_id, &h->out)
                         : bricks_capture(cx, h->job_id, h->amount, &h->out);
}

static wall_rc_t hold(wall_cx_t *cx, apr_int64_t user_id, const char *job_id, apr_int64_t amount)
{
    hold_t h = { user_id, job_id, amount, { 0 } };

    return wall_db_tx(cx, hold_work, &h);
}

static bricks_resolution_t resolve(wall_cx_t *cx, const char *job_id, apr_int64_t cost)
{
    hold_t h = { 0, job_id, cost, { 0 } };

    CU_ASSERT_EQUAL(wall_db_tx(cx, resolve_work, &h), WALL_OK);
    return h.out;
}

/** Balance as expected, every movement sums to zero, every cache agrees with its account. */
static void proved(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t available, apr_int64_t held)
{
    bricks_balance_t balance;

    CU_ASSERT_EQUAL(bricks_balance(cx, user_id, &balance), WALL_OK);
    CU_ASSERT_EQUAL(balance.available, available);
    CU_ASSERT_EQUAL(balance.held, held);
    CU_ASSERT_EQUAL(count(cx, DB_CALL(led_unbalanced)), 0);
    CU_ASSERT_EQUAL(count(cx, DB_CALL(led_drift)), 0);
}

void test_ledger__hold_use_return(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    const char *job = new_job(cx, user, 40);
    bricks_resolution_t paid;

    proved(cx, user, 100, 0);
    CU_ASSERT_EQUAL(hold(cx, user, job, 40), WALL_OK);
    proved(cx, user, 60, 40);
    paid = resolve(cx, job, 25);
    CU_ASSERT(paid.resolved && paid.charged == 25 && paid.returned == 15 && paid.user_id == user);
    proved(cx, user, 75, 0);
    /* nobody pays twice, and nothing comes back of what was used */
    CU_ASSERT_EQUAL(resolve(cx, job, 25).resolved, 0);
    CU_ASSERT_EQUAL(resolve(cx, job, -1).resolved, 0);
    proved(cx, user, 75, 0);
    CU_ASSERT_EQUAL(count(cx, DB_QUERY(led_moves, TEXT(job))), 2);
    db_test_end(cx);
}

void test_ledger__edges(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    const char *all = new_job(cx, user, 100), *none = new_job(cx, user, 5);
    hold_t too_much = { user, all, 101, { 0 } };

    CU_ASSERT_EQUAL(hold(cx, user, all, 101), WALL_E_INSUFFICIENT_BRICKS);
    CU_ASSERT_EQUAL(cx->details->nelts, 2);
    wall_fail_clear(cx);
    proved(cx, user, 100, 0);
    CU_ASSERT_EQUAL(hold(cx, user, all, 100), WALL_OK);
    CU_ASSERT_EQUAL(hold(cx, user, none, 1), WALL_E_INSUFFICIENT_BRICKS);
    wall_fail_clear(cx);
    /* costs above the hold are refused as a whole */
    CU_ASSERT_EQUAL(wall_db_tx(cx, resolve_work, &too_much), WALL_E_INTERNAL);
    wall_fail_clear(cx);
    proved(cx, user, 0, 100);
    CU_ASSERT_EQUAL(resolve(cx, all, 100).charged, 100);
    proved(cx, user, 0, 0);
    db_test_end(cx);
}

void test_ledger__release_returns_all(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    const char *job = new_job(cx, user, 7);

    CU_ASSERT_EQUAL(hold(cx, user, job, 7), WALL_OK);
    CU_ASSERT_EQUAL(resolve(cx, job, -1).returned, 7);
    CU_ASSERT_EQUAL(resolve(cx, job, 7).resolved, 0);
    proved(cx, user, 100, 0);
    db_test_end(cx);
}

/** In a process of its own: tries @a tries holds of one brick; exits with how many it got. */
static void spend_in_parallel(apr_int64_t user, int tries)
{
    wall_cx_t *cx = start();
    int got = 0, i;

    for (i = 0; i < tries; i++) {
        const char *job = new_job(cx, user, 1);
        wall_rc_t rc = hold(cx, user, job, 1);
        wall_fail_clear(cx);
        if (rc == WALL_OK) {
            got++;
        } else if (rc != WALL_E_INSUFFICIENT_BRICKS) {
            _exit(255);
        }
    }
    _exit(got);
}

void test_ledger__parallel_spends(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    int total = 0, i, status;

    wall_db_release(cx);
    for (i = 0; i < 6; i++) {
        if (fork() == 0) {
            spend_in_parallel(user, 30);
        }
    }
    for (i = 0; i < 6; i++) {
        wait(&status);
        CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) != 255);
        total += WEXITSTATUS(status);
    }
    CU_ASSERT_EQUAL(total, 100);
    proved(cx, user, 0, 100);
    db_test_end(cx);
}

/* ---- jobs ---- */

static const apps_result_t result = {
    .code = { .html = "<b>1</b>", .css = "", .js = "x()" }, .model = "m", .generation_ms = 5,
    .prompt_tokens = 450, .completion_tokens = 1001,
};
static const apps_failure_t failure = { .reason = APPS_MODEL_ERROR, .again = 1 };

static apr_int64_t status(wall_cx_t *cx, const char *job)
{
    return count(cx, DB_QUERY(led_status, TEXT(job)));
}

/* ---- the day's bricks ---- */

typedef struct moment_t {
    const char *zone; /* NULL: of the one before, by the same person */
    const char *at;
    int streak_days; /* 0: that day has been claimed */
} moment_t;

static const moment_t moments[] = {
    { "Europe/Berlin", "2026-03-28T22:59:59Z", 1 }, /* the last second of the 28th */
    { NULL, "2026-03-28T23:00:00Z", 2 },
    { NULL, "2026-03-29T00:59:59Z", 0 }, /* 01:59:59; a second later it is three */
    { NULL, "2026-03-29T01:00:00Z", 0 },
    { NULL, "2026-03-29T21:59:59Z", 0 }, /* the day had 23 hours */
    { NULL, "2026-03-29T22:00:00Z", 3 },
    { "Europe/Berlin", "2026-10-24T22:00:00Z", 1 },
    { NULL, "2026-10-25T00:30:00Z", 0 }, /* half past two, */
    { NULL, "2026-10-25T01:30:00Z", 0 }, /* and again */
    { NULL, "2026-10-25T22:59:59Z", 0 }, /* the day had 25 hours */
    { NULL, "2026-10-25T23:00:00Z", 2 },
    { "America/Havana", "2026-03-08T04:59:59Z", 1 },
    { NULL, "2026-03-08T05:00:00Z", 2 }, /* a day that begins at one: there is no midnight */
    { NULL, "2026-03-09T03:59:59Z", 0 },
    { NULL, "2026-03-09T04:00:00Z", 3 },
    { "America/Havana", "2026-11-01T04:10:00Z", 1 },
    { NULL, "2026-11-01T05:10:00Z", 0 }, /* the same ten past midnight once more */
    { NULL, "2026-11-02T05:00:00Z", 2 },
    { NULL, "2026-11-04T05:00:00Z", 1 }, /* the 3rd was missed */
};

/** One claim at an instant; the database's clock is what counts. */
static void claim_at(wall_cx_t *cx, const moment_t *m)
{
    apr_time_t at = wall_time_from_rfc3339(m->at);
    bricks_claim_t claim = { 0 };
    wall_rc_t rc;

    db_test_sql(cx, apr_psprintf(cx->pool, "SET timestamp = %" APR_INT64_T_FMT ";\n",
                                 (apr_int64_t)apr_time_sec(at)));
    rc = bricks_claim_daily(cx, NULL, &claim);
    if (rc != (m->streak_days ? WALL_OK : WALL_E_ALREADY_CLAIMED) ||
        claim.streak_days != m->streak_days || (rc == WALL_OK && claim.next_claim_at <= at))
        printf("\n    %s: %s, %d days", m->at, wall_error_code(rc), (int)claim.streak_days);
    CU_ASSERT_EQUAL(rc, m->streak_days ? WALL_OK : WALL_E_ALREADY_CLAIMED);
    CU_ASSERT_EQUAL(claim.streak_days, m->streak_days);
    CU_ASSERT(rc != WALL_OK || claim.next_claim_at > at);
    wall_fail_clear(cx);
}

void test_daily__once_a_day_where_clocks_change(void)
{
    wall_cx_t *cx = start();
    size_t i;

    for (i = 0; i < sizeof moments / sizeof *moments; i++) {
        if (moments[i].zone != NULL) {
            ((wall_site_t *)cx->site)->time_zone = moments[i].zone;
            cx->viewer.user_id = new_user(cx);
        }
        claim_at(cx, &moments[i]);
    }
    CU_ASSERT_EQUAL(count(cx, DB_CALL(led_drift)), 0);
    db_test_end(cx);
}

/** A job with a hold, and its first claim. */
static const char *claimed(wall_cx_t *cx, apr_int64_t user, apps_claim_t *claim)
{
    const char *job = new_job(cx, user, 40);

    CU_ASSERT_EQUAL_FATAL(hold(cx, user, job, 40), WALL_OK);
    CU_ASSERT_EQUAL_FATAL(apps_job_claim(cx, job, claim), WALL_OK);
    CU_ASSERT_EQUAL(claim->attempts, 1);
    CU_ASSERT_EQUAL(claim->held, 40);
    return job;
}

void test_jobs__complete_once(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_claim_t claim, second;
    const char *job = claimed(cx, user, &claim);

    CU_ASSERT_EQUAL(apps_job_claim(cx, job, &second), WALL_E_NOT_FOUND);
    CU_ASSERT_EQUAL(apps_job_renew(cx, &claim, 50), WALL_OK);
    CU_ASSERT_EQUAL(apps_job_complete(cx, &claim, &result), WALL_OK);
    proved(cx, user, 85, 0); /* 1,451 tokens at 100 */
    CU_ASSERT_EQUAL(status(cx, job), COMPLETED);
    CU_ASSERT_EQUAL(count(cx, DB_QUERY(led_outbox, TEXT(job), TEXT("job.completed"))), 1);
    /* after a connection that was lost in COMMIT everything may be tried again */
    CU_ASSERT_EQUAL(apps_job_complete(cx, &claim, &result), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(apps_job_fail(cx, &claim, &failure), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(apps_job_hand_back(cx, &claim), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(apps_job_renew(cx, &claim, 60), WALL_E_CONFLICT);
    proved(cx, user, 85, 0);
    CU_ASSERT_EQUAL(count(cx, DB_QUERY(led_outbox, TEXT(job), TEXT("job.completed"))), 1);
    db_test_end(cx);
}

void test_jobs__zombie_writes_nothing(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_claim_t dead, alive;
    const char *job = claimed(cx, user, &dead);

    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_overdue, TEXT(job)), NULL), WALL_OK);
    CU_ASSERT_EQUAL(apps_jobs_reclaim(cx), WALL_OK);
    CU_ASSERT_EQUAL(status(cx, job), QUEUED);
    proved(cx, user, 60, 40);
    /* too late, while nobody has it yet */
    CU_ASSERT_EQUAL(apps_job_complete(cx, &dead, &result), WALL_E_CONFLICT);
    /* the pause has to be over first */
    CU_ASSERT_EQUAL(apps_job_claim(cx, job, &alive), WALL_E_NOT_FOUND);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_now, TEXT(job)), NULL), WALL_OK);
    CU_ASSERT_EQUAL(apps_job_claim(cx, job, &alive), WALL_OK);
    CU_ASSERT(alive.fence > dead.fence && alive.attempts == 2);
    /* too late, while somebody else has it */
    CU_ASSERT_EQUAL(apps_job_complete(cx, &dead, &result), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(apps_job_fail(cx, &dead, &failure), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(apps_job_renew(cx, &dead, 10), WALL_E_CONFLICT);
    CU_ASSERT_EQUAL(status(cx, job), PROCESSING);
    CU_ASSERT_EQUAL(apps_job_complete(cx, &alive, &result), WALL_OK);
    proved(cx, user, 85, 0);
    CU_ASSERT_EQUAL(count(cx, DB_QUERY(led_moves, TEXT(job))), 2);
    db_test_end(cx);
}

void test_jobs__given_up_after_its_attempts(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_claim_t claim;
    const char *job = claimed(cx, user, &claim);
    int attempt;

    for (attempt = 1; attempt < 3; attempt++) {
        CU_ASSERT_EQUAL(apps_job_fail(cx, &claim, &failure), WALL_OK);
        CU_ASSERT_EQUAL(status(cx, job), QUEUED);
        proved(cx, user, 60, 40);
        CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_now, TEXT(job)), NULL), WALL_OK);
        CU_ASSERT_EQUAL_FATAL(apps_job_claim(cx, job, &claim), WALL_OK);
    }
    CU_ASSERT_EQUAL(claim.attempts, 3);
    CU_ASSERT_EQUAL(apps_job_fail(cx, &claim, &failure), WALL_OK);
    CU_ASSERT_EQUAL(status(cx, job), FAILED);
    CU_ASSERT_EQUAL(count(cx, DB_QUERY(led_outbox, TEXT(job), TEXT("job.failed"))), 1);
    proved(cx, user, 100, 0);
    db_test_end(cx);
}

void test_jobs__poison_by_leases(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_claim_t claim;
    const char *job = claimed(cx, user, &claim);
    int attempt;

    for (attempt = 1; attempt <= 3; attempt++) {
        CU_ASSERT_EQUAL(status(cx, job), PROCESSING);
        CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_overdue, TEXT(job)), NULL), WALL_OK);
        CU_ASSERT_EQUAL(apps_jobs_reclaim(cx), WALL_OK);
        CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_now, TEXT(job)), NULL), WALL_OK);
        (void)apps_job_claim(cx, job, &claim);
    }
    CU_ASSERT_EQUAL(status(cx, job), FAILED);
    proved(cx, user, 100, 0);
    db_test_end(cx);
}

void test_jobs__handed_back_costs_no_attempt(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_claim_t claim;
    const char *job = claimed(cx, user, &claim);

    CU_ASSERT_EQUAL(apps_job_hand_back(cx, &claim), WALL_OK);
    CU_ASSERT_EQUAL(apps_job_claim(cx, job, &claim), WALL_OK);
    CU_ASSERT_EQUAL(claim.attempts, 1);
    proved(cx, user, 60, 40);
    CU_ASSERT_EQUAL(apps_job_complete(cx, &claim, &result), WALL_OK);
    db_test_end(cx);
}

void test_jobs__expired_hold_goes_back(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    const char *waiting = new_job(cx, user, 10);
    apps_claim_t claim;
    const char *running = claimed(cx, user, &claim);

    CU_ASSERT_EQUAL(hold(cx, user, waiting, 10), WALL_OK);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_expire, TEXT(waiting)), NULL), WALL_OK);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(led_expire, TEXT(running)), NULL), WALL_OK);
    CU_ASSERT_EQUAL(apps_jobs_expire(cx), WALL_OK);
    CU_ASSERT_EQUAL(status(cx, waiting), FAILED);
    CU_ASSERT_EQUAL(status(cx, running), PROCESSING); /* its lease decides */
    proved(cx, user, 60, 40);
    CU_ASSERT_EQUAL(apps_job_complete(cx, &claim, &result), WALL_OK);
    proved(cx, user, 85, 0);
    db_test_end(cx);
}

void test_jobs__cost_never_above_the_hold(void)
{
    wall_cx_t *cx = start();
    apr_int64_t user = new_user(cx);
    apps_result_t long_one = result;
    apps_claim_t claim;

    (void)claimed(cx, user, &claim);
    long_one.completion_tokens = 100000;
    CU_ASSERT_EQUAL(apps_job_complete(cx, &claim, &long_one), WALL_OK);
    proved(cx, user, 60, 0);
    db_test_end(cx);
}
