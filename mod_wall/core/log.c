/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

#include <stddef.h>
#include <stdio.h>

#define LINE_MAX_BYTES 2048

/* One call is one line, whatever a client managed to get into an argument. */
static void keep_on_one_line(char *line)
{
    for (; *line != '\0'; line++) {
        if ((unsigned char)*line < 0x20 || *line == 0x7f)
            *line = ' ';
    }
}

void wall_log(const wall_logger_t *logger, wall_log_level_t level, const char *fmt, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    if (logger == NULL || logger->write == NULL || level > logger->max_level)
        return;
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    keep_on_one_line(line);
    logger->write(logger->baton, level, line);
}
