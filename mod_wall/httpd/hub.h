/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_HUB_H
#define WALL_HTTPD_HUB_H

/**
 * @file hub.h
 * The SSE hub: one thread a child holds all streams of all its sites. It owns duplicates of the
 * clients' sockets, one Redis subscriber a site, and nothing else; httpd has forgotten these
 * connections. Other threads only put clients into its queue.
 *
 * A client is a member of one channel or of several. Each member is joining until it has read its
 * channel's history, then live. Events that arrive while it joins make it read the history again from
 * the last id it has, so none is lost and none comes twice; the same happens after Redis was away.
 * A client reads one history at a time and only as fast as its socket takes it.
 */
#include <httpd.h>

#include "httpd/config.h"
#include "httpd/sse.h"

/** A client's place among the child's streams, its user's (NULL: a visitor) and its address's. */
typedef struct wall_hub_place_t {
    struct hub_caller_t *user, *address;
} wall_hub_place_t;

/** What the hub must know of a new client; strings are copied. */
typedef struct wall_hub_client_t {
    wall_host_t *host;
    const wall_stream_t *stream;
    wall_framing_t framing;
    wall_hub_place_t place; /* reserved before */
    apr_int64_t session_id; /* 0: a visitor, whose stream nobody revokes; negative: of an API key */
    const char *request_id;
} wall_hub_client_t;

/** child_init hook: starts the threads when a site is served. */
void wall_hub_child_init(apr_pool_t *pchild, server_rec *main_server);
/** child_stopping hook: all streams end at once; their clients come back to another child. */
void wall_hub_child_stopping(apr_pool_t *pchild, int graceful);

/**
 * Takes one of the child's places.
 * @return WALL_OK; WALL_E_BUSY when none is left (RLIMIT_NOFILE bounds them), WALL_E_RATE_LIMITED
 *         (recorded) when the user or the address has as many as it may
 */
wall_rc_t wall_hub_reserve(wall_cx_t *cx, wall_hub_place_t *place);
void wall_hub_unreserve(const wall_hub_place_t *place);
/** Duplicates @a fd and queues the client with a place reserved before. 0 (and the place given
 *  back) when there is no descriptor left. */
int wall_hub_add(const wall_hub_client_t *client, int fd);
/** Marks a connection whose socket the hub has: httpd must close(2) its descriptor, not shut it down. */
void wall_hub_detach(conn_rec *c);
/** pre_close_connection hook: obeys the mark. */
int wall_hub_pre_close(conn_rec *c);

#endif
