/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_LOG_H
#define WALL_CORE_LOG_H

/**
 * @file log.h
 * Logging without knowing httpd: the host (module, worker, wallctl, tests) injects a sink.
 * Every place has its own tag, WALLNO(00123), never used twice (a guard checks). User mistakes are
 * WALL_LOG_INFO, our failures WALL_LOG_ERR. Never log tokens, bodies or e-mail addresses.
 */
#include <stdarg.h>

typedef enum wall_log_level_t {
    WALL_LOG_ERR,
    WALL_LOG_WARN,
    WALL_LOG_NOTICE,
    WALL_LOG_INFO,
    WALL_LOG_DEBUG
} wall_log_level_t;

/** Where log lines go. @a baton is the host's (request_rec, server_rec, FILE …). */
typedef struct wall_logger_t {
    void (*write)(void *baton, wall_log_level_t level, const char *line);
    void *baton;
    wall_log_level_t max_level; /* lines above this level are not formatted at all */
} wall_logger_t;

#define WALLNO(n) "WALL" #n ": "

/** printf-style line to @a logger; NULL logger drops it. */
void wall_log(const wall_logger_t *logger, wall_log_level_t level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
