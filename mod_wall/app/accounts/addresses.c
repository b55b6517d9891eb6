/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses: confirmed, changed, changed back. */
#include <string.h>
#include <strings.h>

#include "app/accounts/accounts_private.h"
#include "app/accounts/signup_actions.h"
#include "app/auth/auth.h"
#include "app/mail/mail.h"
#include "app/mail/mail_jobs.h"
#include "core/site.h"
#include "io/db.h"
#include "io/domain_list.h"
#include "io/limiter.h"
#include "io/sql_statements.h"

wall_rc_t accounts_send_confirmation(wall_cx_t *cx, const accounts_identity_t *who)
{
    const char *link;
    wall_rc_t rc = accounts_add_token(cx, who->user_id, ACCOUNTS_FOR_CONFIRM, who->email,
                                      ACCOUNTS_CONFIRM_S, "/verify-email", &link);

    return rc == WALL_OK ? mail_queue(cx, &(mail_t){ .kind = MAIL_VERIFY_EMAIL,
                                                     .user_id = who->user_id,
                                                     .address = who->email,
                                                     .link = link })
                         : rc;
}

/* ---- one's address ---- */

wall_rc_t accounts_get_email(wall_cx_t *cx, const void *in, accounts_email_t *out)
{
    accounts_identity_t who;
    accounts_token_t pending;
    wall_rc_t rc = accounts_identity(cx, cx->viewer.user_id, &who);

    if (rc != WALL_OK)
        return rc;
    out->email = who.email;
    out->email_verified = who.email_verified;
    out->has_password = who.has_password;
    out->mail = mail_enabled(cx);
    rc = wall_db_one(cx, sql_tokens_pending_email(cx->viewer.user_id), &accounts_token_shape, &pending);
    if (rc == WALL_OK) {
        out->new_email = pending.email;
        out->new_email_until = pending.expires_at;
    }
    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
}

typedef struct change_t {
    accounts_identity_t who;
    accounts_token_t token;
    const char *token_hash;
    const char *email;
    accounts_confirmed_t *out;
} change_t;

/** Mails that may be asked for by one account: so many an hour. */
static wall_rc_t few_mails(wall_cx_t *cx)
{
    return wall_limit_take_own(cx,
                               &(wall_limit_own_t){ "mail", 2 * ACCOUNTS_MAILS_PER_HOUR, ACCOUNTS_HOUR,
                                                    WALL_NO_WHY },
                               wall_limit_who(cx));
}

static wall_rc_t confirm_again_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;
    wall_rc_t rc = wall_db_exec(cx, sql_tokens_void(change->who.user_id, ACCOUNTS_FOR_CONFIRM), NULL);

    return rc == WALL_OK ? accounts_send_confirmation(cx, &change->who) : rc;
}

wall_rc_t accounts_confirm_again(wall_cx_t *cx, const void *in, void *out)
{
    change_t change = { 0 };
    wall_rc_t rc = accounts_need_mail(cx);

    if (rc == WALL_OK)
        rc = accounts_identity(cx, cx->viewer.user_id, &change.who);
    if (rc == WALL_OK && change.who.email_verified)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(EMAIL_CONFIRMED));
    if (rc == WALL_OK)
        rc = few_mails(cx);
    return rc == WALL_OK ? wall_db_tx(cx, confirm_again_work, &change) : rc;
}

/* Known addresses look like others from here: their owners are told, in their mailbox. */
static wall_rc_t change_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;
    const apr_int64_t user_id = change->who.user_id;
    const char *link;
    apr_int64_t owner = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_tokens_void(user_id, ACCOUNTS_FOR_CHANGE), NULL);

    if (rc == WALL_OK)
        rc = accounts_add_token(cx, user_id, ACCOUNTS_FOR_CHANGE, change->email, ACCOUNTS_CONFIRM_S,
                                "/verify-email", &link);
    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_signup_email_known(change->email), &owner);
    if (rc != WALL_OK && rc != WALL_E_NOT_FOUND)
        return rc;
    return mail_queue(cx, &(mail_t){ .kind = owner != 0 ? MAIL_EMAIL_IN_USE : MAIL_CHANGE_EMAIL,
                                     .user_id = owner != 0 ? owner : user_id,
                                     .address = change->email,
                                     .link = owner != 0 ? NULL : link });
}

wall_rc_t accounts_change_email(wall_cx_t *cx, const accounts_new_email_t *in, accounts_email_t *out)
{
    change_t change = { .email = in->email };
    wall_rc_t rc = accounts_need_mail(cx);

    if (rc == WALL_OK)
        rc = accounts_identity(cx, cx->viewer.user_id, &change.who);
    if (rc != WALL_OK)
        return rc;
    if (strcasecmp(change.who.email, in->email) == 0)
        return wall_fail(cx, WALL_E_VALIDATION, "email", WALL_WHY(EMAIL_IS_YOURS));
    if (wall_domain_listed(cx, cx->site->disposable_domains, strchr(in->email, '@') + 1))
        return wall_fail(cx, WALL_E_VALIDATION, "email", WALL_WHY(EMAIL_DISPOSABLE));
    rc = few_mails(cx);
    if (rc == WALL_OK)
        rc = wall_db_tx(cx, change_work, &change);
    return rc == WALL_OK ? accounts_get_email(cx, NULL, out) : rc;
}

wall_rc_t accounts_keep_email(wall_cx_t *cx, const void *in, accounts_email_t *out)
{
    wall_rc_t rc = wall_db_exec(cx, sql_tokens_void(cx->viewer.user_id, ACCOUNTS_FOR_CHANGE), NULL);

    return rc == WALL_OK ? accounts_get_email(cx, NULL, out) : rc;
}

