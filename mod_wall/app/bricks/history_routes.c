/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/history_private.h"

const char *const history_type_names[] = { "bonus", "earned",   "purchased", "held",
                                           "spent", "refunded", NULL };
const char *const history_filter_names[] = { "all",  "bonus", "earned",   "purchased",
                                             "held", "spent", "refunded", NULL };
static const char *const direction_names[] = { "all", "in", "out", NULL };

static const wall_field_t hold_fields[] = {
    WALL_I64(history_hold_t, held, .required = 1, .doc = "Bricks that were held.", .example = "55"),
    WALL_OPT_I64(history_hold_t, used,
                 .doc = "Bricks that were used; null while held and when all came back."),
    WALL_OPT_I64(history_hold_t, returned, .doc = "Bricks that came back; null while held."),
    WALL_TIME(history_hold_t, held_at, .required = 1, .doc = "When they were held."),
    WALL_TIME(history_hold_t, resolved_at, .doc = "When the hold ended; null while it lasts."),
    WALL_FIELDS_END
};
static const wall_shape_t hold_shape =
    WALL_SHAPE_OF("BricksMovementHold", history_hold_t, hold_fields);

static const wall_field_t app_fields[] = {
    WALL_I64(history_app_t, app_id, .required = 1, .doc = "Id of the app."),
    WALL_I64(history_app_t, post_id, .required = 1, .doc = "Id of its post."),
    WALL_STR(history_app_t, title, .required = 1, .doc = "What the app calls itself."),
    WALL_STR(history_app_t, status, .required = 1, .doc = "How far it is, as in a job."),
    WALL_STR(history_app_t, job_id, .required = 1, .doc = "The job that makes or made it."),
    WALL_OPT_I64(history_app_t, total_tokens, .doc = "Tokens of the model; null until completed."),
    WALL_BOOL(history_app_t, is_gone, .required = 1, .doc = "Whether its post was removed."),
    WALL_FIELDS_END
};
static const wall_shape_t app_shape = WALL_SHAPE_OF("BricksMovementApp", history_app_t, app_fields);

static const wall_field_t purchase_fields[] = {
    WALL_I64(history_purchase_t, purchase_id, .required = 1, .doc = "Id of the purchase."),
    WALL_STR(history_purchase_t, package, .required = 1, .doc = "Name of the package."),
    WALL_OPT_I64(history_purchase_t, receipt_number, .doc = "Number of its receipt."),
    WALL_I64(history_purchase_t, price_minor, .required = 1,
             .doc = "What was paid, in minor units of the currency."),
    WALL_STR(history_purchase_t, currency, .required = 1, .doc = "ISO 4217 code."),
    WALL_STR(history_purchase_t, payment_method, .doc = "How it was paid, such as visa 4242."),
    WALL_STR(history_purchase_t, status, .required = 1, .doc = "How it stands now."),
    WALL_FIELDS_END
};
static const wall_shape_t purchase_shape =
    WALL_SHAPE_OF("BricksMovementPurchase", history_purchase_t, purchase_fields);

static const wall_field_t claim_fields[] = {
    WALL_I64(history_claim_t, streak_days, .doc = "Days in a row, that one included."),
    WALL_I64(history_claim_t, streak_bonus, .doc = "How much of it was for days in a row."),
    WALL_FIELDS_END
};
static const wall_shape_t claim_shape =
    WALL_SHAPE_OF("BricksMovementClaim", history_claim_t, claim_fields);

#define MOVEMENT_FIELDS                                                                            \
    WALL_I64(history_movement_t, transaction_id, .required = 1, .doc = "Id of the movement."),     \
    WALL_ENUM(history_movement_t, transaction_type, history_type_names, .required = 1,             \
              .doc = "What kind of movement."),                                                    \
    WALL_STR(history_movement_t, source, .required = 1, .doc = "What caused it.",                  \
             .example = "\"ai_generation\""),                                                      \
    WALL_I64(history_movement_t, amount, .required = 1,                                            \
             .doc = "What it did to the balance; a hold and its end are one movement, unless "     \
                    "steps are asked for.",                                                        \
             .example = "-42"),                                                                    \
    WALL_I64(history_movement_t, balance_after, .required = 1, .doc = "The balance after it."),    \
    WALL_STR(history_movement_t, description, .doc = "The reason somebody gave, if any."),         \
    WALL_TIME(history_movement_t, created_at, .required = 1, .doc = "When."),                      \
    WALL_OPT_OBJ(history_movement_t, hold, &hold_shape, .doc = "The hold behind it, if any."),     \
    WALL_OPT_OBJ(history_movement_t, app, &app_shape, .doc = "The app it was for, if any."),   \
    WALL_OPT_OBJ(history_movement_t, purchase, &purchase_shape,                                    \
                 .doc = "The purchase it belongs to, if any."),                                    \
    WALL_OPT_OBJ(history_movement_t, claim, &claim_shape, .doc = "The claim it was, if any.")

static const wall_field_t movement_fields[] = { MOVEMENT_FIELDS, WALL_FIELDS_END };
const wall_shape_t history_movement_shape =
    WALL_SHAPE_OF("BricksMovement", history_movement_t, movement_fields);

static const wall_field_t page_fields[] = {
    WALL_PAGE_OUT_FIELDS(&history_movement_shape),
    WALL_FIELDS_END
};
const wall_shape_t history_page_shape =
    WALL_SHAPE_OF("BricksMovementPage", wall_page_t, page_fields);

