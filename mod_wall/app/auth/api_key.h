/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_API_KEY_H
#define WALL_APP_AUTH_API_KEY_H

/**
 * @file api_key.h
 * The text of an API key: "wall_", 40 random letters and digits (238 bits), and six that are the
 * CRC-32 of all before them. So whoever finds one – a scanner for leaked secrets, too – can tell it
 * from any other text, and a mistyped one costs no look-up. Private to auth/ and keys/.
 */
#include <apr_pools.h>

#define AUTH_KEY_PREFIX "wall_"
#define AUTH_KEY_LEN    51

/** A new key in @a pool. */
const char *auth_key_make(apr_pool_t *pool);
/** 1 when @a text is shaped like a key and its checksum is right. */
int auth_key_valid(const char *text);
/** CRC-32 (ISO 3309, as in zip) of @a len bytes. */
unsigned auth_key_crc32(const char *bytes, size_t len);

#endif
