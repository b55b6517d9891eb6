/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_IDS_H
#define WALL_CORE_IDS_H

/** @file ids.h Names that are made, not counted. All randomness comes from libsodium. */
#include <apr_pools.h>
#include <apr_time.h>

#define WALL_UUID_LEN 36

/** UUIDv7 text (RFC 9562 §5.7): sorts by @a now. Lower-case, in @a pool. */
const char *wall_uuid7(apr_pool_t *pool, apr_time_t now);
/** @a bytes random bytes, in @a pool. */
const char *wall_random_bytes(apr_pool_t *pool, size_t bytes);
/** @a bytes random bytes as lower-case hexadecimal, in @a pool (16 → a 128-bit name). */
const char *wall_random_hex(apr_pool_t *pool, size_t bytes);
/** @a bytes random bytes as unpadded base64url, in @a pool (32 → a 256-bit token). */
const char *wall_random_token(apr_pool_t *pool, size_t bytes);
/** 1 when @a text (may be NULL) could have come from wall_random_token(): its length and its letters. */
int wall_is_token(const char *text, size_t bytes);

#endif
