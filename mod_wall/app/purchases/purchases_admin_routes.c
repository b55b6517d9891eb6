/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/purchases_admin.h"

static const char *const filter_names[] = {
    [0] = "any",
    [1 + PURCHASES_PENDING] = "pending",
    [1 + PURCHASES_COMPLETED] = "completed",
    [1 + PURCHASES_FAILED] = "failed",
    [1 + PURCHASES_EXPIRED] = "expired",
    [1 + PURCHASES_REFUNDED] = "refunded",
    [1 + PURCHASES_PARTIALLY_REFUNDED] = "partially_refunded",
    [1 + PURCHASES_DISPUTED] = "disputed",
    [1 + PURCHASES_HELD] = "held",
    [1 + PURCHASES_CLOSED] = "closed",
    [2 + PURCHASES_CLOSED] = NULL,
};

static const wall_field_t search_fields[] = {
    WALL_ENUM(purchases_search_t, status, filter_names, .from = WALL_FROM_QUERY,
              .doc = "Only those that stand so."),
    WALL_STR(purchases_search_t, user, .from = WALL_FROM_QUERY, .trim = 1, .format = WALL_FMT_USERNAME,
             .min = 3, .max = 30, .doc = "Only those of the account with this username."),
    WALL_PAGE_FIELDS(purchases_search_t),
    WALL_FIELDS_END
};
static const wall_shape_t search_shape =
    WALL_SHAPE_OF("AdminPurchaseSearch", purchases_search_t, search_fields);

static const wall_field_t case_fields[] = {
    WALL_I64(purchases_case_t, purchase_id, .required = 1, .doc = "Id of the purchase.", .example = "12"),
    WALL_OBJ(purchases_case_t, buyer, &users_card_shape, .required = 1,
             .doc = "Who bought; of an erased account a number is left."),
    WALL_BOOL(purchases_case_t, erased, .required = 1, .doc = "Whether the buyer's account is erased."),
    WALL_STR(purchases_case_t, package, .required = 1, .doc = "Name it was sold by.",
             .example = "\"Starter\""),
    WALL_I64(purchases_case_t, bricks, .required = 1, .doc = "Bricks that were bought.",
             .example = "1000"),
    WALL_I64(purchases_case_t, price_minor, .required = 1,
             .doc = "Price in minor units of the currency.", .example = "499"),
    WALL_STR(purchases_case_t, currency, .required = 1, .doc = "ISO 4217.", .example = "\"USD\""),
    WALL_STR(purchases_case_t, price, .required = 1, .doc = "The price as text.",
             .example = "\"4.99 USD\""),
    WALL_ENUM(purchases_case_t, status, purchases_status_names, .required = 1,
              .doc = "How it stands; held: an administrator has to look into it."),
    WALL_STR(purchases_case_t, problem,
             .doc = "What of the payment is not as agreed: amount or currency; null: nothing was."),
    WALL_TIME(purchases_case_t, problem_at, .doc = "When the provider said so."),
    WALL_OPT_I64(purchases_case_t, said_minor, .doc = "The sum it named then, in minor units."),
    WALL_STR(purchases_case_t, said_currency, .doc = "The currency it named then; null: none, or no currency."),
    WALL_STR(purchases_case_t, said, .doc = "Both as text; null without a currency.",
             .example = "\"4.98 USD\""),
    WALL_I64(purchases_case_t, refunded_minor, .required = 1,
             .doc = "Money that was given back, in minor units."),
    WALL_I64(purchases_case_t, disputed_minor, .required = 1,
             .doc = "Money of disputes that are open or lost, in minor units."),
    WALL_STR(purchases_case_t, dispute, .doc = "open, lost or won; null: it was never disputed."),
    WALL_I64(purchases_case_t, bricks_net, .required = 1,
             .doc = "Bricks it gave that were not taken back."),
    WALL_STR(purchases_case_t, provider, .required = 1, .doc = "Who takes the payment.",
             .example = "\"stripe\""),
    WALL_STR(purchases_case_t, session_id, .doc = "The checkout's id at the provider."),
    WALL_STR(purchases_case_t, payment_id, .doc = "The payment's id at the provider."),
    WALL_STR(purchases_case_t, charge_id, .doc = "The charge's id at the provider."),
    WALL_OPT_I64(purchases_case_t, receipt_number, .doc = "Number of the receipt; without gaps."),
    WALL_TIME(purchases_case_t, created_at, .required = 1, .doc = "When it was begun."),
    WALL_TIME(purchases_case_t, processing_at,
              .doc = "When the checkout was done while the money was still on its way."),
    WALL_TIME(purchases_case_t, paid_at, .doc = "When the payment was confirmed."),
    WALL_TIME(purchases_case_t, failed_at, .doc = "When the payment failed."),
    WALL_TIME(purchases_case_t, expired_at, .doc = "When it was given up."),
    WALL_TIME(purchases_case_t, closed_at, .doc = "When an administrator closed it."),
    WALL_OPT_OBJ(purchases_case_t, closed_by, &users_card_shape, .doc = "Who of them."),
    WALL_STR(purchases_case_t, closed_note, .doc = "What they wrote to the buyer."),
    WALL_FIELDS_END
};
const wall_shape_t purchases_case_shape =
    WALL_SHAPE_OF("AdminPurchase", purchases_case_t, case_fields);

