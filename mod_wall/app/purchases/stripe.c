/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stripe: hosted Checkout Sessions by its HTTP API; no card data comes near this site. What is asked and
 * read: https://docs.stripe.com/api/checkout/sessions, /api/events, /webhooks#verify-manually.
 */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/purchases/provider.h"
#include "core/ascii.h"
#include "core/json.h"
#include "core/site.h"
#include "io/db.h"
#include "io/http_client.h"

/* What is asked is answered in the shapes of this version, whatever the account's default is; of events
 * only what has been the same in all versions since 2019 is read. */
#define API_VERSION    "2024-11-20.acacia"
#define TRIES          3
#define PAUSE_MS       200
#define TOTAL_MS       6000
#define ANSWER_MAX     (256 * 1024)
#define METHOD_MAX     60
#define ID_MAX         255
#define AMOUNT_MAX     1000000000000LL /* no payment is that large; sums of several fit */

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

/* A text that fits a column of at most @a max ASCII characters, or NULL. */
static const char *plain(wall_cx_t *cx, struct json_object *object, const char *name, size_t max)
{
    const char *value = text(cx, object, name);
    size_t len = value != NULL ? strlen(value) : 0;

    for (size_t i = 0; i < len; i++) {
        if (value[i] < '!' || value[i] > '~')
            return NULL;
    }
    return len > 0 && len <= max ? value : NULL;
}

static const char *id(wall_cx_t *cx, struct json_object *object)
{
    return plain(cx, object, "id", ID_MAX);
}

/* Another object, either whole ("expanded") or only its id. */
static const char *id_of(wall_cx_t *cx, struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);

    return json_object_is_type(value, json_type_object) ? id(cx, value)
                                                        : plain(cx, object, name, ID_MAX);
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
    if (out->amount_minor > AMOUNT_MAX)
        out->amount_minor = AMOUNT_MAX;
}

static apr_int64_t reference(wall_cx_t *cx, struct json_object *object)
{
    return payment_reference_read(cx, text(cx, member(object, "metadata"), "wall_purchase"));
}

/* "visa 4242", else "sepa_debit" … */
static const char *method(wall_cx_t *cx, struct json_object *charge)
{
    struct json_object *details = member(charge, "payment_method_details");
    const char *type = plain(cx, details, "type", METHOD_MAX), *brand, *last4;

    if (type != NULL && strcmp(type, "card") == 0) {
        brand = plain(cx, member(details, "card"), "brand", METHOD_MAX - 5);
        last4 = plain(cx, member(details, "card"), "last4", 4);
        if (brand != NULL && last4 != NULL)
            return apr_pstrcat(cx->pool, brand, " ", last4, NULL);
    }
    return type;
}

/* ---- events ---- */

static void read_session(wall_cx_t *cx, struct json_object *session, payment_event_t *out)
{
    out->session_id = id(cx, session);
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
    const char *status = text(cx, charge, "status");

    out->charge_id = id(cx, charge);
    out->payment_id = id_of(cx, charge, "payment_intent");
    out->purchase_id = reference(cx, charge);
    out->payment_method = method(cx, charge);
    money(cx, charge, "amount", out);
    if (status != NULL && strcmp(status, "succeeded") != 0)
        out->kind = PAYMENT_IGNORED; /* another card may be tried in the same checkout */
}

static void on_refund(wall_cx_t *cx, struct json_object *charge, payment_event_t *out)
{
    read_charge(cx, charge, out);
    money(cx, charge, "amount_refunded", out);
}

/* By its state, whichever event tells of it. Inquiries ("warning_…") move no money unless they become
 * disputes; one that was prevented ended by giving the money back. */
static payment_kind_t kind_of_dispute(const char *status)
{
    static const struct {
        const char *status;
        payment_kind_t kind;
    } known[] = {
        { "needs_response", PAYMENT_DISPUTED }, { "under_review", PAYMENT_DISPUTED },
        { "won", PAYMENT_DISPUTE_WON },         { "lost", PAYMENT_DISPUTE_LOST },
        { "prevented", PAYMENT_DISPUTE_LOST },
    };

    for (size_t i = 0; status != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].status, status) == 0)
            return known[i].kind;
    }
    return PAYMENT_IGNORED;
}

