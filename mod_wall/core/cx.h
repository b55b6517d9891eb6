/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_CX_H
#define WALL_CORE_CX_H

/**
 * @file cx.h
 * The context of one unit of work – a request, a job, a command – passed first everywhere:
 * whose memory, which site, who asks, what went wrong. It replaces globals and httpd types.
 */
#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "core/buf.h"
#include "core/errors.h"
#include "core/log.h"
#include "core/reasons.h"

struct wall_site_t;
struct wall_db_t;
struct wall_redis_t;
struct wall_messages_t;

typedef enum wall_role_t { WALL_ROLE_USER, WALL_ROLE_MODERATOR, WALL_ROLE_ADMIN } wall_role_t;

/** How the viewer proved who they are; decides whether CSRF is checked. */
typedef enum wall_auth_via_t { WALL_VIA_NONE, WALL_VIA_COOKIE, WALL_VIA_BEARER } wall_auth_via_t;

/** Who asks. user_id 0 is an anonymous visitor. Strings live in cx->pool. */
typedef struct wall_viewer_t {
    apr_int64_t user_id;
    apr_int64_t session_id;
    wall_role_t role;
    wall_auth_via_t via;
    apr_int64_t key_id;  /* of the API key used; 0 = none. A key has no session */
    unsigned scopes;     /* of that key, see core/scopes.h */
    const char *csrf_token; /* what an unsafe cookie-authenticated request must carry */
} wall_viewer_t;

/** One named detail of an error: a field and why, or a number a client can act on. */
typedef struct wall_detail_t {
    const char *name;
    const char *text; /* NULL: the detail is @c number */
    apr_int64_t number;
} wall_detail_t;

/** What an action wants done to the response besides its body. All unset by default. */
typedef struct wall_reply_t {
    const char *session_token;  /* set this session cookie; "" clears it */
    const char *language;       /* remember this as the browser's language; "" forgets it */
    apr_int64_t session_max_age; /* seconds; 0 = until the browser closes */
    const char *message;         /* the envelope's optional message */
    int status;                  /* overrides the route's success status */
    const char *next_cursor;     /* of a list; becomes Link: rel="next" */
    apr_int64_t retry_after;     /* seconds, for 429 and 503 */
    const char *location;        /* where a WALL_RAW_REDIRECT leads: absolute, or a path of this site */
    apr_array_header_t *cookies; /* of wall_cookie_t; added with wall_reply_cookie() */
} wall_reply_t;

/** A cookie of ours beside session and language: HttpOnly, SameSite=Lax, of this host only. */
typedef struct wall_cookie_t {
    const char *name;  /* without prefix, see wall_cx_cookie() */
    const char *value; /* "" clears it */
    apr_int64_t max_age; /* seconds; 0 = until the browser closes */
} wall_cookie_t;
/** A request as it came, for routes with .verbatim. */
typedef struct wall_verbatim_t {
    wall_bytes_t body;
    const apr_table_t *headers;
} wall_verbatim_t;

typedef struct wall_cx_t {
    apr_pool_t *pool;
    const struct wall_site_t *site;
    struct wall_db_t *db;       /* see io/db.h; connects on first use */
    struct wall_redis_t *redis; /* see io/redis.h */
    const wall_logger_t *logger;
    wall_viewer_t viewer;
    const char *request_id; /* also in the log line and X-Request-Id */
    const char *client_ip;
    const char *user_agent; /* may be NULL */
    const char *cookies;    /* the Cookie header as sent; NULL = none. Read with wall_cx_cookie() */
    const char *language;   /* catalogue of this person's texts; NULL = English */
    const struct wall_messages_t *messages; /* see core/messages.h; NULL = none loaded */
    apr_time_t now;         /* the clock: one instant for the whole unit of work */
    const wall_verbatim_t *verbatim; /* of a route that takes one, else NULL */
    const char *idempotency_key;     /* of a route with .outbound, else NULL */
    wall_reply_t reply;
    wall_rc_t failed;               /* last wall_fail() */
    apr_array_header_t *details;    /* of wall_detail_t, or NULL */
    const char *failure_message;    /* sentence for the caller; NULL: the catalogue's */
    apr_uint64_t *failures; /* how often each code was logged, shared by threads; NULL = nobody counts */
    const char *failure_log;        /* internal reason, for the log only */
} wall_cx_t;

/**
 * Records what failed and returns @a rc, so that one can `return wall_fail(cx, …)`. The same code
 * again adds to what is recorded, another code replaces it. A reason becomes the field's detail and
 * cx->failure_message, in cx->language; for a field of WALL_E_VALIDATION the detail only.
 * @param field the input field at fault, or NULL
 * @param why   what a person can act on, or WALL_NO_WHY for the error's own sentence
 */
wall_rc_t wall_fail(wall_cx_t *cx, wall_rc_t rc, const char *field, wall_why_t why);
/** What the person is told of @a rc, in cx->language: the reason recorded with it, or its sentence. */
const char *wall_fail_text(wall_cx_t *cx, wall_rc_t rc);
/** Adds a numeric detail ("required": 55) to the error being reported. */
void wall_fail_number(wall_cx_t *cx, const char *name, apr_int64_t value);
/** Adds an instant ("resets_at") as RFC 3339. */
void wall_fail_time(wall_cx_t *cx, const char *name, apr_time_t t);
/** Our own failure: logs @a fmt as an error line (start it with WALLNO()) and returns @a rc. */
wall_rc_t wall_fail_log(wall_cx_t *cx, wall_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** Counts a failure that is logged elsewhere; wall_fail_log() does so itself. */
void wall_fail_count(wall_cx_t *cx, wall_rc_t rc);
/** Forgets a recorded failure that was handled. */
void wall_fail_clear(wall_cx_t *cx);

/** Value of the cookie @a name of an HTTP Cookie header (RFC 6265 4.2) in @a pool, or NULL. */
const char *wall_cookie_value(apr_pool_t *pool, const char *header, const char *name);
/** Full name of cookie @a name: "__Host-wall-NAME" on a site with TLS, which no other host can have
 *  set, else "wall-NAME". */
const char *wall_cookie_name(const wall_cx_t *cx, const char *name);
/** What the request's cookie @a name (without prefix) holds, or NULL. */
const char *wall_cx_cookie(const wall_cx_t *cx, const char *name);
/** Has the response set cookie @a name; see wall_cookie_t. */
void wall_reply_cookie(wall_cx_t *cx, const char *name, const char *value, apr_int64_t max_age);

#define wall_cx_log(cx, level, ...) wall_log((cx)->logger, (level), __VA_ARGS__)

#endif
