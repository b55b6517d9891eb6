/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_FIELDS_TEXT_H
#define WALL_CORE_FIELDS_TEXT_H

/**
 * @file fields_text.h
 * What an input text must look like: bounds, controls, formats. A pure function of bytes.
 */
#include "core/fields.h"

/**
 * Checks @a text against @a field and brings it into its stored form (trimmed, lower-cased, line
 * ends as \n) in @a pool.
 * @return WALL_NO_WHY and *out, or why it is refused
 */
wall_why_t wall_text_accept(apr_pool_t *pool, const wall_field_t *field, wall_bytes_t text,
                            const char **out);
/** Regular expression (ECMA-262, as JSON Schema wants) of a format; NULL when it has none. */
const char *wall_format_pattern(wall_format_t format);
/** Longest text of a format that bounds itself, in characters; 0 when it does not. */
apr_int64_t wall_format_max(wall_format_t format);

#endif
