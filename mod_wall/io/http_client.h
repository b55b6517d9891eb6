/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_HTTP_CLIENT_H
#define WALL_IO_HTTP_CLIENT_H

/**
 * @file http_client.h
 * The one outbound HTTP client (libcurl). Protocols http/https only, sizes and times capped, no
 * redirects. Addresses are checked at connect: loopback, private, link-local, mapped and unspecified
 * ones are refused unless the administrator configured that very URL (trusted).
 */
#include <apr_tables.h>

#include "core/buf.h"
#include "core/cx.h"

typedef struct wall_http_request_t {
    const char *method; /* "GET", "POST" */
    const char *url;
    int trusted; /* from the administrator's configuration: any address */
    const char *content_type;
    wall_bytes_t body;
    const apr_table_t *headers; /* may be NULL */
    int connect_timeout_ms; /* 0 = 5 s */
    int idle_timeout_ms;    /* longest silence, before and after the first byte; 0 = any */
    int total_timeout_ms;   /* 0 = none */
    size_t max_size;        /* of the response body; 0 = 8 MiB */
    /** Each piece of the body as it comes. Non-zero ends the transfer (closes the socket).
     *  NULL: the body is collected into the response. */
    int (*on_data)(void *baton, int status, const char *data, size_t len);
    /** Called about ten times a second even in silence. Non-zero ends the transfer. */
    int (*on_tick)(void *baton);
    void *baton;
} wall_http_request_t;

typedef struct wall_http_response_t {
    int status;          /* 0: nothing came */
    wall_bytes_t body;   /* when collected; in cx->pool */
    int stopped;         /* a callback ended it */
    int timed_out;
    int truncated;       /* max_size was passed */
    int incomplete;      /* the connection closed before the answer's end */
    const char *problem; /* for the log; NULL when complete */
} wall_http_response_t;

/**
 * One exchange. Connections are kept alive per thread (those of trusted requests apart), redirects
 * are answers like any other, the environment's proxies are ignored. A body whose end is only told
 * by closing (HTTP/1.0) cannot be seen to be incomplete.
 * @return WALL_OK whenever an HTTP response came completely, whatever its status; else
 *         WALL_E_INTERNAL with @a response filled and nothing recorded in cx: what it means is the
 *         caller's business.
 */
wall_rc_t wall_http(wall_cx_t *cx, const wall_http_request_t *request, wall_http_response_t *response);

/** Makes libcurl ready; wall_http() does so with its first call. 0 on success. */
int wall_http_init(void);

struct sockaddr;
/** 1 when @a addr belongs to the public internet: what untrusted URLs may reach. NAT64 addresses
 *  (64:ff9b::/96) are judged by the IPv4 address they carry. */
int wall_http_address_public(const struct sockaddr *addr);

#endif
