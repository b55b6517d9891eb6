/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_SESSION_CACHE_H
#define WALL_APP_AUTH_SESSION_CACHE_H

/**
 * @file session_cache.h
 * Sessions this process has seen within the last second, so that a busy client costs one look-up in
 * Redis a second, and what stands in Redis. Bounded; entries are overwritten, never freed. Private
 * to auth/.
 */
#include <apr_time.h>

#include "core/cx.h"

/** What is remembered of a session: here, in Redis as JSON, and selected from MySQL. */
typedef struct auth_session_t {
    apr_int64_t session_id;
    apr_int64_t user_id;
    int role;
    apr_int64_t key_id; /* of an API key, which has no session; never in Redis */
    unsigned scopes;    /* of that key */
    apr_int64_t expires_us; /* microseconds since 1970, UTC */
} auth_session_t;

/** Seconds a session is kept in Redis. */
#define AUTH_REDIS_TTL 60
/** Left in Redis by a session that has ended, so that nobody who read the row just before puts it
 *  back. */
#define AUTH_MARK_REVOKED "-"
/** Left for AUTH_CHANGED_TTL seconds by one whose row has changed: read that, keep nothing. */
#define AUTH_MARK_CHANGED "?"
#define AUTH_CHANGED_TTL  10

/** Key of a session in Redis, in cx->pool. */
const char *auth_redis_key(wall_cx_t *cx, const char *token_hash);

/** 1 and *out when @a token_hash was seen at @a site no more than AUTH_CACHE_SECONDS before @a now. */
int auth_cache_get(const char *site, const char *token_hash, apr_time_t now, auth_session_t *out);
/** @param seen when the session's state was known: not later than the look-up began */
void auth_cache_put(const char *site, const char *token_hash, apr_time_t seen,
                    const auth_session_t *session);
void auth_cache_drop(const char *site, const char *token_hash);

#endif
