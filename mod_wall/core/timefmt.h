/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_TIMEFMT_H
#define WALL_CORE_TIMEFMT_H

/** @file timefmt.h Times as text. In C a time is apr_time_t: microseconds since 1970, UTC. */
#include <apr_pools.h>
#include <apr_time.h>

#define WALL_RFC3339_LEN 24 /* 2026-11-21T08:15:00.123Z */

/** Writes RFC 3339 UTC with milliseconds and a NUL (WALL_RFC3339_LEN + 1 bytes). */
void wall_time_rfc3339(char *out, apr_time_t t);
/** Text for a DATETIME(6) column, "2026-11-21 08:15:00.123456", in @a pool. NULL for 0. */
const char *wall_time_sql(apr_pool_t *pool, apr_time_t t);
/** Reads "YYYY-MM-DD HH:MM:SS[.ffffff]" as UTC. 0 when it is not one. */
apr_time_t wall_time_from_sql(const char *text);
/** Reads an RFC 3339 date-time with any offset; digits beyond microseconds are dropped. 0 when it is
 *  not one. */
apr_time_t wall_time_from_rfc3339(const char *text);

#endif
