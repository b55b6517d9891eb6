/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One money transaction of each kind, to be cut anywhere (tests/fault/test_money.py). Those of purchases: buy.c.
 *
 *   step new KIND             a user as they are before it: prints "USER JOB"
 *   step do KIND USER JOB     that transaction alone; exit status 0 when it was done
 *
 * The server is that of WALL_TEST_DB_PARAMS (as DBDParams), with Wall's schema.
 */
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/accounts/accounts.h"
#include "app/accounts/signup_actions.h"
#include "app/apps/apps.h"
#include "app/apps/apps_actions.h"
#include "app/apps/apps_jobs.h"
#include "app/bricks/bricks_actions.h"
#include "app/bricks/debts.h"
#include "app/leaving/leaving.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "db_stmt.h"
#include "purse.h"

#define BALANCE 100
#define POOR    20 /* who uses one more runs low */
#define OWED    50

DB_STMT(step_pending, "INSERT INTO users (username, email, display_name, account_state) "
                      "VALUES (%s, %s, 'T', 'pending')", 0, 2, "ss");
DB_STMT(step_late, "UPDATE bricks_holds SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE job_id = %s", 0, 1, "s");
DB_STMT(step_leaving, "UPDATE users SET account_state = 'leaving', deletion_due_at = NOW(6) - INTERVAL 1 SECOND "
                      "WHERE user_id = %lld", 0, 1, "i");

static const char *const kinds[] = { "register", "approve", "give", "owed", "take", "grant", "claim", "visit", "hold",
                                     "capture", "release", "generate", "cancel", "complete", "fail", "expire", "erase",
                                     NULL };
enum { REGISTER, APPROVE, GIVE, OWE, TAKE, GRANT, CLAIM, VISIT, HOLD, CAPTURE, RELEASE, GENERATE, CANCEL, COMPLETE,
       FAIL, EXPIRE, ERASE };

static wall_rc_t release_work(wall_cx_t *cx, void *baton)
{
    const purse_job_t *job = baton;
    bricks_resolution_t out;

    return bricks_release(cx, job->job_id, &out);
}

static wall_rc_t take_back_work(wall_cx_t *cx, void *baton)
{
    apr_int64_t user_id = *(const apr_int64_t *)baton;

    return bricks_take_back(cx, user_id, 0, BRICKS_FROM_PURCHASE_REFUND, BALANCE + OWED,
                            wall_random_hex(cx->pool, 16));
}

static wall_rc_t enrol(wall_cx_t *cx, const char *job_id)
{
    const char *name = apr_psprintf(cx->pool, "o%.20s", job_id);
    accounts_opened_t opened;

    ((wall_site_t *)cx->site)->email_verification = "later"; /* the account at once, with its mail */
    return accounts_open(cx, &(accounts_opening_t){ .username = name, .display_name = "T",
                                                    .email = apr_pstrcat(cx->pool, name, "@example.org", NULL) },
                         &opened);
}

static wall_rc_t give(wall_cx_t *cx, apr_int64_t user_id, const char *key, apr_int64_t amount)
{
    bricks_movement_t m = { .user_id = user_id, .type = BRICKS_BONUS,
                            .source = BRICKS_FROM_ADMIN_GRANT, .account = BRICKS_ACCOUNT_TREASURY,
                            .amount = amount, .key = key };

    return bricks_post(cx, &m, NULL);
}

static wall_rc_t end_job(wall_cx_t *cx, const char *job_id, int complete)
{
    static const apps_result_t result = { .code = { .html = "<b>1</b>", .css = "", .js = "x()" },
                                          .model = "m", .prompt_tokens = 30, .completion_tokens = 50 };
    static const apps_failure_t failure = { .reason = APPS_MODEL_REFUSED };
    apps_claim_t claim;
    wall_rc_t rc = apps_job_claim(cx, job_id, &claim);

    if (rc != WALL_OK)
        return rc;
    return complete ? apps_job_complete(cx, &claim, &result) : apps_job_fail(cx, &claim, &failure);
}

static wall_rc_t erase_all(wall_cx_t *cx)
{
    wall_rc_t rc = WALL_OK;
    int did = 1;

    while (rc == WALL_OK && did)
        rc = leaving_erase_next(cx, &did);
    return rc;
}

/* What visits is not told whether its bricks came: here it has to be. */
static wall_rc_t visit(wall_cx_t *cx)
{
    bricks_daily_t daily;
    wall_rc_t rc;

    ((wall_site_t *)cx->site)->bricks_daily_auto = 1;
    bricks_visit(cx);
    rc = bricks_daily(cx, cx->viewer.user_id, &daily);
    return rc == WALL_OK && daily.claimable ? WALL_E_BUSY : rc;
}

