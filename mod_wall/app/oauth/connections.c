/* SPDX-License-Identifier: Apache-2.0 */
/* Which identities elsewhere belong to an account: seeing, removing, preferring one; and their tokens. */
#include <apr_strings.h>
#include <string.h>

#include "app/oauth/flows.h"
#include "core/crypto.h"
#include "core/providers.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define SEALED_MAX 12000 /* as the columns */

/* ---- tokens at rest ---- */

static const char *row_of(wall_cx_t *cx, const char *provider, const char *subject,
                          const char *column)
{
    return apr_pstrcat(cx->pool, provider, "/", column, "/", subject, NULL);
}

static const char *seal_one(wall_cx_t *cx, const oauth_identity_t *identity, const char *column,
                            const char *token)
{
    const char *sealed;

    if (token == NULL || *token == '\0')
        return NULL;
    sealed = wall_seal(cx->pool, cx->site->secret, "oauth_connections",
                       row_of(cx, identity->provider->name, identity->subject, column),
                       wall_bytes_of(token));
    return strlen(sealed) <= SEALED_MAX ? sealed : NULL;
}

static int is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x21 || *text > 0x7e)
            return 0;
    }
    return 1;
}

oauth_sealed_t oauth_seal_tokens(wall_cx_t *cx, const oauth_identity_t *identity)
{
    const char *device = identity->device_id;

    return (oauth_sealed_t){
        .access = seal_one(cx, identity, "access", identity->access_token),
        .refresh = seal_one(cx, identity, "refresh", identity->refresh_token),
        .seconds = identity->expires_in > 0
                       ? apr_pmemdup(cx->pool, &identity->expires_in, sizeof(apr_int64_t))
                       : NULL,
        .device_id = device != NULL && strlen(device) <= 255 && is_plain(device) ? device : NULL,
    };
}

const char *oauth_open_token(wall_cx_t *cx, const char *provider, const char *subject,
                             const char *column, const char *sealed)
{
    wall_bytes_t token;

    if (sealed == NULL || !wall_unseal(cx->pool, cx->site->secret, "oauth_connections",
                                       row_of(cx, provider, subject, column), sealed, &token))
        return NULL;
    return token.data;
}

/* ---- whose ---- */

static const wall_field_t found_fields[] = { WALL_I64(oauth_found_t, connection_id),
                                             WALL_I64(oauth_found_t, user_id), WALL_FIELDS_END };
static const wall_shape_t found_shape = WALL_SHAPE_OF("OAuthFound", oauth_found_t, found_fields);

wall_rc_t oauth_find(wall_cx_t *cx, const char *provider, const char *subject, oauth_found_t *out)
{
    return wall_db_one(cx, sql_oauth_find(provider, subject), &found_shape, out);
}

/* Locks the person: which ways in they have changes one at a time. */
static wall_rc_t lock_user(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_int64_t locked;

    return wall_db_number(cx, sql_users_lock(user_id), &locked);
}

wall_rc_t oauth_connect(wall_cx_t *cx, apr_int64_t user_id, const char *provider,
                        const char *subject, const char *account_name,
                        const oauth_sealed_t *tokens, oauth_problem_t *problem)
{
    oauth_found_t found;
    wall_rc_t rc = lock_user(cx, user_id);

    *problem = OAUTH_FINE;
    if (rc == WALL_OK)
        rc = oauth_find(cx, provider, subject, &found);
    if (rc == WALL_OK && found.user_id == user_id)
        return wall_db_exec(cx,
                            sql_oauth_used_again(account_name, tokens->access, tokens->refresh,
                                                 tokens->seconds, tokens->device_id,
                                                 found.connection_id),
                            NULL);
    if (rc == WALL_OK) {
        *problem = OAUTH_TAKEN;
        return WALL_E_DUPLICATE;
    }
    if (rc == WALL_E_NOT_FOUND)
        rc = wall_db_number(cx, sql_oauth_of_provider(user_id, provider), &found.connection_id);
    if (rc == WALL_OK) {
        *problem = OAUTH_SECOND;
        return WALL_E_DUPLICATE;
    }
    if (rc != WALL_E_NOT_FOUND)
        return rc;
    rc = wall_db_exec(cx,
                      sql_oauth_connect(user_id, provider, subject, account_name, tokens->access,
                                        tokens->refresh, tokens->seconds, tokens->device_id),
                      NULL);
    if (rc == WALL_E_DUPLICATE)
        *problem = OAUTH_TAKEN; /* somebody was quicker with the same identity */
    return rc;
}

/* ---- the list ---- */

static const wall_field_t row_fields[] = {
    WALL_I64(oauth_connection_t, connection_id), WALL_STR(oauth_connection_t, provider),
    WALL_STR(oauth_connection_t, account_name),  WALL_BOOL(oauth_connection_t, is_primary),
    WALL_TIME(oauth_connection_t, connected_at), WALL_TIME(oauth_connection_t, last_used_at),
    WALL_BOOL(oauth_connection_t, needs_sign_in),
    WALL_FIELDS_END
};
static const wall_shape_t row_shape =
    WALL_SHAPE_OF("ConnectionRow", oauth_connection_t, row_fields);

typedef struct user_t {
    const char *username;
    int has_password;
} user_t;
static const wall_field_t user_fields[] = { WALL_STR(user_t, username),
                                            WALL_BOOL(user_t, has_password), WALL_FIELDS_END };
