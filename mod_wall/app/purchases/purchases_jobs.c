/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/purchases_jobs.h"

#include "app/purchases/provider.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define WAITING 100
#define ASKED   5 /* a round, each may take seconds */
#define FORGET  1000

static wall_rc_t apply_waiting(wall_cx_t *cx)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_payment_events_waiting(WAITING), &payment_event_shape, &rows);

    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++)
        rc = payment_apply(cx, &APR_ARRAY_IDX(rows, i, payment_event_t));
    return rc;
}

/* The checkout closed a day ago and nothing came: a payment that comes even now still counts. */
static wall_rc_t give_up(wall_cx_t *cx, const purchases_purchase_t *p)
{
    payment_event_t expired = { .kind = PAYMENT_EXPIRED, .provider = p->provider,
                                .purchase_id = p->purchase_id };
    apr_int64_t overdue = 0;
    wall_rc_t rc = wall_db_number(cx, sql_purchases_overdue(p->purchase_id), &overdue);

    return rc == WALL_OK && overdue != 0 ? payment_apply(cx, &expired) : rc;
}

static wall_rc_t ask(wall_cx_t *cx, const purchases_purchase_t *p)
{
    const payment_provider_t *provider = payment_provider(cx, p->provider);
    apr_array_header_t *events = apr_array_make(cx->pool, 2, sizeof(payment_event_t));
    apr_int64_t mine = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_purchases_check(p->purchase_id, p->checks), &mine);

    if (rc != WALL_OK || mine == 0)
        return rc;
    if (provider != NULL && provider->ask != NULL && provider->ask(cx, p, events) != WALL_OK)
        wall_fail_clear(cx); /* logged there; asked again later */
    for (int i = 0; rc == WALL_OK && i < events->nelts; i++)
        rc = payment_apply(cx, &APR_ARRAY_IDX(events, i, payment_event_t));
    return rc == WALL_OK ? give_up(cx, p) : rc;
}

wall_rc_t purchases_reconcile(wall_cx_t *cx)
{
    apr_array_header_t *rows;
    wall_rc_t rc = apply_waiting(cx);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_purchases_due(ASKED), &purchases_row_shape, &rows);
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++)
        rc = ask(cx, &APR_ARRAY_IDX(rows, i, purchases_purchase_t));
    return rc == WALL_OK ? wall_db_exec(cx, sql_payment_events_forget(FORGET), NULL) : rc;
}
