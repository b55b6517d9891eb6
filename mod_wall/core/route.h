/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_ROUTE_H
#define WALL_CORE_ROUTE_H

/**
 * @file route.h
 * An endpoint, declared once. Routing, decoding, validation, authorisation, rate limit,
 * idempotency, encoding, metrics, openapi.json and the API reference all derive from it.
 * auth, rate and doc have no usable zero value: wall_routes_check() refuses a route lacking one.
 */
#include "core/cx.h"
#include "core/fields.h"

typedef enum wall_method_t {
    WALL_METHOD_UNSET,
    WALL_GET,
    WALL_POST,
    WALL_PUT,
    WALL_PATCH,
    WALL_DELETE
} wall_method_t;

typedef enum wall_auth_t {
    WALL_AUTH_UNSET,
    WALL_AUTH_NONE,     /* never looks at the session */
    WALL_AUTH_OPTIONAL, /* anonymous is welcome; the viewer is known when signed in */
    WALL_AUTH_USER,
    WALL_AUTH_MODERATOR,
    WALL_AUTH_ADMIN
} wall_auth_t;

/* X(symbol, requests per period, period in seconds, burst, falls to a local limiter without Redis).
 * RATE_NONE is for health checks only. */
#define WALL_RATES(X)                                                                              \
    X(READ, 600, 60, 200, 0)                                                                       \
    X(WRITE, 120, 60, 40, 0)                                                                       \
    X(AUTH, 30, 300, 15, 1)                                                                        \
    X(CODE, 12, 3600, 10, 1)                                                                       \
    X(SPEND, 60, 60, 20, 1)                                                                        \
    X(UPLOAD, 60, 300, 20, 0)                                                                      \
    X(GENERATE, 30, 300, 15, 1)                                                                    \
    X(WEBHOOK, 1200, 60, 300, 1)

typedef enum wall_rate_t {
    WALL_RATE_UNSET,
    WALL_RATE_NONE,
#define X(sym, count, period, burst, local) WALL_RATE_##sym,
    WALL_RATES(X)
#undef X
    WALL_RATE__COUNT
} wall_rate_t;

/** Minutes for which a session counts as confirmed after its holder proved who they are. */
#define WALL_CONFIRMED_MINUTES 10

typedef enum wall_key_t { WALL_KEY_NONE, WALL_KEY_OPTIONAL, WALL_KEY_REQUIRED } wall_key_t;

/** How the answer leaves. Everything but JSON is written by httpd/ after the action. */
typedef enum wall_raw_t {
    WALL_RAW_NONE,   /* the envelope around the output shape */
    WALL_RAW_STREAM, /* action fills a wall_stream_t; httpd/sse.c holds the client */
    WALL_RAW_BODY,   /* action fills a wall_body_t; sent as it is */
    WALL_RAW_REDIRECT, /* 302 to cx->reply.location, without a body. Errors are JSON, but a browser
                          (Accept: text/html) is led to /login?problem=CODE, which says it in words.
                          Query parameters the shape does not know are passed over. */
    WALL_RAW_PAGE    /* action fills a wall_document_t (core/document.h); httpd/page.c writes it */
} wall_raw_t;

/** One channel of a stream, and what to say of it first. */
typedef struct wall_stream_channel_t {
    const char *name;        /* io/events.h channel name, without the site prefix */
    const char *after;       /* id of the last event the client has heard; NULL = none */
    const char *first_event; /* event name of a snapshot sent at once, or NULL; a client that resumes
                                (after) is spared it, for it would begin anew */
    const char *first_data;  /* its JSON */
    int first_always;        /* who resumes is told the snapshot as well */
    int ended;               /* nothing will follow: what history there is, then the first event
                                unless the history holds a final one */
} wall_stream_channel_t;

/** What a WALL_RAW_STREAM action returns: which channels, each once. */
typedef struct wall_stream_t {
    apr_array_header_t *channels; /* of wall_stream_channel_t; filled with wall_stream_add() */
    int multiplexed; /* 0: the events of one channel under their own names, resumed with
                        Last-Event-ID, and the stream ends with it; 1: unnamed messages that say
                        their channel, and the stream goes on when all channels have ended */
    const char *const *final_events; /* names after which a channel is silent, ending with NULL;
                                        static. NULL = none ever is */
} wall_stream_t;

