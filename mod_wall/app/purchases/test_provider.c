/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider for development: its checkout is a page of this site (app/pages/pages_purchases.c) on which
 * no money moves. What is done there becomes an event, signed, and takes the way of every other event.
 */
#include <apr_strings.h>
#include <string.h>

#include "app/purchases/provider.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/json.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define SIGNATURE "Wall-Test-Signature"

const char *const purchases_test_names[] = {
    [PURCHASES_TEST_PAY] = "pay",           [PURCHASES_TEST_FAIL] = "fail",
    [PURCHASES_TEST_LATER] = "later",       [PURCHASES_TEST_PAY_LESS] = "pay_less",
    [PURCHASES_TEST_REFUND] = "refund",
    [PURCHASES_TEST_REFUND_HALF] = "refund_half",
    [PURCHASES_TEST_DISPUTE] = "dispute",   [PURCHASES_TEST_DISPUTE_WON] = "dispute_won",
    [PURCHASES_TEST_DISPUTE_LOST] = "dispute_lost",
    NULL,
};

/* What is sent: our own messages to ourselves. */
typedef struct message_t {
    const char *id;
    int type; /* payment_kind_t */
    const char *reference;
    const char *session;
    const char *payment;
    const char *dispute;
    apr_int64_t amount;
    const char *currency;
    const char *method;
} message_t;

static const wall_field_t message_fields[] = {
    WALL_STR(message_t, id, .required = 1, .min = 1, .max = 100, .format = WALL_FMT_LINE),
    WALL_ENUM(message_t, type, payment_kind_names, .required = 1),
    WALL_STR(message_t, reference, .max = 100, .format = WALL_FMT_LINE),
    WALL_STR(message_t, session, .max = 100, .format = WALL_FMT_LINE),
    WALL_STR(message_t, payment, .max = 100, .format = WALL_FMT_LINE),
    WALL_STR(message_t, dispute, .max = 100, .format = WALL_FMT_LINE),
    WALL_I64(message_t, amount, .min = 0, .max = WALL_PACKAGE_PRICE),
    WALL_STR(message_t, currency, .max = 3, .format = WALL_FMT_LINE),
    WALL_STR(message_t, method, .max = 60, .format = WALL_FMT_LINE),
    WALL_FIELDS_END
};
static const wall_shape_t message_shape = WALL_SHAPE_OF("TestPayment", message_t, message_fields);

/* A secret of its own, so that what the test signs counts nowhere else. */
static const char *secret(wall_cx_t *cx)
{
    return wall_mac_hex(cx->pool, cx->site->secret, "payments-test", (wall_bytes_t){ "", 0 });
}

static wall_rc_t create(wall_cx_t *cx, const purchases_purchase_t *purchase, payment_checkout_t *out)
{
    const char *ours = payment_reference(cx, purchase);

    /* Not to be guessed, and the same each time it is asked. */
    out->session_id = apr_pstrcat(cx->pool, "test_",
                                  wall_mac_hex(cx->pool, cx->site->secret, "payments-test-session",
                                               wall_bytes_of(ours)),
                                  NULL);
    out->url = apr_psprintf(cx->pool, "%s/bricks/test-checkout/%" APR_INT64_T_FMT,
                            cx->site->base_url, purchase->purchase_id);
    return WALL_OK;
}

