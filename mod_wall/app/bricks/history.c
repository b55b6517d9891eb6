/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/history.h"

#include <apr_strings.h>
#include <string.h>

#include "app/bricks/history_private.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* Rows of one's own a request looks at; a page whose filters let few through ends early and says where to
 * go on. */
#define LOOKED_AT 2000

typedef struct looked_t {
    apr_int64_t rows_seen;
    apr_int64_t last_id;
} looked_t;

static const wall_field_t looked_fields[] = {
    WALL_I64(looked_t, rows_seen),
    WALL_I64(looked_t, last_id),
    WALL_FIELDS_END
};
static const wall_shape_t looked_shape = WALL_SHAPE_OF("Looked", looked_t, looked_fields);

/** The day of the site's calendar called @a date. */
static wall_local_day_t day(wall_cx_t *cx, const char *date)
{
    wall_local_day_t found;

    (void)wall_zone_date(cx->site->time_zone, date, &found); /* the zone and the date were checked */
    return found;
}

/** "%word%" of the n-th word of @a search, with what LIKE would read as a wildcard escaped. */
static const char *pattern(wall_cx_t *cx, const char *search, int n)
{
    wall_buf_t buf;

    if (search == NULL)
        return "%";
    for (; n > 0 && *search != '\0'; n--) {
        search += strcspn(search, " ");
        search += strspn(search, " ");
    }
    wall_buf_init(&buf, cx->pool, 64);
    wall_buf_char(&buf, '%');
    for (; *search != '\0' && *search != ' '; search++) {
        if (strchr("%_\\", *search) != NULL)
            wall_buf_char(&buf, '\\');
        wall_buf_char(&buf, *search);
    }
    if (buf.len > 1)
        wall_buf_char(&buf, '%');
    return buf.data;
}

static wall_rc_t first_since(wall_cx_t *cx, apr_time_t since, apr_int64_t *id)
{
    wall_rc_t rc = wall_db_number(cx,
                                  sql_history_first_since(cx->viewer.user_id,
                                                          wall_time_sql(cx->pool, since)),
                                  id);

    if (rc == WALL_E_NOT_FOUND) {
        *id = INT64_MAX;
        return WALL_OK;
    }
    return rc;
}

wall_rc_t history_bounds(wall_cx_t *cx, const history_list_in_t *in, history_bounds_t *out)
{
    apr_time_t since = 0, until = 0;
    wall_rc_t rc = WALL_OK;

    out->since_id = 0;
    out->before = INT64_MAX;
    if (in->since != NULL)
        since = day(cx, in->since).begins;
    if (in->until != NULL)
        until = day(cx, in->until).ends;
    if (since != 0 && until != 0 && since >= until)
        return wall_fail(cx, WALL_E_VALIDATION, "until", WALL_WHY(DAYS_REVERSED));
    if (since != 0)
        rc = first_since(cx, since, &out->since_id);
    if (rc == WALL_OK && until != 0)
        rc = first_since(cx, until, &out->before);
    return rc;
}

wall_rc_t history_read(wall_cx_t *cx, const history_list_in_t *in, const history_bounds_t *bounds,
                       apr_int64_t max_rows, apr_array_header_t **rows)
{
    static const apr_int64_t signs[] = { 0, 1, -1 };

    return wall_db_list(cx,
                        sql_history_page(cx->viewer.user_id, bounds->before, bounds->since_id,
                                         LOOKED_AT, in->steps, history_filter_names[in->type],
                                         in->source != NULL ? in->source : "",
                                         signs[in->direction], pattern(cx, in->search, 0),
                                         pattern(cx, in->search, 1), pattern(cx, in->search, 2),
                                         max_rows),
                        &history_movement_shape, rows);
}

wall_rc_t history_looked(wall_cx_t *cx, const history_bounds_t *bounds, apr_int64_t *last)
{
    looked_t looked;
    wall_rc_t rc = wall_db_one(cx,
                               sql_history_looked(cx->viewer.user_id, bounds->before,
                                                  bounds->since_id, LOOKED_AT),
                               &looked_shape, &looked);

    *last = rc == WALL_OK && looked.rows_seen == LOOKED_AT ? looked.last_id : 0;
    return rc;
}

/** A cursor belongs to one user and one set of filters. */
static const char *list_name(wall_cx_t *cx, const history_list_in_t *in)
{
    return apr_psprintf(cx->pool, "bricks:%" APR_INT64_T_FMT ":%d:%d:%d:%s:%s:%s:%s",
                        cx->viewer.user_id, in->type, in->direction, in->steps,
                        in->source != NULL ? in->source : "", in->since != NULL ? in->since : "",
                        in->until != NULL ? in->until : "", in->search != NULL ? in->search : "");
}

wall_rc_t history_list(wall_cx_t *cx, const history_list_in_t *in, wall_page_t *out)
{
    const char *list = list_name(cx, in);
    history_bounds_t bounds;
    apr_array_header_t *rows;
    apr_int64_t before, last;
    wall_rc_t rc = wall_cursor_read(cx, list, in->cursor, &before);

    if (rc == WALL_OK)
        rc = history_bounds(cx, in, &bounds);
    if (rc != WALL_OK)
        return rc;
    if (before < bounds.before)
        bounds.before = before;
    rc = history_read(cx, in, &bounds, in->limit + 1, &rows);
    if (rc != WALL_OK)
        return rc;
    wall_page_finish(cx, list, rows, in->limit, offsetof(history_movement_t, transaction_id), out);
    if (out->next_cursor != NULL)
        return WALL_OK;
    rc = history_looked(cx, &bounds, &last);
    if (rc == WALL_OK && last != 0)
        wall_page_continue(cx, list, last, out);
    return rc;
}

wall_rc_t history_get(wall_cx_t *cx, const history_which_t *in, history_movement_t *out)
{
    apr_int64_t user_id = cx->viewer.user_id;
    wall_rc_t rc = wall_db_one(cx, sql_history_get(user_id, in->transaction_id),
                               &history_detail_shape, out);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    if (rc == WALL_OK && out->app != NULL)
        rc = wall_db_list(cx, sql_history_steps(user_id, out->app->job_id), &history_step_shape,
                          &out->steps);
    return rc;
}
