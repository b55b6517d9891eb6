/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/purchases_admin.h"

#include "app/purchases/provider.h"
#include "core/money.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define LIST "purchases:all"

static void complete(wall_cx_t *cx, purchases_case_t *p)
{
    p->price = wall_money_text(cx->pool, p->price_minor, p->currency, cx->language);
    if (p->said_minor != NULL && p->said_currency != NULL)
        p->said = wall_money_text(cx->pool, *p->said_minor, p->said_currency, cx->language);
}

wall_rc_t purchases_admin_list(wall_cx_t *cx, const purchases_search_t *in, wall_page_t *out)
{
    const char *status = in->status != 0 ? purchases_status_names[in->status - 1] : NULL;
    apr_array_header_t *rows;
    apr_int64_t before;
    wall_rc_t rc = wall_cursor_read(cx, LIST, in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_purchases_cases(before, status, in->user, in->limit + 1),
                          &purchases_case_shape, &rows);
    if (rc != WALL_OK)
        return rc;
    for (int i = 0; i < rows->nelts; i++)
        complete(cx, &APR_ARRAY_IDX(rows, i, purchases_case_t));
    wall_page_finish(cx, LIST, rows, in->limit, offsetof(purchases_case_t, purchase_id), out);
    return WALL_OK;
}

static wall_rc_t find_case(wall_cx_t *cx, apr_int64_t purchase_id, purchases_case_detail_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_purchases_case(purchase_id), &purchases_case_shape,
                               &out->purchase);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_payment_events_of(purchase_id), &purchases_said_shape, &out->events);
    if (rc != WALL_OK)
        return rc;
    complete(cx, &out->purchase);
    for (int i = 0; i < out->events->nelts; i++) {
        purchases_said_t *said = &APR_ARRAY_IDX(out->events, i, purchases_said_t);

        if (said->currency != NULL)
            said->amount =
                wall_money_text(cx->pool, said->amount_minor, said->currency, cx->language);
    }
    return WALL_OK;
}

wall_rc_t purchases_admin_get(wall_cx_t *cx, const purchases_which_t *in, purchases_case_detail_t *out)
{
    return find_case(cx, in->purchase_id, out);
}

wall_rc_t purchases_admin_close(wall_cx_t *cx, const purchases_close_t *in,
                                purchases_case_detail_t *out)
{
    wall_rc_t rc = payment_close(cx, in->purchase_id, in->note);

    return rc == WALL_OK ? find_case(cx, in->purchase_id, out) : rc;
}
