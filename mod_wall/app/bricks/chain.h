/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_CHAIN_H
#define WALL_APP_BRICKS_CHAIN_H

/**
 * @file chain.h
 * The ledger's days (UTC) as a chain of hashes: who changes a movement of the past, triggers and rights
 * or not, has to change every day since, and whoever has noted one hash anywhere else sees it.
 *
 * A day's hash is the SHA-256 of lines, each ended by \n:
 *   1. the hash of the day before; 64 times 0 before the first day of the ledger
 *   2. the day, such as 2026-11-21
 *   3. one for each entry of the day's transactions (by created_at), in order of transaction_id and
 *      entry_id: the 16 columns of statement `ledger_day_lines` in sql/queries/ledger.sql, separated by tabs,
 *      NULL as nothing; backslash, tab, line feed and NUL written as \\, \t, \n and \0
 * The third is what `mariadb --batch --skip-column-names` prints for that statement, so that an auditor needs
 * no program of ours:
 *
 *   { echo "$hash_before"; echo "$day"; mariadb -BN wall <day.sql; } | sha256sum
 */
#include "core/cx.h"
#include "core/fields.h"

/** A day is closed this long after its end, when every transaction begun in it has long ended. */
#define CHAIN_DELAY_SECONDS 3600

typedef struct chain_day_t {
    const char *day; /* "2026-11-21" */
    apr_int64_t first_id;
    apr_int64_t last_id;
    apr_int64_t transactions;
    apr_int64_t entries;
    const char *hash;
} chain_day_t;

/** Closes the days that are over, oldest first, each in a transaction; several may try. At most 400. */
wall_rc_t chain_close(wall_cx_t *cx);
/**
 * Computes a day anew.
 * @param before hash of the day before, NULL for the first
 */
wall_rc_t chain_compute(wall_cx_t *cx, const char *day, const char *before, chain_day_t *out);
/**
 * The first day that is not what its row says, or is missing between two, or has movements before it.
 * @param days    how many there are
 * @param subject "day 2026-11-21" with what is wrong, in cx->pool; NULL: all are right
 */
wall_rc_t chain_verify(wall_cx_t *cx, apr_int64_t *days, const char **subject);

#endif
