/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_MAIL_PRIVATE_H
#define WALL_APP_MAIL_PRIVATE_H

/** @file mail_private.h What a row of `mails` holds; private to mail/. */
#include "app/mail/mail.h"
#include "core/fields.h"

/** Column `content` as JSON. */
typedef struct mail_content_t {
    apr_array_header_t *values; /* of const char *: name, text, name, text … */
    const char *link;
} mail_content_t;
extern const wall_shape_t mail_content_shape;

#endif
