/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_LIMITER_H
#define WALL_IO_LIMITER_H

/**
 * @file limiter.h
 * Rate limits: the generic cell rate algorithm (ITU-T I.371, virtual scheduling) in one Lua script,
 * per class and per who (user, else address). Reads take tokens from Redis a batch at a time – 1, 2,
 * 4 … up to 20 as they keep coming – and spend them from this process's memory, so that a hot read
 * costs no round trip; a limit is then exact to within one batch per process. Without Redis the classes marked so in WALL_RATES fall to a
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

/** Name of a class as on the wire: "read", "write" …; NULL for WALL_RATE_NONE and _UNSET. */
const char *wall_rate_name(wall_rate_t rate);
/** Who asks, for wall_limit_take(): "u:12" when signed in, "k:12" with an API key of
 *  that user, else the address.
 *  In cx->pool. */
const char *wall_limit_who(wall_cx_t *cx);
/** From where, "a:203.0.113.9"; of an IPv6 address its /64, the least that one subscriber gets
 *  (RFC 6177). In cx->pool. */
const char *wall_limit_address(wall_cx_t *cx);
/**
 * Takes one request's token. WALL_RATE_NONE always passes, with a zeroed state.
 * The site's WallRateFactor multiplies count and burst.
 * @param who as wall_limit_who() gives it, or any name of a bucket ("l:<login name>")
 * @return WALL_OK or WALL_E_RATE_LIMITED (not recorded); @a state is filled either way
 */
wall_rc_t wall_limit_take(wall_cx_t *cx, wall_rate_t rate, const char *who, wall_limit_t *state);

/** For a limit that is no class: @a count in @a period seconds, that many at once. */
typedef struct wall_limit_own_t {
    const char *name; /* of the kind of bucket, "signup" */
    apr_int64_t count;
    apr_int64_t period;
    wall_why_t why; /* what who is refused is told; WALL_NO_WHY = the error's own sentence */
} wall_limit_own_t;

/**
 * Takes a token of such a limit. A limiter of this process stands in while there is no Redis.
 * @return WALL_OK or WALL_E_RATE_LIMITED (recorded, with Retry-After)
 */
wall_rc_t wall_limit_take_own(wall_cx_t *cx, const wall_limit_own_t *own, const char *who);
/** Records that @a state, just filled, lets nobody pass. @return WALL_E_RATE_LIMITED */
wall_rc_t wall_limit_refuse(wall_cx_t *cx, const wall_limit_t *state, wall_why_t why);

/** The rule of one bucket; times in microseconds. */
typedef struct wall_gcra_t {
    double interval; /* between two requests at the sustained rate */
    double burst;    /* requests */
} wall_gcra_t;

/**
 * One step of the algorithm, a pure function.
 * @param tat  the bucket's theoretical arrival time, moved on by what was granted; one further ahead
 *             than the rule allows (a clock set back, a changed rule) is brought back first
 * @param want tokens wished for: all, or as many as there are, are granted
 * @param state remaining, reset and retry_after are filled
 * @return tokens granted; 0 = refused
 */
int wall_gcra_take(const wall_gcra_t *rule, double now, int want, double *tat, wall_limit_t *state);

#endif
