/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_CRYPTO_H
#define WALL_CORE_CRYPTO_H

/**
 * @file crypto.h
 * The only place that calls libsodium for keys, hashes and passwords.
 */
#include <apr_pools.h>

#include "core/buf.h"
#include "core/cx.h"

/** Once per process, before anything else here. 0 on success. */
int wall_crypto_init(void);

/** SHA-256 (FIPS 180-4) of @a bytes as 64 lower-case hexadecimal digits in @a pool. Tokens at rest. */
const char *wall_sha256_hex(apr_pool_t *pool, wall_bytes_t bytes);
/**
 * Keyed BLAKE2b (RFC 7693), 16 bytes as 32 hexadecimal digits: a MAC with the site's secret.
 * @param purpose separates uses of the same secret ("csrf", "cursor", …)
 */
const char *wall_mac_hex(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                         wall_bytes_t bytes);
/** Unkeyed BLAKE2b, 16 bytes as hexadecimal: entity tags and request fingerprints. */
const char *wall_digest_hex(apr_pool_t *pool, wall_bytes_t bytes);
/** SHA-256 of @a bytes as unpadded base64url (43 characters): a PKCE S256 challenge (RFC 7636 4.2). */
const char *wall_sha256_base64url(apr_pool_t *pool, wall_bytes_t bytes);
/** SHA-256 of @a bytes, raw. */
void wall_sha256(unsigned char out[32], wall_bytes_t bytes);
/** SHA-256 of bytes that come one after the other: begin, add …, end. */
typedef struct wall_sha256_state_t {
    unsigned char opaque[128] __attribute__((aligned(16))); /* libsodium's */
} wall_sha256_state_t;
void wall_sha256_begin(wall_sha256_state_t *state);
void wall_sha256_add(wall_sha256_state_t *state, wall_bytes_t bytes);
/** 64 lower-case hexadecimal digits in @a pool. */
const char *wall_sha256_end(apr_pool_t *pool, wall_sha256_state_t *state);
/** HMAC-SHA256 (RFC 2104) with a 256-bit key, as 64 lower-case hexadecimal digits in @a pool. */
const char *wall_hmac_sha256_hex(apr_pool_t *pool, const unsigned char key[32], wall_bytes_t bytes);
/** HMAC-SHA256 with a key of any length, as above. */
const char *wall_hmac_hex(apr_pool_t *pool, wall_bytes_t key, wall_bytes_t bytes);
/** Bytes as unpadded base64url (RFC 4648 5), in @a pool. */
const char *wall_base64url(apr_pool_t *pool, wall_bytes_t bytes);
/** Unpadded base64url (RFC 4648 5) to bytes in @a pool; 0 when it is none. NUL-terminated as well. */
int wall_base64url_decode(apr_pool_t *pool, const char *text, size_t len, wall_bytes_t *out);
/**
 * Encrypts for the database: XChaCha20-Poly1305 with a key derived from the site's secret, as
 * base64url in @a pool (4/3 of the plain length plus 54 characters).
 * @param purpose what the key is for; another purpose is another key
 * @param row     which row and column it belongs to; moved elsewhere it does not open
 */
const char *wall_seal(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                      const char *row, wall_bytes_t plain);
/** The opposite: 1 and *out (NUL-terminated, in @a pool), or 0 when it was not sealed so. */
int wall_unseal(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                const char *row, const char *sealed, wall_bytes_t *out);
/** Constant-time comparison of two NUL-terminated strings of any length. */
int wall_equal_secret(const char *a, const char *b);

/**
 * Argon2id with 19 MiB and t=2 (OWASP's minimum), PHC string in @a pool. At most two hashes run at
 * once in a process; others wait up to a second, then WALL_E_BUSY (memory is bounded under attack).
 */
wall_rc_t wall_password_hash(wall_cx_t *cx, const char *password, const char **out);
/**
 * Checks @a password. With @a hash NULL (no such account) the same work is done against a dummy
 * and *ok is 0, so that known and unknown names take the same time.
 * @param needs_rehash set when the parameters have been raised since
 */
wall_rc_t wall_password_check(wall_cx_t *cx, const char *hash, const char *password, int *ok,
                              int *needs_rehash);

#endif
