/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "app/auth/auth.h"
#include "app/auth/common_passwords.h"
#include "app/auth/logins.h"
#include "core/ascii.h"
#include "core/crypto.h"
#include "io/db.h"
#include "io/limiter.h"
#include "io/sql_statements.h"

/* Tries at one name from one address. */
#define TRIES   10
#define TRIES_S (15 * 60)
/* And from all addresses together, but those where its owner is at home. */
#define STRANGERS_TRIES   100
#define STRANGERS_TRIES_S 3600

/* A shorter piece is part of too many innocent words. */
#define NAME_MIN 3

static int compare(const void *key, const void *row)
{
    return strcasecmp(key, *(const char *const *)row);
}

static int is_common(const char *password)
{
    return bsearch(password, auth_common_passwords, auth_common_password_count,
                   sizeof(auth_common_passwords[0]), compare) != NULL;
}

static int contains(const char *password, const char *name)
{
    return name != NULL && strlen(name) >= NAME_MIN && strcasestr(password, name) != NULL;
}

wall_rc_t auth_password_rules(wall_cx_t *cx, const char *password, const char *username,
                              const char *email, const char *display_name)
{
    const char *local = apr_pstrndup(cx->pool, email, strcspn(email, "@"));

    if (is_common(password))
        return wall_fail(cx, WALL_E_VALIDATION, "password",
                         WALL_WHY(PASSWORD_COMMON));
    if (contains(password, username))
        return wall_fail(cx, WALL_E_VALIDATION, "password", WALL_WHY(PASSWORD_HAS_NAME));
    if (contains(password, local))
        return wall_fail(cx, WALL_E_VALIDATION, "password", WALL_WHY(PASSWORD_HAS_EMAIL));
    if (contains(password, display_name))
        return wall_fail(cx, WALL_E_VALIDATION, "password", WALL_WHY(PASSWORD_HAS_YOUR_NAME));
    return WALL_OK;
}

typedef struct account_t {
    apr_int64_t user_id;
    const char *password_hash;
} account_t;

static const wall_field_t account_fields[] = { WALL_I64(account_t, user_id),
                                               WALL_STR(account_t, password_hash),
                                               WALL_FIELDS_END };
static const wall_shape_t account_shape =
    WALL_SHAPE_OF("LoginAccount", account_t, account_fields);

/* The parameters were raised since: the password is at hand now, and only now. */
static void rehash(wall_cx_t *cx, apr_int64_t user_id, const char *password)
{
    const char *hash;

    if (wall_password_hash(cx, password, &hash) != WALL_OK ||
        wall_db_exec(cx, sql_auth_set_password_hash(hash, user_id), NULL) != WALL_OK)
        wall_fail_clear(cx);
}

static wall_rc_t find_account(wall_cx_t *cx, wall_query_t find, account_t *account)
{
    wall_rc_t rc = wall_db_one(cx, find, &account_shape, account);

    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
}

/* The same work whether there is such an account, whether it has a password, whether it is right. */
static wall_rc_t check(wall_cx_t *cx, const account_t *account, const char *password, int *ok)
{
    int needs_rehash = 0;
    wall_rc_t rc;

    /* The hash takes its time; nobody waits for a connection meanwhile. */
    wall_db_release(cx);
    rc = wall_password_check(cx, account->password_hash, password, ok, &needs_rehash);
    if (rc == WALL_OK && *ok && needs_rehash)
        rehash(cx, account->user_id, password);
    return rc;
}

static wall_rc_t take_try(wall_cx_t *cx, const wall_limit_own_t *own, const char *who)
{
    return wall_limit_take_own(cx, own,
                               wall_digest_hex(cx->pool, wall_bytes_of(who)));
}

/** Guessing at one name from one address. Not by name alone: then anybody could lock its owner out. */
static wall_rc_t few_tries(wall_cx_t *cx, const char *name)
{
    return take_try(cx, &(wall_limit_own_t){ "login", TRIES, TRIES_S, WALL_NO_WHY },
                    apr_pstrcat(cx->pool, wall_limit_address(cx), "|", name, NULL));
}

/**
 * Guessing at one name from many addresses. All strangers share one budget; whoever comes with a device
 * or from an address that the account knows does not, so that they cannot use up its owner's. Asked and
 * answered alike for names that nobody has.
 */
static wall_rc_t few_strangers(wall_cx_t *cx, const char *name, apr_int64_t user_id)
{
    apr_int64_t familiar = 0;
    wall_rc_t rc = wall_db_number(cx, sql_auth_familiar(user_id, auth_device_hash(cx), cx->client_ip),
                                  &familiar);

    if (rc != WALL_OK || familiar)
        return rc;
    return take_try(cx,
                    &(wall_limit_own_t){ "strangers", STRANGERS_TRIES, STRANGERS_TRIES_S, WALL_NO_WHY },
                    name);
}

wall_rc_t auth_check_login(wall_cx_t *cx, const char *login, const char *password,
                           apr_int64_t *user_id)
{
    const char *name = wall_lower_copy(cx->pool, login);
    account_t account = { 0 };
    int ok = 0;
    wall_rc_t rc = few_tries(cx, name);

    if (rc == WALL_OK)
        rc = find_account(cx,
                          strchr(login, '@') != NULL ? sql_auth_account_by_email(login)
                                                     : sql_auth_account_by_username(login),
                          &account);
    if (rc == WALL_OK)
        rc = few_strangers(cx, name, account.user_id);
    if (rc == WALL_OK)
        rc = check(cx, &account, password, &ok);
    if (rc == WALL_OK && !ok) {
        auth_note_failure(cx, account.user_id, "password", AUTH_WRONG_PASSWORD);
        return wall_fail(cx, WALL_E_BAD_CREDENTIALS, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK && account.user_id == 0)
        return wall_fail(cx, WALL_E_EMAIL_UNCONFIRMED, NULL, WALL_NO_WHY);
    *user_id = account.user_id;
    return rc;
}

/* As at signing in: somebody else may have found the session open. */
wall_rc_t auth_check_password(wall_cx_t *cx, apr_int64_t user_id, const char *password)
{
    account_t account = { 0 };
    int ok = 0;
    wall_rc_t rc = few_tries(cx, apr_psprintf(cx->pool, "confirm:%" APR_INT64_T_FMT, user_id));

    if (rc == WALL_OK)
        rc = find_account(cx, sql_auth_account_by_id(user_id), &account);
    if (rc == WALL_OK)
        rc = check(cx, &account, password, &ok);
    if (rc == WALL_OK && !ok) {
        auth_note_failure(cx, user_id, "password", AUTH_WRONG_PASSWORD);
        return wall_fail(cx, WALL_E_BAD_CREDENTIALS, "password", WALL_WHY(PASSWORD_WRONG));
    }
    return rc;
}
