/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_BRICKS_HISTORY_H
#define WALL_APP_BRICKS_HISTORY_H

/**
 * @file history.h
 * A user's own movements of bricks as they read them: newest first, a hold with its end as one movement
 * ("55 held, 42 used, 13 returned") unless the steps are wanted, each with what it was for.
 */
#include "app/bricks/bricks.h"
#include "core/cursor.h"

/** What became of the bricks held for an app. */
typedef struct history_hold_t {
    apr_int64_t held;
    apr_int64_t *used;     /* NULL: still held, or nothing was used */
    apr_int64_t *returned; /* NULL: still held */
    apr_time_t held_at;
    apr_time_t resolved_at; /* 0: still held */
} history_hold_t;

/** The app a movement was for. */
typedef struct history_app_t {
    apr_int64_t app_id;
    apr_int64_t post_id;
    const char *title;
    const char *status;
    const char *job_id;
    apr_int64_t *total_tokens; /* NULL until it is completed */
    int is_gone;               /* its post was removed */
} history_app_t;

/** Where the bricks of one generation went. */
typedef struct history_cost_t {
    const char *model;
    apr_int64_t *prompt_tokens;
    apr_int64_t *completion_tokens;
    apr_int64_t *total_tokens;
    apr_int64_t *tokens_per_brick;
    apr_int64_t *bricks;
    apr_int64_t *waited_ms;
    apr_int64_t *writing_ms;
} history_cost_t;

/** One row of the ledger. */
typedef struct history_step_t {
    apr_int64_t transaction_id;
    int transaction_type;
    apr_int64_t amount;
    apr_int64_t balance_after;
    apr_time_t created_at;
} history_step_t;

/** The purchase a movement belongs to. */
typedef struct history_purchase_t {
    apr_int64_t purchase_id;
    const char *package;
    apr_int64_t *receipt_number;
    apr_int64_t price_minor;
    const char *currency;
    const char *payment_method;
    const char *status;
} history_purchase_t;

/** A day's bricks. */
typedef struct history_claim_t {
    apr_int64_t streak_days;
    apr_int64_t streak_bonus;
} history_claim_t;

typedef struct history_movement_t {
    apr_int64_t transaction_id;
    int transaction_type; /* history_type_names */
    const char *source;
    apr_int64_t amount;
    apr_int64_t balance_after;
    const char *description;
    apr_time_t created_at;
    history_hold_t *hold;
    history_app_t *app;
    history_purchase_t *purchase;
    history_claim_t *claim;
    history_cost_t *cost;      /* of history_get() only */
    apr_array_header_t *steps; /* of history_get() only: history_step_t */
} history_movement_t;
extern const char *const history_type_names[];
extern const char *const history_filter_names[];
extern const wall_shape_t history_page_shape;
extern const wall_shape_t history_list_shape; /* of history_list_in_t */

/** What a list of movements takes. */
typedef struct history_list_in_t {
    apr_int64_t limit;
    const char *cursor;
    int type;             /* history_filter_names; 0 = all */
    int direction;        /* 0 = all, 1 = in, 2 = out */
    const char *source;   /* NULL = all */
    const char *since;    /* days of the site's time zone, both included; NULL = no bound */
    const char *until;
    const char *search;   /* up to three words; NULL = all */
    int steps;            /* a hold and its end apart */
} history_list_in_t;

typedef struct history_which_t {
    apr_int64_t transaction_id;
} history_which_t;

wall_rc_t history_list(wall_cx_t *cx, const history_list_in_t *in, wall_page_t *out);
wall_rc_t history_get(wall_cx_t *cx, const history_which_t *in, history_movement_t *out);
/** All movements the filters let through, as CSV; at most HISTORY_EXPORT_MAX. */
wall_rc_t history_export(wall_cx_t *cx, const history_list_in_t *in, wall_body_t *out);

#define HISTORY_EXPORT_MAX 100000

extern const wall_route_t history_routes[];

#endif
