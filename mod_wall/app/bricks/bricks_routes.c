/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks_actions.h"

static const wall_field_t balance_fields[] = {
    WALL_I64(bricks_balance_t, available, .doc = "Bricks that can be used now.", .example = "460"),
    WALL_I64(bricks_balance_t, held, .doc = "Bricks held for apps in the making.", .example = "40"),
    WALL_FIELDS_END
};
const wall_shape_t bricks_balance_shape =
    WALL_SHAPE_OF("BricksBalance", bricks_balance_t, balance_fields);

static const wall_field_t estimate_in_fields[] = {
    WALL_STR(bricks_estimate_in_t, prompt, .required = 1, .trim = 1, .min = 1, .max = 2000,
             .doc = "What the app should do.", .example = "\"A kitchen timer with three presets\""),
    WALL_FIELDS_END
};
static const wall_shape_t estimate_in_shape =
    WALL_SHAPE_OF("BricksEstimateIn", bricks_estimate_in_t, estimate_in_fields);

static const wall_field_t estimate_fields[] = {
    WALL_I64(bricks_estimate_t, bricks_min, .doc = "What it will probably cost at least."),
    WALL_I64(bricks_estimate_t, bricks_max,
             .doc = "What it can cost at most; this much is held until it is done."),
    WALL_I64(bricks_estimate_t, tokens_per_brick, .doc = "Model tokens that cost one brick."),
    WALL_I64(bricks_estimate_t, available, .doc = "Bricks that can be used now."),
    WALL_BOOL(bricks_estimate_t, enough, .doc = "Whether available covers bricks_max."),
    WALL_I64(bricks_estimate_t, short_by, .doc = "How many bricks are missing; 0 when enough."),
    WALL_I64(bricks_estimate_t, queue_total, .doc = "Jobs that wait now."),
    WALL_I64(bricks_estimate_t, queue_eta_s, .doc = "Seconds until a new job would start, about."),
    WALL_FIELDS_END
};
static const wall_shape_t estimate_shape =
    WALL_SHAPE_OF("BricksEstimate", bricks_estimate_t, estimate_fields);

static const wall_field_t limit_fields[] = {
    WALL_I64(bricks_limit_t, monthly_limit,
             .doc = "Most bricks apps may use in a month; 0: no limit.", .example = "2000"),
    WALL_I64(bricks_limit_t, spent,
             .doc = "Bricks used by the apps asked for this month, and held for those not done.",
             .example = "340"),
    WALL_OPT_I64(bricks_limit_t, remaining, .doc = "What is left of the limit; null: no limit.",
                 .example = "1660"),
    WALL_TIME(bricks_limit_t, resets_at, .required = 1,
              .doc = "When the next month begins in the site's time zone."),
    WALL_FIELDS_END
};
const wall_shape_t bricks_limit_shape = WALL_SHAPE_OF("BricksLimit", bricks_limit_t, limit_fields);

static const wall_field_t limit_in_fields[] = {
    WALL_I64(bricks_limit_in_t, monthly_limit, .required = 1, .min = 0, .max = 1000000000,
             .doc = "Most bricks apps may use in a month; 0: no limit.", .example = "2000"),
    WALL_FIELDS_END
};
static const wall_shape_t limit_in_shape =
    WALL_SHAPE_OF("BricksLimitIn", bricks_limit_in_t, limit_in_fields);

static const wall_field_t status_fields[] = {
    WALL_I64(bricks_status_t, available, .doc = "Bricks that can be used now.", .example = "460"),
    WALL_I64(bricks_status_t, held, .doc = "Bricks held for apps in the making.", .example = "40"),
    WALL_BOOL(bricks_status_t, is_premium,
              .doc = "Premium: more daily bricks, a higher cap per app, an earlier place in the queue."),
    WALL_I64(bricks_status_t, low_below,
             .doc = "What an app costs on average; who comes below is told once.", .example = "32"),
    WALL_I64(bricks_status_t, debt,
             .doc = "Bricks you owe, of purchases that were undone when they had been used; settled first "
                    "from what comes in.", .example = "0"),
    WALL_OBJ(bricks_status_t, daily, &bricks_daily_shape, .required = 1, .doc = "Today's bricks."),
    WALL_OBJ(bricks_status_t, limit, &bricks_limit_shape, .required = 1,
             .doc = "Your own limit for the month."),
    WALL_FIELDS_END
};
const wall_shape_t bricks_status_shape =
    WALL_SHAPE_OF("BricksStatus", bricks_status_t, status_fields);

static const wall_field_t claim_fields[] = {
    WALL_BOOL(bricks_claim_t, claimed, .doc = "Always true; otherwise there is an error."),
    WALL_I64(bricks_claim_t, amount, .doc = "Bricks that came, the bonus included.",
             .example = "110"),
    WALL_I64(bricks_claim_t, streak_days, .doc = "Days in a row, today included.", .example = "2"),
    WALL_I64(bricks_claim_t, streak_bonus, .doc = "How much of it is for days in a row.",
             .example = "10"),
    WALL_TIME(bricks_claim_t, next_claim_at, .required = 1,
              .doc = "When the next claim can be made: the site's midnight."),
    WALL_I64(bricks_claim_t, balance, .doc = "Bricks that can be used now.", .example = "610"),
    WALL_FIELDS_END
};
static const wall_shape_t claim_shape = WALL_SHAPE_OF("BricksClaim", bricks_claim_t, claim_fields);

