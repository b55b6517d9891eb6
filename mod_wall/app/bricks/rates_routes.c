/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/rates.h"

static const wall_field_t model_fields[] = {
    WALL_STR(rates_model_t, model, .doc = "Name of the model."),
    WALL_I64(rates_model_t, apps, .doc = "Apps the numbers are from: of the latest 500."),
    WALL_I64(rates_model_t, bricks, .doc = "What one cost on average, rounded up."),
    WALL_I64(rates_model_t, least, .doc = "What the cheapest cost."),
    WALL_I64(rates_model_t, most, .doc = "What the dearest cost."),
    WALL_I64(rates_model_t, tokens, .doc = "Tokens on average, asked and answered."),
    WALL_I64(rates_model_t, writing_ms, .doc = "Milliseconds of writing on average."),
    WALL_FIELDS_END
};
const wall_shape_t rates_model_shape =
    WALL_SHAPE_OF("BricksRatesModel", rates_model_t, model_fields);

static const wall_field_t rates_fields[] = {
    WALL_I64(rates_t, tokens_per_brick, .doc = "Model tokens that cost one brick."),
    WALL_I64(rates_t, welcome, .doc = "Bricks a new account starts with."),
    WALL_I64(rates_t, daily, .doc = "Bricks anybody may claim once a day; 0 = none."),
    WALL_I64(rates_t, streak, .doc = "Bricks more for each day claimed in a row before."),
    WALL_I64(rates_t, streak_max, .doc = "Most bricks a row of days adds."),
    WALL_I64(rates_t, premium_daily, .doc = "Daily bricks of a premium account."),
    WALL_I64(rates_t, max_per_job, .doc = "Most bricks one app may cost."),
    WALL_I64(rates_t, premium_max_per_job, .doc = "The same for a premium account."),
    WALL_I64(rates_t, hold_hours, .doc = "Hours after which a hold nobody ended comes back."),
    WALL_STR(rates_t, time_zone, .required = 1, .doc = "Whose midnight begins the site's days."),
    WALL_I64(rates_t, app_bricks, .doc = "What an app costs here on average; at least 1."),
    WALL_LIST(rates_t, models, &rates_model_shape, .doc = "Models that wrote the latest apps."),
    WALL_FIELDS_END
};
const wall_shape_t rates_shape = WALL_SHAPE_OF("BricksRates", rates_t, rates_fields);

static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(rates_show, void, rates_t)

const wall_route_t rates_routes[] = {
    { .id = "getBricksRates", .method = WALL_GET, .path = "/bricks/rates", .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ, .out = &rates_shape, .errors = no_errors,
      .action = WALL_ACTION(rates_show),
      .doc = "What bricks are worth here: rates, gifts, limits, and what apps did cost by model." },
    WALL_ROUTES_END
};
