/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/spending.h"

#include <apr_strings.h>
#include <string.h>

#include "core/site.h"
#include "core/timefmt.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* How many of each are told, this one included. */
#define DAYS   30
#define WEEKS  12
#define MONTHS 12
#define SPANS  30 /* the most of them */

typedef struct row_t {
    apr_int64_t span;
    const char *source;
    int transaction_type;
    apr_int64_t used;
    apr_int64_t received;
} row_t;

/** Instants a span lies between. */
typedef struct bounds_t {
    apr_time_t begins;
    apr_time_t ends;
} bounds_t;

static const wall_field_t row_fields[] = {
    WALL_I64(row_t, span),
    WALL_STR(row_t, source),
    WALL_ENUM(row_t, transaction_type, history_type_names),
    WALL_I64(row_t, used),
    WALL_I64(row_t, received),
    WALL_FIELDS_END
};
static const wall_shape_t row_shape = WALL_SHAPE_OF("SpendingRow", row_t, row_fields);

static wall_local_day_t day_of(const char *zone, apr_int64_t number)
{
    char date[WALL_DATE_LEN + 1];
    wall_local_day_t day;

    wall_day_date(number, date);
    (void)wall_zone_date(zone, date, &day);
    return day;
}

static bounds_t of_days(const char *zone, apr_int64_t first, apr_int64_t days)
{
    return (bounds_t){ day_of(zone, first).begins, day_of(zone, first + days - 1).ends };
}

/** Fills @a bounds with the spans up to now, the last one first; returns how many. */
static int spans_of(const char *zone, apr_time_t now, int period, bounds_t *bounds)
{
    wall_local_day_t today;
    apr_time_t inside = now;
    int n;

    (void)wall_zone_day(zone, now, &today);
    if (period == 0) {
        for (n = 0; n < DAYS; n++)
            bounds[n] = of_days(zone, today.number - n, 1);
        return n;
    }
    if (period == 1) {
        for (n = 0; n < WEEKS; n++)
            bounds[n] = of_days(zone, today.number - (today.weekday - 1) - 7 * n, 7);
        return n;
    }
    for (n = 0; n < MONTHS; n++) {
        (void)wall_zone_month(zone, inside, &bounds[n].begins, &bounds[n].ends);
        inside = bounds[n].begins - 1;
    }
    return n;
}

static const char *date_of(wall_cx_t *cx, apr_time_t inside)
{
    wall_local_day_t day;

    (void)wall_zone_day(cx->site->time_zone, inside, &day);
    return apr_pstrdup(cx->pool, day.date);
}

/** Oldest first, with nothing in them; @a json becomes the statement's list of instants. */
static void empty_spans(wall_cx_t *cx, const bounds_t *bounds, int count, spending_t *out,
                        wall_buf_t *json)
{
    out->items = apr_array_make(cx->pool, count, sizeof(spending_span_t));
    wall_buf_char(json, '[');
    for (int n = count - 1; n >= 0; n--) {
        spending_span_t *span = apr_array_push(out->items);

        memset(span, 0, sizeof(*span));
        span->since = date_of(cx, bounds[n].begins);
        span->until = date_of(cx, bounds[n].ends - 1);
        span->parts = apr_array_make(cx->pool, 4, sizeof(spending_part_t));
        wall_buf_fmt(json, "%s[\"%s\",\"%s\"]", n == count - 1 ? "" : ",",
                     wall_time_sql(cx->pool, bounds[n].begins),
                     wall_time_sql(cx->pool, bounds[n].ends));
    }
    wall_buf_char(json, ']');
}

wall_rc_t spending_show(wall_cx_t *cx, const spending_in_t *in, spending_t *out)
{
    bounds_t bounds[SPANS];
    int count = spans_of(cx->site->time_zone, cx->now, in->period, bounds);
    apr_array_header_t *rows;
    wall_buf_t json;
    wall_rc_t rc;

    wall_buf_init(&json, cx->pool, 2048);
    empty_spans(cx, bounds, count, out, &json);
    out->time_zone = cx->site->time_zone;
    rc = wall_db_list(cx, sql_history_spending(cx->viewer.user_id, json.data), &row_shape, &rows);
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);
        spending_span_t *span = &APR_ARRAY_IDX(out->items, row->span - 1, spending_span_t);

        *(spending_part_t *)apr_array_push(span->parts) =
            (spending_part_t){ row->source, row->transaction_type, row->used, row->received };
        span->used += row->used;
        span->received += row->received;
        out->used += row->used;
        out->received += row->received;
    }
    return rc;
}
