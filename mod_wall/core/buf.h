/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_BUF_H
#define WALL_CORE_BUF_H

/**
 * @file buf.h
 * A growing byte buffer in a pool: output is written once, front to back, never as a tree.
 * Growing doubles the storage; the old block stays in the pool until the pool is cleared.
 */
#include <apr_pools.h>
#include <stddef.h>
#include <string.h>

typedef struct wall_buf_t {
    apr_pool_t *pool;
    char *data; /* NUL-terminated at data[len] after every append; never NULL after init */
    size_t len;
    size_t cap;
} wall_buf_t;

/** A borrowed run of bytes. @c data may be NULL when @c len is 0. */
typedef struct wall_bytes_t {
    const char *data;
    size_t len;
} wall_bytes_t;

/** @a text without its NUL. */
static inline wall_bytes_t wall_bytes_of(const char *text)
{
    return (wall_bytes_t){ text, strlen(text) };
}

void wall_buf_init(wall_buf_t *buf, apr_pool_t *pool, size_t capacity);
/** Makes room for @a extra bytes and a NUL behind them, see wall_buf_room(). */
void wall_buf_grow(wall_buf_t *buf, size_t extra);
/**
 * Where the next @a extra bytes go. For writers that know a bound and want no call per byte: write
 * there, add what was written to len, keep the NUL.
 */
static inline char *wall_buf_room(wall_buf_t *buf, size_t extra)
{
    if (extra >= buf->cap - buf->len)
        wall_buf_grow(buf, extra);
    return buf->data + buf->len;
}
void wall_buf_add(wall_buf_t *buf, const void *data, size_t len);
void wall_buf_str(wall_buf_t *buf, const char *str);
void wall_buf_char(wall_buf_t *buf, char c);
void wall_buf_i64(wall_buf_t *buf, long long value);
/** Writes @a value as decimal text without a NUL (at most 20 bytes); returns the end. */
char *wall_write_i64(char *to, long long value);
void wall_buf_fmt(wall_buf_t *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Appends @a str as HTML text or attribute value: & < > " ' escaped. */
void wall_buf_html(wall_buf_t *buf, const char *str);

#endif
