/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_MAIL_JOBS_H
#define WALL_APP_MAIL_JOBS_H

/**
 * @file mail_jobs.h
 * A mail's way from the queue to the mail server, as the worker leads it. Every write carries the fence of
 * the claim: somebody who was thought dead changes nothing.
 */
#include "core/cx.h"

/** Seconds a claimed mail belongs to its claimer; longer than sending may take (io/smtp.c). */
#define MAIL_LEASE 90
/** Attempts until a mail is given up: a day of them. */
#define MAIL_ATTEMPTS 36

/**
 * Sends the mail that is due next: claims it, writes it in its reader's language, hands it to the server,
 * records what came of it. What goes wrong with one mail is its own matter: logged, and tried again later.
 * @param sent 1 when there was one, whatever became of it
 * @return WALL_OK, or WALL_E_DB_UNAVAILABLE and the like
 */
wall_rc_t mail_send_next(wall_cx_t *cx, int *sent);
/** Mails whose claimer has died go back to the queue. */
wall_rc_t mail_reclaim(wall_cx_t *cx);
/** Forgets mails sent or given up a month ago. */
wall_rc_t mail_sweep(wall_cx_t *cx);
/** Wakes the lane. Losing this costs a second. */
void mail_ring(wall_cx_t *cx);
#define MAIL_BELL "mail:bell" /* what it rings: for wall_redis_wait() */
/** Milliseconds until attempt @a attempts + 1, without jitter: 1 s doubled each time, at most an hour. */
apr_int64_t mail_pause_ms(apr_int64_t attempts);

#endif
