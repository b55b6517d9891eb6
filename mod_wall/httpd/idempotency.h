/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_IDEMPOTENCY_H
#define WALL_HTTPD_IDEMPOTENCY_H

/**
 * @file idempotency.h
 * Idempotency-Key: the claim of a key, the effect and the stored answer commit together, so a key
 * that was answered once is answered so for ever (24 h at least, then housekeeping forgets it), and
 * a failure leaves no trace. Parallel requests with one key wait for each other on the claim's row.
 */
#include "httpd/exchange.h"

/** Reads the header into x->key as far as the route takes one.
 *  @return WALL_OK, WALL_E_IDEMPOTENCY_REQUIRED, WALL_E_BAD_REQUEST */
wall_rc_t wall_idempotency_key(wall_exchange_t *x);
/**
 * wall_perform() once per key. Sets x->replayed when the answer is an earlier one, byte for byte.
 * @return also WALL_E_IDEMPOTENCY_MISMATCH
 */
wall_rc_t wall_idempotent(wall_exchange_t *x);

#endif
