/* SPDX-License-Identifier: Apache-2.0 */
/* How accounts come into being: at once, once the address is confirmed, or once an administrator agrees. */
#include <apr_strings.h>
#include <string.h>

#include "app/accounts/accounts_private.h"
#include "app/auth/auth.h"
#include "app/mail/mail.h"
#include "app/users/users.h"
#include "core/crypto.h"
#include "core/site.h"
#include "io/db.h"
#include "io/domain_list.h"
#include "io/limiter.h"
#include "io/sql_statements.h"

#define EXPIRED_AT_ONCE 100

static int is(const char *setting, const char *value)
{
    return strcmp(setting, value) == 0;
}

static wall_rc_t name_taken(wall_cx_t *cx)
{
    return wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY);
}

/** What every account has once it is one. */
wall_rc_t accounts_furnish(wall_cx_t *cx, apr_int64_t user_id, const char *username,
                           const char *display_name)
{
    wall_rc_t rc = walls_add_personal(cx, user_id, username, display_name);

    return rc == WALL_OK ? bricks_open_account(cx, user_id, cx->site->bricks_welcome) : rc;
}

/** @param registration_id whose reservation of the name is its own; 0 = none */
static wall_rc_t open_account(wall_cx_t *cx, const accounts_opening_t *opening,
                              apr_int64_t registration_id, apr_int64_t invitation_id,
                              apr_int64_t *user_id, const char **state)
{
    const users_new_t user = { .username = opening->username,
                               .email = opening->email,
                               .password_hash = opening->password_hash,
                               .display_name = opening->display_name };
    apr_int64_t other;
    wall_rc_t rc = wall_db_number(cx, sql_signup_name_reserved(opening->username, registration_id),
                                  &other);

    if (rc == WALL_OK)
        return name_taken(cx);
    if (rc != WALL_E_NOT_FOUND)
        return rc;
    *state = is(cx->site->signup, "approval") ? "pending" : "active";
    rc = users_add(cx, &user, user_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx,
                          sql_signup_complete(*state, opening->email_verified, opening->language,
                                              opening->mail_language != NULL ? opening->mail_language
                                                                             : cx->language,
                                              invitation_id != 0 ? &invitation_id : NULL, *user_id),
                          NULL);
    if (rc == WALL_OK && is(*state, "active"))
        rc = accounts_furnish(cx, *user_id, opening->username, opening->display_name);
    if (rc == WALL_OK && !opening->email_verified && !is(cx->site->email_verification, "off"))
        rc = accounts_send_confirmation(
            cx, &(accounts_identity_t){ .user_id = *user_id, .email = opening->email });
    return rc;
}

/** Closed, or an invitation is needed and taken. */
static wall_rc_t enter(wall_cx_t *cx, const char *invitation, apr_int64_t *invitation_id)
{
    *invitation_id = 0;
    if (is(cx->site->signup, "closed"))
        return wall_fail(cx, WALL_E_SIGNUP_CLOSED, NULL, WALL_NO_WHY);
    return is(cx->site->signup, "invite") ? accounts_use_invitation(cx, invitation, invitation_id)
                                          : WALL_OK;
}

/* ---- waiting for the address ---- */

typedef struct row_t {
    apr_int64_t registration_id;
    const char *username;
    const char *email;
    const char *password_hash;
    const char *display_name;
    const char *language;
    apr_int64_t invitation_id; /* 0 = none */
} row_t;

static const wall_field_t row_fields[] = {
    WALL_I64(row_t, registration_id), WALL_STR(row_t, username),     WALL_STR(row_t, email),
    WALL_STR(row_t, password_hash),   WALL_STR(row_t, display_name), WALL_STR(row_t, language),
    WALL_I64(row_t, invitation_id),   WALL_FIELDS_END
};
static const wall_shape_t row_shape = WALL_SHAPE_OF("RegistrationRow", row_t, row_fields);

/** Registrations that nobody confirmed: their names are free again, their invitations good again. */
static wall_rc_t drop_expired(wall_cx_t *cx, const char *username)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_signup_expired(username, EXPIRED_AT_ONCE), &row_shape, &rows);

    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);

        rc = wall_db_exec(cx, sql_signup_delete(row->registration_id), NULL);
        if (rc == WALL_OK && row->invitation_id != 0)
            rc = wall_db_exec(cx, sql_invitations_give_back(row->invitation_id), NULL);
    }
    return rc;
}

static wall_rc_t expire_work(wall_cx_t *cx, void *baton)
{
    return drop_expired(cx, NULL);
}

wall_rc_t accounts_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_tx(cx, expire_work, NULL);

    return rc == WALL_OK ? wall_db_exec(cx, sql_tokens_sweep(EXPIRED_AT_ONCE), NULL) : rc;
}

/* Whether the address is known makes no difference here but for which mail is queued: the same
 * statements run, the name is reserved, and the answer is the same. */
