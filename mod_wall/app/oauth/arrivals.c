/* SPDX-License-Identifier: Apache-2.0 */
/* Who came by a provider and has no account here: they choose a name, or show that they have one. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "app/oauth/flows.h"
#include "app/users/users.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define COOKIE     "arrival"
#define WAITS_S    1800
#define NAME_MIN   3
#define NAME_MOST  26 /* leaves room for digits behind it */
#define SUGGESTIONS 30

/* ---- keeping ---- */

/** A username made of what the provider told: its name for them, the address, their name. */
static const char *wish(wall_cx_t *cx, const oauth_identity_t *identity)
{
    const char *at = identity->email != NULL ? strchr(identity->email, '@') : NULL;
    const char *sources[] = { identity->username,
                              at != NULL ? apr_pstrmemdup(cx->pool, identity->email,
                                                          (apr_size_t)(at - identity->email))
                                         : NULL,
                              identity->display_name };

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        char *name = apr_palloc(cx->pool, NAME_MOST + 1);
        size_t len = 0;

        for (const char *c = sources[i]; c != NULL && *c != '\0' && len < NAME_MOST; c++) {
            char lower = (char)apr_tolower(*c);

            if ((lower >= 'a' && lower <= 'z') ||
                (len > 0 && ((lower >= '0' && lower <= '9') || lower == '_' || lower == '-')))
                name[len++] = lower;
        }
        name[len] = '\0';
        if (len >= NAME_MIN)
            return name;
    }
    return NULL;
}

wall_rc_t oauth_arrive(wall_cx_t *cx, const oauth_identity_t *identity, int remember,
                       const char *return_to)
{
    const char *token = wall_random_token(cx->pool, 32);
    oauth_sealed_t tokens = oauth_seal_tokens(cx, identity);
    wall_rc_t rc = wall_db_exec(
        cx,
        sql_oauth_add_arrival(wall_sha256_hex(cx->pool, wall_bytes_of(token)),
                              identity->provider->name, identity->subject, identity->account_name,
                              identity->email, identity->email_verified, identity->display_name,
                              wish(cx, identity), tokens.access, tokens.refresh, tokens.seconds,
                              tokens.device_id, remember, return_to, WAITS_S),
        NULL);

    if (rc == WALL_OK)
        wall_reply_cookie(cx, COOKIE, token, WAITS_S);
    return rc;
}

/* ---- finding again ---- */

typedef struct row_t {
    apr_int64_t arrival_id;
    const char *provider;
    const char *provider_user_id;
    const char *account_name;
    const char *email;
    int email_verified;
    const char *display_name;
    const char *username;
    const char *access_token;
    const char *refresh_token;
    apr_int64_t *token_seconds;
    const char *device_id;
    int remember;
    const char *return_to;
} row_t;

static const wall_field_t row_fields[] = {
    WALL_I64(row_t, arrival_id),          WALL_STR(row_t, provider),
    WALL_STR(row_t, provider_user_id),    WALL_STR(row_t, account_name),
    WALL_STR(row_t, email),               WALL_BOOL(row_t, email_verified),
    WALL_STR(row_t, display_name),        WALL_STR(row_t, username),
    WALL_STR(row_t, access_token),        WALL_STR(row_t, refresh_token),
    WALL_OPT_I64(row_t, token_seconds),   WALL_STR(row_t, device_id),
    WALL_BOOL(row_t, remember),           WALL_STR(row_t, return_to),
    WALL_FIELDS_END
};
static const wall_shape_t row_shape = WALL_SHAPE_OF("OAuthArrivalRow", row_t, row_fields);

static wall_rc_t find_row(wall_cx_t *cx, row_t *out)
{
    const char *cookie = wall_cx_cookie(cx, COOKIE), *token = cookie != NULL ? cookie : "";
    const char *hash = wall_sha256_hex(cx->pool, wall_bytes_of(token));
    wall_rc_t rc = wall_db_one(cx, sql_oauth_arrival(hash), &row_shape, out);

    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}

/** The wish, or the wish with a number, whatever is free; "" when nothing is. */
static wall_rc_t suggest(wall_cx_t *cx, const char *base, const char **out)
{
    *out = "";
    for (int i = 0; base != NULL && i < SUGGESTIONS; i++) {
        const char *name = i == 0 ? base : apr_psprintf(cx->pool, "%s%d", base, i + 1);
        apr_int64_t taken;
        wall_rc_t rc;

        if (users_name_reserved(name))
            continue;
        rc = wall_db_number(cx, sql_users_by_username(name), &taken);
        if (rc == WALL_E_NOT_FOUND) {
            *out = name;
            return WALL_OK;
        }
        if (rc != WALL_OK)
            return rc;
    }
    return WALL_OK;
}

wall_rc_t oauth_arrival(wall_cx_t *cx, const void *in, oauth_arrival_t *out)
{
    const wall_provider_t *provider;
    apr_int64_t owner;
    row_t row;
    wall_rc_t rc = find_row(cx, &row);

    if (rc != WALL_OK)
        return rc;
    provider = wall_provider_find(cx->site, row.provider);
    *out = (oauth_arrival_t){ .provider = row.provider,
                              .label = provider != NULL ? provider->label : row.provider,
                              .account_name = row.account_name,
                              .email = row.email,
                              .email_verified = row.email_verified,
                              .display_name = row.display_name,
                              .signup = cx->site->signup,
                              .return_to = row.return_to };
    /* Only who owns the address learns whether it is known here. */
    if (row.email != NULL && row.email_verified) {
        rc = wall_db_number(cx, sql_signup_email_known(row.email), &owner);
        if (rc != WALL_OK && rc != WALL_E_NOT_FOUND)
            return rc;
        out->email_known = rc == WALL_OK;
    }
    return suggest(cx, row.username, &out->username);
}

