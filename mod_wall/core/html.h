/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_HTML_H
#define WALL_CORE_HTML_H

/** @file html.h HTML from C: a format whose every %s is escaped, so that forgetting is impossible. */
#include "core/buf.h"
#include "core/cx.h"

/**
 * Appends @a fmt with its arguments. %s is escaped for text and quoted attributes (NULL is empty), %d
 * an int, %ld an apr_int64_t, %% a percent; nothing else is known.
 */
void wall_html(wall_buf_t *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
