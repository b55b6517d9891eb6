/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks.h"

#include "core/site.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

wall_rc_t bricks_show_balance(wall_cx_t *cx, const void *in, bricks_balance_t *out)
{
    return bricks_balance(cx, cx->viewer.user_id, out);
}

wall_rc_t bricks_estimate(wall_cx_t *cx, const bricks_estimate_in_t *in, bricks_estimate_t *out)
{
    const wall_site_t *site = cx->site;
    bricks_range_t range = bricks_estimate_prompt(in->prompt, site->tokens_per_brick,
                                                  site->bricks_max_per_job);
    wall_queue_place_t place = { 0 };
    bricks_balance_t balance;
    wall_rc_t rc = bricks_balance(cx, cx->viewer.user_id, &balance);

    if (rc != WALL_OK) {
        return rc;
    }
    /* Without Redis the estimate of the cost still stands; only the queue is unknown. */
    (void)wall_queue_place(cx, "ai", "", &place);
    out->bricks_min = range.min;
    out->bricks_max = range.max;
    out->tokens_per_brick = site->tokens_per_brick;
    out->available = balance.available;
    out->enough = balance.available >= range.max;
    out->short_by = out->enough ? 0 : range.max - balance.available;
    out->queue_total = place.total;
    out->queue_eta_s = (place.total * wall_queue_eta(cx, "ai") + 999) / 1000;
    return WALL_OK;
}