static const wall_shape_t user_shape = WALL_SHAPE_OF("OAuthUser", user_t, user_fields);

static int is_connected(const apr_array_header_t *items, const char *provider)
{
    for (int i = 0; i < items->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(items, i, oauth_connection_t).provider, provider) == 0)
            return 1;
    }
    return 0;
}

static wall_rc_t count_ways(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *ways)
{
    return wall_db_number(cx,
                          sql_factors_ways_in(user_id, wall_provider_names(cx->pool, cx->site)),
                          ways);
}

wall_rc_t oauth_connections(wall_cx_t *cx, const void *in, oauth_connections_t *out)
{
    apr_int64_t user_id = cx->viewer.user_id;
    oauth_offers_t all;
    user_t user;
    wall_rc_t rc = wall_db_list(cx, sql_oauth_connections(user_id), &row_shape, &out->items);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_oauth_user(user_id), &user_shape, &user);
    if (rc == WALL_OK)
        rc = count_ways(cx, user_id, &out->ways_in);
    if (rc == WALL_OK)
        rc = oauth_list(cx, NULL, &all);
    if (rc != WALL_OK)
        return rc;
    out->has_password = user.has_password;
    out->offers = apr_array_make(cx->pool, all.items->nelts + 1, sizeof(oauth_offer_t));
    for (int i = 0; i < all.items->nelts; i++) {
        const oauth_offer_t *offer = &APR_ARRAY_IDX(all.items, i, oauth_offer_t);

        if (!is_connected(out->items, offer->provider))
            *(oauth_offer_t *)apr_array_push(out->offers) = *offer;
    }
    for (int i = 0; i < out->items->nelts; i++) {
        oauth_connection_t *one = &APR_ARRAY_IDX(out->items, i, oauth_connection_t);
        const wall_provider_t *provider = wall_provider_find(cx->site, one->provider);

        one->label = provider != NULL ? provider->label : one->provider;
        one->offered = provider != NULL;
    }
    return WALL_OK;
}

/* ---- removing ---- */

typedef struct removal_t {
    apr_int64_t connection_id;
    oauth_row_t row;
} removal_t;

static wall_rc_t unlink_work(wall_cx_t *cx, void *baton)
{
    removal_t *removal = baton;
    apr_int64_t user_id = cx->viewer.user_id, ways = 0, own;
    wall_rc_t rc = lock_user(cx, user_id);

    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_oauth_own(removal->connection_id, user_id), &own);
    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    if (rc == WALL_OK)
        rc = oauth_row(cx, removal->connection_id, &removal->row);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_disconnect(removal->connection_id, user_id), NULL);
    if (rc == WALL_OK)
        rc = count_ways(cx, user_id, &ways);
    return rc == WALL_OK && ways == 0 ? wall_fail(cx, WALL_E_LAST_WAY_IN, NULL, WALL_NO_WHY) : rc;
}

/** The provider is told when nothing can be undone any more; that it listens is not waited for in vain. */
static void tell_provider(wall_cx_t *cx, const oauth_row_t *row)
{
    const wall_provider_t *provider = wall_provider_find(cx->site, row->provider);
    const char *refresh = oauth_open_token(cx, row->provider, row->provider_user_id, "refresh",
                                           row->refresh_token);
    const char *access = oauth_open_token(cx, row->provider, row->provider_user_id, "access",
                                          row->access_token);

    if (provider == NULL)
        return;
    /* Of OpenID Connect's providers one forgets all with the refresh token; the rest know access tokens. */
    if (provider->kind == WALL_PROVIDER_OIDC && refresh != NULL)
        oauth_revoke(cx, provider, refresh);
    else if (access != NULL)
        oauth_revoke(cx, provider, access);
}

wall_rc_t oauth_unlink(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out)
{
    removal_t removal = { .connection_id = in->connection_id };
    wall_rc_t rc = wall_db_tx(cx, unlink_work, &removal);

    if (rc != WALL_OK)
        return rc;
    tell_provider(cx, &removal.row);
    return oauth_connections(cx, NULL, out);
}

/* ---- the primary one ---- */

static wall_rc_t primary_work(wall_cx_t *cx, void *baton)
{
    const oauth_which_t *in = baton;
    apr_int64_t own;
    wall_rc_t rc = lock_user(cx, cx->viewer.user_id);

    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_oauth_own(in->connection_id, cx->viewer.user_id), &own);
    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_no_primary(cx->viewer.user_id), NULL);
    return rc == WALL_OK ? wall_db_exec(cx, sql_oauth_set_primary(in->connection_id,
                                                                  cx->viewer.user_id),
                                        NULL)
                         : rc;
}

wall_rc_t oauth_make_primary(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out)
{
    oauth_which_t which = *in;
    wall_rc_t rc = wall_db_tx(cx, primary_work, &which);

    return rc == WALL_OK ? oauth_connections(cx, NULL, out) : rc;
}

wall_rc_t oauth_unmake_primary(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out)
{
    apr_int64_t own;
    wall_rc_t rc = wall_db_number(cx, sql_oauth_own(in->connection_id, cx->viewer.user_id), &own);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_unset_primary(in->connection_id, cx->viewer.user_id), NULL);
    return rc == WALL_OK ? oauth_connections(cx, NULL, out) : rc;
}
