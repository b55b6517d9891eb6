/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_MIME_H
#define WALL_CORE_MIME_H

/**
 * @file mime.h
 * One mail as the bytes that are sent (RFC 5322, 2045-2047): text and HTML of the same, UTF-8, base64. A
 * pure function of its input.
 */
#include <apr_pools.h>
#include <apr_time.h>

#include "core/buf.h"

typedef struct wall_mime_t {
    const char *from;       /* address, in header and envelope */
    const char *from_name;
    const char *to;         /* address */
    const char *message_id; /* without the angle brackets */
    const char *subject;
    const char *language;   /* RFC 3282 */
    const char *text;       /* lines ended by \n */
    const char *html;
    apr_time_t date;
} wall_mime_t;

/** 1 when @a value may stand in a header: UTF-8 and no control character, above all no CR or LF. */
int wall_mime_header_safe(const char *value);
/** 1 when @a address may stand in header and envelope: safe, one @ with something on both sides, and
 *  nothing that could begin another address. */
int wall_mime_address_safe(const char *address);

/**
 * Appends the whole message, lines ended by CRLF.
 * @return NULL, or the name of the header whose value is refused (nothing is appended then)
 */
const char *wall_mime_write(wall_buf_t *buf, const wall_mime_t *mail);

#endif
