/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/rates.h"

#include <apr_strings.h>
#include <string.h>

#include "core/fragments.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define KEPT_SECONDS 60 /* an average is not asked for more often */

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
static const wall_shape_t model_shape =
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
    WALL_LIST(rates_t, models, &model_shape, .doc = "Models that wrote the latest apps."),
    WALL_FIELDS_END
};
const wall_shape_t rates_shape = WALL_SHAPE_OF("BricksRates", rates_t, rates_fields);

/** The mean of all models' means, each by its apps. */
static apr_int64_t mean(const apr_array_header_t *models)
{
    apr_int64_t bricks = 0, apps = 0;

    for (int i = 0; i < models->nelts; i++) {
        const rates_model_t *model = &APR_ARRAY_IDX(models, i, rates_model_t);

        bricks += model->bricks * model->apps;
        apps += model->apps;
    }
    if (apps == 0)
        return RATES_APP_BRICKS;
    return bricks / apps > 0 ? bricks / apps : 1;
}

wall_rc_t rates_show(wall_cx_t *cx, const void *in, rates_t *out)
{
    const wall_site_t *site = cx->site;
    wall_rc_t rc = wall_db_list(cx, sql_rates_models(), &model_shape, &out->models);

    if (rc != WALL_OK)
        return rc;
    out->tokens_per_brick = site->tokens_per_brick;
    out->welcome = site->bricks_welcome;
    out->daily = site->bricks_daily;
    out->streak = site->bricks_streak;
    out->streak_max = site->bricks_streak_max;
    out->premium_daily = site->premium_daily;
    out->max_per_job = site->bricks_max_per_job;
    out->premium_max_per_job = site->premium_max_per_job;
    out->hold_hours = BRICKS_HOLD_SECONDS / 3600;
    out->time_zone = site->time_zone;
    out->app_bricks = mean(out->models);
    return WALL_OK;
}

apr_int64_t rates_app_bricks(wall_cx_t *cx)
{
    static const char kind[] = "app_bricks";
    const wall_fragment_key_t key = {
        .owner = cx->site, .kind = kind, .version = { apr_time_sec(cx->now) / KEPT_SECONDS + 1 }
    };
    apr_array_header_t *models;
    wall_bytes_t kept;
    const char *text;
    apr_int64_t bricks;

    if (wall_fragment_get(&key, cx->pool, &kept))
        return apr_atoi64(apr_pstrmemdup(cx->pool, kept.data, kept.len));
    if (wall_db_list(cx, sql_rates_models(), &model_shape, &models) != WALL_OK) {
        wall_fail_clear(cx);
        return RATES_APP_BRICKS;
    }
    bricks = mean(models);
    text = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, bricks);
    wall_fragment_put(&key, (wall_bytes_t){ text, strlen(text) });
    return bricks;
}

rates_level_t rates_level(apr_int64_t available, apr_int64_t app_bricks)
{
    return available >= 3 * app_bricks ? RATES_OK : available >= app_bricks ? RATES_LOW : RATES_BAD;
}

static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(rates_show, void, rates_t)

const wall_route_t rates_routes[] = {
    { .id = "getBricksRates", .method = WALL_GET, .path = "/bricks/rates", .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ, .out = &rates_shape, .errors = no_errors,
      .action = WALL_ACTION(rates_show),
      .doc = "What bricks are worth here: rates, gifts, limits, and what apps did cost by model." },
    WALL_ROUTES_END
};
