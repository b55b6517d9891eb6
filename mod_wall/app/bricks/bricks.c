/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "app/bricks/bricks_actions.h"
#include "app/bricks/debts.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

wall_rc_t bricks_show_balance(wall_cx_t *cx, const void *in, bricks_status_t *out)
{
    bricks_balance_t balance;
    bricks_terms_t terms;
    wall_rc_t rc = bricks_balance(cx, cx->viewer.user_id, &balance);

    if (rc == WALL_OK) {
        rc = bricks_terms(cx, cx->viewer.user_id, &terms);
    }
    if (rc == WALL_OK) {
        rc = bricks_daily(cx, cx->viewer.user_id, &out->daily);
    }
    if (rc == WALL_OK) {
        rc = bricks_show_limit(cx, NULL, &out->limit);
    }
    if (rc == WALL_OK) {
        rc = bricks_debt(cx, cx->viewer.user_id, &out->debt);
    }
    if (rc == WALL_OK) {
        out->available = balance.available;
        out->held = balance.held;
        out->is_premium = terms.is_premium;
        out->low_below = bricks_mean_cost(&terms.rate, cx->site->tokens_per_brick);
    }
    return rc;
}

wall_rc_t bricks_estimate(wall_cx_t *cx, const bricks_estimate_in_t *in, bricks_estimate_t *out)
{
    wall_queue_place_t place = { 0 };
    bricks_terms_t terms;
    bricks_range_t range;
    wall_rc_t rc = bricks_terms(cx, cx->viewer.user_id, &terms);

    if (rc != WALL_OK) {
        return rc;
    }
    range = bricks_estimate_prompt(in->prompt, &terms.rate, cx->site->tokens_per_brick,
                                   terms.max_per_job);
    /* Without Redis the estimate of the cost still stands; only the queue is unknown. */
    (void)wall_queue_place(cx, "ai", "", &place);
    out->bricks_min = range.min;
    out->bricks_max = range.max;
    out->tokens_per_brick = cx->site->tokens_per_brick;
    out->available = terms.available;
    out->enough = terms.available >= range.max;
    out->short_by = out->enough ? 0 : range.max - terms.available;
    out->queue_total = place.total;
    out->queue_eta_s = (place.total * wall_queue_eta(cx, "ai") + 999) / 1000;
    return WALL_OK;
}

wall_rc_t bricks_grant(wall_cx_t *cx, const bricks_grant_in_t *in, bricks_grant_t *out)
{
    bricks_posted_t posted;
    wall_rc_t rc;

    if (in->amount == 0) {
        return wall_fail(cx, WALL_E_VALIDATION, "amount", WALL_WHY(NOT_ZERO));
    }
    /* Once per request is the Idempotency-Key's business, whose answer is stored in this transaction. */
    rc = bricks_post(cx,
                     &(bricks_movement_t){
                         .user_id = in->user_id, .type = BRICKS_BONUS,
                         .source = in->amount > 0 ? BRICKS_FROM_ADMIN_GRANT
                                                  : BRICKS_FROM_ADMIN_CORRECTION,
                         .account = BRICKS_ACCOUNT_TREASURY, .amount = in->amount,
                         .key = apr_pstrcat(cx->pool, "grant:", wall_uuid7(cx->pool, cx->now), NULL),
                         .description = in->reason, .actor_id = cx->viewer.user_id,
                     },
                     &posted);
    if (rc == WALL_E_NOT_FOUND) {
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK) {
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00614) "user %" APR_INT64_T_FMT " gave user %"
                    APR_INT64_T_FMT " %" APR_INT64_T_FMT " bricks, transaction %" APR_INT64_T_FMT,
                    cx->viewer.user_id, in->user_id, in->amount, posted.transaction_id);
        *out = (bricks_grant_t){ posted.transaction_id, in->user_id, posted.amount, posted.balance };
    }
    return rc;
}