static wall_rc_t register_first(wall_cx_t *cx, const accounts_opening_t *opening,
                                apr_int64_t invitation_id, apr_int64_t *registration_id)
{
    apr_int64_t owner = 0, taken;
    const char *hash, *confirm = accounts_link(cx, "/verify-email", &hash);
    wall_rc_t rc = wall_db_number(cx, sql_users_by_username(opening->username), &taken);

    if (rc == WALL_OK)
        return name_taken(cx);
    if (rc != WALL_E_NOT_FOUND)
        return rc;
    rc = wall_db_insert(cx,
                        sql_signup_add(opening->username, opening->email, opening->password_hash,
                                       opening->display_name, cx->language, hash,
                                       invitation_id != 0 ? &invitation_id : NULL,
                                       ACCOUNTS_CONFIRM_S),
                        registration_id);
    if (rc == WALL_E_DUPLICATE) {
        wall_fail_clear(cx);
        return name_taken(cx);
    }
    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_signup_email_known(opening->email), &owner);
    if (rc != WALL_OK && rc != WALL_E_NOT_FOUND)
        return rc;
    return mail_queue(cx, &(mail_t){ .kind = owner != 0 ? MAIL_ACCOUNT_EXISTS : MAIL_VERIFY_EMAIL,
                                     .user_id = owner,
                                     .address = opening->email,
                                     .language = cx->language != NULL ? cx->language : "en",
                                     .link = owner != 0 ? "/forgot" : confirm });
}

/* ---- opening ---- */

typedef struct opening_work_t {
    const accounts_opening_t *opening;
    accounts_opened_t opened;
} opening_work_t;

static wall_rc_t opening_work(wall_cx_t *cx, void *baton)
{
    opening_work_t *work = baton;
    const accounts_opening_t *opening = work->opening;
    accounts_opened_t *opened = &work->opened;
    int first = is(cx->site->email_verification, "first") && !opening->email_verified;
    apr_int64_t invitation_id;
    const char *state = NULL;
    wall_rc_t rc = drop_expired(cx, opening->username);

    *opened = (accounts_opened_t){ .pending = first ? ACCOUNTS_PENDING_EMAIL : 0 };
    if (rc == WALL_OK)
        rc = enter(cx, opening->invitation, &invitation_id);
    if (rc == WALL_OK)
        rc = first ? register_first(cx, opening, invitation_id, &opened->registration_id)
                   : open_account(cx, opening, 0, invitation_id, &opened->user_id, &state);
    if (rc == WALL_OK && state != NULL && is(state, "pending"))
        opened->pending = ACCOUNTS_PENDING_APPROVAL;
    return rc;
}

wall_rc_t accounts_open(wall_cx_t *cx, const accounts_opening_t *opening, accounts_opened_t *out)
{
    opening_work_t *work = apr_pcalloc(cx->pool, sizeof(*work));
    wall_rc_t rc;

    work->opening = opening;
    rc = wall_db_tx(cx, opening_work, work);
    *out = work->opened;
    return rc;
}

wall_rc_t accounts_may_open(wall_cx_t *cx, const char *username, const char *email)
{
    wall_rc_t rc = WALL_OK;

    if (users_name_reserved(username))
        rc = wall_fail(cx, WALL_E_VALIDATION, "username", WALL_WHY(NAME_RESERVED));
    if (wall_domain_listed(cx, cx->site->disposable_domains, strchr(email, '@') + 1))
        rc = wall_fail(cx, WALL_E_VALIDATION, "email", WALL_WHY(EMAIL_DISPOSABLE));
    /* what the fields were refused for before, too */
    if (rc != WALL_OK || cx->failed != WALL_OK)
        return rc != WALL_OK ? rc : cx->failed;
    return wall_limit_take_own(cx,
                               &(wall_limit_own_t){ "signup", cx->site->signup_rate, ACCOUNTS_HOUR,
                                                    WALL_NO_WHY },
                               wall_limit_address(cx));
}

/* ---- registering ---- */

typedef struct registration_t {
    accounts_opening_t opening;
    const factors_creation_t *passkey; /* NULL: there is a password */
    accounts_signed_in_t *out;
} registration_t;

/* All of a new account or nothing of it; with a session if nothing has to be waited for. */
static wall_rc_t register_work(wall_cx_t *cx, void *baton)
{
    registration_t *reg = baton;
    accounts_opened_t opened;
    wall_rc_t rc = accounts_open(cx, &reg->opening, &opened);

    if (rc == WALL_OK && reg->passkey != NULL)
        rc = opened.registration_id != 0
                 ? factors_passkey_promise(cx, opened.registration_id, reg->passkey)
                 : factors_passkey_first(cx, opened.user_id, reg->passkey);
    reg->out->pending = opened.pending;
    return rc == WALL_OK && opened.pending == ACCOUNTS_PENDING_NOTHING
               ? accounts_sign_in(cx, opened.user_id, ACCOUNTS_BY_REGISTRATION, 0, reg->out)
               : rc;
}

