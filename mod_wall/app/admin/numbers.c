/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/numbers.h"

#include <apr_strings.h>

#include "app/admin/admin_actions.h"
#include "core/fragments.h"
#include "core/metrics.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

#define KEPT_SECONDS 60

static const wall_field_t jobs_fields[] = {
    WALL_I64(numbers_jobs_t, queued),    WALL_I64(numbers_jobs_t, processing),
    WALL_I64(numbers_jobs_t, completed), WALL_I64(numbers_jobs_t, failed),
    WALL_I64(numbers_jobs_t, cancelled), WALL_FIELDS_END
};
static const wall_shape_t jobs_shape = WALL_SHAPE_OF("NumbersJobs", numbers_jobs_t, jobs_fields);

wall_rc_t numbers_bricks(wall_cx_t *cx, numbers_bricks_t *out)
{
    return wall_db_one(cx, sql_numbers_bricks(), &numbers_bricks_shape, out);
}

wall_rc_t numbers_purchases(wall_cx_t *cx, apr_array_header_t **out)
{
    return wall_db_list(cx, sql_numbers_purchases(), &numbers_purchases_shape, out);
}

wall_rc_t numbers_check(wall_cx_t *cx, numbers_check_t *out)
{
    return wall_db_one(cx, sql_numbers_check(), &numbers_check_shape, out);
}

typedef struct state_t {
    const char *state;
} state_t;

static const wall_field_t state_fields[] = { WALL_STR(state_t, state), WALL_FIELDS_END };
static const wall_shape_t state_shape = WALL_SHAPE_OF("CheckState", state_t, state_fields);

wall_rc_t numbers_ledger(wall_cx_t *cx, const void *in, numbers_ledger_t *out)
{
    numbers_check_t *check = apr_pcalloc(cx->pool, sizeof(*check));
    state_t state;
    wall_rc_t rc = numbers_bricks(cx, &out->totals);

    if (rc == WALL_OK)
        rc = numbers_purchases(cx, &out->purchases);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_numbers_check_state(), &state_shape, &state);
    if (rc != WALL_OK)
        return rc;
    out->check_state = state.state;
    rc = numbers_check(cx, check);
    out->check = rc == WALL_OK ? check : NULL;
    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
}

wall_rc_t numbers_check_again(wall_cx_t *cx, const void *in, numbers_ledger_t *out)
{
    wall_rc_t rc = wall_db_exec(cx, sql_numbers_check_again(), NULL);

    return rc == WALL_OK ? numbers_ledger(cx, NULL, out) : rc;
}

/* ---- the database's part ---- */

static void write_jobs(wall_buf_t *out, const numbers_jobs_t *jobs)
{
    wall_metric_family(out, WALL_M_JOBS_OPEN);
    wall_metric_value(out, WALL_M_JOBS_OPEN, "", "{state=\"queued\"}", jobs->queued);
    wall_metric_value(out, WALL_M_JOBS_OPEN, "", "{state=\"processing\"}", jobs->processing);
    wall_metric_family(out, WALL_M_JOBS_DONE);
    wall_metric_value(out, WALL_M_JOBS_DONE, "", "{outcome=\"completed\"}", jobs->completed);
    wall_metric_value(out, WALL_M_JOBS_DONE, "", "{outcome=\"failed\"}", jobs->failed);
    wall_metric_value(out, WALL_M_JOBS_DONE, "", "{outcome=\"cancelled\"}", jobs->cancelled);
}

static void write_bricks(wall_buf_t *out, const numbers_bricks_t *bricks)
{
    wall_metric_family(out, WALL_M_BRICKS);
    wall_metric_value(out, WALL_M_BRICKS, "", "{account=\"available\"}", bricks->available);
    wall_metric_value(out, WALL_M_BRICKS, "", "{account=\"held\"}", bricks->held);
    wall_metric_value(out, WALL_M_BRICKS, "", "{account=\"treasury\"}", bricks->treasury);
    wall_metric_value(out, WALL_M_BRICKS, "", "{account=\"revenue\"}", bricks->revenue);
    wall_metric_value(out, WALL_M_BRICKS, "", "{account=\"sales\"}", bricks->sales);
    wall_metric_family(out, WALL_M_HOLDS);
    wall_metric_value(out, WALL_M_HOLDS, "", "", bricks->holds_open);
    wall_metric_family(out, WALL_M_DEBT);
    wall_metric_value(out, WALL_M_DEBT, "", "", bricks->debt);
}

