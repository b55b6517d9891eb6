/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stripe: hosted Checkout Sessions by its HTTP API; no card data comes near this site. What is asked and
 * read: https://docs.stripe.com/api/checkout/sessions, /api/events, /webhooks#verify-manually.
 */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/purchases/provider.h"
#include "core/json.h"
#include "core/site.h"
#include "io/db.h"
#include "io/http_client.h"

/* The shapes below are those of this version, whatever the account's default is. */
#define API_VERSION    "2024-06-20"
#define TRIES          3
#define PAUSE_MS       200
#define TOTAL_MS       6000
#define ANSWER_MAX     (256 * 1024)
#define METHOD_MAX     60

/* ---- reading JSON ---- */

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    if (object != NULL && json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, name, &value);
    return value;
}

static const char *text(wall_cx_t *cx, struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);

    return json_object_is_type(value, json_type_string)
               ? apr_pstrdup(cx->pool, json_object_get_string(value))
               : NULL;
}

static apr_int64_t number(struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);

    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
}

/* Another object, either whole ("expanded") or only its id. */
static const char *id_of(wall_cx_t *cx, struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);

    return json_object_is_type(value, json_type_object) ? text(cx, value, "id")
                                                        : text(cx, object, name);
}

/* Stripe writes currencies small, and these two with hundredths they do not have. */
static int has_hundredths(const char *currency)
{
    return strcmp(currency, "ISK") == 0 || strcmp(currency, "UGX") == 0;
}

static void money(wall_cx_t *cx, struct json_object *object, const char *amount, payment_event_t *out)
{
    const char *currency = text(cx, object, "currency");
    char *upper = currency != NULL ? apr_pstrdup(cx->pool, currency) : NULL;

    for (char *p = upper; p != NULL && *p != '\0'; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    out->currency = upper != NULL && strlen(upper) == 3 ? upper : NULL;
    out->amount_minor = number(object, amount);
    if (out->currency != NULL && has_hundredths(out->currency))
        out->amount_minor /= 100;
    if (out->amount_minor < 0)
        out->amount_minor = 0;
}

static apr_int64_t reference(wall_cx_t *cx, struct json_object *object)
{
    return payment_reference_read(cx, text(cx, member(object, "metadata"), "wall_purchase"));
}

/* "visa 4242", else "sepa_debit" … */
static const char *method(wall_cx_t *cx, struct json_object *charge)
{
    struct json_object *details = member(charge, "payment_method_details");
    const char *type = text(cx, details, "type"), *brand, *last4;
    const char *said = type;

    if (type != NULL && strcmp(type, "card") == 0) {
        brand = text(cx, member(details, "card"), "brand");
        last4 = text(cx, member(details, "card"), "last4");
        if (brand != NULL && last4 != NULL)
            said = apr_pstrcat(cx->pool, brand, " ", last4, NULL);
    }
    return said != NULL ? apr_pstrndup(cx->pool, said, METHOD_MAX) : NULL;
}

/* ---- events ---- */

static void read_session(wall_cx_t *cx, struct json_object *session, payment_event_t *out)
{
    out->session_id = text(cx, session, "id");
    out->payment_id = id_of(cx, session, "payment_intent");
    out->purchase_id = payment_reference_read(cx, text(cx, session, "client_reference_id"));
    money(cx, session, "amount_total", out);
}

static void on_session(wall_cx_t *cx, struct json_object *session, payment_event_t *out)
{
    const char *paid = text(cx, session, "payment_status");

    read_session(cx, session, out);
    /* Some methods take days: then the money is told of by an event of its own. */
    if (out->kind == PAYMENT_PAID && (paid == NULL || strcmp(paid, "unpaid") == 0))
        out->kind = PAYMENT_PROCESSING;
}

static void read_charge(wall_cx_t *cx, struct json_object *charge, payment_event_t *out)
{
    out->charge_id = text(cx, charge, "id");
    out->payment_id = id_of(cx, charge, "payment_intent");
    out->purchase_id = reference(cx, charge);
    out->payment_method = method(cx, charge);
    money(cx, charge, "amount", out);
}

static void on_refund(wall_cx_t *cx, struct json_object *charge, payment_event_t *out)
{
    read_charge(cx, charge, out);
    money(cx, charge, "amount_refunded", out);
}

static void on_dispute(wall_cx_t *cx, struct json_object *dispute, payment_event_t *out)
{
    const char *status = text(cx, dispute, "status");

    out->dispute_id = text(cx, dispute, "id");
    out->charge_id = id_of(cx, dispute, "charge");
    out->payment_id = id_of(cx, dispute, "payment_intent");
    out->purchase_id = reference(cx, dispute);
    money(cx, dispute, "amount", out);
    if (status == NULL)
        out->kind = PAYMENT_IGNORED;
    else if (out->kind == PAYMENT_DISPUTED)
        /* An inquiry takes no money yet. */
        out->kind = strncmp(status, "warning_", 8) == 0 ? PAYMENT_IGNORED : PAYMENT_DISPUTED;
    else
        out->kind = strcmp(status, "lost") == 0 ? PAYMENT_DISPUTE_LOST : PAYMENT_DISPUTE_WON;
}

static const struct {
    const char *type;
    payment_kind_t kind;
    void (*read)(wall_cx_t *cx, struct json_object *object, payment_event_t *out);
} types[] = {
    { "checkout.session.completed", PAYMENT_PAID, on_session },
    { "checkout.session.async_payment_succeeded", PAYMENT_PAID, on_session },
    { "checkout.session.async_payment_failed", PAYMENT_FAILED, on_session },
    { "checkout.session.expired", PAYMENT_EXPIRED, on_session },
    { "charge.succeeded", PAYMENT_CHARGED, read_charge },
    { "charge.updated", PAYMENT_CHARGED, read_charge },
    { "charge.refunded", PAYMENT_REFUNDED, on_refund },
    { "charge.dispute.created", PAYMENT_DISPUTED, on_dispute },
    { "charge.dispute.closed", PAYMENT_DISPUTE_WON, on_dispute },
};

static wall_rc_t parse(wall_cx_t *cx, payment_event_t *out)
{
    const wall_verbatim_t *sent = cx->verbatim;
    struct json_object *event, *object;

    if (!payment_signature_ok(cx->pool, cx->site->stripe_webhook_secrets,
                              apr_table_get(sent->headers, "Stripe-Signature"), sent->body,
                              apr_time_now()))
        return wall_fail(cx, WALL_E_BAD_SIGNATURE, NULL, WALL_NO_WHY);
    event = wall_json_parse_pool(cx->pool, sent->body);
    out->event_id = text(cx, event, "id");
    out->event_type = text(cx, event, "type");
    object = member(member(event, "data"), "object");
    if (out->event_id == NULL || out->event_type == NULL || object == NULL ||
        strlen(out->event_id) > 255 || strlen(out->event_type) > 100)
        return wall_fail(cx, WALL_E_BAD_REQUEST, NULL, WALL_NO_WHY);
    out->kind = PAYMENT_IGNORED;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(types[i].type, out->event_type) == 0) {
            out->kind = types[i].kind;
            types[i].read(cx, object, out);
        }
    }
    return WALL_OK;
}

