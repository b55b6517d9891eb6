/* SPDX-License-Identifier: Apache-2.0 */
/* Ending sessions, and telling every process that something about them has changed. */
#include <apr_strings.h>
#include <string.h>

#include "app/auth/auth.h"
#include "app/auth/session_cache.h"
#include "core/site.h"
#include "io/db.h"
#include "io/redis.h"
#include "io/sql_statements.h"

typedef struct ending_t {
    apr_int64_t session_id;
    const char *token_hash;
} ending_t;

static const wall_field_t ending_fields[] = { WALL_I64(ending_t, session_id),
                                              WALL_STR(ending_t, token_hash), WALL_FIELDS_END };
static const wall_shape_t ending_shape = WALL_SHAPE_OF("EndingSession", ending_t, ending_fields);

/* What is left in Redis of some sessions once the transaction has committed. */
typedef struct marking_t {
    apr_array_header_t *sessions; /* of ending_t */
    const char *mark;
    int ttl;
} marking_t;

const char *auth_redis_key(wall_cx_t *cx, const char *token_hash)
{
    return apr_pstrcat(cx->pool, "session:", token_hash, NULL);
}

static void mark(wall_cx_t *cx, void *baton)
{
    const marking_t *marking = baton;
    wall_bytes_t text = { marking->mark, strlen(marking->mark) };
    int lost = 0;

    for (int i = 0; i < marking->sessions->nelts; i++) {
        const ending_t *session = &APR_ARRAY_IDX(marking->sessions, i, ending_t);

        auth_cache_drop(cx->site->site, session->token_hash);
        lost += wall_redis_set(cx, auth_redis_key(cx, session->token_hash), text, marking->ttl) !=
                WALL_OK;
    }
    if (lost > 0)
        wall_cx_log(cx, WALL_LOG_WARN,
                    WALLNO(00501) "no Redis: other processes may go on for %d s with what they know of %d "
                                  "sessions that were ended or changed", AUTH_REDIS_TTL, lost);
}

static void mark_after_commit(wall_cx_t *cx, apr_array_header_t *sessions, const char *text, int ttl)
{
    marking_t *marking = apr_palloc(cx->pool, sizeof(*marking));

    *marking = (marking_t){ .sessions = sessions, .mark = text, .ttl = ttl };
    wall_db_after_commit(cx, mark, marking);
}

/* Which sessions of whom; 0 stands for any, and for none to be spared. */
typedef struct revoking_t {
    apr_int64_t user_id, session_id, except, ended;
} revoking_t;

/* Locked before they are deleted, so that two who end the same session do not both count it. */
static wall_rc_t revoke_work(wall_cx_t *cx, void *baton)
{
    revoking_t *r = baton;
    apr_array_header_t *sessions;
    /* All of them: then neither may one begin that is half way there. First, so that one whose second step
     * is being taken has either ended here or is in the list below. */
    wall_rc_t rc = r->session_id == 0 ? wall_db_exec(cx, sql_sign_ins_end_of(r->user_id), NULL) : WALL_OK;

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_auth_sessions_to_end(r->user_id, r->session_id, r->except),
                          &ending_shape, &sessions);
    if (rc == WALL_OK && r->session_id != 0 && sessions->nelts == 0)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    for (int i = 0; rc == WALL_OK && i < sessions->nelts; i++)
        rc = wall_db_exec(
            cx, sql_auth_end_session(APR_ARRAY_IDX(sessions, i, ending_t).session_id), NULL);
    if (rc != WALL_OK)
        return rc;
    r->ended = sessions->nelts;
    mark_after_commit(cx, sessions, AUTH_MARK_REVOKED, AUTH_REDIS_TTL);
    return WALL_OK;
}

wall_rc_t auth_revoke(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t session_id)
{
    revoking_t revoking = { .user_id = user_id, .session_id = session_id };

    if (session_id <= 0)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    return wall_db_tx(cx, revoke_work, &revoking);
}

wall_rc_t auth_revoke_counted(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t except, apr_int64_t *ended)
{
    revoking_t revoking = { .user_id = user_id, .except = except };
    wall_rc_t rc = wall_db_tx(cx, revoke_work, &revoking);

    *ended = revoking.ended;
    return rc;
}

wall_rc_t auth_revoke_others(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t except)
{
    apr_int64_t ended;

    return auth_revoke_counted(cx, user_id, except, &ended);
}

wall_rc_t auth_revoke_all(wall_cx_t *cx, apr_int64_t user_id)
{
    return auth_revoke_others(cx, user_id, 0);
}

wall_rc_t auth_refresh(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_array_header_t *sessions;
    wall_rc_t rc = wall_db_list(cx, sql_auth_sessions_of(user_id), &ending_shape, &sessions);

    if (rc == WALL_OK)
        mark_after_commit(cx, sessions, AUTH_MARK_CHANGED, AUTH_CHANGED_TTL);
    return rc;
}

wall_rc_t auth_logout(wall_cx_t *cx, const void *in, void *out)
{
    wall_rc_t rc;

    cx->reply.session_token = "";
    if (cx->viewer.session_id == 0)
        return WALL_OK;
    rc = auth_revoke(cx, cx->viewer.user_id, cx->viewer.session_id);
    if (rc == WALL_E_NOT_FOUND) {
        wall_fail_clear(cx); /* somebody ended it first */
        return WALL_OK;
    }
    return rc;
}
