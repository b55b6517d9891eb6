/* SPDX-License-Identifier: Apache-2.0 */
#include "app/walls/walls_actions.h"

#define WALL_IN_PATH(T)                                                                            \
    WALL_STR(T, wall, .from = WALL_FROM_PATH, .required = 1, .format = WALL_FMT_SLUG, .min = 1,    \
             .max = 100, .doc = "Address (slug) or id of the wall.", .example = "\"ada\"")

static const wall_field_t which_fields[] = {
    WALL_IN_PATH(walls_which_t),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("WallWhich", walls_which_t, which_fields);

#define GIVEN(member) .given = offsetof(walls_change_t, member##_given)

static const wall_field_t change_fields[] = {
    WALL_IN_PATH(walls_change_t),
    WALL_STR(walls_change_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1, .max = 100,
             .doc = "Title of the wall; stays when absent.", .example = "\"Ada Lovelace\""),
    WALL_STR(walls_change_t, description, .trim = 1, .max = 2000, GIVEN(description),
             .doc = "What the owner says about it; null removes it, absent it stays."),
    WALL_ENUM(walls_change_t, privacy_level, walls_visibility_names, GIVEN(privacy_level),
              .doc = "Who may see the wall at all; stays when absent."),
    WALL_ENUM(walls_change_t, glaze, walls_glaze_names, GIVEN(glaze),
              .doc = "Its accent colour; stays when absent."),
    WALL_FIELDS_END
};
static const wall_shape_t change_shape =
    WALL_SHAPE_OF("WallChange", walls_change_t, change_fields);

static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_E_MOVED, WALL_OK };
static const wall_rc_t change_errors[] = { WALL_E_NOT_FOUND, WALL_E_FORBIDDEN,
                                           WALL_E_PRECONDITION_FAILED, WALL_OK };

WALL_ENDPOINT(walls_get, walls_which_t, walls_wall_t)
WALL_ENDPOINT(walls_lock, walls_change_t, void)
WALL_ENDPOINT(walls_update, walls_change_t, walls_wall_t)

enum { WALLS_GET, WALLS_UPDATE };

const wall_route_t walls_routes[] = {
    [WALLS_GET] = { .id = "getWall",
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
    [WALLS_UPDATE] = {
      .id = "updateWall",
      .method = WALL_PATCH,
      .path = "/walls/{wall}",
      .auth = WALL_AUTH_USER,
      .scope = "walls:write",
      .rate = WALL_RATE_WRITE,
      .in = &change_shape,
      .out = &walls_wall_shape,
      .errors = change_errors,
      .action = WALL_ACTION(walls_update),
      .changes = &walls_routes[WALLS_GET],
      .lock = WALL_ACTION(walls_lock),
      .doc = "Change a wall of yours: only what is given; with If-Match only what you have seen." },
    WALL_ROUTES_END
};
