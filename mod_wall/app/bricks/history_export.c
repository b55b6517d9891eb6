/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/history.h"

#include <apr_strings.h>

#include "app/bricks/history_private.h"
#include "core/csv.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "io/db.h"

static const char header[] =
    WALL_CSV_BOM "id,time,type,source,about,bricks,held,used,returned,balance,job_id,receipt\r\n";

static void number(wall_buf_t *csv, const apr_int64_t *value)
{
    wall_buf_char(csv, ',');
    if (value != NULL)
        wall_buf_i64(csv, *value);
}

static void line(wall_buf_t *csv, const history_movement_t *row)
{
    const history_hold_t *hold = row->hold;
    char time[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(time, row->created_at);
    wall_buf_fmt(csv, "%" APR_INT64_T_FMT ",%s,%s,", row->transaction_id, time,
                 history_type_names[row->transaction_type]);
    wall_csv_text(csv, row->source);
    wall_buf_char(csv, ',');
    wall_csv_text(csv, row->app != NULL        ? row->app->title
                       : row->purchase != NULL ? row->purchase->package
                                               : row->description);
    number(csv, &row->amount);
    number(csv, hold != NULL ? &hold->held : NULL);
    number(csv, hold != NULL ? hold->used : NULL);
    number(csv, hold != NULL ? hold->returned : NULL);
    number(csv, &row->balance_after);
    wall_buf_fmt(csv, ",%s", row->app != NULL ? row->app->job_id : "");
    number(csv, row->purchase != NULL ? row->purchase->receipt_number : NULL);
    wall_buf_str(csv, "\r\n");
}

/** One batch, in memory that is given back afterwards. */
static wall_rc_t batch(wall_cx_t *cx, const history_list_in_t *in, history_bounds_t *bounds,
                       wall_buf_t *csv, apr_int64_t *count, apr_int64_t *last)
{
    apr_pool_t *whole = cx->pool;
    apr_array_header_t *rows = NULL;
    wall_rc_t rc;

    apr_pool_create(&cx->pool, whole);
    rc = history_read(cx, in, bounds, HISTORY_EXPORT_MAX, &rows);
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++)
        line(csv, &APR_ARRAY_IDX(rows, i, history_movement_t));
    if (rc == WALL_OK) {
        *count += rows->nelts;
        rc = history_looked(cx, bounds, last);
    }
    /* What was recorded of a failure lives in the batch's pool. */
    if (rc == WALL_OK)
        apr_pool_destroy(cx->pool);
    cx->pool = whole;
    return rc;
}

static const char *filename(wall_cx_t *cx, const history_list_in_t *in)
{
    char today[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(today, cx->now);
    return apr_pstrcat(cx->pool, cx->site->site, "-bricks",
                       in->since != NULL ? "-from-" : "", in->since != NULL ? in->since : "",
                       "-until-",
                       in->until != NULL ? in->until : apr_pstrmemdup(cx->pool, today, 10), ".csv",
                       NULL);
}

wall_rc_t history_export(wall_cx_t *cx, const history_list_in_t *in, wall_body_t *out)
{
    history_bounds_t bounds;
    apr_int64_t count = 0, last = 0;
    wall_buf_t csv;
    wall_rc_t rc = history_bounds(cx, in, &bounds);

    wall_buf_init(&csv, cx->pool, 65536);
    wall_buf_str(&csv, header);
    while (rc == WALL_OK) {
        rc = batch(cx, in, &bounds, &csv, &count, &last);
        if (last == 0)
            break;
        if (count > HISTORY_EXPORT_MAX)
            return wall_fail(cx, WALL_E_VALIDATION, "since",
                             WALL_WHY(EXPORT_TOO_LONG, .n = HISTORY_EXPORT_MAX));
        bounds.before = last;
    }
    out->content_type = "text/csv; charset=utf-8; header=present";
    out->filename = filename(cx, in);
    out->bytes = (wall_bytes_t){ csv.data, csv.len };
    return rc;
}
