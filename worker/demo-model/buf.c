/* SPDX-License-Identifier: Apache-2.0 */
#include "buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"

static void reserve(buf_t *b, size_t more)
{
    if (b->len + more + 1 <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < b->len + more + 1)
        cap *= 2;
    char *grown = realloc(b->data, cap);
    if (!grown)
        abort();
    b->data = grown;
    b->cap = cap;
}

void buf_add(buf_t *b, const void *bytes, size_t len)
{
    reserve(b, len);
    if (len)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_str(buf_t *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_fmt(buf_t *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len > 0) {
        reserve(b, (size_t)len);
        vsnprintf(b->data + b->len, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

void buf_drop_front(buf_t *b, size_t len)
{
    if (len >= b->len) {
        b->len = 0;
        return;
    }
    memmove(b->data, b->data + len, b->len - len);
    b->len -= len;
}

void buf_free(buf_t *b)
{
    free(b->data);
    *b = (buf_t){ 0 };
}

static void json_ascii(buf_t *b, unsigned char c)
{
    switch (c) {
    case '"': buf_str(b, "\\\""); return;
    case '\\': buf_str(b, "\\\\"); return;
    case '\n': buf_str(b, "\\n"); return;
    case '\r': buf_str(b, "\\r"); return;
    case '\t': buf_str(b, "\\t"); return;
    case '\b': buf_str(b, "\\b"); return;
    case '\f': buf_str(b, "\\f"); return;
    default: break;
    }
    if (c < 0x20 || c == '<' || c == '>' || c == '&')
        buf_fmt(b, "\\u%04x", c);
    else
        buf_add(b, &c, 1);
}

void buf_json(buf_t *b, const char *text, size_t len)
{
    buf_add(b, "\"", 1);
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x80) {
            json_ascii(b, c);
            i++;
            continue;
        }
        uint32_t cp;
        size_t n = utf8_decode(text + i, len - i, &cp);
        if (cp == UTF8_BAD)
            buf_str(b, "\\ufffd");
        else if (cp == 0x2028 || cp == 0x2029)
            buf_fmt(b, "\\u%04x", cp);
        else
            buf_add(b, text + i, n);
        i += n;
    }
    buf_add(b, "\"", 1);
}

void buf_time(buf_t *b, int64_t unix_ns)
{
    time_t seconds = (time_t)(unix_ns / 1000000000);
    struct tm tm;
    char date[40], fraction[16];
    gmtime_r(&seconds, &tm);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(fraction, sizeof(fraction), ".%09" PRId64, unix_ns % 1000000000);
    size_t n = strlen(fraction);
    while (n > 1 && fraction[n - 1] == '0')
        n--;
    if (n == 1)
        n = 0;
    buf_fmt(b, "\"%s%.*sZ\"", date, (int)n, fraction);
}

static int64_t clock_ns(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t clock_mono_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t clock_unix_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}
