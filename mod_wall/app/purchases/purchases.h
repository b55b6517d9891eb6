/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PURCHASES_H
#define WALL_APP_PURCHASES_H

/**
 * @file purchases.h
 * Buying bricks. A purchase is a row first, then a checkout at a payment provider; what became of it is
 * what the provider says in signed events, which come in any order, repeatedly, or not at all. They are
 * kept as facts; bricks are booked so that they match the facts, each time anew (settle.c), so neither
 * order nor repetition matters.
 */
#include "core/cursor.h"
#include "core/cx.h"
#include "core/packages.h"
#include "core/route.h"

/** How long a checkout stays open. */
#define PURCHASES_CHECKOUT_SECONDS 3600

typedef enum purchases_status_t {
    PURCHASES_PENDING,
    PURCHASES_COMPLETED,
    PURCHASES_FAILED,
    PURCHASES_EXPIRED,
    PURCHASES_REFUNDED,
    PURCHASES_PARTIALLY_REFUNDED,
    PURCHASES_DISPUTED,
    PURCHASES_HELD,  /* what was paid is not the price: an administrator has to look */
    PURCHASES_CLOSED /* they have, and it gave no bricks */
} purchases_status_t;
extern const char *const purchases_status_names[];

/** Who sells, for receipts; members may be "". */
typedef struct purchases_seller_t {
    const char *name;
    const char *address; /* lines end with \n */
    const char *tax_note;
} purchases_seller_t;

/** A row of purchases, and what its owner is told of it. Times in µs, 0 = not. */
typedef struct purchases_purchase_t {
    apr_int64_t purchase_id;
    apr_int64_t user_id;
    const char *package;
    apr_int64_t bricks;
    apr_int64_t price_minor;
    const char *currency;
    const char *provider;
    const char *session_id;
    const char *payment_id;
    const char *charge_id;
    const char *checkout_url;
    int status; /* purchases_status_t */
    apr_time_t processing_at, paid_at, failed_at, expired_at;
    const char *problem;
    apr_time_t problem_at;
    apr_int64_t refunded_minor;
    apr_int64_t disputed_minor;
    const char *dispute; /* open, lost, won or NULL */
    apr_int64_t bricks_net;
    apr_int64_t bookings;
    const char *payment_method;
    apr_int64_t *receipt_number;
    apr_int64_t checks;
    apr_time_t closed_at;
    const char *closed_note;
    apr_time_t created_at, expires_at;
    /* not columns */
    const char *price;           /* "4.99 USD" */
    int test;                    /* no money moved */
    purchases_seller_t *seller;  /* of one purchase, not in lists */
} purchases_purchase_t;

/** The row, all columns. */
extern const wall_shape_t purchases_row_shape;
/** What its owner is told. */
extern const wall_shape_t purchases_purchase_shape;
extern const wall_shape_t purchases_page_shape;

/* ---- endpoints ---- */

typedef struct purchases_package_t {
    const char *package;
    const char *name;
    apr_int64_t bricks;
    apr_int64_t bonus;
    apr_int64_t price_minor;
    const char *currency;
    const char *price;
    apr_int64_t more_percent;
    apr_int64_t saves_percent;
} purchases_package_t;

typedef struct purchases_packages_t {
    apr_array_header_t *items;
    int open; /* can be bought now */
    int test; /* by a checkout that moves no money */
} purchases_packages_t;
extern const wall_shape_t purchases_packages_shape;

typedef struct purchases_new_t {
    const char *package;
} purchases_new_t;
extern const wall_shape_t purchases_new_shape;

typedef struct purchases_begun_t {
    purchases_purchase_t purchase;
    const char *checkout_url; /* absolute; go there with the whole page */
} purchases_begun_t;

typedef struct purchases_which_t {
    apr_int64_t purchase_id;
} purchases_which_t;
/** One purchase, by the id in a path. */
extern const wall_shape_t purchases_which_shape;

wall_rc_t purchases_packages(wall_cx_t *cx, const void *in, purchases_packages_t *out);
/** Begins a purchase for the viewer under cx->idempotency_key. Talks to the provider: call it outside of
 *  transactions. */
wall_rc_t purchases_begin(wall_cx_t *cx, const purchases_new_t *in, purchases_begun_t *out);
wall_rc_t purchases_get(wall_cx_t *cx, const purchases_which_t *in, purchases_purchase_t *out);
wall_rc_t purchases_list(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);

typedef struct purchases_webhook_in_t {
    const char *provider;
} purchases_webhook_in_t;

/** Takes cx->verbatim from a provider. WALL_OK also for what is known already or not ours. */
wall_rc_t purchases_webhook(wall_cx_t *cx, const purchases_webhook_in_t *in, void *out);

/* ---- the test provider's checkout page (app/pages) ---- */

/** What can be done on it; the names are the buttons'. */
typedef enum purchases_test_t {
    PURCHASES_TEST_PAY,
    PURCHASES_TEST_FAIL,
    PURCHASES_TEST_LATER, /* checkout is done, the money comes later */
    PURCHASES_TEST_PAY_LESS, /* not the price: it is held */
    PURCHASES_TEST_REFUND,
    PURCHASES_TEST_REFUND_HALF,
    PURCHASES_TEST_DISPUTE,
    PURCHASES_TEST_DISPUTE_WON,
    PURCHASES_TEST_DISPUTE_LOST
} purchases_test_t;
extern const char *const purchases_test_names[];

/** As purchases_get(); WALL_E_NOT_FOUND also for what is not paid by the test, or no longer. */
wall_rc_t purchases_test_find(wall_cx_t *cx, const purchases_which_t *in, purchases_purchase_t *out);
/** Sends the event that @a what brings about, signed, the way every provider's events come. */
wall_rc_t purchases_test_send(wall_cx_t *cx, const purchases_purchase_t *purchase,
                              purchases_test_t what);

/** Routes of the domain, for app/routes.c. */
extern const wall_route_t purchases_routes[];

#endif
