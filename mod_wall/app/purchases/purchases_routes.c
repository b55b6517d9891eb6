/* SPDX-License-Identifier: Apache-2.0 */
#include "app/purchases/provider.h"
#include "app/purchases/purchases.h"

#define DISPUTE_DOC "What became of a disputed payment: open, lost or won; null: it was never disputed."

/* Every column of the table, for reading rows. */
static const wall_field_t row_fields[] = {
    WALL_I64(purchases_purchase_t, purchase_id),
    WALL_I64(purchases_purchase_t, user_id),
    WALL_STR(purchases_purchase_t, package),
    WALL_I64(purchases_purchase_t, bricks),
    WALL_I64(purchases_purchase_t, price_minor),
    WALL_STR(purchases_purchase_t, currency),
    WALL_STR(purchases_purchase_t, provider),
    WALL_STR(purchases_purchase_t, session_id),
    WALL_STR(purchases_purchase_t, payment_id),
    WALL_STR(purchases_purchase_t, charge_id),
    WALL_STR(purchases_purchase_t, checkout_url),
    WALL_ENUM(purchases_purchase_t, status, purchases_status_names),
    WALL_TIME(purchases_purchase_t, processing_at),
    WALL_TIME(purchases_purchase_t, paid_at),
    WALL_TIME(purchases_purchase_t, failed_at),
    WALL_TIME(purchases_purchase_t, expired_at),
    WALL_STR(purchases_purchase_t, problem),
    WALL_TIME(purchases_purchase_t, problem_at),
    WALL_I64(purchases_purchase_t, refunded_minor),
    WALL_I64(purchases_purchase_t, disputed_minor),
    WALL_STR(purchases_purchase_t, dispute),
    WALL_I64(purchases_purchase_t, bricks_net),
    WALL_I64(purchases_purchase_t, bookings),
    WALL_STR(purchases_purchase_t, payment_method),
    WALL_OPT_I64(purchases_purchase_t, receipt_number),
    WALL_I64(purchases_purchase_t, checks),
    WALL_TIME(purchases_purchase_t, closed_at),
    WALL_STR(purchases_purchase_t, closed_note),
    WALL_TIME(purchases_purchase_t, created_at),
    WALL_TIME(purchases_purchase_t, expires_at),
    WALL_FIELDS_END
};
const wall_shape_t purchases_row_shape =
    WALL_SHAPE_OF("PurchaseRow", purchases_purchase_t, row_fields);

static const wall_field_t seller_fields[] = {
    WALL_STR(purchases_seller_t, name, .required = 1, .doc = "Who sells the bricks; may be empty."),
    WALL_STR(purchases_seller_t, address, .required = 1, .doc = "Lines of the address; may be empty."),
    WALL_STR(purchases_seller_t, tax_note, .required = 1, .doc = "About tax; may be empty."),
    WALL_FIELDS_END
};
static const wall_shape_t seller_shape = WALL_SHAPE_OF("Seller", purchases_seller_t, seller_fields);

