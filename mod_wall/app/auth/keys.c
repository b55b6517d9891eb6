/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an API key is. Known to each process for a second, as sessions are, and to nobody else: a key
 * that is revoked is refused within that second. */
#include <string.h>

#include "app/auth/api_key.h"
#include "app/auth/auth.h"
#include "app/auth/session_cache.h"
#include "app/users/users.h"
#include "core/crypto.h"
#include "core/scopes.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

typedef struct key_row_t {
    apr_int64_t key_id;
    apr_int64_t user_id;
    int role;
    const char *scopes;
    apr_int64_t expires_us;
} key_row_t;

static const wall_field_t key_fields[] = {
    WALL_I64(key_row_t, key_id), WALL_I64(key_row_t, user_id),
    WALL_ENUM(key_row_t, role, users_role_names), WALL_STR(key_row_t, scopes),
    WALL_I64(key_row_t, expires_us), WALL_FIELDS_END
};
static const wall_shape_t key_shape = WALL_SHAPE_OF("ApiKeyRow", key_row_t, key_fields);

int auth_is_key(const char *token)
{
    return strncmp(token, AUTH_KEY_PREFIX, sizeof(AUTH_KEY_PREFIX) - 1) == 0;
}

static wall_rc_t find_key(wall_cx_t *cx, const char *hash, auth_session_t *out)
{
    key_row_t row;
    wall_rc_t rc = wall_db_one(cx, sql_auth_key(hash), &key_shape, &row);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
    if (rc != WALL_OK)
        return rc;
    /* At most once a minute (the statement's own condition); a read-only server does no harm. */
    if (wall_db_exec(cx, sql_auth_touch_key(row.key_id), NULL) != WALL_OK)
        wall_fail_clear(cx);
    *out = (auth_session_t){ .key_id = row.key_id,
                             .user_id = row.user_id,
                             .role = row.role,
                             .scopes = wall_scopes_read(row.scopes),
                             .expires_us = row.expires_us };
    return WALL_OK;
}

wall_rc_t auth_resolve_key(wall_cx_t *cx, const char *key)
{
    auth_session_t found;
    const char *hash;
    wall_rc_t rc;

    if (!auth_key_valid(key))
        return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
    hash = wall_sha256_hex(cx->pool, wall_bytes_of(key));
    if (!auth_cache_get(cx->site->site, hash, cx->now, &found)) {
        rc = find_key(cx, hash, &found);
        if (rc != WALL_OK)
            return rc;
        auth_cache_put(cx->site->site, hash, cx->now, &found);
    }
    cx->viewer.user_id = found.user_id;
    cx->viewer.key_id = found.key_id;
    cx->viewer.scopes = found.scopes;
    cx->viewer.role = (wall_role_t)found.role;
    cx->viewer.csrf_token = ""; /* no cookie, no need of one */
    return WALL_OK;
}
