/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_REDIS_H
#define WALL_IO_REDIS_H

/**
 * @file redis.h
 * Redis through hiredis, which nobody else includes. Redis holds nothing that cannot be lost:
 * doorbell, cache, rate limits, events. One connection per thread, made on first use (at most 250 ms,
 * and what the DNS takes for a server given by name),
 * remade after an error with back-off (50 ms to 2 s, known to the whole process); while it is away
 * calls fail in microseconds with WALL_E_REDIS_UNAVAILABLE (logged once a second at most, not
 * recorded as the request's failure). An error reply of the server is the same failure. A command is
 * sent once and has one second; it is never repeated, so after a failure it may or may not have run.
 * A forked child opens its own connection.
 * Keys are given without the site's prefix; `wall:<site>:` is put in front here.
 */
#include "core/buf.h"
#include "core/cx.h"

typedef struct wall_redis_t wall_redis_t;

/** A handle for one context; borrows the calling thread's connection for each command. */
wall_redis_t *wall_redis_new(apr_pool_t *pool, const struct wall_site_t *site);

/** A reply, copied to the pool given. */
typedef enum wall_redis_kind_t { WALL_REDIS_NIL, WALL_REDIS_INT, WALL_REDIS_STR, WALL_REDIS_LIST } wall_redis_kind_t;
typedef struct wall_redis_value_t {
    wall_redis_kind_t kind;
    apr_int64_t number;   /* INT */
    wall_bytes_t bytes;   /* STR; NUL-terminated for convenience */
    int count;            /* LIST */
    struct wall_redis_value_t *items;
} wall_redis_value_t;

/* Values are copied to cx->pool. A context whose cx->redis is NULL has no Redis: every call fails. */

/** GET. out->data NULL when there is no such key. */
wall_rc_t wall_redis_get(wall_cx_t *cx, const char *key, wall_bytes_t *out);
/** SET with an expiry in seconds (0 = none). */
wall_rc_t wall_redis_set(wall_cx_t *cx, const char *key, wall_bytes_t value, int ttl);
wall_rc_t wall_redis_ping(wall_cx_t *cx);
/**
 * Any command: @a argv of @a argc parts, those at positions in the bit mask @a keys get the prefix.
 * Blocking commands (BZPOPMIN) may be given a longer @a timeout_ms; 0 = the usual.
 */
wall_rc_t wall_redis_command(wall_cx_t *cx, int argc, const wall_bytes_t *argv, unsigned keys,
                             int timeout_ms, wall_redis_value_t *out);

/** A Lua script; EVALSHA first, EVAL when the server does not know it. */
typedef struct wall_script_t {
    const char *name;
    const char *source;
} wall_script_t;
/** @a out may be NULL. @a keys are prefixed, @a args are not. */
wall_rc_t wall_redis_script(wall_cx_t *cx, const wall_script_t *script, int nkeys,
                            const char *const *keys, int nargs, const wall_bytes_t *args,
                            wall_redis_value_t *out);

/* ---- bells: what waits is in the database, this says that there is something ---- */

/** Wakes one who waits at @a bell, or the next who does; rung twice it is heard once. */
void wall_redis_ring(wall_cx_t *cx, const char *bell);
/** Waits until @a bell is rung, at most @a timeout_ms; as long as that when Redis is away. */
void wall_redis_wait(wall_cx_t *cx, const char *bell, int timeout_ms);

/* ---- the subscriber: for a thread with its own poll loop (the SSE hub) ---- */

typedef struct wall_subscriber_t wall_subscriber_t;
typedef struct wall_subscriber_calls_t {
    /** Channel without prefix; @a id and @a event split off the payload (see events.h). */
    void (*message)(void *baton, const char *channel, const char *id, const char *event,
                    wall_bytes_t data);
    /** SUBSCRIBE for @a channel was confirmed (also again after a reconnect). */
    void (*subscribed)(void *baton, const char *channel);
    /** One event of a channel's history, in order; @a id NULL marks its end. */
    void (*history)(void *baton, const char *channel, apr_uint64_t ticket, const char *id,
                    const char *event, wall_bytes_t data);
    void *baton;
} wall_subscriber_calls_t;

/**
 * @param epoll_fd descriptors are added to and removed from this epoll set with data.ptr = tag;
 *                 call wall_subscriber_ready() for such an event
 * Never blocks: a server's name is looked up by a thread of its own, which close() waits for.
 * Reconnects and re-subscribes by itself; call wall_subscriber_tick() at least once a second. After
 * a reconnect subscribed() comes again for every channel: ask for the history after the last id seen
 * and nothing is lost. Messages may come before the history's answer does: compare ids.
 * Questions asked while Redis is away are answered once it is back. Callbacks may call add, remove
 * and history, not close. For one thread.
 */
wall_subscriber_t *wall_subscriber_new(apr_pool_t *pool, const struct wall_site_t *site,
                                       int epoll_fd, void *tag, const wall_subscriber_calls_t *calls,
                                       const wall_logger_t *logger);
void wall_subscriber_ready(wall_subscriber_t *sub, unsigned epoll_events);
void wall_subscriber_tick(wall_subscriber_t *sub, apr_time_t now);
void wall_subscriber_add(wall_subscriber_t *sub, const char *channel);
void wall_subscriber_remove(wall_subscriber_t *sub, const char *channel);
/** Asks for the channel's events after @a after_id (NULL, or not an id = all kept), which a client may
 *  have sent; answers through history(). */
void wall_subscriber_history(wall_subscriber_t *sub, const char *channel, const char *after_id,
                             apr_uint64_t ticket);
void wall_subscriber_close(wall_subscriber_t *sub);

#endif
