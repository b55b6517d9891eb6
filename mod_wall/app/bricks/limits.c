/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limit a user sets for what apps may use in a month of the site's time zone. It is held against
 * what open holds may still use and what the month's holds did use, in the transaction that holds: no
 * counter that could be wrong.
 */
#include "app/bricks/bricks_private.h"

#include "core/site.h"
#include "core/timefmt.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

/** Spent in the month that holds @a now. A snapshot is enough: what changes beside it only gets less. */
static wall_rc_t spent_in_month(wall_cx_t *cx, apr_int64_t user_id, apr_time_t now,
                                apr_int64_t *spent, apr_time_t *resets_at)
{
    apr_time_t begins;

    if (wall_zone_month(cx->site->time_zone, now, &begins, resets_at) != 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00613) "the time zone %s cannot be used",
                             cx->site->time_zone);
    }
    return wall_db_number(cx, sql_bricks_spent_since(user_id, wall_time_sql(cx->pool, begins)), spent);
}

wall_rc_t bricks_check_limit(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t limit, apr_time_t now,
                             apr_int64_t amount)
{
    apr_int64_t spent;
    apr_time_t resets_at;
    wall_rc_t rc = spent_in_month(cx, user_id, now, &spent, &resets_at);

    if (rc != WALL_OK || amount <= limit - spent) {
        return rc;
    }
    rc = wall_fail(cx, WALL_E_SPENDING_LIMIT, NULL, WALL_NO_WHY);
    wall_fail_number(cx, "required", amount);
    wall_fail_number(cx, "limit", limit);
    wall_fail_number(cx, "spent", spent);
    wall_fail_time(cx, "resets_at", resets_at);
    return rc;
}

wall_rc_t bricks_show_limit(wall_cx_t *cx, const void *in, bricks_limit_t *out)
{
    bricks_limit_row_t row;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_limit_get(cx->viewer.user_id), &bricks_limit_row_shape,
                               &row);

    if (rc == WALL_OK) {
        rc = spent_in_month(cx, cx->viewer.user_id, row.now, &out->spent, &out->resets_at);
    }
    if (rc != WALL_OK) {
        return rc;
    }
    out->monthly_limit = row.monthly_limit;
    if (row.monthly_limit > 0) {
        out->remaining = apr_palloc(cx->pool, sizeof *out->remaining);
        *out->remaining = row.monthly_limit > out->spent ? row.monthly_limit - out->spent : 0;
    }
    return WALL_OK;
}

wall_rc_t bricks_lock_limit(wall_cx_t *cx, const bricks_limit_in_t *in, void *out)
{
    return bricks_lock(cx, cx->viewer.user_id);
}

wall_rc_t bricks_set_limit(wall_cx_t *cx, const bricks_limit_in_t *in, bricks_limit_t *out)
{
    wall_rc_t rc = wall_db_exec(cx, sql_bricks_limit_set(in->monthly_limit, cx->viewer.user_id), NULL);

    return rc == WALL_OK ? bricks_show_limit(cx, NULL, out) : rc;
}
