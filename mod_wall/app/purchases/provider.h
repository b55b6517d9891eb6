/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PURCHASES_PROVIDER_H
#define WALL_APP_PURCHASES_PROVIDER_H

/**
 * @file provider.h
 * What a payment provider has to be able to do; private to purchases/. Another provider is another
 * payment_provider_t in the table of providers.c.
 */
#include "app/purchases/purchases.h"

/** What an event says, whatever the provider calls it. The names are stored (payment_events.kind). */
typedef enum payment_kind_t {
    PAYMENT_IGNORED,    /* nothing that concerns us */
    PAYMENT_PROCESSING, /* checkout is done, the money is on its way */
    PAYMENT_PAID,
    PAYMENT_FAILED,
    PAYMENT_EXPIRED,
    PAYMENT_CHARGED, /* how it was paid: charge, payment method */
    PAYMENT_REFUNDED, /* amount: the sum of all refunds so far */
    PAYMENT_DISPUTED, /* amount: what the dispute is about */
    PAYMENT_DISPUTE_WON,
    PAYMENT_DISPUTE_LOST
} payment_kind_t;
extern const char *const payment_kind_names[];

extern const wall_shape_t payment_event_shape;

/** One event. What the provider did not say is NULL or 0. */
typedef struct payment_event_t {
    const char *event_id; /* NULL: learnt by asking, not told */
    const char *event_type;
    int kind; /* payment_kind_t */
    apr_int64_t purchase_id; /* ours, from what we attached to the checkout */
    apr_int64_t user_id;     /* filled once the purchase is found */
    const char *provider;
    const char *session_id;
    const char *payment_id;
    const char *charge_id;
    const char *dispute_id;
    apr_int64_t amount_minor;
    const char *currency; /* upper case */
    const char *payment_method;
    const char *body_digest;
} payment_event_t;

/** A checkout that was opened. */
typedef struct payment_checkout_t {
    const char *session_id;
    const char *url; /* absolute */
} payment_checkout_t;

typedef struct payment_provider_t {
    const char *name; /* in WallPayments, the webhook's path and purchases.provider */
    int test;         /* no money moves */
    /**
     * Opens a checkout for @a purchase; the same one however often it is asked. Holds no connection.
     * @return WALL_E_PAYMENT_UNAVAILABLE when the provider cannot be reached or refuses
     */
    wall_rc_t (*create)(wall_cx_t *cx, const purchases_purchase_t *purchase, payment_checkout_t *out);
    /**
     * Checks the signature of cx->verbatim and reads it. PAYMENT_IGNORED for what does not concern us.
     * @return WALL_E_BAD_SIGNATURE, WALL_E_BAD_REQUEST
     */
    wall_rc_t (*parse)(wall_cx_t *cx, payment_event_t *out);
    /**
     * Asks what became of a purchase whose events have not come. @a out gets payment_event_t without
     * event ids, in the order they are to be applied. NULL: the provider cannot be asked.
     */
    wall_rc_t (*ask)(wall_cx_t *cx, const purchases_purchase_t *purchase, apr_array_header_t *out);
} payment_provider_t;

extern const payment_provider_t payment_stripe;
extern const payment_provider_t payment_test;

/** The provider called @a name if this site uses it; NULL otherwise. A purchase keeps the provider it was
 *  begun with. */
const payment_provider_t *payment_provider(const wall_cx_t *cx, const char *name);
/** The one new purchases are begun with; NULL when nothing is for sale. */
const payment_provider_t *payment_provider_now(const wall_cx_t *cx);

/**
 * Checks "t=…,v1=…[,v1=…]": HMAC-SHA-256 of "t.body" by one of @a secrets, not older or newer than
 * PAYMENT_TOLERANCE seconds. Comparison takes the same time wherever it fails. Pure.
 * @param secrets of const char *
 * @return 1 when it is right
 */
#define PAYMENT_TOLERANCE 300
int payment_signature_ok(apr_pool_t *pool, const apr_array_header_t *secrets, const char *header,
                         wall_bytes_t body, apr_time_t now);
/** The header for @a body, as a provider would send it. */
const char *payment_signature_make(apr_pool_t *pool, const char *secret, wall_bytes_t body,
                                   apr_time_t now);

/** Reads what payment_reference() wrote; 0 when it is not of this installation. */
apr_int64_t payment_reference_read(const wall_cx_t *cx, const char *reference);
/** "<site>:<purchase id>:<mac>", what is attached to checkouts. Two installations may share an account of
 *  the provider, and a name: the mac (of the site's secret) tells their purchases apart. */
const char *payment_reference(const wall_cx_t *cx, const purchases_purchase_t *purchase);

/** Applies an event, once, and books what follows from it (settle.c). WALL_OK also when it was applied
 *  before, or waits for a purchase that is not known yet. */
wall_rc_t payment_apply(wall_cx_t *cx, payment_event_t *event);

/**
 * Ends a purchase that is held, in the viewer's name: no bricks move, the buyer is told at once and by mail.
 * What the provider says later still counts, as ever: paid as agreed, it becomes completed and gives its
 * bricks (a warning says so, for some may have been given by hand); money that went back is noted and changes
 * nothing while none was booked; another payment that is not the price has it held again.
 * @param note what the buyer reads
 * @return WALL_E_CONFLICT (recorded) when it is not held, or not any more; WALL_E_NOT_FOUND
 */
wall_rc_t payment_close(wall_cx_t *cx, apr_int64_t purchase_id, const char *note);

/** Completes a row: what is not a column. */
void purchases_complete(wall_cx_t *cx, purchases_purchase_t *purchase);

#endif
