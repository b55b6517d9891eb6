/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/numbers.h"

static const wall_field_t bricks_fields[] = {
    WALL_I64(numbers_bricks_t, available, .doc = "Bricks users can use."),
    WALL_I64(numbers_bricks_t, held, .doc = "Bricks held for apps in the making."),
    WALL_I64(numbers_bricks_t, debt, .doc = "Bricks users owe after refunds and disputes."),
    WALL_I64(numbers_bricks_t, users, .doc = "Accounts."),
    WALL_I64(numbers_bricks_t, treasury, .doc = "Minus what the site gave."),
    WALL_I64(numbers_bricks_t, revenue, .doc = "What apps used."),
    WALL_I64(numbers_bricks_t, sales, .doc = "Minus what was bought and kept."),
    WALL_I64(numbers_bricks_t, holds_open, .doc = "Holds that have not ended."),
    WALL_FIELDS_END
};
const wall_shape_t numbers_bricks_shape =
    WALL_SHAPE_OF("BricksTotals", numbers_bricks_t, bricks_fields);

static const wall_field_t purchases_fields[] = {
    WALL_STR(numbers_purchases_t, status, .required = 1, .doc = "How they stand."),
    WALL_I64(numbers_purchases_t, purchases, .doc = "How many."),
    WALL_I64(numbers_purchases_t, bricks, .doc = "Bricks they gave that were not taken back."),
    WALL_FIELDS_END
};
const wall_shape_t numbers_purchases_shape =
    WALL_SHAPE_OF("BricksPurchasesTotal", numbers_purchases_t, purchases_fields);

static const wall_field_t check_fields[] = {
    WALL_TIME(numbers_check_t, started_at, .required = 1, .doc = "When it began."),
    WALL_I64(numbers_check_t, took_ms, .doc = "Milliseconds it took."),
    WALL_BOOL(numbers_check_t, ok, .required = 1, .doc = "Whether it found nothing."),
    WALL_I64(numbers_check_t, transactions, .doc = "Movements it looked at."),
    WALL_I64(numbers_check_t, entries, .doc = "Entries it added up."),
    WALL_I64(numbers_check_t, users, .doc = "Balances it compared."),
    WALL_I64(numbers_check_t, open_holds, .doc = "Holds that were open."),
    WALL_I64(numbers_check_t, days, .doc = "Days whose seal it compared."),
    WALL_I64(numbers_check_t, breaches, .doc = "What it found."),
    WALL_STR(numbers_check_t, first_breach, .doc = "The first of them."),
    WALL_FIELDS_END
};
const wall_shape_t numbers_check_shape =
    WALL_SHAPE_OF("LedgerCheck", numbers_check_t, check_fields);
