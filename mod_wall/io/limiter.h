/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_LIMITER_H
#define WALL_IO_LIMITER_H

/**
 * @file limiter.h
 * Rate limits: the generic cell rate algorithm (ITU-T I.371, virtual scheduling) in one Lua script,
 * per class and per who (user, else address). Reads take tokens from Redis a batch at a time and
 * spend them from this process's memory, so that a hot read costs no round trip; a limit is then
 * exact to within one batch per process. Without Redis the classes marked so in WALL_RATES fall to a
 * limiter local to the process; the others let everybody through.
 */
#include "core/cx.h"
#include "core/route.h"

typedef struct wall_limit_t {
    apr_int64_t limit;       /* requests per period */
    apr_int64_t period;      /* seconds */
    apr_int64_t remaining;   /* requests that would pass right now */
    apr_int64_t reset;       /* seconds until the full burst is back */
    apr_int64_t retry_after; /* seconds until one would pass; 0 when this one passed */
} wall_limit_t;

/** Name of a class as on the wire: "read", "write" … */
const char *wall_rate_name(wall_rate_t rate);
/** @param who "u:12" or "a:203.0.113.9" (IPv6: its /64)
 *  @return WALL_OK or WALL_E_RATE_LIMITED; @a state is filled either way */
wall_rc_t wall_limit_take(wall_cx_t *cx, wall_rate_t rate, const char *who, wall_limit_t *state);

#endif
