/* SPDX-License-Identifier: Apache-2.0 */
/* What providers say, kept as facts, and the bricks that follow from the facts. */
#include <apr_strings.h>
#include <string.h>

#include "app/bricks/debts.h"
#include "app/mail/mail.h"
#include "app/purchases/provider.h"
#include "core/fields.h"
#include "core/money.h"
#include "io/db.h"
#include "io/events.h"
#include "io/sql_statements.h"

static const wall_field_t event_fields[] = {
    WALL_STR(payment_event_t, event_id),
    WALL_STR(payment_event_t, event_type),
    WALL_ENUM(payment_event_t, kind, payment_kind_names),
    WALL_I64(payment_event_t, purchase_id),
    WALL_I64(payment_event_t, user_id),
    WALL_STR(payment_event_t, provider),
    WALL_STR(payment_event_t, session_id),
    WALL_STR(payment_event_t, payment_id),
    WALL_STR(payment_event_t, charge_id),
    WALL_STR(payment_event_t, dispute_id),
    WALL_I64(payment_event_t, amount_minor),
    WALL_STR(payment_event_t, currency),
    WALL_STR(payment_event_t, payment_method),
    WALL_STR(payment_event_t, body_digest),
    WALL_FIELDS_END
};
const wall_shape_t payment_event_shape =
    WALL_SHAPE_OF("PaymentEvent", payment_event_t, event_fields);

/* ---- bricks ---- */

/** All that has to go back for the money that went back; whole only for all of the money. */
static apr_int64_t due_back(const purchases_purchase_t *p)
{
    apr_int64_t money = p->refunded_minor + p->disputed_minor;

    if (money >= p->price_minor)
        return p->bricks;
    return p->bricks * money / p->price_minor; /* below 10^16 */
}

static purchases_status_t status_of(const purchases_purchase_t *p)
{
    if (p->paid_at != 0) {
        if (p->disputed_minor > 0)
            return PURCHASES_DISPUTED;
        if (p->refunded_minor >= p->price_minor)
            return PURCHASES_REFUNDED;
        return p->refunded_minor > 0 ? PURCHASES_PARTIALLY_REFUNDED : PURCHASES_COMPLETED;
    }
    if (p->problem != NULL)
        return p->closed_at != 0 && p->closed_at >= p->problem_at ? PURCHASES_CLOSED : PURCHASES_HELD;
    if (p->failed_at != 0)
        return PURCHASES_FAILED;
    return p->expired_at != 0 ? PURCHASES_EXPIRED : PURCHASES_PENDING;
}

/* The row is locked and counts its movements, so no two have the same key. */
static const char *next_key(wall_cx_t *cx, purchases_purchase_t *p)
{
    return apr_psprintf(cx->pool, "purchase:%" APR_INT64_T_FMT ":%" APR_INT64_T_FMT, p->purchase_id,
                        ++p->bookings);
}

static wall_rc_t give(wall_cx_t *cx, purchases_purchase_t *p, apr_int64_t amount)
{
    int first = p->bookings == 0;
    const bricks_movement_t movement = {
        .user_id = p->user_id, .type = first ? BRICKS_PURCHASED : BRICKS_REFUNDED,
        .source = first ? BRICKS_FROM_PURCHASE : BRICKS_FROM_DISPUTE_WON,
        .account = BRICKS_ACCOUNT_SALES, .amount = amount, .key = next_key(cx, p),
        .purchase_id = p->purchase_id,
    };

    p->bricks_net += amount;
    return bricks_post(cx, &movement, NULL);
}

static wall_rc_t take(wall_cx_t *cx, purchases_purchase_t *p, apr_int64_t amount)
{
    p->bricks_net -= amount;
    return bricks_take_back(cx, p->user_id, p->purchase_id,
                            p->disputed_minor > 0 ? BRICKS_FROM_PURCHASE_DISPUTE
                                                  : BRICKS_FROM_PURCHASE_REFUND,
                            amount, next_key(cx, p));
}

/** Moves bricks until what was given is what the facts say: given once, taken back as far as due. */
static wall_rc_t book(wall_cx_t *cx, purchases_purchase_t *p)
{
    apr_int64_t target = p->bricks - due_back(p);
    wall_rc_t rc = WALL_OK;

    if (p->paid_at == 0)
        return WALL_OK;
    if (p->bookings == 0) /* the purchase and what was undone of it are told apart */
        rc = give(cx, p, p->bricks);
    if (rc == WALL_OK && p->bricks_net < target)
        rc = give(cx, p, target - p->bricks_net);
    if (rc == WALL_OK && p->bricks_net > target)
        rc = take(cx, p, p->bricks_net - target);
    return rc;
}