static wall_rc_t step_of(wall_cx_t *cx, int kind, apr_int64_t user_id, const char *job_id)
{
    static const apps_generate_in_t asked = { .prompt = "A timer for tea" };
    purse_job_t job = { user_id, job_id };
    apps_generated_t made = { 0 };
    bricks_grant_t granted;
    bricks_claim_t claim;
    apps_job_t shown;

    cx->viewer.user_id = user_id;
    switch (kind) {
    case REGISTER: return enrol(cx, job_id);
    case APPROVE:
        return accounts_decide(cx, &(accounts_decision_t){ user_id, ACCOUNTS_APPROVE }, NULL);
    case GIVE: return give(cx, user_id, job_id, 7);
    case OWE: return give(cx, user_id, job_id, OWED + 30);
    case TAKE: return give(cx, user_id, job_id, POOR - BALANCE);
    case GRANT:
        return bricks_grant(cx, &(bricks_grant_in_t){ .user_id = user_id, .amount = 9, .reason = "R" }, &granted);
    case CLAIM: return bricks_claim_daily(cx, NULL, &claim);
    case VISIT: return visit(cx);
    case HOLD: return wall_db_tx(cx, purse_hold, &job);
    case CAPTURE: return wall_db_tx(cx, purse_capture, &job);
    case RELEASE: return wall_db_tx(cx, release_work, &job);
    case GENERATE: return apps_generate(cx, &asked, &made);
    case CANCEL: return apps_cancel_job(cx, &(apps_which_job_t){ job_id }, &shown);
    case COMPLETE: return end_job(cx, job_id, 1);
    case FAIL: return end_job(cx, job_id, 0);
    case EXPIRE: return apps_jobs_expire(cx);
    default: return erase_all(cx);
    }
}

static int kind_of(const char *name)
{
    int i;

    for (i = 0; kinds[i] != NULL && strcmp(kinds[i], name) != 0; i++) {
    }
    return i;
}

/** Brings somebody with bricks to where @a kind begins. */
static wall_rc_t prepare(wall_cx_t *cx, int kind, const purse_t *purse, const char *job_id)
{
    apr_int64_t user_id = purse->user_id;
    purse_job_t job = { user_id, job_id };
    wall_rc_t rc = WALL_OK;

    if (kind == CAPTURE || kind == RELEASE || kind >= CANCEL)
        rc = wall_db_tx(cx, purse_hold, &job);
    if (rc == WALL_OK && kind == OWE)
        rc = wall_db_tx(cx, take_back_work, &user_id);
    /* What an earlier one left unfinished is not counted with this one. */
    if (rc == WALL_OK && kind == EXPIRE)
        rc = apps_jobs_expire(cx);
    if (rc == WALL_OK && kind == EXPIRE)
        rc = wall_db_exec(cx, DB_QUERY(step_late, TEXT(job_id)), NULL);
    if (rc == WALL_OK && kind == ERASE)
        rc = erase_all(cx);
    if (rc == WALL_OK && kind == ERASE)
        rc = wall_db_exec(cx, DB_QUERY(step_leaving, INT(user_id)), NULL);
    return rc;
}

static int make(wall_cx_t *cx, int kind)
{
    purse_t purse = purse_new(cx, kind == CAPTURE ? POOR : BALANCE);
    const char *job_id = purse_job(cx->pool, purse_jobs(cx, &purse, 1), 0);
    const char *name = apr_psprintf(cx->pool, "a%.20s", job_id);

    if (kind == APPROVE &&
        wall_db_insert(cx, DB_QUERY(step_pending, TEXT(name), TEXT(name)), &purse.user_id) != WALL_OK)
        purse_fail(cx, "somebody who waits");
    if (prepare(cx, kind, &purse, job_id) != WALL_OK)
        purse_fail(cx, "what is before");
    printf("%" APR_INT64_T_FMT " %s\n", purse.user_id, job_id);
    return 0;
}

static int step(wall_cx_t *cx, int kind, apr_int64_t user_id, const char *job_id)
{
    wall_rc_t rc = step_of(cx, kind, user_id, job_id);

    if (rc != WALL_OK)
        fprintf(stderr, "step: %s\n", wall_error_code(rc));
    return rc == WALL_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    apr_initialize();
    if (argc < 3 || getenv("WALL_TEST_DB_PARAMS") == NULL || wall_crypto_init() != 0 ||
        kinds[kind_of(argv[2])] == NULL) {
        fputs("usage: step new KIND | step do KIND USER JOB\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "new") == 0)
        return make(purse_cx(), kind_of(argv[2]));
    if (strcmp(argv[1], "do") != 0 || argc != 5)
        return 2;
    return step(purse_cx(), kind_of(argv[2]), strtoll(argv[3], NULL, 10), argv[4]);
}
