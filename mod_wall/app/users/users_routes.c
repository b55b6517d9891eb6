/* SPDX-License-Identifier: Apache-2.0 */
#include "app/users/users_actions.h"

static const wall_field_t which_fields[] = {
    WALL_STR(users_which_t, user, .from = WALL_FROM_PATH, .required = 1, .format = WALL_FMT_SLUG,
             .min = 1, .max = 100, .doc = "Username or id of the person.", .example = "\"ada\""),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("UserWhich", users_which_t, which_fields);

static const wall_rc_t profile_errors[] = { WALL_E_NOT_FOUND, WALL_E_MOVED, WALL_OK };
static const wall_rc_t change_errors[] = { WALL_E_PRECONDITION_FAILED, WALL_OK };

WALL_ENDPOINT(users_get_profile, users_which_t, users_profile_t)
WALL_ENDPOINT(users_get_settings, void, users_settings_t)
WALL_ENDPOINT(users_lock_settings, users_settings_change_t, void)
WALL_ENDPOINT(users_update_settings, users_settings_change_t, users_settings_t)

enum { USERS_PROFILE, USERS_SETTINGS, USERS_UPDATE_SETTINGS };

const wall_route_t users_routes[] = {
    [USERS_PROFILE] = { .id = "getUser",
      .method = WALL_GET,
      .path = "/users/{user}",
      .auth = WALL_AUTH_OPTIONAL,
      .scope = "walls:read",
      .rate = WALL_RATE_READ,
      .in = &which_shape,
      .out = &users_profile_shape,
      .errors = profile_errors,
      .action = WALL_ACTION(users_get_profile),
      .doc = "What a person shows you of themselves. For 90 days a former username leads to the new one." },
    [USERS_SETTINGS] = { .id = "getSettings",
      .method = WALL_GET,
      .path = "/users/me/settings",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &users_settings_shape,
      .action = WALL_ACTION(users_get_settings),
      .doc = "How the site looks and speaks to you, and what it tells you. The language is in /users/me." },
    [USERS_UPDATE_SETTINGS] = { .id = "updateSettings",
      .method = WALL_PATCH,
      .path = "/users/me/settings",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &users_settings_change_shape,
      .out = &users_settings_shape,
      .errors = change_errors,
      .action = WALL_ACTION(users_update_settings),
      .changes = &users_routes[USERS_SETTINGS],
      .lock = WALL_ACTION(users_lock_settings),
      .doc = "Change your settings: only what is given; with If-Match only what you have seen." },
    WALL_ROUTES_END
};