static wall_rc_t parse(wall_cx_t *cx, payment_event_t *out)
{
    const wall_verbatim_t *sent = cx->verbatim;
    apr_array_header_t *secrets = apr_array_make(cx->pool, 1, sizeof(const char *));
    message_t message;

    *(const char **)apr_array_push(secrets) = secret(cx);
    if (!payment_signature_ok(cx->pool, secrets, apr_table_get(sent->headers, SIGNATURE), sent->body,
                              apr_time_now()))
        return wall_fail(cx, WALL_E_BAD_SIGNATURE, NULL, WALL_NO_WHY);
    if (wall_fields_decode(cx, &message_shape, sent->body, NULL, &message) != WALL_OK) {
        wall_fail_clear(cx);
        return wall_fail(cx, WALL_E_BAD_REQUEST, NULL, WALL_NO_WHY);
    }
    out->event_id = message.id;
    out->event_type = payment_kind_names[message.type];
    out->kind = message.type;
    out->purchase_id = payment_reference_read(cx, message.reference);
    out->session_id = message.session;
    out->payment_id = message.payment;
    out->dispute_id = message.dispute;
    out->amount_minor = message.amount;
    out->currency = message.currency;
    out->payment_method = message.method;
    return WALL_OK;
}

wall_rc_t purchases_test_find(wall_cx_t *cx, const purchases_which_t *in, purchases_purchase_t *out)
{
    wall_rc_t rc = purchases_get(cx, in, out);

    return rc == WALL_OK && (!out->test || payment_provider(cx, payment_test.name) == NULL)
               ? WALL_E_NOT_FOUND
               : rc;
}

static void describe(wall_cx_t *cx, const purchases_purchase_t *p, purchases_test_t what, message_t *m)
{
    static const payment_kind_t kinds[] = {
        [PURCHASES_TEST_PAY] = PAYMENT_PAID,
        [PURCHASES_TEST_FAIL] = PAYMENT_FAILED,
        [PURCHASES_TEST_LATER] = PAYMENT_PROCESSING,
        [PURCHASES_TEST_PAY_LESS] = PAYMENT_PAID,
        [PURCHASES_TEST_REFUND] = PAYMENT_REFUNDED,
        [PURCHASES_TEST_REFUND_HALF] = PAYMENT_REFUNDED,
        [PURCHASES_TEST_DISPUTE] = PAYMENT_DISPUTED,
        [PURCHASES_TEST_DISPUTE_WON] = PAYMENT_DISPUTE_WON,
        [PURCHASES_TEST_DISPUTE_LOST] = PAYMENT_DISPUTE_LOST,
    };

    *m = (message_t){
        .id = apr_pstrcat(cx->pool, "evt_", wall_random_hex(cx->pool, 12), NULL),
        .type = (int)kinds[what], .reference = payment_reference(cx, p), .session = p->session_id,
        .payment = apr_pstrcat(cx->pool, "pay_", p->session_id, NULL), .amount = p->price_minor,
        .currency = p->currency, .method = "test",
    };
    if (what >= PURCHASES_TEST_DISPUTE)
        m->dispute = apr_pstrcat(cx->pool, "dp_", p->session_id, NULL);
    if (what == PURCHASES_TEST_PAY_LESS)
        m->amount--;
    if (what == PURCHASES_TEST_REFUND_HALF)
        m->amount = p->refunded_minor + (p->price_minor - p->refunded_minor) / 2;
}

wall_rc_t purchases_test_send(wall_cx_t *cx, const purchases_purchase_t *purchase,
                              purchases_test_t what)
{
    const wall_verbatim_t *before = cx->verbatim;
    purchases_webhook_in_t in = { .provider = payment_test.name };
    apr_table_t *headers = apr_table_make(cx->pool, 1);
    wall_verbatim_t sent = { .headers = headers };
    message_t message;
    wall_buf_t body;
    wall_rc_t rc;

    describe(cx, purchase, what, &message);
    wall_buf_init(&body, cx->pool, 512);
    wall_fields_encode(&body, &message_shape, &message);
    sent.body = (wall_bytes_t){ body.data, body.len };
    apr_table_setn(headers, SIGNATURE,
                   payment_signature_make(cx->pool, secret(cx), sent.body, apr_time_now()));
    cx->verbatim = &sent;
    rc = purchases_webhook(cx, &in, NULL);
    cx->verbatim = before;
    return rc;
}

const payment_provider_t payment_test = {
    .name = "test", .test = 1, .create = create, .parse = parse,
};
