/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/spending.h"

static const char *const period_names[] = { "day", "week", "month", NULL };

static const wall_field_t part_fields[] = {
    WALL_STR(spending_part_t, source, .required = 1, .doc = "What caused it."),
    WALL_ENUM(spending_part_t, transaction_type, history_type_names, .required = 1, .doc = "What kind."),
    WALL_I64(spending_part_t, used, .doc = "Bricks that were used."),
    WALL_I64(spending_part_t, received, .doc = "Bricks that came; negative for those that were taken back."),
    WALL_FIELDS_END
};
static const wall_shape_t part_shape = WALL_SHAPE_OF("BricksSpendingPart", spending_part_t, part_fields);

static const wall_field_t span_fields[] = {
    WALL_STR(spending_span_t, since, .required = 1, .doc = "Its first day.", .example = "\"2026-11-16\""),
    WALL_STR(spending_span_t, until, .required = 1, .doc = "Its last day.", .example = "\"2026-11-22\""),
    WALL_I64(spending_span_t, used, .doc = "Bricks that were used; what was held and came back is not among them."),
    WALL_I64(spending_span_t, received, .doc = "Bricks that came, less those that were taken back."),
    WALL_LIST(spending_span_t, parts, &part_shape, .doc = "The same by cause and kind."),
    WALL_FIELDS_END
};
static const wall_shape_t span_shape = WALL_SHAPE_OF("BricksSpendingSpan", spending_span_t, span_fields);

static const wall_field_t spending_fields[] = {
    WALL_STR(spending_t, time_zone, .required = 1, .doc = "Whose days these are: the site's time zone."),
    WALL_I64(spending_t, used, .doc = "Bricks that were used in all of them."),
    WALL_I64(spending_t, received, .doc = "Bricks that came in all of them, less those that were taken back."),
    WALL_LIST(spending_t, items, &span_shape, .doc = "Days, weeks or months, oldest first, without gaps."),
    WALL_FIELDS_END
};
static const wall_shape_t spending_shape =
    WALL_SHAPE_OF("BricksSpending", spending_t, spending_fields);

static const wall_field_t in_fields[] = {
    WALL_ENUM(spending_in_t, period, period_names, .from = WALL_FROM_QUERY,
              .doc = "30 days, 12 weeks (from Monday) or 12 months, up to today."),
    WALL_FIELDS_END
};
static const wall_shape_t in_shape = WALL_SHAPE_OF("BricksSpendingIn", spending_in_t, in_fields);

static const wall_rc_t no_errors[] = { WALL_OK };

WALL_ENDPOINT(spending_show, spending_in_t, spending_t)

const wall_route_t spending_routes[] = {
    { .id = "getBricksSpending", .method = WALL_GET, .path = "/bricks/spending",
      .auth = WALL_AUTH_USER, .scope = "bricks:read", .rate = WALL_RATE_READ,
      .in = &in_shape, .out = &spending_shape, .errors = no_errors,
      .action = WALL_ACTION(spending_show),
      .doc = "What you used and got, by day, week or month of the site's time zone." },
    WALL_ROUTES_END
};