static const wall_field_t grant_in_fields[] = {
    WALL_I64(bricks_grant_in_t, user_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Who gets them."),
    WALL_I64(bricks_grant_in_t, amount, .required = 1, .min = -1000000, .max = 1000000,
             .doc = "Bricks to give; negative takes some back, never below zero.", .example = "250"),
    WALL_STR(bricks_grant_in_t, reason, .required = 1, .trim = 1, .format = WALL_FMT_LINE, .min = 3,
             .max = 300, .doc = "Why. The user reads it, and it stays for ever: nothing personal.",
             .example = "\"Thank you for reporting the fault\""),
    WALL_FIELDS_END
};
static const wall_shape_t grant_in_shape =
    WALL_SHAPE_OF("BricksGrantIn", bricks_grant_in_t, grant_in_fields);

static const wall_field_t grant_fields[] = {
    WALL_I64(bricks_grant_t, transaction_id, .doc = "The movement."),
    WALL_I64(bricks_grant_t, user_id, .doc = "Who got them."),
    WALL_I64(bricks_grant_t, amount, .doc = "Bricks given; negative: taken back.", .example = "250"),
    WALL_I64(bricks_grant_t, balance, .doc = "What the user can use now.", .example = "750"),
    WALL_FIELDS_END
};
static const wall_shape_t grant_shape = WALL_SHAPE_OF("BricksGrant", bricks_grant_t, grant_fields);

static const wall_rc_t no_errors[] = { WALL_OK };
static const wall_rc_t claim_errors[] = { WALL_E_ALREADY_CLAIMED, WALL_E_FORBIDDEN, WALL_OK };
static const wall_rc_t limit_errors[] = { WALL_E_PRECONDITION_FAILED, WALL_OK };
static const wall_rc_t grant_errors[] = { WALL_E_INSUFFICIENT_BRICKS, WALL_E_NOT_FOUND, WALL_OK };

WALL_ENDPOINT(bricks_show_balance, void, bricks_status_t)
WALL_ENDPOINT(bricks_estimate, bricks_estimate_in_t, bricks_estimate_t)
WALL_ENDPOINT(bricks_claim_daily, void, bricks_claim_t)
WALL_ENDPOINT(bricks_show_limit, void, bricks_limit_t)
WALL_ENDPOINT(bricks_lock_limit, bricks_limit_in_t, void)
WALL_ENDPOINT(bricks_set_limit, bricks_limit_in_t, bricks_limit_t)
WALL_ENDPOINT(bricks_grant, bricks_grant_in_t, bricks_grant_t)

enum { BRICKS_BALANCE, BRICKS_ESTIMATE, BRICKS_CLAIM, BRICKS_LIMIT, BRICKS_SET_LIMIT, BRICKS_GRANT };

const wall_route_t bricks_routes[] = {
    [BRICKS_BALANCE] = { .id = "getBricksBalance", .method = WALL_GET, .path = "/bricks/balance",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .out = &bricks_status_shape, .errors = no_errors,
      .action = WALL_ACTION(bricks_show_balance),
      .doc = "How many bricks you have and how many are held; today's bricks; your limit." },
    [BRICKS_ESTIMATE] = { .id = "estimateBricks", .method = WALL_POST, .path = "/bricks/estimate",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .in = &estimate_in_shape, .out = &estimate_shape, .errors = no_errors,
      .action = WALL_ACTION(bricks_estimate),
      .doc = "What an app for this prompt would cost, and how long it would wait." },
    [BRICKS_CLAIM] = { .id = "claimDailyBricks", .method = WALL_POST, .path = "/bricks/claim-daily",
      .auth = WALL_AUTH_USER, .rate = WALL_RATE_WRITE, .idempotent = WALL_KEY_OPTIONAL,
      .out = &claim_shape, .errors = claim_errors,
      .action = WALL_ACTION(bricks_claim_daily),
      .doc = "Get the bricks of the day: once a day in the site's time zone, more for days in a row." },
    [BRICKS_LIMIT] = { .id = "getBricksLimit", .method = WALL_GET, .path = "/bricks/limit",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .out = &bricks_limit_shape, .errors = no_errors,
      .action = WALL_ACTION(bricks_show_limit),
      .doc = "The limit you have set for what apps may use in a month, and what they have used." },
    [BRICKS_SET_LIMIT] = { .id = "setBricksLimit", .method = WALL_PATCH, .path = "/bricks/limit",
      .auth = WALL_AUTH_USER, .rate = WALL_RATE_WRITE,
      .in = &limit_in_shape, .out = &bricks_limit_shape, .errors = limit_errors,
      .action = WALL_ACTION(bricks_set_limit),
      .changes = &bricks_routes[BRICKS_LIMIT], .lock = WALL_ACTION(bricks_lock_limit),
      .doc = "Set your limit for a month. What is held already stays held." },
    [BRICKS_GRANT] = { .id = "grantBricks", .method = WALL_POST,
      .path = "/admin/users/{user_id}/bricks",
      .auth = WALL_AUTH_ADMIN, .rate = WALL_RATE_SPEND, .step_up = 1,
      .idempotent = WALL_KEY_REQUIRED,
      .in = &grant_in_shape, .out = &grant_shape, .status = 201, .errors = grant_errors,
      .action = WALL_ACTION(bricks_grant),
      .doc = "Give a user bricks, or take some back, with a reason that stays in the ledger." },
    WALL_ROUTES_END
};