/* ---- becoming an account ---- */

typedef struct finish_t {
    const oauth_finish_t *in;
    row_t row;
    apr_int64_t user_id;
    oauth_problem_t problem;
    accounts_signed_in_t *out;
} finish_t;

/* Of two who finish with one arrival, one is the first. @param registration_id what it waits with now, or
 * 0: it is over */
static wall_rc_t take(wall_cx_t *cx, const row_t *row, apr_int64_t registration_id)
{
    apr_int64_t taken = 0;
    wall_rc_t rc = wall_db_exec(cx,
                                registration_id != 0
                                    ? sql_oauth_arrival_waits(registration_id, row->arrival_id)
                                    : sql_oauth_take_arrival(row->arrival_id),
                                &taken);

    return rc == WALL_OK && taken != 1 ? wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY) : rc;
}

static wall_rc_t connect_arrival(wall_cx_t *cx, finish_t *finish)
{
    const row_t *row = &finish->row;
    apr_int64_t least = 0;
    const oauth_sealed_t tokens = { .access = row->access_token,
                                    .refresh = row->refresh_token,
                                    .seconds = row->token_seconds != NULL && *row->token_seconds < 0
                                                   ? &least
                                                   : row->token_seconds,
                                    .device_id = row->device_id };
    wall_rc_t rc = oauth_connect(cx, finish->user_id, row->provider, row->provider_user_id,
                                 row->account_name, &tokens, &finish->problem);

    if (rc == WALL_E_DUPLICATE && finish->problem == OAUTH_TAKEN)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(IDENTITY_TAKEN));
    if (rc == WALL_E_DUPLICATE)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(IDENTITY_SECOND));
    return rc;
}

static int vouched(const finish_t *finish)
{
    return finish->row.email_verified && finish->row.email != NULL &&
           (finish->in->email == NULL || strcasecmp(finish->in->email, finish->row.email) == 0);
}

static wall_rc_t finish_work(wall_cx_t *cx, void *baton)
{
    finish_t *finish = baton;
    const oauth_finish_t *in = finish->in;
    const accounts_opening_t opening = {
        .username = in->username,
        .email = in->email != NULL ? in->email : finish->row.email,
        .email_verified = vouched(finish),
        .invitation = in->invitation,
        .display_name = in->display_name != NULL          ? in->display_name
                        : finish->row.display_name != NULL ? finish->row.display_name
                                                           : in->username,
    };
    accounts_opened_t opened;
    wall_rc_t rc = accounts_open(cx, &opening, &opened);

    finish->user_id = opened.user_id;
    finish->out->pending = opened.pending;
    if (rc == WALL_OK)
        rc = take(cx, &finish->row, opened.registration_id);
    return rc == WALL_OK && opened.user_id != 0 ? connect_arrival(cx, finish) : rc;
}

wall_rc_t oauth_finish(wall_cx_t *cx, const oauth_finish_t *in, accounts_signed_in_t *out)
{
    finish_t finish = { .in = in, .out = out };
    wall_rc_t rc = find_row(cx, &finish.row);

    if (rc != WALL_OK)
        return rc;
    if (in->email == NULL && finish.row.email == NULL)
        return wall_fail(cx, WALL_E_VALIDATION, "email", WALL_WHY(REQUIRED));
    rc = accounts_may_open(cx, in->username, in->email != NULL ? in->email : finish.row.email);
    if (rc == WALL_OK)
        rc = wall_db_tx(cx, finish_work, &finish);
    if (rc != WALL_OK)
        return rc;
    wall_reply_cookie(cx, COOKIE, "", 0);
    if (out->pending != ACCOUNTS_PENDING_NOTHING)
        return WALL_OK;
    return accounts_sign_in(cx, finish.user_id,
                            apr_pstrcat(cx->pool, "oauth:", finish.row.provider, NULL),
                            finish.row.remember, out);
}

static wall_rc_t adopt_work(wall_cx_t *cx, void *baton)
{
    finish_t *finish = baton;
    wall_rc_t rc = take(cx, &finish->row, 0);

    return rc == WALL_OK ? connect_arrival(cx, finish) : rc;
}

wall_rc_t oauth_adopt(wall_cx_t *cx, const void *in, void *out)
{
    finish_t finish = { .user_id = cx->viewer.user_id };
    wall_rc_t rc = find_row(cx, &finish.row);

    if (rc == WALL_OK)
        rc = wall_db_tx(cx, adopt_work, &finish);
    if (rc == WALL_OK)
        wall_reply_cookie(cx, COOKIE, "", 0);
    return rc;
}

wall_rc_t oauth_forget_arrival(wall_cx_t *cx, const void *in, void *out)
{
    row_t row;
    wall_rc_t rc = find_row(cx, &row);

    wall_reply_cookie(cx, COOKIE, "", 0);
    if (rc == WALL_E_NOT_FOUND) {
        wall_fail_clear(cx);
        return WALL_OK;
    }
    return rc == WALL_OK ? wall_db_exec(cx, sql_oauth_take_arrival(row.arrival_id), NULL) : rc;
}