static const wall_field_t cost_fields[] = {
    WALL_STR(history_cost_t, model, .doc = "Model that wrote it."),
    WALL_OPT_I64(history_cost_t, prompt_tokens, .doc = "Tokens of the request."),
    WALL_OPT_I64(history_cost_t, completion_tokens, .doc = "Tokens of the answer."),
    WALL_OPT_I64(history_cost_t, total_tokens, .doc = "Both together."),
    WALL_OPT_I64(history_cost_t, tokens_per_brick, .doc = "Tokens one brick paid for."),
    WALL_OPT_I64(history_cost_t, bricks, .doc = "Bricks used: the tokens by the rate, rounded up."),
    WALL_OPT_I64(history_cost_t, waited_ms,
                 .doc = "Milliseconds from asking until the attempt that made it began."),
    WALL_OPT_I64(history_cost_t, writing_ms, .doc = "Milliseconds the model took."),
    WALL_FIELDS_END
};
static const wall_shape_t cost_shape =
    WALL_SHAPE_OF("BricksMovementCost", history_cost_t, cost_fields);

static const wall_field_t step_fields[] = {
    WALL_I64(history_step_t, transaction_id, .required = 1, .doc = "Id of the ledger's row."),
    WALL_ENUM(history_step_t, transaction_type, history_type_names, .required = 1,
              .doc = "What kind of movement."),
    WALL_I64(history_step_t, amount, .required = 1, .doc = "What it alone did to the balance."),
    WALL_I64(history_step_t, balance_after, .required = 1, .doc = "The balance after it."),
    WALL_TIME(history_step_t, created_at, .required = 1, .doc = "When."),
    WALL_FIELDS_END
};
const wall_shape_t history_step_shape =
    WALL_SHAPE_OF("BricksMovementStep", history_step_t, step_fields);

static const wall_field_t detail_fields[] = {
    MOVEMENT_FIELDS,
    WALL_OPT_OBJ(history_movement_t, cost, &cost_shape,
                 .doc = "Where the bricks went; null when nothing was generated."),
    WALL_LIST(history_movement_t, steps, &history_step_shape,
              .doc = "The ledger's rows of this app, oldest first; empty when it was for none."),
    WALL_FIELDS_END
};
const wall_shape_t history_detail_shape =
    WALL_SHAPE_OF("BricksMovementDetail", history_movement_t, detail_fields);

#define FILTER_FIELDS                                                                              \
    WALL_ENUM(history_list_in_t, type, history_filter_names, .from = WALL_FROM_QUERY,              \
              .doc = "Only movements of this kind."),                                              \
    WALL_ENUM(history_list_in_t, direction, direction_names, .from = WALL_FROM_QUERY,              \
              .doc = "Only what came in, or what went out."),                                      \
    WALL_STR(history_list_in_t, source, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE,          \
             .max = 40, .doc = "Only movements caused by this.", .example = "\"ai_generation\""),  \
    WALL_STR(history_list_in_t, since, .from = WALL_FROM_QUERY, .format = WALL_FMT_DATE,           \
             .max = 10, .doc = "First day, in the site's time zone."),                             \
    WALL_STR(history_list_in_t, until, .from = WALL_FROM_QUERY, .format = WALL_FMT_DATE,           \
             .max = 10, .doc = "Last day, in the site's time zone."),                              \
    WALL_STR(history_list_in_t, search, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE,          \
             .trim = 1, .max = 100,                                                                \
             .doc = "Up to three words (or parts of words) that all stand in the app's title, "    \
                    "the reason, the package, the receipt's number or the way of paying."),        \
    WALL_BOOL(history_list_in_t, steps, .from = WALL_FROM_QUERY,                                   \
              .doc = "Tell a hold and its end apart, as the ledger does.")

static const wall_field_t list_in_fields[] = {
    FILTER_FIELDS,
    WALL_PAGE_FIELDS(history_list_in_t),
    WALL_FIELDS_END
};
const wall_shape_t history_list_shape =
    WALL_SHAPE_OF("BricksMovementList", history_list_in_t, list_in_fields);

static const wall_field_t export_in_fields[] = { FILTER_FIELDS, WALL_FIELDS_END };
static const wall_shape_t export_in_shape =
    WALL_SHAPE_OF("BricksMovementExport", history_list_in_t, export_in_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(history_which_t, transaction_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the movement."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape =
    WALL_SHAPE_OF("BricksMovementWhich", history_which_t, which_fields);

static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(history_list, history_list_in_t, wall_page_t)
WALL_ENDPOINT(history_get, history_which_t, history_movement_t)
WALL_ENDPOINT(history_export, history_list_in_t, wall_body_t)

const wall_route_t history_routes[] = {
    { .id = "listBricksTransactions", .method = WALL_GET, .path = "/bricks/transactions",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .in = &history_list_shape, .out = &history_page_shape, .errors = list_errors,
      .action = WALL_ACTION(history_list),
      .doc = "Your movements of bricks, newest first. A page may hold fewer than asked for, or none, and "
             "still have a next one: filters look at a bounded number of movements at a time." },
    { .id = "exportBricksTransactions", .method = WALL_GET, .path = "/bricks/transactions/export",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_WRITE,
      .in = &export_in_shape, .raw = WALL_RAW_BODY, .errors = no_errors,
      .action = WALL_ACTION(history_export),
      .doc = "Your movements of bricks as CSV (RFC 4180, UTF-8), newest first, with the list's filters." },
    { .id = "getBricksTransaction", .method = WALL_GET,
      .path = "/bricks/transactions/{transaction_id}", .auth = WALL_AUTH_USER,
      .scope = "bricks:read", .rate = WALL_RATE_READ, .in = &which_shape,
      .out = &history_detail_shape, .errors = get_errors, .action = WALL_ACTION(history_get),
      .doc = "One movement of yours with what it was for and how the cost came about." },
    WALL_ROUTES_END
};