/** A password that will do, or a passkey: one of them. */
static wall_rc_t check_proof(wall_cx_t *cx, const accounts_new_t *in)
{
    if (in->password == NULL && in->passkey == NULL)
        return wall_fail(cx, WALL_E_VALIDATION, "password", WALL_WHY(REQUIRED));
    if (in->password != NULL && in->passkey != NULL)
        return wall_fail(cx, WALL_E_VALIDATION, "password",
                         WALL_WHY(ONE_OF_THESE, .text = "password, passkey"));
    return in->passkey != NULL ? WALL_OK
                               : auth_password_rules(cx, in->password, in->username, in->email,
                                                     in->display_name);
}

wall_rc_t accounts_register(wall_cx_t *cx, const accounts_new_t *in, accounts_signed_in_t *out)
{
    registration_t reg = { .out = out,
                           .passkey = in->passkey,
                           .opening = { .username = in->username,
                                        .email = in->email,
                                        .invitation = in->invitation,
                                        .display_name = in->display_name != NULL ? in->display_name
                                                                                 : in->username } };
    wall_rc_t rc = is(cx->site->signup, "closed")
                       ? wall_fail(cx, WALL_E_SIGNUP_CLOSED, NULL, WALL_NO_WHY)
                       : check_proof(cx, in);

    if (rc == WALL_OK || rc == WALL_E_VALIDATION)
        rc = accounts_may_open(cx, in->username, in->email);
    if (rc != WALL_OK)
        return rc;
    /* Before the transaction: hashing takes long, and a transaction may run twice. */
    if (in->password != NULL)
        rc = wall_password_hash(cx, in->password, &reg.opening.password_hash);
    return rc == WALL_OK ? wall_db_tx(cx, register_work, &reg) : rc;
}

/* ---- its address is confirmed ---- */

/* Who came by a provider signs in by it, or, when that has become another's meanwhile, not at all. */
static wall_rc_t connect_waiting(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t registration_id)
{
    apr_int64_t connected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_signup_connect(user_id, registration_id), &connected);

    if (rc == WALL_E_DUPLICATE)
        wall_fail_clear(cx);
    if (rc == WALL_E_DUPLICATE || (rc == WALL_OK && connected != 1))
        return accounts_link_invalid(cx);
    return rc == WALL_OK ? wall_db_exec(cx, sql_signup_connected(registration_id), NULL) : rc;
}

wall_rc_t accounts_open_registered(wall_cx_t *cx, const char *token_hash, const char **state)
{
    apr_int64_t user_id, kept = 0;
    row_t row;
    wall_rc_t rc = wall_db_one(cx, sql_signup_by_token(token_hash), &row_shape, &row);

    if (rc == WALL_E_NOT_FOUND)
        return accounts_link_invalid(cx);
    if (rc == WALL_OK)
        rc = open_account(cx,
                          &(accounts_opening_t){ .username = row.username,
                                                 .email = row.email,
                                                 .email_verified = 1,
                                                 .password_hash = row.password_hash,
                                                 .display_name = row.display_name,
                                                 .mail_language = row.language },
                          row.registration_id, row.invitation_id, &user_id, state);
    if (rc == WALL_OK && row.password_hash == NULL)
        rc = factors_passkey_keep_promise(cx, row.registration_id, user_id, &kept);
    if (rc == WALL_OK && row.password_hash == NULL && kept == 0)
        rc = connect_waiting(cx, user_id, row.registration_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_signup_delete(row.registration_id), NULL); /* what waited goes with it */
    /* The address came to have an account while the mail was under way: its owner has the other one. */
    return rc == WALL_E_EMAIL_TAKEN || rc == WALL_E_DUPLICATE ? accounts_link_invalid(cx) : rc;
}

wall_rc_t accounts_send_registration(wall_cx_t *cx, const char *email)
{
    const char *hash, *link = accounts_link(cx, "/verify-email", &hash);
    apr_int64_t owner;
    row_t row;
    wall_rc_t rc = wall_db_one(cx, sql_signup_by_email(email), &row_shape, &row);

    if (rc == WALL_E_NOT_FOUND)
        return WALL_OK;
    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_signup_email_known(email), &owner);
    if (rc != WALL_E_NOT_FOUND)
        return rc; /* known: they have had a mail that says so */
    rc = wall_db_exec(cx, sql_signup_renew(hash, ACCOUNTS_CONFIRM_S, row.registration_id), NULL);
    return rc == WALL_OK ? mail_queue(cx, &(mail_t){ .kind = MAIL_VERIFY_EMAIL,
                                                     .address = row.email,
                                                     .language = row.language,
                                                     .link = link })
                         : rc;
}
