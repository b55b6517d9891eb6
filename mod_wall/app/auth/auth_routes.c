/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/auth.h"

const wall_route_t auth_routes[] = {
    { .id = "logout",
      .method = WALL_POST,
      .path = "/auth/logout",
      .auth = WALL_AUTH_OPTIONAL,
      .rate = WALL_RATE_WRITE,
      .action = auth_logout,
      .doc = "End this session everywhere within a second and clear its cookie." },
    WALL_ROUTES_END
};
