/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_TOTP_H
#define WALL_CORE_TOTP_H

/**
 * @file totp.h
 * Time-based one-time passwords (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits – what every
 * authenticator app takes). The only place that calls liboath.
 */
#include <apr_pools.h>
#include <apr_time.h>

#include "core/buf.h"

#define WALL_TOTP_SECRET 20 /* bytes: the length of the HMAC (RFC 4226 4, R6) */

/** Base32 (RFC 4648 6) without padding, in @a pool, as people type a secret in. */
const char *wall_totp_base32(apr_pool_t *pool, wall_bytes_t secret);

/**
 * Which time step @a code belongs to: that of @a now, the one before or the one after (a clock that is
 * 30 seconds off, RFC 6238 5.2). Every step is compared whole, in constant time.
 * @return the step, to be remembered so that no code is taken twice; 0 when it is none of them
 */
apr_int64_t wall_totp_step(wall_bytes_t secret, apr_time_t now, const char *code);

#endif
