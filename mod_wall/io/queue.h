/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_QUEUE_H
#define WALL_IO_QUEUE_H

/**
 * @file queue.h
 * The doorbell: which jobs wait, in which order. The truth is MySQL; this may be wiped at any moment
 * and is rebuilt by ringing again. A sorted set: priority first, then fair among users by start-time
 * fair queueing (Goyal, Vin, Cheng 1996: tag = max(virtual time, user's last tag) + 1, so a user's
 * k-th waiting job ranks behind everyone's (k-1)-th), then first in first out (job ids are UUIDv7
 * and Redis orders equal scores by member). Position is ZRANK: O(log n).
 */
#include "core/cx.h"

typedef struct wall_queue_place_t {
    apr_int64_t position; /* 1 = next; 0 = not waiting */
    apr_int64_t total;    /* how many wait */
} wall_queue_place_t;

/**
 * Rings for @a job_id; ringing twice changes nothing. Tells the waiting jobs their position.
 * @param priority 0 (usual) to 7, clamped; fairness holds among jobs of equal priority
 */
wall_rc_t wall_queue_ring(wall_cx_t *cx, const char *queue, const char *job_id, apr_int64_t user_id,
                          int priority);
/** Waits up to @a timeout_ms (0 = not at all) for the next job. WALL_E_NOT_FOUND when none came
 *  (not recorded). Does not announce: whoever pops knows the pace and calls wall_queue_announce(). */
wall_rc_t wall_queue_pop(wall_cx_t *cx, const char *queue, int timeout_ms, const char **job_id);
/** Takes a job out (cancelled). Tells the others. */
wall_rc_t wall_queue_remove(wall_cx_t *cx, const char *queue, const char *job_id);
wall_rc_t wall_queue_place(wall_cx_t *cx, const char *queue, const char *job_id,
                           wall_queue_place_t *place);
/**
 * Publishes `job.queued` with its position on channel `job:<id>` for the first 100 waiting jobs.
 * @param eta_ms mean duration of one job divided by the number of workers; kept for an hour for the
 *               announcements of ring and remove. 0 = the one kept; eta_s is null without any.
 */
void wall_queue_announce(wall_cx_t *cx, const char *queue, apr_int64_t eta_ms);
/** The kept eta_ms in milliseconds; 0 when there is none or Redis is away. */
apr_int64_t wall_queue_eta(wall_cx_t *cx, const char *queue);

#endif
