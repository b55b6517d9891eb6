/* SPDX-License-Identifier: Apache-2.0 */
/* A new password: by a link sent to the address, or by somebody signed in. */
#include "app/accounts/accounts_private.h"
#include "app/accounts/signup_actions.h"
#include "app/auth/auth.h"
#include "app/auth/logins.h"
#include "app/mail/mail.h"
#include "app/mail/mail_jobs.h"
#include "core/crypto.h"
#include "io/db.h"
#include "io/sql_statements.h"

wall_rc_t accounts_set_password(wall_cx_t *cx, apr_int64_t user_id, const char *hash, apr_int64_t except)
{
    wall_rc_t rc = wall_db_exec(cx, sql_auth_set_password_hash(hash, user_id), NULL);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_tokens_void(user_id, ACCOUNTS_FOR_RESET), NULL);
    if (rc == WALL_OK)
        rc = auth_revoke_others(cx, user_id, except);
    return rc == WALL_OK ? mail_queue(cx, &(mail_t){ .kind = MAIL_PASSWORD_CHANGED,
                                                     .user_id = user_id,
                                                     .link = "/forgot" })
                         : rc;
}

wall_rc_t accounts_send_reset(wall_cx_t *cx, const accounts_identity_t *who)
{
    const char *link;
    wall_rc_t rc = accounts_add_token(cx, who->user_id, ACCOUNTS_FOR_RESET, who->email,
                                      ACCOUNTS_RESET_S, "/reset-password", &link);

    return rc == WALL_OK ? mail_queue(cx, &(mail_t){ .kind = MAIL_RESET_PASSWORD,
                                                     .user_id = who->user_id,
                                                     .address = who->email,
                                                     .language = who->language,
                                                     .link = link })
                         : rc;
}

/* The worker finds out whether there is such an account: here everybody takes the same time. */
wall_rc_t accounts_ask_reset(wall_cx_t *cx, const accounts_login_only_t *in, void *out)
{
    wall_rc_t rc = accounts_need_mail(cx);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_requests_add("reset_password", in->login, cx->language), NULL);
    if (rc == WALL_OK)
        mail_ring(cx);
    return rc;
}

typedef struct change_t {
    accounts_token_t token; /* of a reset */
    apr_int64_t user_id;
    apr_int64_t except;
    const char *hash;
} change_t;

/* Whoever lost the account to somebody else gets it back whole: a change of the address that waits ends. And if
 * until now nobody had shown that the address is theirs, whoever opened the account may have been somebody else,
 * who keeps no way into it. */
static wall_rc_t reset_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;
    apr_int64_t first_time = 0;
    wall_rc_t rc = accounts_use_token(cx, &change->token);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_tokens_void(change->user_id, ACCOUNTS_FOR_CHANGE), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_identity_first_confirmed(change->user_id, change->token.email),
                          &first_time);
    if (rc == WALL_OK && first_time != 0)
        rc = accounts_expel(cx, change->user_id, 0, 0);
    if (rc == WALL_OK)
        rc = accounts_set_password(cx, change->user_id, change->hash, 0);
    /* Whoever guesses at the account's password must not keep its owner from the way back in. */
    return rc == WALL_OK ? auth_know_device(cx, change->user_id) : rc;
}

wall_rc_t accounts_reset_password(wall_cx_t *cx, const accounts_reset_t *in, void *out)
{
    static const char *const purposes[] = { ACCOUNTS_FOR_RESET, NULL };
    change_t change = { 0 };
    wall_rc_t rc = accounts_find_token(cx, in->token, purposes, &change.token);

    if (rc == WALL_OK)
        rc = auth_password_rules(cx, in->password, change.token.username, change.token.present_email,
                                 change.token.display_name);
    if (rc == WALL_OK) {
        wall_db_release(cx);
        rc = wall_password_hash(cx, in->password, &change.hash);
    }
    change.user_id = change.token.user_id;
    return rc == WALL_OK ? wall_db_tx(cx, reset_work, &change) : rc;
}

static wall_rc_t change_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;

    return accounts_set_password(cx, change->user_id, change->hash, change->except);
}

wall_rc_t accounts_change_password(wall_cx_t *cx, const accounts_password_t *in, void *out)
{
    change_t change = { .user_id = cx->viewer.user_id, .except = cx->viewer.session_id };
    accounts_identity_t who;
    wall_rc_t rc = accounts_identity(cx, cx->viewer.user_id, &who);

    if (rc == WALL_OK)
        rc = auth_password_rules(cx, in->password, who.username, who.email, who.display_name);
    if (rc == WALL_OK) {
        wall_db_release(cx);
        rc = wall_password_hash(cx, in->password, &change.hash);
    }
    return rc == WALL_OK ? wall_db_tx(cx, change_work, &change) : rc;
}
