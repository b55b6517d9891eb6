/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_DEBTS_H
#define WALL_APP_BRICKS_DEBTS_H

/**
 * @file debts.h
 * Bricks that have to go back when they have been used already. No account goes below zero: what is
 * there is taken, the rest is written down as a debt, and whatever comes in later settles it first, in
 * the transaction that brings it. users.bricks_debt is a cache of what is not settled.
 */
#include "app/bricks/bricks.h"

/**
 * Takes @a amount (> 0) back from the user: what is available at once, the rest becomes a debt. In a
 * transaction that holds the lock on the user's row.
 * @param key idempotency key of the movement
 */
wall_rc_t bricks_take_back(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t purchase_id,
                           bricks_source_t source, apr_int64_t amount, const char *key);

/**
 * Settles what the user owes, as far as what is available reaches, oldest first. Called by everything
 * that raises what is available, last in its transaction; one read when nothing is owed.
 */
wall_rc_t bricks_debt_settle(wall_cx_t *cx, apr_int64_t user_id);

/** What the user owes; 0 = nothing. */
wall_rc_t bricks_debt(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *debt);

#endif