static const wall_field_t page_fields[] = { WALL_PAGE_OUT_FIELDS(&purchases_case_shape),
                                            WALL_FIELDS_END };
static const wall_shape_t page_shape = WALL_SHAPE_OF("AdminPurchasePage", wall_page_t, page_fields);

static const wall_field_t said_fields[] = {
    WALL_STR(purchases_said_t, event_type, .required = 1, .doc = "As the provider calls it.",
             .example = "\"checkout.session.completed\""),
    WALL_STR(purchases_said_t, kind, .required = 1, .doc = "What it means here.", .example = "\"paid\""),
    WALL_I64(purchases_said_t, amount_minor, .required = 1,
             .doc = "The sum it names, in minor units of its currency."),
    WALL_STR(purchases_said_t, currency, .doc = "ISO 4217; null: it names none."),
    WALL_STR(purchases_said_t, amount, .doc = "Both as text; null without a currency."),
    WALL_TIME(purchases_said_t, received_at, .required = 1, .doc = "When it came."),
    WALL_TIME(purchases_said_t, applied_at, .doc = "When it was taken into account."),
    WALL_FIELDS_END
};
const wall_shape_t purchases_said_shape =
    WALL_SHAPE_OF("AdminPaymentEvent", purchases_said_t, said_fields);

static const wall_field_t detail_fields[] = {
    WALL_OBJ(purchases_case_detail_t, purchase, &purchases_case_shape, .required = 1,
             .doc = "The purchase."),
    WALL_LIST(purchases_case_detail_t, events, &purchases_said_shape,
              .doc = "What its provider said of it in the last 90 days, oldest first."),
    WALL_FIELDS_END
};
static const wall_shape_t detail_shape =
    WALL_SHAPE_OF("AdminPurchaseDetail", purchases_case_detail_t, detail_fields);

static const wall_field_t close_fields[] = {
    WALL_I64(purchases_close_t, purchase_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the purchase.", .example = "12"),
    WALL_STR(purchases_close_t, note, .required = 1, .trim = 1, .min = 1, .max = 500,
             .doc = "What became of it; the buyer reads it.",
             .example = "\"The payment of 4.98 USD was given back.\""),
    WALL_FIELDS_END
};
static const wall_shape_t close_shape =
    WALL_SHAPE_OF("AdminPurchaseClose", purchases_close_t, close_fields);

static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t close_errors[] = { WALL_E_NOT_FOUND, WALL_E_CONFLICT, WALL_OK };

WALL_ENDPOINT(purchases_admin_list, purchases_search_t, wall_page_t)
WALL_ENDPOINT(purchases_admin_get, purchases_which_t, purchases_case_detail_t)
WALL_ENDPOINT(purchases_admin_close, purchases_close_t, purchases_case_detail_t)

const wall_route_t purchases_admin_routes[] = {
    { .id = "listAllPurchases",
      .method = WALL_GET,
      .path = "/admin/purchases",
      .auth = WALL_AUTH_ADMIN,
      .rate = WALL_RATE_READ,
      .in = &search_shape,
      .out = &page_shape,
      .errors = list_errors,
      .action = WALL_ACTION(purchases_admin_list),
      .doc = "Everybody's purchases, newest first." },
    { .id = "getAnyPurchase",
      .method = WALL_GET,
      .path = "/admin/purchases/{purchase_id}",
      .auth = WALL_AUTH_ADMIN,
      .rate = WALL_RATE_READ,
      .in = &purchases_which_shape,
      .out = &detail_shape,
      .errors = get_errors,
      .action = WALL_ACTION(purchases_admin_get),
      .doc = "One purchase, and what its provider said of it." },
    { .id = "closePurchase",
      .method = WALL_POST,
      .path = "/admin/purchases/{purchase_id}/close",
      .auth = WALL_AUTH_ADMIN,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .idempotent = WALL_KEY_OPTIONAL,
      .in = &close_shape,
      .out = &detail_shape,
      .errors = close_errors,
      .action = WALL_ACTION(purchases_admin_close),
      .doc = "End a purchase that is held, with words its buyer reads. No bricks move; what the provider "
             "says of it later still counts." },
    WALL_ROUTES_END
};
