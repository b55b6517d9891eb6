/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_METRICS_H
#define WALL_HTTPD_METRICS_H

/**
 * @file metrics.h
 * Counters of all children in shared memory, and /metrics, which adds them up. Each child has a slot of its
 * own, so that no two write the same cache line; within a child threads add without locks (relaxed
 * atomics: a number read while others count may be one behind, and none is lost). They begin at zero
 * with each start and restart of httpd, as Prometheus expects of counters.
 */
#include <httpd.h>

#include "core/route.h"
#include "httpd/config.h"

/** Once a configuration, after every host that is on has its number. */
apr_status_t wall_metrics_open(apr_pool_t *pconf, int hosts);
/** Takes a slot for this child; before there are threads. */
void wall_metrics_child(void);
/** Counts by error code for wall_cx_t::failures. */
apr_uint64_t *wall_metrics_failures(const wall_host_t *host);
/** Counts a request that is over. @param route NULL: no route of ours, @a other says what it was */
typedef enum wall_other_t { WALL_OTHER_NONE, WALL_OTHER_APP, WALL_OTHER_FILE } wall_other_t;
void wall_metrics_request(const wall_host_t *host, const wall_route_t *route, wall_other_t other,
                          const request_rec *r);
/** Says how many streams this child has open. */
void wall_metrics_streams(apr_uint32_t open);

/** GET /metrics. Content handler of what front.c has claimed. */
int wall_metrics_serve(request_rec *r, wall_host_t *host);

#endif
