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

static wall_rc_t set_mark(wall_cx_t *cx, const char *key, const char *mark, int ttl)
{
    return wall_redis_set(cx, key, wall_bytes_of(mark), ttl);
}

static void mark(wall_cx_t *cx, void *baton)
{
    const marking_t *marking = baton;

    for (int i = 0; i < marking->sessions->nelts; i++) {
        const ending_t *session = &APR_ARRAY_IDX(marking->sessions, i, ending_t);

        auth_cache_drop(cx->site->site, session->token_hash);
        (void)set_mark(cx, auth_redis_key(cx, session->token_hash), marking->mark, marking->ttl);
    }
}

/*
 * What Redis knows of the sessions goes before the commit already: from then on everybody reads the row,
 * whichever way the transaction ends. Where Redis cannot be reached – it may be back in a moment, with
 * what it knew – the transaction leaves the mark to the worker, who goes on until Redis has it.
 */
static wall_rc_t mark_sessions(wall_cx_t *cx, apr_array_header_t *sessions, const char *text, int ttl)
{
    marking_t *marking = apr_palloc(cx->pool, sizeof(*marking));
    wall_rc_t rc = WALL_OK;
    int lost = 0;

    for (int i = 0; rc == WALL_OK && i < sessions->nelts; i++) {
        const char *key = auth_redis_key(cx, APR_ARRAY_IDX(sessions, i, ending_t).token_hash);

        if (set_mark(cx, key, AUTH_MARK_CHANGED, AUTH_REDIS_TTL) != WALL_OK) {
            rc = wall_db_exec(cx, sql_outbox_add(AUTH_MARK_TOPIC, key, text), NULL);
            lost++;
        }
    }
    if (rc != WALL_OK)
        return rc;
    if (lost > 0)
        wall_cx_log(cx, WALL_LOG_WARN,
                    WALLNO(00501) "no Redis: the worker will tell it of %d sessions that were ended or "
                                  "changed", lost);
    *marking = (marking_t){ .sessions = sessions, .mark = text, .ttl = ttl };
    wall_db_after_commit(cx, mark, marking);
    return WALL_OK;
}

wall_rc_t auth_mark_again(wall_cx_t *cx, const char *key, const char *text)
{
    return set_mark(cx, key, text, AUTH_REDIS_TTL);
}

/* Which sessions of whom; 0 stands for any, and for none to be spared. */
typedef struct revoking_t {
    apr_int64_t user_id, session_id, except, ended;
} revoking_t;

static wall_rc_t end_all(wall_cx_t *cx, apr_array_header_t *sessions)
{
    wall_rc_t rc = WALL_OK;

    for (int i = 0; rc == WALL_OK && i < sessions->nelts; i++)
        rc = wall_db_exec(
            cx, sql_auth_end_session(APR_ARRAY_IDX(sessions, i, ending_t).session_id), NULL);
    return rc == WALL_OK ? mark_sessions(cx, sessions, AUTH_MARK_REVOKED, AUTH_REDIS_TTL) : rc;
}

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
    if (rc == WALL_OK)
        rc = end_all(cx, sessions);
    if (rc == WALL_OK)
        r->ended = sessions->nelts;
    return rc;
}

/* Without locks: two who sign in at once would wait for each other's new row. */
wall_rc_t auth_trim_sessions(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_array_header_t *sessions;
    wall_rc_t rc = wall_db_list(cx, sql_auth_sessions_beyond(user_id, AUTH_SESSIONS_MAX),
                                &ending_shape, &sessions);

    return rc == WALL_OK && sessions->nelts > 0 ? end_all(cx, sessions) : rc;
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

    return rc == WALL_OK ? mark_sessions(cx, sessions, AUTH_MARK_CHANGED, AUTH_CHANGED_TTL) : rc;
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
