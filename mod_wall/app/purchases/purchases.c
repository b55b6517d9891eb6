/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/purchases.h"

#include <apr_strings.h>
#include <string.h>

#include "app/purchases/provider.h"
#include "core/crypto.h"
#include "core/money.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* How long one waits for another with the same key who is talking to the provider right now. */
#define WAIT_MS  5000
#define PAUSE_MS 100

const char *const purchases_status_names[] = {
    [PURCHASES_PENDING] = "pending",   [PURCHASES_COMPLETED] = "completed",
    [PURCHASES_FAILED] = "failed",     [PURCHASES_EXPIRED] = "expired",
    [PURCHASES_REFUNDED] = "refunded", [PURCHASES_PARTIALLY_REFUNDED] = "partially_refunded",
    [PURCHASES_DISPUTED] = "disputed", [PURCHASES_HELD] = "held",
    [PURCHASES_CLOSED] = "closed",
    NULL,
};

void purchases_complete(wall_cx_t *cx, purchases_purchase_t *purchase)
{
    purchase->price =
        wall_money_text(cx->pool, purchase->price_minor, purchase->currency, cx->language);
    purchase->test = strcmp(purchase->provider, payment_test.name) == 0;
    if (purchase->status != PURCHASES_PENDING || purchase->processing_at != 0)
        purchase->checkout_url = NULL; /* there is nothing more to do there */
    if (purchase->status != PURCHASES_CLOSED) { /* what was written of another state would mislead */
        purchase->closed_at = 0;
        purchase->closed_note = NULL;
    }
}

/* ---- packages ---- */

wall_rc_t purchases_packages(wall_cx_t *cx, const void *in, purchases_packages_t *out)
{
    const payment_provider_t *provider = payment_provider_now(cx);
    const apr_array_header_t *packages = cx->site->packages;

    out->items = apr_array_make(cx->pool, packages->nelts, sizeof(purchases_package_t));
    out->open = provider != NULL;
    out->test = provider != NULL && provider->test;
    for (int i = 0; i < packages->nelts; i++) {
        const wall_package_t *p = &APR_ARRAY_IDX(packages, i, wall_package_t);

        *(purchases_package_t *)apr_array_push(out->items) = (purchases_package_t){
            .package = p->key, .name = p->name, .bricks = p->bricks, .bonus = p->bonus,
            .price_minor = p->price_minor, .currency = p->currency,
            .price = wall_money_text(cx->pool, p->price_minor, p->currency, cx->language),
            .more_percent = p->more_percent, .saves_percent = p->saves_percent,
        };
    }
    return WALL_OK;
}

static const char *package_names(wall_cx_t *cx)
{
    const char *names = "";

    for (int i = 0; i < cx->site->packages->nelts; i++)
        names = apr_pstrcat(cx->pool, names, i > 0 ? ", " : "",
                            APR_ARRAY_IDX(cx->site->packages, i, wall_package_t).key, NULL);
    return names;
}

/* ---- beginning ---- */

/** The row under the key: made now, or before. *mine is 1 when it was made now. */
static wall_rc_t find_or_add(wall_cx_t *cx, const wall_package_t *package, const char *provider,
                             purchases_purchase_t *out, int *mine)
{
    wall_rc_t rc = wall_db_exec(
        cx, sql_purchases_add(cx->viewer.user_id, package->name, package->bricks,
                              package->price_minor, package->currency, provider,
                              cx->idempotency_key, PURCHASES_CHECKOUT_SECONDS),
        NULL);

    *mine = rc == WALL_OK;
    if (rc == WALL_E_DUPLICATE) {
        wall_fail_clear(cx);
        rc = WALL_OK;
    }
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_purchases_by_key(cx->viewer.user_id, cx->idempotency_key),
                         &purchases_row_shape, out);
    if (rc == WALL_OK && !*mine && strcmp(out->package, package->name) != 0)
        return wall_fail(cx, WALL_E_IDEMPOTENCY_MISMATCH, NULL, WALL_NO_WHY);
    return rc;
}

/** Whether its checkout has still to be opened. It may even be paid: events overtake answers. */
static int unopened(const purchases_purchase_t *purchase)
{
    return purchase->checkout_url == NULL && purchase->status == PURCHASES_PENDING &&
           purchase->processing_at == 0;
}

/** Another who asks the same may be about to have the answer; the provider need not be asked twice. */
static wall_rc_t wait_for_other(wall_cx_t *cx, purchases_purchase_t *purchase)
{
    wall_rc_t rc = WALL_OK;

    for (int waited = 0; rc == WALL_OK && unopened(purchase) && waited < WAIT_MS &&
                         apr_time_now() - purchase->created_at < apr_time_from_msec(2 * WAIT_MS);
         waited += PAUSE_MS) {
        wall_db_release(cx);
        apr_sleep(apr_time_from_msec(PAUSE_MS));
        rc = wall_db_one(cx, sql_purchases_by_key(cx->viewer.user_id, cx->idempotency_key),
                         &purchases_row_shape, purchase);
    }
    return rc;
}

