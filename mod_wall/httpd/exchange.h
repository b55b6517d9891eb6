/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_EXCHANGE_H
#define WALL_HTTPD_EXCHANGE_H

/**
 * @file exchange.h
 * One API request and its answer while it goes through dispatch.c, and what is read from the
 * request: headers, cookies, query, body.
 */
#include <httpd.h>

#include "core/cx.h"
#include "core/route.h"
#include "httpd/config.h"
#include "io/limiter.h"

typedef struct wall_exchange_t {
    request_rec *r;
    wall_host_t *host;
    wall_cx_t *cx;
    const char *path; /* below /api/v1, not percent-decoded */
    wall_match_t match;
    const wall_route_t *route; /* match.route; NULL until matched */
    const char *token;         /* of the session, when one was shown */
    const char *key;           /* Idempotency-Key, when the route takes one */
    const char *last_event_id; /* where a stream is resumed */
    int limited;               /* limit was asked for and holds numbers */
    wall_limit_t limit;
    wall_bytes_t body;
    const apr_array_header_t *form; /* of wall_param_t: a page's form as sent */
    void *in;
    void *out;
    /* the answer */
    int status;
    wall_bytes_t answer; /* bytes to send; data NULL for a stream */
    int replayed;        /* the answer of an earlier request with the same key */
    int answered;        /* httpd has answered a broken body by itself: AP_FILTER_ERROR, no word more */
} wall_exchange_t;

/** The context of a request: its own id, database and Redis handles, nobody signed in. Gives the
 *  request its X-Request-Id, which is also the log's %L. */
wall_cx_t *wall_exchange_context(request_rec *r, const wall_host_t *host);

/** The request's method; HEAD is GET. WALL_METHOD_UNSET for one no address knows. */
wall_method_t wall_exchange_method(const request_rec *r);
/** Says which methods the address knows (Allow, RFC 9110 10.2.1), as match.allowed has them. */
void wall_exchange_allow(wall_exchange_t *x);

/** Value of a request header, or NULL. */
const char *wall_exchange_header(const wall_exchange_t *x, const char *name);
/** Value of a cookie in the request's pool, or NULL. */
const char *wall_exchange_cookie(const wall_exchange_t *x, const char *name);
/** Gives the context the reader's language: the cookie wall_lang, else Accept-Language, else English.
 *  Everything said from here on is said in it. */
void wall_exchange_language(wall_exchange_t *x);
/** 1 when the Accept header @a accept (NULL = everything) takes @a type, "application/json"; also of
 *  Accept-Encoding and a coding. Without @a wildcards only when it names it. */
int wall_exchange_accepts(apr_pool_t *pool, const char *accept, const char *type, int wildcards);
/** Adds the query's parameters to match.params. */
wall_rc_t wall_exchange_query(wall_exchange_t *x);
/** Drops the parameters the route does not know: of a page (a campaign's, say), of an address that
 *  others lead browsers to and add to as they like. */
void wall_exchange_known(wall_exchange_t *x);
/** Reads a page's form (application/x-www-form-urlencoded) into x->form and, as the JSON the API
 *  would be sent, into x->body: both ways in are decoded by the same rules. */
wall_rc_t wall_exchange_form(wall_exchange_t *x);
/** Reads the body, at most WallMaxBody bytes of JSON, into x->body. */
wall_rc_t wall_exchange_body(wall_exchange_t *x);

#endif
