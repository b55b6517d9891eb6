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

static const wall_field_t ledger_fields[] = {
    WALL_OBJ(numbers_ledger_t, totals, &numbers_bricks_shape, .required = 1,
             .doc = "Bricks by account."),
    WALL_LIST(numbers_ledger_t, purchases, &numbers_purchases_shape,
              .doc = "Purchases by status."),
    WALL_OPT_OBJ(numbers_ledger_t, check, &numbers_check_shape,
                 .doc = "The last proof of the ledger that came to its end; null before the first."),
    WALL_STR(numbers_ledger_t, check_state, .required = 1,
             .doc = "The night's proof: queued, running or done. A night begins at 01:10 UTC."),
    WALL_FIELDS_END
};
static const wall_shape_t ledger_shape =
    WALL_SHAPE_OF("LedgerNumbers", numbers_ledger_t, ledger_fields);

static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(numbers_ledger, void, numbers_ledger_t)
WALL_ENDPOINT(numbers_check_again, void, numbers_ledger_t)

const wall_route_t numbers_routes[] = {
    { .id = "getLedgerNumbers", .method = WALL_GET, .path = "/admin/bricks",
      .auth = WALL_AUTH_ADMIN, .rate = WALL_RATE_READ,
      .out = &ledger_shape, .errors = no_errors, .action = WALL_ACTION(numbers_ledger),
      .doc = "Totals of the ledger, open holds, purchases, and the last proof." },
    { .id = "checkLedger", .method = WALL_POST, .path = "/admin/bricks/check",
      .auth = WALL_AUTH_ADMIN, .rate = WALL_RATE_WRITE, .status = 202,
      .out = &ledger_shape, .errors = no_errors, .action = WALL_ACTION(numbers_check_again),
      .doc = "Have the night's proof of the ledger made once more; the worker does it within minutes." },
    WALL_ROUTES_END
};
