/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_CSV_H
#define WALL_CORE_CSV_H

/** @file csv.h Tables as RFC 4180 text in UTF-8, for people who open them in a spreadsheet. */
#include "core/buf.h"

/** What a file begins with, so that spreadsheets read it as UTF-8. */
#define WALL_CSV_BOM "\xef\xbb\xbf"

/**
 * Appends @a text (NULL = empty) as one quoted field. What a spreadsheet would take for a formula – text
 * that begins with = + - @, a tab or a line end – gets an apostrophe in front, which keeps it text.
 */
void wall_csv_text(wall_buf_t *buf, const char *text);

#endif
