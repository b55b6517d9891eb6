/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_time.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/timefmt.h"
#include "worker/worker.h"

static const char *const level_names[] = { [WALL_LOG_ERR] = "err", [WALL_LOG_WARN] = "warn",
                                           [WALL_LOG_NOTICE] = "notice", [WALL_LOG_INFO] = "info",
                                           [WALL_LOG_DEBUG] = "debug" };

/** One write(2) a line, so that the lines of several processes do not mix. */
static void write_line(void *baton, wall_log_level_t level, const char *line)
{
    char stamp[WALL_RFC3339_LEN + 1];
    char text[2048];
    int len;

    wall_time_rfc3339(stamp, apr_time_now());
    len = snprintf(text, sizeof text, "%s %s[%d] %s: %s\n", stamp, (const char *)baton,
                   (int)getpid(), level_names[level], line);
    if (len >= (int)sizeof text) {
        len = (int)sizeof text - 1;
        text[len - 1] = '\n';
    }
    if (write(STDERR_FILENO, text, (size_t)len) < 0) {
        return; /* nowhere to say so */
    }
}

const wall_logger_t *worker_logger(apr_pool_t *pool, const char *lane, const char *level)
{
    wall_logger_t *logger = apr_pcalloc(pool, sizeof *logger);
    int i;

    logger->write = write_line;
    logger->baton = (void *)lane;
    logger->max_level = WALL_LOG_INFO;
    for (i = WALL_LOG_ERR; i <= WALL_LOG_DEBUG; i++) {
        if (strcmp(level_names[i], level) == 0) {
            logger->max_level = (wall_log_level_t)i;
        }
    }
    return logger;
}
