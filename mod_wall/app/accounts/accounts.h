/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ACCOUNTS_H
#define WALL_APP_ACCOUNTS_H

/**
 * @file accounts.h
 * Where person, session, wall and bricks come together: registering makes all four in one
 * transaction, signing in and /users/me show them. It stands below `bricks` in the order of domains,
 * so that none of those has to know another.
 */
#include "app/bricks/bricks.h"
#include "app/walls/walls.h"
#include "core/cx.h"
#include "core/route.h"

/** What only the user themselves get to see. */
typedef struct accounts_me_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *email;
    int role; /* wall_role_t */
    int is_premium;
    apr_time_t created_at;
    walls_card_t wall; /* the personal one */
    bricks_balance_t bricks;
    const char *csrf_token;
} accounts_me_t;

extern const wall_route_t accounts_routes[];

#endif
