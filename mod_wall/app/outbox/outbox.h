/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_OUTBOX_H
#define WALL_APP_OUTBOX_H

/**
 * @file outbox.h
 * Effects outside the database. Whoever causes one writes a row with sql_outbox_add() in the same
 * transaction; the worker carries it out once that has committed, in order, and again until it has
 * worked.
 */
#include "core/cx.h"

/** Carries out what waits: events are published, AUTH_MARK_TOPIC goes to auth_mark_again(). Ends at the
 *  first that cannot be. @param count of those that were */
wall_rc_t outbox_drain(wall_cx_t *cx, int *count);
/** Wakes whoever waits to drain it; after the commit. Losing this costs 200 ms. */
void outbox_ring(wall_cx_t *cx);
#define OUTBOX_BELL "outbox:bell" /* what it rings: for wall_redis_wait() */

#endif