static wall_rc_t number_receipt(wall_cx_t *cx, purchases_purchase_t *p)
{
    apr_int64_t *number = apr_palloc(cx->pool, sizeof(*number));
    wall_rc_t rc = wall_db_exec(cx, sql_counters_next("receipt"), NULL);

    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_counters_value("receipt"), number);
    p->receipt_number = number;
    return rc;
}

/* ---- telling ---- */

typedef struct told_t {
    apr_int64_t user_id;
    const char *json;
} told_t;

static void tell(wall_cx_t *cx, void *baton)
{
    const told_t *told = baton;

    wall_publish_passing(cx, apr_psprintf(cx->pool, "user:%" APR_INT64_T_FMT, told->user_id),
                         "bricks.purchase", wall_bytes_of(told->json));
}

static wall_rc_t send_mail(wall_cx_t *cx, const purchases_purchase_t *p, mail_kind_t kind,
                           apr_int64_t minor)
{
    const char *values[] = {
        "n", apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, p->bricks),
        "package", p->package,
        "money", wall_money_text(cx->pool, minor, p->currency, NULL),
        "number", p->receipt_number != NULL
                      ? apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, *p->receipt_number)
                      : "",
        NULL,
    };
    const mail_t mail = {
        .kind = kind, .user_id = p->user_id, .values = values,
        .link = apr_psprintf(cx->pool, "/bricks/purchases/%" APR_INT64_T_FMT, p->purchase_id),
    };
    wall_rc_t rc = mail_queue(cx, &mail);

    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc; /* whose account was erased gets none */
}

/** What changed is told: by mail within the transaction, to open pages behind it. */
static wall_rc_t announce(wall_cx_t *cx, const purchases_purchase_t *before,
                          const purchases_purchase_t *after)
{
    apr_int64_t back = after->refunded_minor - before->refunded_minor;
    wall_rc_t rc = WALL_OK;
    told_t *told;

    if (before->bookings == 0 && after->bookings > 0)
        rc = send_mail(cx, after, MAIL_RECEIPT, after->price_minor);
    if (rc == WALL_OK && back > 0 && after->bookings > 0)
        rc = send_mail(cx, after, MAIL_REFUND, after->refunded_minor);
    if (rc == WALL_OK && before->status != PURCHASES_CLOSED && after->status == PURCHASES_CLOSED)
        rc = send_mail(cx, after, MAIL_PURCHASE_CLOSED, after->price_minor);
    if (rc != WALL_OK || (before->status == after->status && before->bookings == after->bookings &&
                          (before->processing_at != 0) == (after->processing_at != 0)))
        return rc;
    told = apr_palloc(cx->pool, sizeof(*told));
    told->user_id = after->user_id;
    told->json = apr_psprintf(cx->pool, "{\"purchase_id\":%" APR_INT64_T_FMT ",\"status\":\"%s\"}",
                              after->purchase_id, purchases_status_names[after->status]);
    wall_db_after_commit(cx, tell, told);
    return WALL_OK;
}

/** Books what the facts in the row say and stores it. @a before is the row as it was. */
static wall_rc_t settle(wall_cx_t *cx, const purchases_purchase_t *before)
{
    purchases_purchase_t p;
    wall_rc_t rc = wall_db_one(cx, sql_purchases_lock(before->purchase_id), &purchases_row_shape, &p);

    if (rc == WALL_OK && p.paid_at != 0 && p.receipt_number == NULL)
        rc = number_receipt(cx, &p);
    if (rc == WALL_OK)
        rc = book(cx, &p);
    p.status = status_of(&p);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_purchases_settle(purchases_status_names[p.status], p.bricks_net,
                                                   p.bookings, p.receipt_number, p.purchase_id),
                          NULL);
    if (rc == WALL_OK && before->status == PURCHASES_CLOSED && before->bookings == 0 && p.bookings > 0)
        wall_cx_log(cx, WALL_LOG_WARN,
                    WALLNO(00631) "purchase %" APR_INT64_T_FMT " was closed by an administrator and is "
                    "paid as agreed after all: its bricks were booked; see whether some had been given "
                    "for it", p.purchase_id);
    return rc == WALL_OK ? announce(cx, before, &p) : rc;
}

/* ---- facts ---- */

/** Money in another currency, or another sum, is not what was agreed on: no bricks, somebody looks. */
static const char *wrong(const purchases_purchase_t *p, const payment_event_t *event)
{
    if (event->currency == NULL || strcmp(event->currency, p->currency) != 0)
        return "currency";
    return event->kind == PAYMENT_PAID && event->amount_minor != p->price_minor ? "amount" : NULL;
}

