/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/accounts/accounts.h"
#include "app/auth/auth.h"
#include "app/auth/logins.h"
#include "io/db.h"
#include "io/sql_statements.h"

typedef struct opening_t {
    apr_int64_t user_id;
    const char *how;
    int remember;
    auth_opened_t session;
    accounts_signed_in_t *out;
} opening_t;

/** The account's language goes with every signing in, so that each device speaks it. */
static void session_begun(wall_cx_t *cx, void *baton)
{
    const opening_t *opening = baton;
    accounts_signed_in_t *out = opening->out;

    out->user->csrf_token = cx->viewer.csrf_token;
    out->session_token = opening->session.token;
    out->expires_at = opening->session.expires_at;
    if (out->user->language != NULL)
        cx->reply.language = out->user->language;
}

/** Whether the account's state allows a session. */
static wall_rc_t check_state(wall_cx_t *cx, apr_int64_t user_id, const char *how)
{
    enum { NONE, PENDING, SUSPENDED }; /* what the statement says */
    apr_int64_t obstacle = NONE;
    wall_rc_t rc = wall_db_number(cx, sql_accounts_obstacle(user_id), &obstacle);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_BAD_CREDENTIALS, NULL, WALL_NO_WHY);
    if (rc != WALL_OK || obstacle == NONE)
        return rc;
    /* They have proved who they are, so they may know. */
    auth_note_failure(cx, user_id, how, AUTH_REFUSED);
    return wall_fail(cx, obstacle == PENDING ? WALL_E_AWAITING_APPROVAL : WALL_E_SUSPENDED, NULL,
                     WALL_NO_WHY);
}

/* Everything that belongs to a session's beginning, or nothing of it. */
static wall_rc_t open_work(wall_cx_t *cx, void *baton)
{
    opening_t *opening = baton;
    accounts_me_t *me = apr_pcalloc(cx->pool, sizeof(*me));
    apr_int64_t back = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_users_come_back(opening->user_id), &back);

    if (rc == WALL_OK)
        rc = auth_open_session(cx, opening->user_id, opening->how, opening->remember,
                               &opening->session);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_accounts_me(opening->user_id), &accounts_me_shape, me);
    if (rc == WALL_E_NOT_FOUND || rc == WALL_E_UNAUTHENTICATED)
        return wall_fail(cx, WALL_E_BAD_CREDENTIALS, NULL, WALL_NO_WHY); /* suspended, or closed just now */
    if (rc != WALL_OK)
        return rc;
    opening->out->user = me;
    opening->out->came_back = back > 0;
    wall_db_after_commit(cx, session_begun, opening);
    return WALL_OK;
}

wall_rc_t accounts_sign_in(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                           accounts_signed_in_t *out)
{
    opening_t *opening = apr_pcalloc(cx->pool, sizeof(*opening));
    wall_rc_t rc = check_state(cx, user_id, how);

    if (rc != WALL_OK)
        return rc;
    /* A passkey is something one has and, as its user was verified, something one is or knows. */
    if (strcmp(how, ACCOUNTS_BY_PASSKEY) != 0) {
        rc = factors_ask(cx, user_id, how, remember, &out->second_factor);
        if (rc != WALL_OK)
            return rc;
        if (out->second_factor != NULL) {
            wall_reply_cookie(cx, ACCOUNTS_SECOND_COOKIE, out->second_factor->token,
                              FACTORS_SIGN_IN_MINUTES * 60);
            return WALL_OK;
        }
    }
    *opening = (opening_t){ .user_id = user_id, .how = how, .remember = remember, .out = out };
    return wall_db_tx(cx, open_work, opening);
}

const char *accounts_second_path(wall_cx_t *cx, const factors_waiting_t *waiting, const char *next)
{
    return apr_pstrcat(cx->pool, "/login/second?methods=",
                       apr_array_pstrcat(cx->pool, waiting->methods, ','),
                       "&next=", apr_pescape_urlencoded(cx->pool, next), NULL);
}

typedef struct second_step_t {
    const char *token;
    const accounts_second_step_t *in;
    factors_sign_in_t sign_in;
    opening_t *opening;
} second_step_t;

static wall_rc_t second_step_work(wall_cx_t *cx, void *baton)
{
    second_step_t *step = baton;
    wall_rc_t rc = factors_answer(cx, step->token, &step->sign_in, &step->in->proof);

    return rc == WALL_OK ? open_work(cx, step->opening) : rc;
}

wall_rc_t accounts_second_step(wall_cx_t *cx, const accounts_second_step_t *in,
                               accounts_signed_in_t *out)
{
    second_step_t step = { .in = in, .token = in->token };
    wall_rc_t rc;

    if (step.token == NULL)
        step.token = wall_cx_cookie(cx, ACCOUNTS_SECOND_COOKIE);
    if (step.token == NULL)
        return wall_fail(cx, WALL_E_SIGN_IN_OVER, NULL, WALL_NO_WHY);

    if ((in->proof.code != NULL) + (in->proof.recovery_code != NULL) + (in->proof.passkey != NULL) != 1)
        return wall_fail(cx, WALL_E_VALIDATION, "code",
                         WALL_WHY(ONE_OF_THESE, .text = "code, recovery_code, passkey"));
    rc = factors_try(cx, step.token, &in->proof, &step.sign_in);
    if (rc != WALL_OK)
        return rc;
    step.opening = apr_pcalloc(cx->pool, sizeof(*step.opening));
    *step.opening = (opening_t){ .user_id = step.sign_in.user_id,
                                 .how = step.sign_in.how,
                                 .remember = step.sign_in.remember,
                                 .out = out };
    rc = wall_db_tx(cx, second_step_work, &step);
    if (rc == WALL_OK)
        wall_reply_cookie(cx, ACCOUNTS_SECOND_COOKIE, "", 0);
    if (rc == WALL_E_BAD_CREDENTIALS) {
        wall_fail_number(cx, "tries_left", FACTORS_SIGN_IN_TRIES - step.sign_in.tries - 1);
        auth_note_failure(cx, step.sign_in.user_id, step.sign_in.how, AUTH_WRONG_SECOND_FACTOR);
    }
    return rc;
}

typedef struct passkey_login_t {
    const accounts_passkey_login_t *in;
    apr_int64_t user_id;
} passkey_login_t;

static wall_rc_t passkey_work(wall_cx_t *cx, void *baton)
{
    passkey_login_t *login = baton;

    return factors_passkey_user(cx, &login->in->passkey, &login->user_id);
}

wall_rc_t accounts_passkey_login(wall_cx_t *cx, const accounts_passkey_login_t *in,
                                 accounts_signed_in_t *out)
{
    passkey_login_t login = { .in = in };
    /* A transaction of its own: the challenge is answered, and what is refused is noted, in any case. */
    wall_rc_t rc = wall_db_tx(cx, passkey_work, &login);

    return rc == WALL_OK
               ? accounts_sign_in(cx, login.user_id, ACCOUNTS_BY_PASSKEY, in->remember, out)
               : rc;
}