/* ---- links ---- */

/**
 * Sets the address @a token is about. Mail that is under way to the one before it must not reset anything,
 * nor do what links for @a outdated do.
 * @return WALL_E_DUPLICATE (not recorded): somebody has it by now
 */
static wall_rc_t set_email(wall_cx_t *cx, const accounts_token_t *token, const char *outdated)
{
    wall_rc_t rc = wall_db_exec(cx, sql_tokens_void(token->user_id, outdated), NULL);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_tokens_void(token->user_id, ACCOUNTS_FOR_RESET), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_identity_set_email(token->email, token->user_id), NULL);
    if (rc == WALL_E_DUPLICATE)
        wall_fail_clear(cx);
    return rc;
}

/** The old address hears of it and can take it back. */
static wall_rc_t move(wall_cx_t *cx, const accounts_token_t *token)
{
    const char *undo;
    wall_rc_t rc = accounts_add_token(cx, token->user_id, ACCOUNTS_FOR_UNDO, token->present_email,
                                      ACCOUNTS_UNDO_S, "/undo-email", &undo);

    if (rc == WALL_OK)
        rc = set_email(cx, token, ACCOUNTS_FOR_CONFIRM);
    if (rc == WALL_E_DUPLICATE)
        return accounts_link_invalid(cx);
    return rc == WALL_OK
               ? mail_queue(cx, &(mail_t){ .kind = MAIL_EMAIL_CHANGED,
                                           .user_id = token->user_id,
                                           .address = token->present_email,
                                           .values = (const char *const[]){ "email", token->email, NULL },
                                           .link = undo })
               : rc;
}

static wall_rc_t token_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;
    const accounts_token_t *token = &change->token;
    apr_int64_t affected = 0;
    wall_rc_t rc = accounts_use_token(cx, token);

    if (rc != WALL_OK)
        return rc;
    if (strcmp(token->purpose, ACCOUNTS_FOR_CHANGE) == 0) {
        change->out->result = ACCOUNTS_EMAIL_CHANGED;
        return move(cx, token);
    }
    change->out->result = ACCOUNTS_EMAIL_CONFIRMED;
    if (strcmp(token->email, token->present_email) != 0)
        return accounts_link_invalid(cx); /* it was about the address before this one */
    return wall_db_exec(cx, sql_identity_confirm_email(token->user_id, token->email), &affected);
}

static wall_rc_t registration_work(wall_cx_t *cx, void *baton)
{
    const change_t *change = baton;
    const char *state;
    wall_rc_t rc = accounts_open_registered(cx, change->token_hash, &state);

    if (rc == WALL_OK)
        change->out->result = strcmp(state, "pending") == 0 ? ACCOUNTS_WAITING : ACCOUNTS_OPENED;
    return rc;
}

wall_rc_t accounts_verify_email(wall_cx_t *cx, const accounts_link_t *in, accounts_confirmed_t *out)
{
    static const char *const purposes[] = { ACCOUNTS_FOR_CONFIRM, ACCOUNTS_FOR_CHANGE, NULL };
    change_t change = { .out = out, .token_hash = accounts_token_hash(cx, in->token) };
    wall_rc_t rc = accounts_find_token(cx, in->token, purposes, &change.token);

    if (rc == WALL_OK)
        return wall_db_tx(cx, token_work, &change);
    if (rc != WALL_E_LINK_INVALID)
        return rc;
    wall_fail_clear(cx);
    return wall_db_tx(cx, registration_work, &change);
}

/* Whoever changed the address may still be signed in, may know the password, may have changed it once more, and
 * may have left ways to come back by. */
static wall_rc_t undo_work(wall_cx_t *cx, void *baton)
{
    change_t *change = baton;
    const accounts_token_t *token = &change->token;
    wall_rc_t rc = accounts_use_token(cx, token);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_tokens_void_later(token->user_id, ACCOUNTS_FOR_UNDO, token->token_id),
                          NULL);
    if (rc == WALL_OK)
        rc = set_email(cx, token, ACCOUNTS_FOR_CHANGE);
    if (rc == WALL_E_DUPLICATE)
        return wall_fail(cx, WALL_E_EMAIL_TAKEN, NULL, WALL_NO_WHY);
    if (rc == WALL_OK)
        rc = accounts_expel(cx, token->user_id,
                            token->created_at - apr_time_from_sec(ACCOUNTS_INTRUSION_S), 1);
    if (rc == WALL_OK)
        rc = auth_revoke_all(cx, token->user_id);
    if (rc == WALL_OK)
        rc = accounts_identity(cx, token->user_id, &change->who);
    return rc == WALL_OK ? accounts_send_reset(cx, &change->who) : rc;
}

wall_rc_t accounts_undo_email(wall_cx_t *cx, const accounts_link_t *in, void *out)
{
    static const char *const purposes[] = { ACCOUNTS_FOR_UNDO, NULL };
    change_t change = { 0 };
    wall_rc_t rc = accounts_find_token(cx, in->token, purposes, &change.token);

    return rc == WALL_OK ? wall_db_tx(cx, undo_work, &change) : rc;
}

/* As with passwords: the worker finds out whether there is such a registration. */
wall_rc_t accounts_ask_confirmation(wall_cx_t *cx, const accounts_new_email_t *in, void *out)
{
    wall_rc_t rc = accounts_need_mail(cx);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_requests_add("verify_email", in->email, cx->language), NULL);
    if (rc == WALL_OK)
        mail_ring(cx);
    return rc;
}
