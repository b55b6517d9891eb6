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
    const char *language; /* NULL: as the browser asks */
    const char *email;
    int role; /* wall_role_t */
    int is_premium;
    apr_time_t created_at;
    walls_card_t wall; /* the personal one */
    bricks_balance_t bricks;
    const char *csrf_token;
} accounts_me_t;

typedef struct accounts_new_t {
    const char *username;
    const char *email;
    const char *password;
    const char *display_name; /* NULL: the username */
} accounts_new_t;

typedef struct accounts_login_t {
    const char *login;
    const char *password;
    int remember;
} accounts_login_t;

typedef struct accounts_signed_in_t {
    accounts_me_t user;
    const char *session_token;
    apr_time_t expires_at;
} accounts_signed_in_t;

/** The row of accounts_me_t and its JSON. */
extern const wall_shape_t accounts_me_shape;
/** What register and log-in take. */
extern const wall_shape_t accounts_new_shape;
extern const wall_shape_t accounts_login_shape;

wall_rc_t accounts_register(wall_cx_t *cx, const accounts_new_t *in, accounts_signed_in_t *out);
wall_rc_t accounts_login(wall_cx_t *cx, const accounts_login_t *in, accounts_signed_in_t *out);
/** What of one's account may be changed; absent stays. */
typedef struct accounts_change_t {
    const char *language; /* NULL with language_given: as the browser asks */
    int language_given;
} accounts_change_t;

wall_rc_t accounts_lock_me(wall_cx_t *cx, const accounts_change_t *in, void *out);
wall_rc_t accounts_update_me(wall_cx_t *cx, const accounts_change_t *in, accounts_me_t *out);
wall_rc_t accounts_get_me(wall_cx_t *cx, const void *in, accounts_me_t *out);

extern const wall_route_t accounts_routes[];

#endif