static void write_purchases(wall_cx_t *cx, wall_buf_t *out, const apr_array_header_t *rows)
{
    wall_metric_family(out, WALL_M_PURCHASES);
    for (int i = 0; i < rows->nelts; i++) {
        const numbers_purchases_t *row = &APR_ARRAY_IDX(rows, i, numbers_purchases_t);

        wall_metric_value(out, WALL_M_PURCHASES, "",
                          apr_pstrcat(cx->pool, "{status=\"", row->status, "\"}", NULL),
                          row->purchases);
    }
}

static void write_check(wall_buf_t *out, const numbers_check_t *check)
{
    wall_metric_family(out, WALL_M_CHECK_OK);
    wall_metric_value(out, WALL_M_CHECK_OK, "", "", check->ok);
    wall_metric_family(out, WALL_M_CHECK_TIME);
    wall_metric_seconds(out, WALL_M_CHECK_TIME, "", check->started_at);
    wall_metric_family(out, WALL_M_CHECK_TOOK);
    wall_metric_seconds(out, WALL_M_CHECK_TOOK, "", check->took_ms * 1000);
    wall_metric_family(out, WALL_M_CHECK_BREACHES);
    wall_metric_value(out, WALL_M_CHECK_BREACHES, "", "", check->breaches);
}

/** @return whether the database answered */
static int write_stored(wall_cx_t *cx, wall_buf_t *out)
{
    numbers_jobs_t jobs;
    numbers_bricks_t bricks;
    numbers_check_t check;
    apr_array_header_t *purchases;
    wall_rc_t rc = wall_db_one(cx, sql_numbers_jobs(), &jobs_shape, &jobs);

    if (rc == WALL_OK)
        rc = numbers_bricks(cx, &bricks);
    if (rc == WALL_OK)
        rc = numbers_purchases(cx, &purchases);
    if (rc != WALL_OK)
        return 0;
    write_jobs(out, &jobs);
    write_bricks(out, &bricks);
    write_purchases(cx, out, purchases);
    if (numbers_check(cx, &check) == WALL_OK)
        write_check(out, &check);
    return 1;
}

static void write_kept(wall_cx_t *cx, wall_buf_t *out)
{
    static const char kind[] = "numbers";
    const wall_fragment_key_t key = {
        .owner = cx->site, .kind = kind, .version = { apr_time_sec(cx->now) / KEPT_SECONDS + 1 }
    };
    wall_bytes_t kept;
    size_t before = out->len;

    if (wall_fragment_get(&key, cx->pool, &kept)) {
        wall_buf_add(out, kept.data, kept.len);
    } else if (write_stored(cx, out)) {
        wall_fragment_put(&key, (wall_bytes_t){ out->data + before, out->len - before });
    }
    wall_fail_clear(cx);
}

/* ---- what is asked each time ---- */

void numbers_write(wall_cx_t *cx, wall_buf_t *out)
{
    wall_queue_place_t place = { 0 };
    int worker, model;

    write_kept(cx, out);
    if (wall_queue_place(cx, "ai", "", &place) == WALL_OK) {
        wall_metric_family(out, WALL_M_QUEUE);
        wall_metric_value(out, WALL_M_QUEUE, "", "", place.total);
    }
    admin_worker_state(cx, &worker, &model);
    wall_metric_family(out, WALL_M_WORKER);
    wall_metric_value(out, WALL_M_WORKER, "", "", worker == ADMIN_OK);
    wall_metric_family(out, WALL_M_MODEL);
    wall_metric_value(out, WALL_M_MODEL, "", "", model == ADMIN_OK);
    wall_fail_clear(cx);
}
