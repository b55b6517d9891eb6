/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_SMTP_H
#define WALL_IO_SMTP_H

/**
 * @file smtp.h
 * Hands a finished message to the mail server of the site's settings (RFC 5321 through libcurl), or writes
 * it to the folder of a WallMail file:… for development.
 */
#include "core/buf.h"
#include "core/cx.h"

typedef struct wall_smtp_result_t {
    int permanent;       /* refused for good (5xx): trying again is of no use */
    const char *problem; /* what the server or libcurl said, in cx->pool; NULL when it was sent */
} wall_smtp_result_t;

/**
 * Sends @a message from the site's WallMailFrom to @a to.
 * @param name of the file in a folder, without its .eml
 * @return WALL_OK, or WALL_E_INTERNAL with @a result filled; nothing is logged
 */
wall_rc_t wall_smtp_send(wall_cx_t *cx, const char *to, const char *name, wall_bytes_t message,
                         wall_smtp_result_t *result);

#endif
