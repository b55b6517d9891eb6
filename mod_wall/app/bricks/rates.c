/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/rates.h"

#include <apr_strings.h>
#include <string.h>

#include "core/fragments.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define KEPT_SECONDS 60 /* an average is not asked for more often */

static const wall_field_t rate_fields[] = {
    WALL_I64(bricks_rate_t, samples),
    WALL_I64(bricks_rate_t, mean_bricks),
    WALL_FIELDS_END
};
static const wall_shape_t rate_shape = WALL_SHAPE_OF("BricksRate", bricks_rate_t, rate_fields);

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
    wall_rc_t rc = wall_db_list(cx, sql_rates_models(), &rates_model_shape, &out->models);

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

/* ---- numbers asked for at most once a minute ---- */

static int recall(wall_cx_t *cx, const wall_fragment_key_t *key, apr_int64_t *bricks)
{
    wall_bytes_t kept;

    if (!wall_fragment_get(key, cx->pool, &kept))
        return 0;
    *bricks = apr_atoi64(apr_pstrmemdup(cx->pool, kept.data, kept.len));
    return 1;
}

static apr_int64_t keep(wall_cx_t *cx, const wall_fragment_key_t *key, apr_int64_t bricks)
{
    const char *text = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, bricks);

    wall_fragment_put(key, wall_bytes_of(text));
    return bricks;
}

static wall_fragment_key_t key_of(wall_cx_t *cx, const char *kind)
{
    return (wall_fragment_key_t){
        .owner = cx->site, .kind = kind, .version = { apr_time_sec(cx->now) / KEPT_SECONDS + 1 }
    };
}

apr_int64_t rates_app_bricks(wall_cx_t *cx)
{
    static const char kind[] = "app_bricks";
    const wall_fragment_key_t key = key_of(cx, kind);
    apr_array_header_t *models;
    apr_int64_t bricks;

    if (recall(cx, &key, &bricks))
        return bricks;
    if (wall_db_list(cx, sql_rates_models(), &rates_model_shape, &models) != WALL_OK) {
        wall_fail_clear(cx);
        return RATES_APP_BRICKS;
    }
    return keep(cx, &key, mean(models));
}

wall_rc_t rates_low_below(wall_cx_t *cx, apr_int64_t *bricks)
{
    static const char kind[] = "low_below";
    const wall_fragment_key_t key = key_of(cx, kind);
    bricks_rate_t rate = { 0 };
    wall_rc_t rc;

    if (recall(cx, &key, bricks))
        return WALL_OK;
    rc = wall_db_one(cx, sql_bricks_rate(cx->site->ollama_model), &rate_shape, &rate);
    if (rc == WALL_OK)
        *bricks = keep(cx, &key, bricks_mean_cost(&rate, cx->site->tokens_per_brick));
    return rc;
}

rates_level_t rates_level(apr_int64_t available, apr_int64_t app_bricks)
{
    return available >= 3 * app_bricks ? RATES_OK : available >= app_bricks ? RATES_LOW : RATES_BAD;
}
