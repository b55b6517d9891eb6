/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REDIS_SERVER_H
#define TESTS_REDIS_SERVER_H

/** @file server.h The private Redis that tests/redis/with-redis started, and contexts to use it. */
#include <apr_pools.h>

#include "core/cx.h"
#include "core/site.h"
#include "io/redis.h"

/** A context with a pool, a site "test" and a Redis of its own. server_cx_free() destroys it. */
wall_cx_t *server_cx(void);
void server_cx_free(wall_cx_t *cx);
/** A site's settings naming the server. */
wall_site_t *server_site(apr_pool_t *pool, const char *name);
/** Empties the server. */
void server_flush(wall_cx_t *cx);
/** Ends the server and waits until it has gone. */
void server_stop(void);
/** Starts it again and waits until it answers. */
void server_start(void);
void server_freeze(void);
void server_thaw(void);
long long server_ms(void); /* monotonic clock */
/** The last line logged by any context. */
const char *server_last_log(void);
/** How many lines were logged so far. */
int server_log_lines(void);
/** Sends any command (words separated by one space) and returns the reply. */
wall_redis_value_t server_say(wall_cx_t *cx, const char *command);

#endif