/* ---- asking ---- */

static wall_rc_t unavailable(wall_cx_t *cx, const wall_http_response_t *response, const char *what)
{
    struct json_object *answer = wall_json_parse_pool(cx->pool, response->body);
    const char *why = text(cx, member(answer, "error"), "code");

    if (why == NULL)
        why = text(cx, member(answer, "error"), "type");
    wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00627) "Stripe, %s: status %d, %s", what, response->status,
                why != NULL                  ? why
                : response->problem != NULL ? response->problem
                                             : "no reason given");
    return wall_fail(cx, WALL_E_PAYMENT_UNAVAILABLE, NULL, WALL_NO_WHY);
}

/* What may be asked once more: nothing came, Stripe's own fault, or the same is being done right now. */
static int again(const wall_http_response_t *response)
{
    return response->status == 0 || response->status >= 500 || response->status == 409 ||
           response->status == 429;
}

/**
 * One request, repeated with the same Idempotency-Key where that helps.
 * @param key  NULL for a GET
 */
static wall_rc_t call(wall_cx_t *cx, const char *path, const char *key, const wall_buf_t *form,
                      const char *what, struct json_object **out)
{
    apr_table_t *headers = apr_table_make(cx->pool, 4);
    wall_http_request_t request = {
        .method = form != NULL ? "POST" : "GET", .trusted = 1,
        .url = apr_pstrcat(cx->pool, cx->site->stripe_url, path, NULL),
        .content_type = form != NULL ? "application/x-www-form-urlencoded" : NULL,
        .headers = headers, .total_timeout_ms = TOTAL_MS, .max_size = ANSWER_MAX,
    };
    wall_http_response_t response;

    if (cx->site->stripe_key == NULL)
        return wall_fail(cx, WALL_E_PAYMENT_UNAVAILABLE, NULL, WALL_NO_WHY);
    apr_table_setn(headers, "Authorization",
                   apr_pstrcat(cx->pool, "Bearer ", cx->site->stripe_key, NULL));
    apr_table_setn(headers, "Stripe-Version", API_VERSION);
    if (key != NULL)
        apr_table_setn(headers, "Idempotency-Key", key);
    if (form != NULL)
        request.body = (wall_bytes_t){ form->data, form->len };
    wall_db_release(cx);
    for (int tries = 1;; tries++) {
        (void)wall_http(cx, &request, &response);
        if (!again(&response) || tries == TRIES)
            break;
        apr_sleep(apr_time_from_msec(PAUSE_MS * tries * tries));
    }
    *out = response.status == 200 ? wall_json_parse_pool(cx->pool, response.body) : NULL;
    return *out != NULL ? WALL_OK : unavailable(cx, &response, what);
}

static void field(wall_buf_t *form, const char *name, const char *value)
{
    if (form->len > 0)
        wall_buf_char(form, '&');
    wall_buf_str(form, apr_pescape_urlencoded(form->pool, name));
    wall_buf_char(form, '=');
    wall_buf_str(form, apr_pescape_urlencoded(form->pool, value));
}

