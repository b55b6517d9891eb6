/* SPDX-License-Identifier: Apache-2.0 */
#include "app/walls/walls_actions.h"

static const wall_field_t which_fields[] = {
    WALL_STR(walls_which_t, wall, .from = WALL_FROM_PATH, .required = 1, .format = WALL_FMT_SLUG,
             .min = 1, .max = 100, .doc = "Address (slug) or id of the wall.",
             .example = "\"ada\""),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("WallWhich", walls_which_t, which_fields);

static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };

WALL_ENDPOINT(walls_get, walls_which_t, walls_wall_t)

const wall_route_t walls_routes[] = {
    { .id = "getWall",
      .method = WALL_GET,
      .path = "/walls/{wall}",
      .auth = WALL_AUTH_OPTIONAL,
      .scope = "walls:read",
      .rate = WALL_RATE_READ,
      .in = &which_shape,
      .out = &walls_wall_shape,
      .errors = get_errors,
      .action = WALL_ACTION(walls_get),
      .doc = "One wall, by its address or its id." },
    WALL_ROUTES_END
};