/** Opens the checkout. The same key opens the same one, so it does no harm that two may do it. */
static wall_rc_t open_checkout(wall_cx_t *cx, purchases_purchase_t *purchase)
{
    const payment_provider_t *provider = payment_provider(cx, purchase->provider);
    payment_checkout_t checkout;
    apr_int64_t prolonged = 0;
    wall_rc_t rc;

    if (provider == NULL)
        return wall_fail(cx, WALL_E_PAYMENTS_OFF, NULL, WALL_NO_WHY);
    rc = wall_db_exec(cx, sql_purchases_prolong(PURCHASES_CHECKOUT_SECONDS, purchase->purchase_id),
                      &prolonged);
    if (rc == WALL_OK && prolonged != 0)
        rc = wall_db_one(cx, sql_purchases_any(purchase->purchase_id), &purchases_row_shape,
                         purchase);
    if (rc == WALL_OK)
        rc = provider->create(cx, purchase, &checkout);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_purchases_opened(checkout.session_id, checkout.url,
                                                   purchase->purchase_id),
                          NULL);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_purchases_any(purchase->purchase_id), &purchases_row_shape,
                         purchase);
    return rc;
}

wall_rc_t purchases_begin(wall_cx_t *cx, const purchases_new_t *in, purchases_begun_t *out)
{
    const wall_package_t *package = wall_packages_find(cx->site->packages, in->package);
    const payment_provider_t *provider = payment_provider_now(cx);
    purchases_purchase_t *purchase = &out->purchase;
    int mine = 0;
    wall_rc_t rc;

    if (package == NULL)
        return wall_fail(cx, WALL_E_VALIDATION, "package",
                         WALL_WHY(NOT_ONE_OF, .text = package_names(cx)));
    if (provider == NULL)
        return wall_fail(cx, WALL_E_PAYMENTS_OFF, NULL, WALL_NO_WHY);
    rc = find_or_add(cx, package, provider->name, purchase, &mine);
    if (rc == WALL_OK && !mine)
        rc = wait_for_other(cx, purchase);
    if (rc == WALL_OK && unopened(purchase))
        rc = open_checkout(cx, purchase);
    if (rc != WALL_OK)
        return rc;
    purchases_complete(cx, purchase);
    out->checkout_url = purchase->checkout_url;
    return WALL_OK;
}

/* ---- reading ---- */

/* "Wall Ltd; 1 Brick Lane; London" as lines. */
static const char *lines(wall_cx_t *cx, const char *text)
{
    char *copy = apr_pstrdup(cx->pool, text), *to = copy;

    for (const char *at = text; *at != '\0'; at++) {
        *to++ = *at == ';' ? '\n' : *at;
        if (*at == ';')
            at += strspn(at + 1, " ");
    }
    *to = '\0';
    return copy;
}

wall_rc_t purchases_get(wall_cx_t *cx, const purchases_which_t *in, purchases_purchase_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_purchases_get(in->purchase_id, cx->viewer.user_id),
                               &purchases_row_shape, out);

    if (rc != WALL_OK)
        return rc;
    purchases_complete(cx, out);
    out->seller = apr_pcalloc(cx->pool, sizeof(*out->seller));
    out->seller->name = cx->site->seller_name;
    out->seller->address = lines(cx, cx->site->seller_address);
    out->seller->tax_note = cx->site->seller_tax_note;
    return WALL_OK;
}

wall_rc_t purchases_list(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    const char *list = apr_psprintf(cx->pool, "purchases:%" APR_INT64_T_FMT, cx->viewer.user_id);
    apr_array_header_t *rows;
    apr_int64_t before;
    wall_rc_t rc = wall_cursor_read(cx, list, in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_purchases_list(cx->viewer.user_id, before, in->limit + 1),
                          &purchases_row_shape, &rows);
    if (rc != WALL_OK)
        return rc;
    for (int i = 0; i < rows->nelts; i++)
        purchases_complete(cx, &APR_ARRAY_IDX(rows, i, purchases_purchase_t));
    wall_page_finish(cx, list, rows, in->limit, offsetof(purchases_purchase_t, purchase_id), out);
    return WALL_OK;
}

/* ---- events ---- */

wall_rc_t purchases_webhook(wall_cx_t *cx, const purchases_webhook_in_t *in, void *out)
{
    const payment_provider_t *provider = payment_provider(cx, in->provider);
    payment_event_t event = { 0 };
    wall_rc_t rc;

    if (provider == NULL)
        return WALL_E_NOT_FOUND;
    rc = provider->parse(cx, &event);
    if (rc != WALL_OK || event.kind == PAYMENT_IGNORED)
        return rc;
    event.provider = provider->name;
    event.body_digest = wall_sha256_hex(cx->pool, cx->verbatim->body);
    return payment_apply(cx, &event);
}
