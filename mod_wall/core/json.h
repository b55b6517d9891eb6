/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_JSON_H
#define WALL_CORE_JSON_H

/**
 * @file json.h
 * Strict JSON reading. json-c takes 16 of the 188 invalid JSONTestSuite files even in its strict
 * mode, so the bytes are validated first (RFC 8259 grammar, UTF-8, no duplicate keys, depth and
 * size caps) and only then handed to json-c, which builds the tree.
 */
#include <json-c/json.h>

#include "core/buf.h"
#include "core/cx.h"

#define WALL_JSON_MAX_DEPTH 32

/**
 * Pure function of bytes (a fuzz target).
 * @param why set to a short static reason with NULL for "valid"
 * @param at  byte offset of the fault
 * @return 1 when @a bytes are one valid JSON text
 */
int wall_json_valid(wall_bytes_t bytes, int max_depth, const char **why, size_t *at);

/**
 * Parses @a bytes. The tree belongs to cx->pool (put by a cleanup); do not json_object_put() it.
 * @return WALL_OK or WALL_E_BAD_JSON (message names the byte offset)
 */
wall_rc_t wall_json_parse(wall_cx_t *cx, wall_bytes_t bytes, struct json_object **out);

/** As wall_json_parse() without a context, for streams: NULL when invalid. Pool owns the tree. */
struct json_object *wall_json_parse_pool(apr_pool_t *pool, wall_bytes_t bytes);

/** 1 when @a str is valid UTF-8 (RFC 3629: no overlongs, surrogates, above U+10FFFF). */
int wall_utf8_valid(const char *str, size_t len);
/** Number of code points of valid UTF-8. */
size_t wall_utf8_length(const char *str);

#endif