/** Adds a channel to @a stream; the array is made in @a pool. */
wall_stream_channel_t *wall_stream_add(apr_pool_t *pool, wall_stream_t *stream, const char *name);

/** What a WALL_RAW_BODY action returns. */
typedef struct wall_body_t {
    const char *content_type;
    const char *file;     /* path of a file that is sent instead of bytes, or NULL */
    const char *filename; /* to be saved under, ASCII without quotes; NULL = shown where it is */
    wall_bytes_t bytes;
} wall_body_t;

/** Runs one endpoint: @a in and @a out are structs of the route's shapes. */
typedef wall_rc_t (*wall_action_t)(wall_cx_t *cx, const void *in, void *out);

typedef struct wall_route_t {
    const char *id; /* OpenAPI operationId, metric label */
    wall_method_t method;
    const char *path; /* below /api/v1; {name} is a path field of the input shape */
    wall_auth_t auth;
    int step_up;       /* only within WALL_CONFIRMED_MINUTES of password, code or passkey, and never
                          by API key; else WALL_E_STEP_UP. POST /auth/confirm renews it */
    const char *scope; /* of core/scopes.h, that an API key must hold; NULL = not with a key */
    wall_rate_t rate;
    wall_key_t idempotent;
    const wall_shape_t *in;  /* NULL = no input */
    const wall_shape_t *out; /* NULL = data is null */
    int status;              /* success status; 0 = 200 */
    int also_status;         /* the same output may leave with this one too (cx->reply.status) */
    const wall_rc_t *errors; /* ends with WALL_OK; those every route has are implied */
    wall_raw_t raw;
    int verbatim; /* the body is the action's to read, of any type: cx->verbatim. For signed messages,
                     which are bytes and not fields; the input has path and query only */
    /* The action talks to somebody else in between, so it runs in no transaction of ours and holds no
     * connection while it does. It must do the same thing once only for one cx->idempotency_key, also
     * when it runs twice at once or died half-way before. Needs WALL_KEY_REQUIRED. */
    int outbound;
    wall_action_t action;
    /* PATCH: the GET of the same path whose answer this changes and answers with. With If-Match
     * (RFC 9110 13.1.1) lock, that GET's action, the comparison and action are one transaction. */
    const struct wall_route_t *changes;
    wall_action_t lock; /* locks the row before it is read; the input is this route's */
    const char *doc;
} wall_route_t;

/** 1 when it may change something. */
static inline int wall_route_is_unsafe(const wall_route_t *route)
{
    return route->method != WALL_GET;
}

#define WALL_ROUTES_END { .id = NULL }

/**
 * Gives a typed action, `wall_rc_t name(wall_cx_t *, const in_t *, out_t *)`, the table's
 * signature. Written once per endpoint in its _routes.c; refer to it as WALL_ACTION(name).
 */
#define WALL_ENDPOINT(name, in_t, out_t)                                                           \
    static wall_rc_t name##_endpoint(wall_cx_t *cx, const void *in, void *out)                     \
    {                                                                                              \
        return name(cx, (const in_t *)in, (out_t *)out);                                           \
    }
#define WALL_ACTION(name) name##_endpoint

/** All tables of the API, NULL-terminated; defined in app/routes.c. */
extern const wall_route_t *const wall_route_tables[];
/** Tables of page URLs (WALL_RAW_PAGE), paths from the site's root; not part of the API. */
extern const wall_route_t *const wall_page_tables[];

/** One matched request. */
typedef struct wall_match_t {
    const wall_route_t *route;  /* NULL: no such path, or a method it does not know */
    unsigned allowed;           /* bit (1 << wall_method_t) for each method the path knows */
    apr_array_header_t *params; /* of wall_param_t, from the path */
} wall_match_t;

/** Compiles the tables into a matcher living in @a pool. NULL and a reason when a table is wrong. */
struct wall_router_t;
const struct wall_router_t *wall_router_make(apr_pool_t *pool, const wall_route_t *const *tables,
                                             const char **why);
/** @param path below /api/v1, not yet percent-decoded. HEAD is matched as GET by the caller. */
wall_match_t wall_router_match(const struct wall_router_t *router, apr_pool_t *pool,
                               wall_method_t method, const char *path);

/** First rule a route table breaks, as a sentence in @a pool; NULL when all is well. */
const char *wall_routes_check(apr_pool_t *pool, const wall_route_t *const *tables);

#endif
