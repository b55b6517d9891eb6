/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PURCHASES_ADMIN_H
#define WALL_APP_PURCHASES_ADMIN_H

/**
 * @file purchases_admin.h
 * Everybody's purchases, for administrators: to find one at its provider, to see what the provider said of
 * it, and to end one that is held. Private to purchases/ but for the table.
 */
#include "app/purchases/purchases.h"
#include "app/users/users.h"

/** A purchase as administrators see it. Times in µs, 0 = not. */
typedef struct purchases_case_t {
    apr_int64_t purchase_id;
    users_card_t buyer;
    int erased; /* the buyer's account */
    const char *package;
    apr_int64_t bricks;
    apr_int64_t price_minor;
    const char *currency;
    const char *price; /* as text; not a column */
    int status;        /* purchases_status_t */
    const char *problem;
    apr_time_t problem_at;
    apr_int64_t *said_minor;
    const char *said_currency;
    const char *said; /* as text; not a column */
    apr_int64_t refunded_minor;
    apr_int64_t disputed_minor;
    const char *dispute;
    apr_int64_t bricks_net;
    const char *provider;
    const char *session_id;
    const char *payment_id;
    const char *charge_id;
    apr_int64_t *receipt_number;
    apr_time_t created_at, processing_at, paid_at, failed_at, expired_at, closed_at;
    users_card_t *closed_by;
    const char *closed_note;
} purchases_case_t;
extern const wall_shape_t purchases_case_shape;

/** What its provider said of it, without what it was said with. */
typedef struct purchases_said_t {
    const char *event_type;
    const char *kind;
    apr_int64_t amount_minor;
    const char *currency;
    const char *amount; /* as text; not a column. NULL: none was named */
    apr_time_t received_at;
    apr_time_t applied_at;
} purchases_said_t;
extern const wall_shape_t purchases_said_shape;

typedef struct purchases_case_detail_t {
    purchases_case_t purchase;
    apr_array_header_t *events; /* of purchases_said_t, oldest first */
} purchases_case_detail_t;

typedef struct purchases_search_t {
    int status; /* 0: any, else purchases_status_t + 1 */
    const char *user;
    apr_int64_t limit;
    const char *cursor;
} purchases_search_t;

typedef struct purchases_close_t {
    apr_int64_t purchase_id;
    const char *note;
} purchases_close_t;

wall_rc_t purchases_admin_list(wall_cx_t *cx, const purchases_search_t *in, wall_page_t *out);
wall_rc_t purchases_admin_get(wall_cx_t *cx, const purchases_which_t *in, purchases_case_detail_t *out);
wall_rc_t purchases_admin_close(wall_cx_t *cx, const purchases_close_t *in,
                                purchases_case_detail_t *out);

/** Routes for administrators, for app/routes.c. */
extern const wall_route_t purchases_admin_routes[];

#endif
