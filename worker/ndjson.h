/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_NDJSON_H
#define WALL_WORKER_NDJSON_H

/**
 * @file ndjson.h
 * Lines out of a stream that is split anywhere (application/x-ndjson). Pure.
 */
#include "core/buf.h"

typedef struct ndjson_t {
    wall_buf_t line;  /* the beginning of a line that is not complete */
    size_t max_line;  /* longer lines end the reading */
    /** One line without its end, never empty. Non-zero ends the reading. */
    int (*on_line)(void *baton, wall_bytes_t line);
    void *baton;
    int too_long;
} ndjson_t;

/** @a pool holds at most about twice @a max_line. */
void ndjson_init(ndjson_t *reader, apr_pool_t *pool, size_t max_line,
                 int (*on_line)(void *baton, wall_bytes_t line), void *baton);
/** @return what on_line returned if not 0, -1 for a line that is too long, else 0 */
int ndjson_feed(ndjson_t *reader, const char *data, size_t len);
/** The last line, if the stream did not end with a newline. */
int ndjson_end(ndjson_t *reader);

#endif
