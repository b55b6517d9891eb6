/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_RICHTEXT_H
#define WALL_CORE_RICHTEXT_H

/**
 * @file richtext.h
 * What people write, as HTML: CommonMark 0.30 (libcmark) rebuilt from its tree through an allowlist,
 * so that nothing leaves which is not listed here: p, br, h2, h3, strong, em, code, pre, ul, ol, li,
 * blockquote, hr, a. Raw HTML in the source is shown as the text it is. Links go to http, https and
 * mailto only and carry rel="nofollow noopener ugc"; bare addresses become links; an image becomes a
 * link to it. A line break is kept as written. The source is stored, never this.
 */
#include "core/buf.h"

/** Appends @a text as HTML; pure. The caller bounds the size of @a text. */
void wall_richtext(wall_buf_t *buf, const char *text);
/** The same as a page's text block. */
void wall_richtext_block(wall_buf_t *buf, const char *text);

#endif
