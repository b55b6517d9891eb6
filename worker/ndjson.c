/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/ndjson.h"

#include <string.h>

void ndjson_init(ndjson_t *reader, apr_pool_t *pool, size_t max_line,
                 int (*on_line)(void *baton, wall_bytes_t line), void *baton)
{
    memset(reader, 0, sizeof *reader);
    wall_buf_init(&reader->line, pool, 4096);
    reader->max_line = max_line;
    reader->on_line = on_line;
    reader->baton = baton;
}

static int emit(ndjson_t *reader, const char *line, size_t len)
{
    if (len > 0 && line[len - 1] == '\r') {
        len--;
    }
    return len > 0 ? reader->on_line(reader->baton, (wall_bytes_t){ line, len }) : 0;
}

int ndjson_feed(ndjson_t *reader, const char *data, size_t len)
{
    while (len > 0) {
        const char *end = memchr(data, '\n', len);
        size_t part = end ? (size_t)(end - data) : len;
        int stop;

        if (reader->line.len + part > reader->max_line) {
            reader->too_long = 1;
            return -1;
        }
        if (!end) {
            wall_buf_add(&reader->line, data, part);
            return 0;
        }
        if (reader->line.len == 0) {
            stop = emit(reader, data, part);
        } else {
            wall_buf_add(&reader->line, data, part);
            stop = emit(reader, reader->line.data, reader->line.len);
            reader->line.len = 0;
        }
        if (stop) {
            return stop;
        }
        data += part + 1;
        len -= part + 1;
    }
    return 0;
}

int ndjson_end(ndjson_t *reader)
{
    size_t len = reader->line.len;

    reader->line.len = 0;
    return emit(reader, reader->line.data, len);
}
