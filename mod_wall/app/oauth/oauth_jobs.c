/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that lapse. A refresh token may be good for one refresh only (rotation): of several workers one
 * claims the row, asks the provider, and writes what it got unless the row was changed meanwhile. */
#include <apr_strings.h>

#include "app/oauth/flows.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define RETRY_S     300 /* after a provider that does not answer; twice that after the next time … */
#define LATER_S     86400 /* of one that is not configured (any more), or under another secret */
#define BATCH       20
#define PASS_MAX    apr_time_from_sec(4)

static const wall_field_t row_fields[] = {
    WALL_I64(oauth_row_t, connection_id),  WALL_I64(oauth_row_t, user_id),
    WALL_STR(oauth_row_t, provider),       WALL_STR(oauth_row_t, provider_user_id),
    WALL_STR(oauth_row_t, access_token),   WALL_STR(oauth_row_t, refresh_token),
    WALL_STR(oauth_row_t, device_id),      WALL_I64(oauth_row_t, token_fence),
    WALL_FIELDS_END
};
static const wall_shape_t row_shape = WALL_SHAPE_OF("OAuthTokens", oauth_row_t, row_fields);

wall_rc_t oauth_row(wall_cx_t *cx, apr_int64_t connection_id, oauth_row_t *out)
{
    return wall_db_one(cx, sql_oauth_tokens(connection_id), &row_shape, out);
}

/* The row is ours: asks the provider and writes down what came of it. */
static wall_rc_t refresh_claimed(wall_cx_t *cx, const wall_provider_t *provider,
                                 const oauth_row_t *row, const char *refresh_token)
{
    oauth_identity_t fresh;
    oauth_sealed_t sealed;
    oauth_problem_t problem =
        oauth_refresh(cx, provider, refresh_token, row->device_id, &fresh);

    if (problem == OAUTH_DENIED)
        return wall_db_exec(cx, sql_oauth_drop_tokens(row->connection_id, row->token_fence), NULL);
    if (problem != OAUTH_FINE)
        return wall_db_exec(cx,
                            sql_oauth_refresh_failed(RETRY_S, row->connection_id,
                                                     row->token_fence),
                            NULL);
    fresh.subject = row->provider_user_id;
    sealed = oauth_seal_tokens(cx, &fresh);
    return wall_db_exec(cx,
                        sql_oauth_refreshed(sealed.access, sealed.refresh, sealed.seconds,
                                            row->connection_id, row->token_fence),
                        NULL);
}

static wall_rc_t refresh_one(wall_cx_t *cx, apr_int64_t connection_id)
{
    const wall_provider_t *provider;
    const char *refresh_token;
    apr_int64_t claimed = 0;
    oauth_row_t row;
    wall_rc_t rc = oauth_row(cx, connection_id, &row);

    if (rc == WALL_E_NOT_FOUND)
        return WALL_OK; /* disconnected just now */
    if (rc != WALL_OK)
        return rc;
    provider = wall_provider_find(cx->site, row.provider);
    refresh_token = oauth_open_token(cx, row.provider, row.provider_user_id, "refresh",
                                     row.refresh_token);
    if (provider == NULL || refresh_token == NULL)
        return wall_db_exec(cx, sql_oauth_refresh_failed(LATER_S, connection_id, row.token_fence),
                            NULL);
    rc = wall_db_exec(cx, sql_oauth_claim_refresh(connection_id, row.token_fence), &claimed);
    return rc == WALL_OK && claimed != 0 ? refresh_claimed(cx, provider, &row, refresh_token) : rc;
}

typedef struct due_t {
    apr_int64_t connection_id;
} due_t;
static const wall_field_t due_fields[] = { WALL_I64(due_t, connection_id), WALL_FIELDS_END };
static const wall_shape_t due_shape = WALL_SHAPE_OF("OAuthDue", due_t, due_fields);

wall_rc_t oauth_keep(wall_cx_t *cx)
{
    apr_array_header_t *due;
    wall_rc_t rc = wall_db_exec(cx, sql_oauth_sweep_flows(), NULL);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_sweep_arrivals(), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_sweep_used(), NULL);
    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_oauth_due(BATCH), &due_shape, &due);
    /* The lane has more to do than to wait for providers that are slow. */
    for (int i = 0; rc == WALL_OK && i < due->nelts && apr_time_now() < cx->now + PASS_MAX; i++)
        rc = refresh_one(cx, APR_ARRAY_IDX(due, i, due_t).connection_id);
    return rc;
}
