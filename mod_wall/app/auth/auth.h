/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_H
#define WALL_APP_AUTH_H

/**
 * @file auth.h
 * Who somebody is: passwords and sessions. A session is a 256-bit random token that only its holder
 * has; everything kept here – row, Redis key, process cache – knows its SHA-256.
 */
#include "core/cx.h"
#include "core/route.h"

/** Seconds a session is believed without asking Redis: how late a revocation may be noticed. */
#define AUTH_CACHE_SECONDS 1
/** Sessions an account has at most; one more ends the one used longest ago. All are listed to its owner. */
#define AUTH_SESSIONS_MAX 200
/** Outbox rows of this topic are not events: auth_mark_again() takes their channel and payload. */
#define AUTH_MARK_TOPIC "session"

/**
 * Finds whom @a token belongs to and fills cx->viewer: everything but @c via, which only the caller
 * can know. Usually answered from this process's memory, else from Redis, else from MySQL.
 * @param counts 0: the request is not its holder's doing (a stream that comes back by itself) and leaves
 *               the session as idle as it was
 * @return WALL_OK; WALL_E_UNAUTHENTICATED (recorded; cx->viewer untouched) when the token is
 *         unknown, expired or revoked, or its account is not active
 */
wall_rc_t auth_resolve(wall_cx_t *cx, const char *token, int counts);

/** 1 when @a token calls itself an API key, by its prefix. */
int auth_is_key(const char *token);
/**
 * Finds whom an API key belongs to and fills cx->viewer with its owner, key_id and scopes; there is no
 * session then.
 * @return WALL_OK; WALL_E_UNAUTHENTICATED (recorded) when the key is unknown, expired or revoked, or
 *         its account is not active
 */
wall_rc_t auth_resolve_key(wall_cx_t *cx, const char *key);

/** A session that has just begun. */
typedef struct auth_opened_t {
    const char *token;     /* for the client, in cx->pool; nowhere else */
    apr_time_t expires_at;
} auth_opened_t;

/**
 * Begins a session of @a user_id, joining an open transaction. Once committed, cx->viewer is that
 * user and cx->reply sets the cookie.
 * @param how      "registration", "password", "passkey", "link" or "oauth:<provider>"
 * @param remember lasts WallSessionDays instead of WallSessionHours
 */
wall_rc_t auth_open_session(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                            auth_opened_t *out);

/* Ending sessions: row, Redis, this process; other processes believe a session for at most
 * AUTH_CACHE_SECONDS more, streams end within five seconds. All join an open transaction, and take
 * effect outside the database once it has committed. */

/** Ends one session of @a user_id. @return WALL_OK or WALL_E_NOT_FOUND (recorded) */
wall_rc_t auth_revoke(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t session_id);
/** Ends all sessions of @a user_id but @a except (0: none is spared). */
wall_rc_t auth_revoke_others(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t except);
/** The same, and says how many there were. */
wall_rc_t auth_revoke_counted(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t except, apr_int64_t *ended);
/** Ends all sessions of @a user_id. */
wall_rc_t auth_revoke_all(wall_cx_t *cx, apr_int64_t user_id);
/** Ends those of @a user_id that were used longest ago, beyond AUTH_SESSIONS_MAX. */
wall_rc_t auth_trim_sessions(wall_cx_t *cx, apr_int64_t user_id);
/** The role of @a user_id was changed: within AUTH_CACHE_SECONDS after the commit every process
 *  reads its sessions again. */
wall_rc_t auth_refresh(wall_cx_t *cx, apr_int64_t user_id);

/** For the worker: what a revocation could not tell Redis. @return WALL_OK or WALL_E_REDIS_UNAVAILABLE */
wall_rc_t auth_mark_again(wall_cx_t *cx, const char *key, const char *text);

/**
 * Refuses a password that is too easily guessed: a common one, or one that contains the username, the
 * part of @a email before the @ or @a display_name (may be NULL). Length is the input field's rule.
 * @return WALL_OK or WALL_E_VALIDATION naming @c password
 */
wall_rc_t auth_password_rules(wall_cx_t *cx, const char *password, const char *username,
                              const char *email, const char *display_name);

/**
 * Finds the account of @a login (username, or e-mail address when it has an @) whose password is
 * @a password, whatever its state but erased. Takes the same time and fails alike whether the name or the
 * password is wrong. Tries are limited by address, by address and login together, and by login for all
 * who come from where its owner has never been: nobody can lock another out.
 * @return WALL_OK, WALL_E_BAD_CREDENTIALS, WALL_E_RATE_LIMITED, WALL_E_EMAIL_UNCONFIRMED
 */
wall_rc_t auth_check_login(wall_cx_t *cx, const char *login, const char *password,
                           apr_int64_t *user_id);

/**
 * Whether @a password is that of the active account @a user_id; one without a password has none.
 * @return WALL_OK or WALL_E_BAD_CREDENTIALS naming @c password
 */
wall_rc_t auth_check_password(wall_cx_t *cx, apr_int64_t user_id, const char *password);

/**
 * The viewer has just proved who they are: for WALL_CONFIRMED_MINUTES their session may use routes
 * with .step_up. A session that has just been opened is confirmed already.
 */
wall_rc_t auth_confirmed(wall_cx_t *cx);

/** Ends the viewer's session and clears the cookie; without a session it only does the latter. */
wall_rc_t auth_logout(wall_cx_t *cx, const void *in, void *out);

/** Removes sessions and keys that have ended, and of the history of signing in and of devices what need not be
 *  kept any longer; for the worker's housekeeping. */
wall_rc_t auth_sweep(wall_cx_t *cx);

extern const wall_route_t auth_routes[];

#endif
