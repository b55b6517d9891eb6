/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/provider.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "core/crypto.h"
#include "core/site.h"

const char *const payment_kind_names[] = {
    [PAYMENT_IGNORED] = "ignored",   [PAYMENT_PROCESSING] = "processing",
    [PAYMENT_PAID] = "paid",         [PAYMENT_FAILED] = "failed",
    [PAYMENT_EXPIRED] = "expired",   [PAYMENT_CHARGED] = "charged",
    [PAYMENT_REFUNDED] = "refunded", [PAYMENT_DISPUTED] = "disputed",
    [PAYMENT_DISPUTE_WON] = "dispute_won", [PAYMENT_DISPUTE_LOST] = "dispute_lost",
    NULL,
};

static const payment_provider_t *const providers[] = { &payment_stripe, &payment_test };

const payment_provider_t *payment_provider(const wall_cx_t *cx, const char *name)
{
    for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
        /* The test's messages count only where the test is chosen: its secret is no bank's. */
        if (strcmp(providers[i]->name, name) == 0 &&
            (strcmp(cx->site->payments, name) == 0 ||
             (!providers[i]->test && cx->site->stripe_webhook_secrets != NULL)))
            return providers[i];
    }
    return NULL;
}

const payment_provider_t *payment_provider_now(const wall_cx_t *cx)
{
    return payment_provider(cx, cx->site->payments);
}

/* ---- signatures ---- */

static const char *signature(apr_pool_t *pool, const char *secret, const char *seconds,
                             size_t seconds_len, wall_bytes_t body)
{
    wall_buf_t text;

    wall_buf_init(&text, pool, body.len + seconds_len + 2);
    wall_buf_add(&text, seconds, seconds_len);
    wall_buf_char(&text, '.');
    wall_buf_add(&text, body.data, body.len);
    return wall_hmac_hex(pool, wall_bytes_of(secret),
                         (wall_bytes_t){ text.data, text.len });
}

const char *payment_signature_make(apr_pool_t *pool, const char *secret, wall_bytes_t body,
                                   apr_time_t now)
{
    const char *seconds = apr_psprintf(pool, "%" APR_TIME_T_FMT, apr_time_sec(now));

    return apr_pstrcat(pool, "t=", seconds, ",v1=",
                       signature(pool, secret, seconds, strlen(seconds), body), NULL);
}

/* A whole number of at most twelve digits, or -1. */
static apr_int64_t whole(const char *text, size_t len)
{
    apr_int64_t value = 0;

    if (len < 1 || len > 12)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (!apr_isdigit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* The value of the first item called @a name from @a at on; *next is behind it. */
static const char *item(const char *at, const char *name, size_t *len, const char **next)
{
    size_t name_len = strlen(name);

    while (at != NULL && *at != '\0') {
        size_t part = strcspn(at, ",");
        const char *value = at + name_len + 1;

        *next = at[part] == ',' ? at + part + 1 : at + part;
        if (part > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            *len = part - name_len - 1;
            return value;
        }
        at = *next;
    }
    return NULL;
}

int payment_signature_ok(apr_pool_t *pool, const apr_array_header_t *secrets, const char *header,
                         wall_bytes_t body, apr_time_t now)
{
    size_t seconds_len = 0, len;
    const char *next, *given, *seconds = item(header, "t", &seconds_len, &next);
    apr_int64_t at = seconds != NULL ? whole(seconds, seconds_len) : -1;
    apr_int64_t age = apr_time_sec(now) - at;
    int right = 0;

    if (at < 0 || age > PAYMENT_TOLERANCE || age < -PAYMENT_TOLERANCE || secrets == NULL)
        return 0;
    for (int i = 0; i < secrets->nelts; i++) {
        const char *expected = signature(pool, APR_ARRAY_IDX(secrets, i, const char *), seconds,
                                         seconds_len, body);

        for (const char *rest = header; (given = item(rest, "v1", &len, &next)) != NULL; rest = next)
            right |= wall_equal_secret(apr_pstrmemdup(pool, given, len), expected);
    }
    return right;
}

/* ---- references ---- */

static const char *reference(const wall_cx_t *cx, apr_int64_t purchase_id)
{
    const char *named = apr_psprintf(cx->pool, "%s:%" APR_INT64_T_FMT, cx->site->site, purchase_id);
    const char *mac = wall_mac_hex(cx->pool, cx->site->secret, "payments-reference",
                                   wall_bytes_of(named));

    return apr_psprintf(cx->pool, "%s:%.16s", named, mac);
}

const char *payment_reference(const wall_cx_t *cx, const purchases_purchase_t *purchase)
{
    return reference(cx, purchase->purchase_id);
}

apr_int64_t payment_reference_read(const wall_cx_t *cx, const char *text)
{
    size_t len = strlen(cx->site->site);
    apr_int64_t id;

    if (text == NULL || strncmp(text, cx->site->site, len) != 0 || text[len] != ':')
        return 0;
    id = whole(text + len + 1, strcspn(text + len + 1, ":"));
    return id > 0 && wall_equal_secret(text, reference(cx, id)) ? id : 0;
}
