/* SPDX-License-Identifier: Apache-2.0 */
/* What an app may cost somebody, and what the site has learnt about that. */
#include <apr_strings.h>
#include <stdlib.h>

#include "app/bricks/bricks_private.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* Finished apps a model's rate is learnt from, and how many are looked at for all models together. */
#define SAMPLES_EACH 200
#define SAMPLES_ALL  1000

typedef struct terms_row_t {
    apr_int64_t available;
    int is_premium;
    apr_int64_t samples, low_permille, mean_permille, high_permille, mean_bricks;
} terms_row_t;

static const wall_field_t terms_fields[] = {
    WALL_I64(terms_row_t, available),
    WALL_BOOL(terms_row_t, is_premium),
    WALL_I64(terms_row_t, samples),
    WALL_I64(terms_row_t, low_permille),
    WALL_I64(terms_row_t, mean_permille),
    WALL_I64(terms_row_t, high_permille),
    WALL_I64(terms_row_t, mean_bricks),
    WALL_FIELDS_END
};
static const wall_shape_t terms_shape = WALL_SHAPE_OF("BricksTerms", terms_row_t, terms_fields);

wall_rc_t bricks_terms(wall_cx_t *cx, apr_int64_t user_id, bricks_terms_t *out)
{
    const wall_site_t *site = cx->site;
    terms_row_t row;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_terms(site->ollama_model, user_id), &terms_shape, &row);

    if (rc == WALL_OK) {
        out->available = row.available;
        out->is_premium = row.is_premium;
        out->max_per_job = row.is_premium ? site->premium_max_per_job : site->bricks_max_per_job;
        out->priority = row.is_premium ? site->premium_priority : 0;
        out->rate = (bricks_rate_t){ row.samples, row.low_permille, row.mean_permille,
                                     row.high_permille, row.mean_bricks };
    }
    return rc;
}

/* ---- learning ---- */

typedef struct sample_t {
    const char *model;
    apr_int64_t permille; /* the answer's tokens of what was expected */
    apr_int64_t bricks;
} sample_t;

static const wall_field_t sample_fields[] = {
    WALL_STR(sample_t, model),
    WALL_I64(sample_t, permille),
    WALL_I64(sample_t, bricks),
    WALL_FIELDS_END
};
static const wall_shape_t sample_shape = WALL_SHAPE_OF("RateSample", sample_t, sample_fields);

static int by_size(const void *a, const void *b)
{
    apr_int64_t x = *(const apr_int64_t *)a, y = *(const apr_int64_t *)b;

    return x < y ? -1 : x > y;
}

/** The rate of the model the sample @a first is of, from it and those after it. */
static wall_rc_t learn_model(wall_cx_t *cx, const apr_array_header_t *samples, int first)
{
    const char *model = APR_ARRAY_IDX(samples, first, sample_t).model;
    apr_int64_t sizes[SAMPLES_EACH], sum = 0, bricks = 0;
    int i, n = 0;

    for (i = first; i < samples->nelts && n < SAMPLES_EACH; i++) {
        const sample_t *sample = &APR_ARRAY_IDX(samples, i, sample_t);

        if (strcmp(sample->model, model) == 0) {
            sizes[n++] = sample->permille;
            sum += sample->permille;
            bricks += sample->bricks;
        }
    }
    qsort(sizes, (size_t)n, sizeof *sizes, by_size);
    return wall_db_exec(cx, sql_bricks_rate_set(model, n, sizes[n / 10], sum / n, sizes[n - 1],
                                                (bricks + n - 1) / n),
                        NULL);
}

wall_rc_t bricks_learn(wall_cx_t *cx)
{
    apr_array_header_t *samples;
    wall_rc_t rc = wall_db_list(cx, sql_bricks_samples(SAMPLES_ALL), &sample_shape, &samples);
    int i, j;

    for (i = 0; rc == WALL_OK && i < samples->nelts; i++) {
        const char *model = APR_ARRAY_IDX(samples, i, sample_t).model;

        for (j = 0; j < i && strcmp(APR_ARRAY_IDX(samples, j, sample_t).model, model) != 0; j++) {
        }
        if (j == i) {
            rc = learn_model(cx, samples, i);
        }
    }
    return rc;
}