static wall_rc_t hold(wall_cx_t *cx, const purchases_purchase_t *p, const payment_event_t *event,
                      const char *problem)
{
    wall_cx_log(cx, WALL_LOG_ERR,
                WALLNO(00626) "purchase %" APR_INT64_T_FMT ": %s says %s %" APR_INT64_T_FMT
                " %s, the price is %" APR_INT64_T_FMT " %s: no bricks were booked for it, see to it",
                p->purchase_id, p->provider, payment_kind_names[event->kind], event->amount_minor,
                event->currency != NULL ? event->currency : "?", p->price_minor, p->currency);
    return wall_db_exec(cx, sql_purchases_fact_problem(event->kind == PAYMENT_PAID, event->amount_minor,
                                                       event->currency, problem, p->purchase_id),
                        NULL);
}

static wall_rc_t dispute(wall_cx_t *cx, const purchases_purchase_t *p, const payment_event_t *event,
                         const char *state)
{
    wall_rc_t rc;

    if (event->dispute_id == NULL)
        return WALL_OK;
    rc = wall_db_exec(cx, sql_purchases_dispute_set(p->provider, event->dispute_id, p->purchase_id,
                                                    event->amount_minor, state),
                      NULL);
    return rc == WALL_OK ? wall_db_exec(cx, sql_purchases_fact_disputed(p->purchase_id), NULL) : rc;
}

static wall_rc_t add_fact(wall_cx_t *cx, const purchases_purchase_t *p, const payment_event_t *event)
{
    static const unsigned money = 1u << PAYMENT_PAID | 1u << PAYMENT_REFUNDED |
                                  1u << PAYMENT_DISPUTED | 1u << PAYMENT_DISPUTE_WON |
                                  1u << PAYMENT_DISPUTE_LOST;
    const char *problem = money & 1u << event->kind ? wrong(p, event) : NULL;

    if (problem != NULL)
        return hold(cx, p, event, problem);
    switch ((payment_kind_t)event->kind) {
    case PAYMENT_PROCESSING:
        return wall_db_exec(cx, sql_purchases_fact_processing(p->purchase_id), NULL);
    case PAYMENT_PAID:
        return wall_db_exec(cx, sql_purchases_fact_paid(p->purchase_id), NULL);
    case PAYMENT_FAILED:
        return wall_db_exec(cx, sql_purchases_fact_failed(p->purchase_id), NULL);
    case PAYMENT_EXPIRED:
        return wall_db_exec(cx, sql_purchases_fact_expired(p->purchase_id), NULL);
    case PAYMENT_REFUNDED:
        return wall_db_exec(cx, sql_purchases_fact_refunded(event->amount_minor, p->purchase_id),
                            NULL);
    case PAYMENT_DISPUTED:
        return dispute(cx, p, event, "open");
    case PAYMENT_DISPUTE_WON:
        return dispute(cx, p, event, "won");
    case PAYMENT_DISPUTE_LOST:
        return dispute(cx, p, event, "lost");
    case PAYMENT_CHARGED:
    case PAYMENT_IGNORED:
        break;
    }
    return WALL_OK;
}

/* ---- events ---- */

/** Keeps the event. *fresh is 0 when it has been applied before. */
static wall_rc_t keep(wall_cx_t *cx, const payment_event_t *e, int *fresh)
{
    apr_int64_t added = 0, waits = 0;
    wall_rc_t rc;

    *fresh = 1;
    if (e->event_id == NULL)
        return WALL_OK;
    rc = wall_db_exec(cx, sql_payment_events_add(e->provider, e->event_id, e->event_type,
                                                 payment_kind_names[e->kind], e->session_id,
                                                 e->payment_id, e->charge_id, e->dispute_id,
                                                 e->amount_minor, e->currency, e->payment_method,
                                                 e->body_digest),
                      &added);
    if (rc == WALL_OK && added == 0) {
        rc = wall_db_number(cx, sql_payment_events_waits(e->provider, e->event_id), &waits);
        *fresh = waits != 0;
    }
    return rc;
}

/** One event of a purchase whose row is locked: facts, ids, done. */
static wall_rc_t apply_one(wall_cx_t *cx, const purchases_purchase_t *p, const payment_event_t *e)
{
    wall_rc_t rc = add_fact(cx, p, e);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_purchases_learn(e->session_id, e->payment_id, e->charge_id,
                                                  e->payment_method, p->purchase_id),
                          NULL);
    if (rc == WALL_OK && e->event_id != NULL)
        rc = wall_db_exec(cx, sql_payment_events_applied(p->purchase_id, e->provider, e->event_id),
                          NULL);
    return rc;
}

/** Events that named only a payment and came before anybody knew whose it is. */
static wall_rc_t apply_waiting(wall_cx_t *cx, const purchases_purchase_t *p, const char *payment_id)
{
    apr_array_header_t *rows;
    wall_rc_t rc;

    if (payment_id == NULL || p->payment_id != NULL)
        return WALL_OK;
    rc = wall_db_list(cx, sql_payment_events_waiting_for(p->provider, payment_id),
                      &payment_event_shape, &rows);
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++)
        rc = apply_one(cx, p, &APR_ARRAY_IDX(rows, i, payment_event_t));
    return rc;
}

