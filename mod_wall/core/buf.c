/* SPDX-License-Identifier: Apache-2.0 */
#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SMALLEST 64

void wall_buf_init(wall_buf_t *buf, apr_pool_t *pool, size_t capacity)
{
    buf->pool = pool;
    buf->cap = capacity < SMALLEST ? SMALLEST : capacity;
    buf->data = apr_palloc(pool, buf->cap);
    buf->data[0] = '\0';
    buf->len = 0;
}

void wall_buf_grow(wall_buf_t *buf, size_t extra)
{
    size_t need = buf->len + extra + 1;
    size_t cap = buf->cap * 2 > need ? buf->cap * 2 : need;
    char *data = apr_palloc(buf->pool, cap);

    memcpy(data, buf->data, buf->len + 1);
    buf->data = data;
    buf->cap = cap;
}

void wall_buf_add(wall_buf_t *buf, const void *data, size_t len)
{
    char *to;

    if (len == 0)
        return;
    to = wall_buf_room(buf, len);
    memcpy(to, data, len);
    to[len] = '\0';
    buf->len += len;
}

void wall_buf_str(wall_buf_t *buf, const char *str)
{
    if (str != NULL)
        wall_buf_add(buf, str, strlen(str));
}

void wall_buf_char(wall_buf_t *buf, char c)
{
    char *to = wall_buf_room(buf, 1);

    to[0] = c;
    to[1] = '\0';
    buf->len++;
}

char *wall_write_i64(char *to, long long value)
{
    char digits[20];
    size_t at = sizeof(digits);
    /* Negated as unsigned: the smallest value has no positive counterpart. */
    unsigned long long rest = value < 0 ? 0ULL - (unsigned long long)value
                                        : (unsigned long long)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        *to++ = '-';
    memcpy(to, digits + at, sizeof(digits) - at);
    return to + sizeof(digits) - at;
}

void wall_buf_i64(wall_buf_t *buf, long long value)
{
    char *end = wall_write_i64(wall_buf_room(buf, 20), value);

    *end = '\0';
    buf->len = (size_t)(end - buf->data);
}

void wall_buf_fmt(wall_buf_t *buf, const char *fmt, ...)
{
    va_list args;
    size_t space = buf->cap - buf->len;
    int len;

    va_start(args, fmt);
    len = vsnprintf(buf->data + buf->len, space, fmt, args);
    va_end(args);
    if (len < 0) {
        buf->data[buf->len] = '\0';
        return;
    }
    if ((size_t)len >= space) {
        buf->data[buf->len] = '\0';
        wall_buf_room(buf, (size_t)len);
        va_start(args, fmt);
        vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    buf->len += (size_t)len;
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void wall_buf_html(wall_buf_t *buf, const char *str)
{
    if (str == NULL)
        return;
    while (*str != '\0') {
        size_t run = strcspn(str, "&<>\"'");

        wall_buf_add(buf, str, run);
        str += run;
        if (*str != '\0')
            wall_buf_str(buf, html_entity(*str++));
    }
}
