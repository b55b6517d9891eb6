/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_H
#define WALL_WORKER_H

/**
 * @file worker.h
 * wall-worker: a parent that only starts and restarts children, and the lanes the children run. A
 * child is single-threaded and holds its own connections.
 */
#include <apr_pools.h>

#include "core/cx.h"
#include "core/site.h"
#include "io/db.h"

/** How long a child may finish what it does once it is asked to stop. */
#define WORKER_GRACE_SECONDS 20

struct lane_t;

/** A kind of child. All of them are listed in main.c. */
typedef struct lane_kind_t {
    const char *name; /* also the process's title, "wall-<name>" */
    int (*run)(const struct lane_t *lane); /* until asked to stop; returns the exit code */
} lane_kind_t;

/** What a child has for its whole life. */
typedef struct lane_t {
    apr_pool_t *pool;
    const wall_site_t *site;
    const wall_db_source_t *db_source;
    const wall_logger_t *logger;
    const char *name; /* of its kind */
} lane_t;

int lane_ai_run(const lane_t *lane);
int lane_housekeeping_run(const lane_t *lane);
int lane_mail_run(const lane_t *lane);
int lane_payments_run(const lane_t *lane);
int lane_data_run(const lane_t *lane);
int lane_ledger_run(const lane_t *lane);

/** 1 once the child has been asked to stop, and since when. */
int lane_stopping(void);
apr_time_t lane_stopping_since(void);

/** A fresh context in a pool of its own below lane->pool; destroy cx->pool when done. */
wall_cx_t *lane_cx(const lane_t *lane);

/** Line logger of this process, to standard error: "time lane[pid] level: text". */
const wall_logger_t *worker_logger(apr_pool_t *pool, const char *lane, const char *level);

#endif