/* The order of locks is the same everywhere: user, purchase, event. */
static wall_rc_t apply_work(wall_cx_t *cx, void *baton)
{
    payment_event_t *e = baton;
    purchases_purchase_t p;
    int fresh = 1;
    wall_rc_t rc;

    if (e->purchase_id == 0) /* of something else, or too early: what names only a payment waits */
        return e->kind >= PAYMENT_REFUNDED ? keep(cx, e, &fresh) : WALL_OK;
    rc = bricks_lock(cx, e->user_id);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_purchases_lock(e->purchase_id), &purchases_row_shape, &p);
    if (rc == WALL_OK)
        rc = keep(cx, e, &fresh);
    if (rc != WALL_OK || !fresh)
        return rc;
    rc = apply_one(cx, &p, e);
    if (rc == WALL_OK)
        rc = apply_waiting(cx, &p, e->payment_id);
    return rc == WALL_OK ? settle(cx, &p) : rc;
}

static int another(const char *ours, const char *theirs)
{
    return ours != NULL && theirs != NULL && strcmp(ours, theirs) != 0;
}

/** Fills purchase_id and user_id from whatever the event names; 0 when nothing of it is known.
 *  @return WALL_E_CONFLICT when it names things of different purchases */
static wall_rc_t find(wall_cx_t *cx, payment_event_t *e)
{
    const payment_event_t *found;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx,
                                sql_purchases_find(e->purchase_id, e->provider,
                                                   e->session_id != NULL ? e->session_id : "",
                                                   e->payment_id != NULL ? e->payment_id : "",
                                                   e->charge_id != NULL ? e->charge_id : ""),
                                &payment_event_shape, &rows);

    if (rc != WALL_OK)
        return rc;
    found = rows->nelts > 0 ? &APR_ARRAY_IDX(rows, 0, payment_event_t) : NULL;
    e->purchase_id = found != NULL ? found->purchase_id : 0;
    e->user_id = found != NULL ? found->user_id : 0;
    return rows->nelts > 1 || (found != NULL && (another(found->session_id, e->session_id) ||
                                                 another(found->payment_id, e->payment_id)))
               ? WALL_E_CONFLICT
               : WALL_OK;
}

wall_rc_t payment_apply(wall_cx_t *cx, payment_event_t *event)
{
    wall_rc_t rc = find(cx, event);

    if (rc == WALL_OK)
        return wall_db_tx(cx, apply_work, event);
    if (rc != WALL_E_CONFLICT)
        return rc;
    /* Sending it again would not mend it, so the provider is not told. */
    wall_cx_log(cx, WALL_LOG_ERR,
                WALLNO(00630) "%s says %s (%s) about purchase %" APR_INT64_T_FMT
                " and names a checkout or payment that is not its: ignored, see to it",
                event->provider, payment_kind_names[event->kind],
                event->event_id != NULL ? event->event_id : "when asked", event->purchase_id);
    return WALL_OK;
}

/* ---- administrators ---- */

typedef struct closing_t {
    purchases_purchase_t found; /* before it was locked */
    const char *note;
} closing_t;

static wall_rc_t close_work(wall_cx_t *cx, void *baton)
{
    const closing_t *closing = baton;
    apr_int64_t id = closing->found.purchase_id, admin = cx->viewer.user_id;
    purchases_purchase_t p;
    wall_rc_t rc = bricks_lock(cx, closing->found.user_id);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_purchases_lock(id), &purchases_row_shape, &p);
    if (rc != WALL_OK)
        return rc;
    if (p.status != PURCHASES_HELD)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(PURCHASE_NOT_HELD));
    rc = wall_db_exec(cx, sql_purchases_fact_closed(admin, closing->note, id), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_purchases_closing_note(admin, p.user_id,
                                                         apr_psprintf(cx->pool, "purchase %"
                                                                      APR_INT64_T_FMT, id)),
                          NULL);
    return rc == WALL_OK ? settle(cx, &p) : rc;
}

wall_rc_t payment_close(wall_cx_t *cx, apr_int64_t purchase_id, const char *note)
{
    closing_t closing = { .note = note };
    wall_rc_t rc = wall_db_one(cx, sql_purchases_any(purchase_id), &purchases_row_shape,
                               &closing.found);

    if (rc == WALL_OK)
        rc = wall_db_tx(cx, close_work, &closing);
    if (rc == WALL_OK)
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00632) "user %" APR_INT64_T_FMT " closed purchase %"
                    APR_INT64_T_FMT, cx->viewer.user_id, purchase_id);
    return rc;
}
