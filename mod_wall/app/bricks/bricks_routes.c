/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks.h"

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

static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(bricks_show_balance, void, bricks_balance_t)
WALL_ENDPOINT(bricks_estimate, bricks_estimate_in_t, bricks_estimate_t)

const wall_route_t bricks_routes[] = {
    { .id = "getBricksBalance", .method = WALL_GET, .path = "/bricks/balance",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .out = &bricks_balance_shape, .errors = no_errors,
      .action = WALL_ACTION(bricks_show_balance),
      .doc = "How many bricks you have and how many are held." },
    { .id = "estimateBricks", .method = WALL_POST, .path = "/bricks/estimate",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .in = &estimate_in_shape, .out = &estimate_shape, .errors = no_errors,
      .action = WALL_ACTION(bricks_estimate),
      .doc = "What an app for this prompt would cost, and how long it would wait." },
    WALL_ROUTES_END
};
