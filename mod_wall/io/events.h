/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_EVENTS_H
#define WALL_IO_EVENTS_H

/**
 * @file events.h
 * Publishing to people who watch. A channel has a short history (a Redis stream `events:<channel>`,
 * capped and expiring) so that Last-Event-ID can be resumed, and a pub/sub channel of the same name.
 * Both are written by one script, so ids are in order. Payload: "<id>\n<event>\n<data>"; an event
 * published without history has an empty id.
 */
#include "core/buf.h"
#include "core/cx.h"

#define WALL_EVENTS_KEEP 4000 /* events a channel's history holds at most */
#define WALL_EVENTS_TTL  3600 /* seconds after the last event */

/** Adds to the history and publishes. Losing it (Redis away) is not an error: returns nothing. */
void wall_publish(wall_cx_t *cx, const char *channel, const char *event, wall_bytes_t json);
/**
 * As wall_publish(), and learns in the same round trip whether @a flag_key exists: a worker's
 * progress asks for `cancel:<job_id>` and so hears of a cancellation for nothing.
 * @param flag_key a key without the site's prefix, or NULL
 * @param flag     1 when it exists; 0 when it does not or Redis is away; may be NULL
 * @return WALL_OK or WALL_E_REDIS_UNAVAILABLE (not recorded)
 */
wall_rc_t wall_publish_checked(wall_cx_t *cx, const char *channel, const char *event,
                               wall_bytes_t json, const char *flag_key, int *flag);
/** Publishes a snapshot that a resuming client needs not see again (no history, no id). */
void wall_publish_passing(wall_cx_t *cx, const char *channel, const char *event, wall_bytes_t json);
/** Forgets a channel's history (a job starts over). */
void wall_events_reset(wall_cx_t *cx, const char *channel);

/** One event of a channel's history. */
typedef struct wall_event_t {
    const char *id;
    const char *name;
    wall_bytes_t data;
} wall_event_t;

/**
 * Reads a channel's history without waiting: at most @a max events after @a after_id (NULL = from
 * the oldest kept), oldest first, as wall_event_t in cx->pool.
 * @return WALL_OK or WALL_E_REDIS_UNAVAILABLE (not recorded)
 */
wall_rc_t wall_events_read(wall_cx_t *cx, const char *channel, const char *after_id, int max,
                           apr_array_header_t **out);

#endif
