/* SPDX-License-Identifier: Apache-2.0 */
/* What people have set: how the site looks and speaks to them, and what it tells them. */
#include "app/users/users.h"

const char *const users_theme_names[] = { "system", "light", "dark", NULL };

#define TASTE_FIELDS(T)                                                                            \
    WALL_STR(T, time_zone, .doc = "IANA name of the zone times are shown in; null: the browser's.", \
             .example = "\"Europe/Lisbon\""),                                                      \
    WALL_STR(T, theme, .doc = "system, light or dark; null: as each browser has it.",              \
             .example = "\"dark\""),                                                               \
    WALL_ENUM(T, default_post_visibility, users_visibility_names, .required = 1,                   \
              .doc = "What a new post is preset to.")

static const wall_field_t taste_fields[] = { TASTE_FIELDS(users_taste_t), WALL_FIELDS_END };
const wall_shape_t users_taste_shape = WALL_SHAPE_OF("Taste", users_taste_t, taste_fields);
