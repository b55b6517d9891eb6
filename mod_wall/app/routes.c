/* SPDX-License-Identifier: Apache-2.0 */
#include "core/route.h"

#include <stddef.h>

#include "app/accounts/accounts.h"
#include "app/admin/admin.h"
#include "app/admin/numbers.h"
#include "app/admin/people.h"
#include "app/apps/apps.h"
#include "app/auth/auth.h"
#include "app/bricks/bricks.h"
#include "app/bricks/history.h"
#include "app/bricks/rates.h"
#include "app/bricks/spending.h"
#include "app/devices/devices.h"
#include "app/events/events.h"
#include "app/factors/factors.h"
#include "app/graph/graph.h"
#include "app/keys/keys.h"
#include "app/leaving/leaving.h"
#include "app/oauth/oauth.h"
#include "app/pages/pages.h"
#include "app/pages/pages_purchases.h"
#include "app/posts/posts.h"
#include "app/purchases/purchases.h"
#include "app/purchases/purchases_admin.h"
#include "app/users/users.h"
#include "app/walls/walls.h"

const wall_route_t *const wall_route_tables[] = {
    auth_routes,
    devices_routes,
    keys_routes,
    factors_routes,
    users_routes,
    walls_routes,
    posts_routes,
    bricks_routes,
    history_routes,
    spending_routes,
    rates_routes,
    purchases_routes,
    purchases_admin_routes,
    accounts_routes,
    accounts_signup_routes,
    oauth_routes,
    apps_routes,
    graph_routes,
    leaving_routes,
    events_routes,
    numbers_routes,
    admin_routes,
    admin_people_routes,
    NULL,
};

const wall_route_t *const wall_page_tables[] = { pages_routes, pages_purchases_routes, NULL };
