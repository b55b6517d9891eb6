/* SPDX-License-Identifier: Apache-2.0 */
/* Who may generate when: slots, the silent queue, loading and unloading of the one model.
 * Waits end early when the client hangs up or the server stops. */
#ifndef DEMO_SCHED_H
#define DEMO_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#define KEEP_FOREVER INT64_MAX

/* What a waiting request listens to besides its own turn. */
typedef struct {
    int client_fd;
    int stop_fd;        /* readable once the server stops */
} watch_t;

typedef enum { WAIT_TIME, WAIT_EVENT, WAIT_GONE } wait_t;

/* Waits until a monotonic time (-1: for ever), event_fd (-1: none) or the client's departure. */
wait_t watch_until(const watch_t *watch, int64_t deadline_ns, int event_fd);

typedef struct {
    int slots, max_queue;
    int64_t load_ns;
} sched_config_t;

typedef enum { TURN_OK, TURN_BUSY, TURN_GONE } turn_t;

typedef struct {
    long requests, completed, cancelled, active, waiting, max_active;
} sched_stats_t;

typedef struct {
    bool loaded;
    long num_ctx;
    int64_t expires_unix_ns;
} sched_model_t;

void sched_init(const sched_config_t *config);

/* Waits for the model with this num_ctx and, unless load_only, for a slot; *load_ns is the part
 * Ollama calls load_duration. After TURN_OK of a slot the caller owes a sched_leave. */
turn_t sched_enter(const watch_t *watch, long num_ctx, bool load_only, int64_t *load_ns);
void sched_leave(int64_t keep_alive_ns);

/* Sets when the idle model goes; 0 unloads it as soon as nobody uses it. */
void sched_keep(int64_t keep_alive_ns);

void sched_model(sched_model_t *out);

typedef enum { COUNT_REQUEST, COUNT_COMPLETED, COUNT_CANCELLED } count_t;
void sched_count(count_t what);
void sched_stats(sched_stats_t *out);

#endif
