/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/auth.h"

#include <apr_strings.h>
#include <string.h>

#include "app/auth/logins.h"
#include "app/auth/session_cache.h"
#include "app/users/users.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/json.h"
#include "core/site.h"
#include "io/db.h"
#include "io/redis.h"
#include "io/sql_statements.h"

#define TOKEN_BYTES 32

#define ID_FIELD .required = 1, .min = 1, .max = APR_INT64_MAX

/* Once for the row, the JSON kept in Redis, and reading that again. */
static const wall_field_t session_fields[] = {
    WALL_I64(auth_session_t, session_id, ID_FIELD),
    WALL_I64(auth_session_t, user_id, ID_FIELD),
    WALL_ENUM(auth_session_t, role, users_role_names, .required = 1),
    WALL_I64(auth_session_t, expires_us, ID_FIELD),
    WALL_FIELDS_END
};
static const wall_shape_t session_shape =
    WALL_SHAPE_OF("Session", auth_session_t, session_fields);

/* Never over what is there: that may be the mark of a session that has ended in the meantime. Losing
 * the cache costs a read of the row, nothing else: the result is not looked at. */
static void remember_in_redis(wall_cx_t *cx, const char *token_hash, const auth_session_t *session)
{
    wall_bytes_t argv[6] = { wall_bytes_of("SET"), wall_bytes_of(auth_redis_key(cx, token_hash)) };
    wall_redis_value_t value;
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 128);
    wall_fields_encode(&json, &session_shape, session);
    argv[2] = (wall_bytes_t){ json.data, json.len };
    argv[3] = wall_bytes_of("EX");
    argv[4] = wall_bytes_of(APR_STRINGIFY(AUTH_REDIS_TTL));
    argv[5] = wall_bytes_of("NX");
    wall_redis_command(cx, 6, argv, 1U << 1, 0, &value);
}

static wall_rc_t unauthenticated(wall_cx_t *cx)
{
    return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
}

static wall_rc_t find_row(wall_cx_t *cx, const char *token_hash, int counts, auth_session_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_auth_session(token_hash, cx->site->session_idle),
                               &session_shape, out);

    if (rc == WALL_E_NOT_FOUND)
        return unauthenticated(cx);
    if (rc != WALL_OK || !counts) /* nor is it kept: the next request that counts is to come here */
        return rc;
    /* At most once a minute (the statement's own condition); a read-only server does no harm. */
    if (wall_db_exec(cx, sql_auth_touch_session(out->session_id), NULL) != WALL_OK)
        wall_fail_clear(cx);
    remember_in_redis(cx, token_hash, out);
    return WALL_OK;
}

static wall_rc_t find_session(wall_cx_t *cx, const char *token_hash, int counts, auth_session_t *out)
{
    wall_bytes_t cached = { NULL, 0 };

    if (wall_redis_get(cx, auth_redis_key(cx, token_hash), &cached) == WALL_OK &&
        cached.data != NULL) {
        if (strcmp(cached.data, AUTH_MARK_REVOKED) == 0)
            return unauthenticated(cx);
        if (strcmp(cached.data, AUTH_MARK_CHANGED) == 0)
            return find_row(cx, token_hash, counts, out);
        if (wall_fields_decode(cx, &session_shape, cached, NULL, out) == WALL_OK) {
            return out->expires_us > cx->now ? WALL_OK : unauthenticated(cx);
        }
        wall_fail_clear(cx);
    }
    return find_row(cx, token_hash, counts, out);
}

static void become(wall_cx_t *cx, const auth_session_t *session, const char *token_hash)
{
    cx->viewer.user_id = session->user_id;
    cx->viewer.session_id = session->session_id;
    cx->viewer.role = (wall_role_t)session->role;
    cx->viewer.csrf_token =
        wall_mac_hex(cx->pool, cx->site->secret, "csrf", wall_bytes_of(token_hash));
}

wall_rc_t auth_resolve(wall_cx_t *cx, const char *token, int counts)
{
    auth_session_t session;
    const char *hash;
    wall_rc_t rc;

    if (!wall_is_token(token, TOKEN_BYTES))
        return unauthenticated(cx);
    hash = wall_sha256_hex(cx->pool, wall_bytes_of(token));
    if (!auth_cache_get(cx->site->site, hash, cx->now, &session)) {
        rc = find_session(cx, hash, counts, &session);
        if (rc != WALL_OK)
            return rc;
        auth_cache_put(cx->site->site, hash, cx->now, &session);
    }
    become(cx, &session, hash);
    return WALL_OK;
}

typedef struct opened_t {
    auth_session_t session;
    const char *token;
    const char *token_hash;
    apr_int64_t max_age;
} opened_t;

static void session_committed(wall_cx_t *cx, void *baton)
{
    const opened_t *opened = baton;

    remember_in_redis(cx, opened->token_hash, &opened->session);
    become(cx, &opened->session, opened->token_hash);
    cx->reply.session_token = opened->token;
    cx->reply.session_max_age = opened->max_age;
}

/* What is being opened, and for whom. */
typedef struct opening_t {
    apr_int64_t user_id;
    const char *how;
    int remember;
    opened_t *opened;
} opening_t;

static wall_rc_t open_work(wall_cx_t *cx, void *baton)
{
    const opening_t *o = baton;
    opened_t *opened = o->opened;
    apr_int64_t hours = o->remember ? cx->site->session_days * 24 : cx->site->session_hours;
    wall_rc_t rc = wall_db_exec(cx,
                                sql_auth_add_session(o->user_id, opened->token_hash, cx->client_ip,
                                                     auth_agent_text(cx), o->how, o->remember,
                                                     hours * 3600),
                                NULL);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_auth_session(opened->token_hash, cx->site->session_idle),
                         &session_shape, &opened->session);
    if (rc == WALL_E_NOT_FOUND)
        return unauthenticated(cx); /* the account was closed at this very moment */
    if (rc == WALL_OK)
        rc = auth_trim_sessions(cx, o->user_id);
    if (rc == WALL_OK)
        rc = auth_note_success(cx, o->user_id, o->how);
    if (rc == WALL_OK)
        wall_db_after_commit(cx, session_committed, opened);
    return rc;
}

wall_rc_t auth_open_session(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                            auth_opened_t *out)
{
    opened_t *opened = apr_pcalloc(cx->pool, sizeof(*opened));
    opening_t opening = { .user_id = user_id, .how = how, .remember = remember, .opened = opened };
    wall_rc_t rc;

    opened->token = wall_random_token(cx->pool, TOKEN_BYTES);
    opened->token_hash = wall_sha256_hex(cx->pool, wall_bytes_of(opened->token));
    opened->max_age = remember ? cx->site->session_days * 24 * 3600 : 0;
    rc = wall_db_tx(cx, open_work, &opening);
    if (rc != WALL_OK)
        return rc;
    out->token = opened->token;
    out->expires_at = opened->session.expires_us;
    return WALL_OK;
}

wall_rc_t auth_confirmed(wall_cx_t *cx)
{
    return wall_db_exec(cx, sql_auth_confirm_session(cx->viewer.session_id), NULL);
}