static const wall_field_t purchase_fields[] = {
    WALL_I64(purchases_purchase_t, purchase_id, .required = 1, .doc = "Id of the purchase.",
             .example = "12"),
    WALL_STR(purchases_purchase_t, package, .required = 1, .doc = "Name it was sold by.",
             .example = "\"Starter\""),
    WALL_I64(purchases_purchase_t, bricks, .required = 1, .doc = "Bricks that were bought.",
             .example = "1000"),
    WALL_I64(purchases_purchase_t, price_minor, .required = 1,
             .doc = "Price in minor units of the currency.", .example = "499"),
    WALL_STR(purchases_purchase_t, currency, .required = 1, .doc = "ISO 4217.", .example = "\"USD\""),
    WALL_STR(purchases_purchase_t, price, .required = 1, .doc = "The price as text.",
             .example = "\"4.99 USD\""),
    WALL_STR(purchases_purchase_t, provider, .required = 1, .doc = "Who takes the payment.",
             .example = "\"stripe\""),
    WALL_BOOL(purchases_purchase_t, test, .required = 1, .doc = "Only a test: no money moves."),
    WALL_ENUM(purchases_purchase_t, status, purchases_status_names, .required = 1,
              .doc = "pending until the provider says what became of it; held: what was paid is not the "
                     "price, an administrator looks into it; closed: they have, and it gave no bricks."),
    WALL_STR(purchases_purchase_t, checkout_url,
             .doc = "Where it can still be paid; null when there is nothing left to do."),
    WALL_TIME(purchases_purchase_t, processing_at,
              .doc = "When the checkout was done while the money was still on its way."),
    WALL_TIME(purchases_purchase_t, paid_at, .doc = "When the payment was confirmed."),
    WALL_I64(purchases_purchase_t, refunded_minor, .required = 1,
             .doc = "Money that was given back, in minor units."),
    WALL_STR(purchases_purchase_t, dispute, .doc = DISPUTE_DOC),
    WALL_I64(purchases_purchase_t, bricks_net, .required = 1,
             .doc = "Bricks of it that are yours: those taken back, or owed, are not."),
    WALL_STR(purchases_purchase_t, payment_method, .doc = "How it was paid, if the provider said.",
             .example = "\"visa 4242\""),
    WALL_OPT_I64(purchases_purchase_t, receipt_number, .doc = "Number of the receipt; without gaps."),
    WALL_TIME(purchases_purchase_t, closed_at, .doc = "When an administrator closed it; only of what is closed."),
    WALL_STR(purchases_purchase_t, closed_note,
             .doc = "What they wrote to the buyer; only of what is closed."),
    WALL_TIME(purchases_purchase_t, created_at, .required = 1, .doc = "When it was begun."),
    WALL_TIME(purchases_purchase_t, expires_at, .required = 1, .doc = "When its checkout closes."),
    WALL_OPT_OBJ(purchases_purchase_t, seller, &seller_shape,
                 .doc = "Who sold it; only of one purchase, null in lists."),
    WALL_FIELDS_END
};
const wall_shape_t purchases_purchase_shape =
    WALL_SHAPE_OF("Purchase", purchases_purchase_t, purchase_fields);

static const wall_field_t package_fields[] = {
    WALL_STR(purchases_package_t, package, .required = 1, .doc = "What a purchase names.",
             .example = "\"starter\""),
    WALL_STR(purchases_package_t, name, .required = 1, .doc = "Its name.", .example = "\"Starter\""),
    WALL_I64(purchases_package_t, bricks, .required = 1, .doc = "All its bricks.", .example = "1000"),
    WALL_I64(purchases_package_t, bonus, .required = 1, .doc = "Of which this many are given on top."),
    WALL_I64(purchases_package_t, price_minor, .required = 1,
             .doc = "Price in minor units of the currency.", .example = "499"),
    WALL_STR(purchases_package_t, currency, .required = 1, .doc = "ISO 4217.", .example = "\"USD\""),
    WALL_STR(purchases_package_t, price, .required = 1, .doc = "The price as text.",
             .example = "\"4.99 USD\""),
    WALL_I64(purchases_package_t, more_percent, .required = 1,
             .doc = "Bonus: how many per cent more bricks the same money gets than in the smallest package, "
                    "as the site announces it.", .example = "0"),
    WALL_I64(purchases_package_t, saves_percent, .required = 1,
             .doc = "How many per cent less the same bricks cost than in the smallest package, rounded "
                    "down.", .example = "0"),
    WALL_FIELDS_END
};
static const wall_shape_t package_shape =
    WALL_SHAPE_OF("BricksPackage", purchases_package_t, package_fields);

static const wall_field_t packages_fields[] = {
    WALL_LIST(purchases_packages_t, items, &package_shape, .doc = "The packages, smallest first."),
    WALL_BOOL(purchases_packages_t, open, .required = 1, .doc = "Whether they can be bought now."),
    WALL_BOOL(purchases_packages_t, test, .required = 1,
              .doc = "The checkout is only a test: no money moves."),
    WALL_FIELDS_END
};
const wall_shape_t purchases_packages_shape =
    WALL_SHAPE_OF("BricksPackages", purchases_packages_t, packages_fields);

static const wall_field_t new_fields[] = {
    WALL_STR(purchases_new_t, package, .required = 1, .format = WALL_FMT_LINE, .min = 1, .max = 40,
             .doc = "One of GET /bricks/packages.", .example = "\"starter\""),
    WALL_FIELDS_END
};
const wall_shape_t purchases_new_shape =
    WALL_SHAPE_OF("PurchaseNew", purchases_new_t, new_fields);