static void number_field(wall_buf_t *form, const char *name, apr_int64_t value)
{
    field(form, name, apr_psprintf(form->pool, "%" APR_INT64_T_FMT, value));
}

static const char *lower(apr_pool_t *pool, const char *currency)
{
    char *copy = apr_pstrdup(pool, currency);

    for (char *p = copy; *p != '\0'; p++)
        *p = (char)(*p | 0x20);
    return copy;
}

/* Amounts are those of our own row; nothing comes from the browser. All of it is the same on every try,
 * or Stripe would refuse the key. */
static void describe(wall_cx_t *cx, const purchases_purchase_t *p, wall_buf_t *form)
{
    const char *page = apr_psprintf(cx->pool, "%s/bricks/purchases/%" APR_INT64_T_FMT,
                                    cx->site->base_url, p->purchase_id);
    const char *ours = payment_reference(cx, p);

    wall_buf_init(form, cx->pool, 1024);
    field(form, "mode", "payment");
    field(form, "client_reference_id", ours);
    field(form, "metadata[wall_purchase]", ours);
    field(form, "payment_intent_data[metadata][wall_purchase]", ours);
    number_field(form, "line_items[0][quantity]", 1);
    field(form, "line_items[0][price_data][currency]", lower(cx->pool, p->currency));
    number_field(form, "line_items[0][price_data][unit_amount]",
                 has_hundredths(p->currency) ? p->price_minor * 100 : p->price_minor);
    field(form, "line_items[0][price_data][product_data][name]",
          apr_psprintf(cx->pool, "%s: %" APR_INT64_T_FMT " bricks", p->package, p->bricks));
    field(form, "success_url", page);
    field(form, "cancel_url", apr_pstrcat(cx->pool, page, "?left=1", NULL));
    number_field(form, "expires_at", apr_time_sec(p->expires_at));
}

static wall_rc_t create(wall_cx_t *cx, const purchases_purchase_t *purchase, payment_checkout_t *out)
{
    const char *key = apr_pstrcat(cx->pool, "wall-", payment_reference(cx, purchase), NULL);
    struct json_object *session;
    wall_buf_t form;
    wall_rc_t rc;

    describe(cx, purchase, &form);
    rc = call(cx, "/v1/checkout/sessions", key, &form, "opening a checkout", &session);
    if (rc != WALL_OK)
        return rc;
    out->session_id = text(cx, session, "id");
    out->url = text(cx, session, "url");
    if (out->session_id == NULL || out->url == NULL || strlen(out->url) > 2048 ||
        strncmp(out->url, "http", 4) != 0) {
        wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00628) "Stripe opened a checkout without id or address");
        return wall_fail(cx, WALL_E_PAYMENT_UNAVAILABLE, NULL, WALL_NO_WHY);
    }
    return WALL_OK;
}

static payment_event_t *add(const purchases_purchase_t *purchase, apr_array_header_t *out,
                            payment_kind_t kind)
{
    payment_event_t *event = apr_array_push(out);

    memset(event, 0, sizeof(*event));
    event->kind = kind;
    event->provider = purchase->provider;
    return event;
}

static wall_rc_t ask(wall_cx_t *cx, const purchases_purchase_t *purchase, apr_array_header_t *out)
{
    struct json_object *session, *charge;
    const char *status, *paid;
    payment_event_t *event;
    wall_rc_t rc;

    if (purchase->session_id == NULL)
        return WALL_OK;
    rc = call(cx, apr_pstrcat(cx->pool, "/v1/checkout/sessions/",
                              apr_pescape_urlencoded(cx->pool, purchase->session_id),
                              "?expand[]=payment_intent.latest_charge", NULL),
              NULL, NULL, "asking about a checkout", &session);
    if (rc != WALL_OK)
        return rc;
    status = text(cx, session, "status");
    paid = text(cx, session, "payment_status");
    if (status == NULL || paid == NULL || strcmp(status, "open") == 0)
        return WALL_OK;
    event = add(purchase, out, strcmp(status, "expired") == 0  ? PAYMENT_EXPIRED
                               : strcmp(paid, "unpaid") == 0 ? PAYMENT_PROCESSING
                                                              : PAYMENT_PAID);
    read_session(cx, session, event);
    event->purchase_id = purchase->purchase_id;
    charge = member(member(session, "payment_intent"), "latest_charge");
    if (event->kind != PAYMENT_PAID || !json_object_is_type(charge, json_type_object))
        return WALL_OK;
    event->payment_method = method(cx, charge);
    event->charge_id = text(cx, charge, "id");
    if (number(charge, "amount_refunded") > 0) {
        event = add(purchase, out, PAYMENT_REFUNDED);
        on_refund(cx, charge, event);
        event->purchase_id = purchase->purchase_id;
    }
    return WALL_OK;
}

const payment_provider_t payment_stripe = {
    .name = "stripe", .create = create, .parse = parse, .ask = ask,
};
