/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_MAIL_PRIVATE_H
#define WALL_APP_MAIL_PRIVATE_H

/** @file mail_private.h What a row of `mails` holds and says; private to mail/. */
#include "app/mail/mail.h"
#include "core/fields.h"

/** Column `content` as JSON. */
typedef struct mail_content_t {
    apr_array_header_t *values; /* of const char *: name, text, name, text … */
    const char *link;           /* path on this site, sealed: it may sign somebody in; NULL = none */
} mail_content_t;
extern const wall_shape_t mail_content_shape;

/** What a sealed link belongs to: a mail to that address. In cx->pool. */
const char *mail_seal_row(wall_cx_t *cx, const char *address);
#define MAIL_SEAL "mail.link"

/** Of mail_row_t; a statement need not have all columns. */
extern const wall_shape_t mail_row_shape;

/** One claimed row. */
typedef struct mail_row_t {
    apr_int64_t mail_id;
    apr_int64_t fence;
    apr_int64_t attempts;
    const char *kind;
    const char *address;
    const char *language;
    const char *content;
    const char *display_name;
    apr_time_t created_at;
} mail_row_t;

/** What is read. */
typedef struct mail_words_t {
    const char *subject;
    const char *text; /* lines ended by \n */
    const char *html; /* a whole document */
    const char *link; /* whole address; NULL = none */
} mail_words_t;

/**
 * Writes a row in cx->language.
 * @return WALL_OK; WALL_E_INTERNAL (not logged) when its content is not ours or its kind unknown
 */
wall_rc_t mail_write(wall_cx_t *cx, const mail_row_t *row, mail_words_t *out);

#endif