static void on_dispute(wall_cx_t *cx, struct json_object *dispute, payment_event_t *out)
{
    out->dispute_id = id(cx, dispute);
    out->charge_id = id_of(cx, dispute, "charge");
    out->payment_id = id_of(cx, dispute, "payment_intent");
    out->purchase_id = reference(cx, dispute);
    money(cx, dispute, "amount", out);
    out->kind = kind_of_dispute(text(cx, dispute, "status"));
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
    { "charge.dispute.updated", PAYMENT_DISPUTED, on_dispute },
    { "charge.dispute.funds_withdrawn", PAYMENT_DISPUTED, on_dispute },
    { "charge.dispute.closed", PAYMENT_DISPUTE_WON, on_dispute },
};

/* An endpoint of test mode whose secret was left in the file must not sell for play money. */
static int of_other_mode(wall_cx_t *cx, struct json_object *event)
{
    struct json_object *mode = member(event, "livemode");
    const char *key = cx->site->stripe_key;
    int live = json_object_is_type(mode, json_type_boolean) && json_object_get_boolean(mode);

    if (key == NULL || (strstr(key, "_live_") == NULL && strstr(key, "_test_") == NULL) ||
        live == (strstr(key, "_live_") != NULL))
        return 0;
    wall_cx_log(cx, WALL_LOG_WARN,
                WALLNO(00629) "an event of Stripe's %s mode came, WallStripeKey is of the other: ignored",
                live ? "live" : "test");
    return 1;
}

static wall_rc_t parse(wall_cx_t *cx, payment_event_t *out)
{
    const wall_verbatim_t *sent = cx->verbatim;
    struct json_object *event, *object;

    if (!payment_signature_ok(cx->pool, cx->site->stripe_webhook_secrets,
                              apr_table_get(sent->headers, "Stripe-Signature"), sent->body,
                              apr_time_now()))
        return wall_fail(cx, WALL_E_BAD_SIGNATURE, NULL, WALL_NO_WHY);
    event = wall_json_parse_pool(cx->pool, sent->body);
    out->event_id = id(cx, event);
    out->event_type = plain(cx, event, "type", 100);
    object = member(member(event, "data"), "object");
    if (out->event_id == NULL || out->event_type == NULL || object == NULL)
        return wall_fail(cx, WALL_E_BAD_REQUEST, NULL, WALL_NO_WHY);
    out->kind = PAYMENT_IGNORED;
    if (of_other_mode(cx, event))
        return WALL_OK;
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
    field(form, "line_items[0][price_data][currency]", wall_lower_copy(cx->pool, p->currency));
    number_field(form, "line_items[0][price_data][unit_amount]",
                 has_hundredths(p->currency) ? p->price_minor * 100 : p->price_minor);
    field(form, "line_items[0][price_data][product_data][name]",
          apr_psprintf(cx->pool, "%s: %" APR_INT64_T_FMT " bricks", p->package, p->bricks));
    field(form, "success_url", page);
    field(form, "cancel_url", apr_pstrcat(cx->pool, page, "?left=1", NULL));
    number_field(form, "expires_at", apr_time_sec(p->expires_at));
    /* Paid in the currency of the price: an amount converted for the buyer would not be the price. */
    field(form, "adaptive_pricing[enabled]", "false");
}

static wall_rc_t create(wall_cx_t *cx, const purchases_purchase_t *purchase, payment_checkout_t *out)
{
    /* One that closes at another time is another request. */
    const char *key = apr_psprintf(cx->pool, "wall-%s-%" APR_TIME_T_FMT, payment_reference(cx, purchase),
                                   apr_time_sec(purchase->expires_at));
    struct json_object *session;
    wall_buf_t form;
    wall_rc_t rc;

    describe(cx, purchase, &form);
    rc = call(cx, "/v1/checkout/sessions", key, &form, "opening a checkout", &session);
    if (rc != WALL_OK)
        return rc;
    out->session_id = id(cx, session);
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
    event->charge_id = id(cx, charge);
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