static const wall_field_t begun_fields[] = {
    WALL_OBJ(purchases_begun_t, purchase, &purchases_purchase_shape, .required = 1,
             .doc = "The purchase; it is pending."),
    WALL_STR(purchases_begun_t, checkout_url,
             .doc = "Where it is paid: go there with the whole page. Null when it has been paid by now."),
    WALL_FIELDS_END
};
static const wall_shape_t begun_shape =
    WALL_SHAPE_OF("PurchaseBegun", purchases_begun_t, begun_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(purchases_which_t, purchase_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the purchase.", .example = "12"),
    WALL_FIELDS_END
};
const wall_shape_t purchases_which_shape =
    WALL_SHAPE_OF("PurchaseWhich", purchases_which_t, which_fields);

static const wall_field_t list_fields[] = {
    WALL_PAGE_FIELDS(wall_page_in_t),
    WALL_FIELDS_END
};
static const wall_shape_t list_shape = WALL_SHAPE_OF("PurchaseList", wall_page_in_t, list_fields);

static const wall_field_t page_fields[] = {
    WALL_PAGE_OUT_FIELDS(&purchases_purchase_shape),
    WALL_FIELDS_END
};
const wall_shape_t purchases_page_shape = WALL_SHAPE_OF("PurchasePage", wall_page_t, page_fields);

static const wall_field_t webhook_fields[] = {
    WALL_STR(purchases_webhook_in_t, provider, .from = WALL_FROM_PATH, .required = 1,
             .format = WALL_FMT_LINE, .min = 1, .max = 16, .doc = "Name of the payment provider.",
             .example = "\"stripe\""),
    WALL_FIELDS_END
};
static const wall_shape_t webhook_shape =
    WALL_SHAPE_OF("PaymentWebhook", purchases_webhook_in_t, webhook_fields);

static const wall_rc_t begin_errors[] = { WALL_E_PAYMENTS_OFF, WALL_E_PAYMENT_UNAVAILABLE, WALL_OK };
static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t webhook_errors[] = { WALL_E_NOT_FOUND, WALL_E_BAD_SIGNATURE, WALL_OK };

WALL_ENDPOINT(purchases_packages, void, purchases_packages_t)
WALL_ENDPOINT(purchases_begin, purchases_new_t, purchases_begun_t)
WALL_ENDPOINT(purchases_get, purchases_which_t, purchases_purchase_t)
WALL_ENDPOINT(purchases_list, wall_page_in_t, wall_page_t)
WALL_ENDPOINT(purchases_webhook, purchases_webhook_in_t, void)

const wall_route_t purchases_routes[] = {
    { .id = "listPackages",
      .method = WALL_GET,
      .path = "/bricks/packages",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ,
      .out = &purchases_packages_shape,
      .action = WALL_ACTION(purchases_packages),
      .doc = "The packages of bricks this site sells." },
    { .id = "purchaseBricks",
      .method = WALL_POST,
      .path = "/bricks/purchase",
      .auth = WALL_AUTH_USER,
      .scope = NULL,
      .rate = WALL_RATE_SPEND,
      .idempotent = WALL_KEY_REQUIRED,
      .outbound = 1,
      .in = &purchases_new_shape,
      .out = &begun_shape,
      .status = 201,
      .errors = begin_errors,
      .action = WALL_ACTION(purchases_begin),
      .doc = "Begin to buy a package: a pending purchase and the address of its checkout." },
    { .id = "getPurchase",
      .method = WALL_GET,
      .path = "/bricks/purchase/{purchase_id}",
      .auth = WALL_AUTH_USER,
      .scope = "bricks:read",
      .rate = WALL_RATE_READ,
      .in = &purchases_which_shape,
      .out = &purchases_purchase_shape,
      .errors = get_errors,
      .action = WALL_ACTION(purchases_get),
      .doc = "One purchase of yours, as its receipt shows it." },
    { .id = "listPurchases",
      .method = WALL_GET,
      .path = "/bricks/purchases",
      .auth = WALL_AUTH_USER,
      .scope = "bricks:read",
      .rate = WALL_RATE_READ,
      .in = &list_shape,
      .out = &purchases_page_shape,
      .errors = list_errors,
      .action = WALL_ACTION(purchases_list),
      .doc = "Your purchases, newest first." },
    { .id = "paymentWebhook",
      .method = WALL_POST,
      .path = "/bricks/webhooks/{provider}",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_WEBHOOK,
      .verbatim = 1,
      .in = &webhook_shape,
      .errors = webhook_errors,
      .action = WALL_ACTION(purchases_webhook),
      .doc = "Signed messages of a payment provider: what became of a payment. Order and repetition do "
             "not matter." },
    WALL_ROUTES_END
};
