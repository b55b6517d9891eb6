/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ACCOUNTS_ACTIONS_H
#define WALL_APP_ACCOUNTS_ACTIONS_H

/** @file accounts_actions.h What accounts_routes.c calls; private to accounts/. */
#include "app/accounts/accounts.h"

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

wall_rc_t accounts_register(wall_cx_t *cx, const accounts_new_t *in, accounts_signed_in_t *out);
wall_rc_t accounts_login(wall_cx_t *cx, const accounts_login_t *in, accounts_signed_in_t *out);
wall_rc_t accounts_get_me(wall_cx_t *cx, const void *in, accounts_me_t *out);

#endif
