/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_METRICS_H
#define WALL_CORE_METRICS_H

/**
 * @file metrics.h
 * Every family of numbers /metrics tells, once, and how they are written: the text exposition format of
 * Prometheus, version 0.0.4.
 */
#include "core/buf.h"

/* X(symbol, name, type, help) */
#define WALL_METRICS(X)                                                                            \
    X(REQUESTS, "wall_http_requests_total", "counter", "Requests by route and status class.")      \
    X(DURATION, "wall_http_request_duration_seconds", "histogram",                                 \
      "Time from a request's first line to the end of its answer; streams are not counted.")       \
    X(FAILURES, "wall_failures_total", "counter",                                                  \
      "Failures of ours that were logged, by error code: WALL_DB_UNAVAILABLE, "                    \
      "WALL_REDIS_UNAVAILABLE, WALL_INTERNAL and the like.")                                       \
    X(STREAMS, "wall_sse_clients", "gauge", "Open event streams, of all sites of this server.")    \
    X(QUEUE, "wall_queue_length", "gauge", "Jobs that wait for the AI.")                           \
    X(JOBS_OPEN, "wall_jobs", "gauge", "Jobs that are not done, by state.")                        \
    X(JOBS_DONE, "wall_jobs_finished_total", "counter", "Jobs that are done, by outcome.")         \
    X(WORKER, "wall_worker_up", "gauge", "1 when the worker's AI lane gave a sign of life of late.") \
    X(MODEL, "wall_model_up", "gauge", "1 when the worker reaches the model.")                     \
    X(CHECK_OK, "wall_ledger_check_ok", "gauge",                                                   \
      "1 when the last whole proof of the ledger found nothing.")                                  \
    X(CHECK_TIME, "wall_ledger_check_timestamp_seconds", "gauge",                                  \
      "When the last whole proof of the ledger began.")                                            \
    X(CHECK_TOOK, "wall_ledger_check_duration_seconds", "gauge", "How long it took.")              \
    X(CHECK_BREACHES, "wall_ledger_check_breaches", "gauge", "What it found.")                     \
    X(BRICKS, "wall_bricks", "gauge",                                                              \
      "Bricks by account: available and held by users; treasury (given, negative), revenue (used), " \
      "sales (bought, negative).")                                                                 \
    X(HOLDS, "wall_bricks_holds_open", "gauge", "Holds that have not ended.")                      \
    X(DEBT, "wall_bricks_debt", "gauge", "Bricks users owe after refunds and disputes.")           \
    X(PURCHASES, "wall_purchases", "gauge", "Purchases by status.")

typedef enum wall_metric_t {
#define X(sym, name, type, help) WALL_M_##sym,
    WALL_METRICS(X)
#undef X
    WALL_M__COUNT
} wall_metric_t;

/** The lines a family begins with. */
void wall_metric_family(wall_buf_t *out, wall_metric_t metric);
/** One sample. @a suffix is "" or the histogram's "_count"; @a labels "" or `{a="b"}`, of constants. */
void wall_metric_value(wall_buf_t *out, wall_metric_t metric, const char *suffix,
                       const char *labels, apr_int64_t value);
/** As wall_metric_value() for @a micros millionths. */
void wall_metric_seconds(wall_buf_t *out, wall_metric_t metric, const char *suffix,
                         apr_int64_t micros);

#endif
