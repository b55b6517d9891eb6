/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_USERS_H
#define WALL_APP_USERS_H

/**
 * @file users.h
 * Accounts as others see them: names, roles, the card of a person. Has no endpoint of its own yet;
 * registering and /users/me show walls and bricks as well and live in accounts/.
 */
#include "core/cx.h"
#include "core/fields.h"

/** Names of wall_role_t, in its order. */
extern const char *const users_role_names[];

/** What is shown of a person beside what they made. */
typedef struct users_card_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
} users_card_t;
extern const wall_shape_t users_card_shape;

/** 1 when @a username is kept for the site itself: addresses, roles, words that mislead. */
int users_name_reserved(const char *username);

/** A new account. Strings are borrowed. */
typedef struct users_new_t {
    const char *username;
    const char *email;
    const char *password_hash;
    const char *display_name;
} users_new_t;

/**
 * Inserts the account, joining an open transaction.
 * @return WALL_OK, WALL_E_USERNAME_TAKEN or WALL_E_EMAIL_TAKEN (naming the field)
 */
wall_rc_t users_add(wall_cx_t *cx, const users_new_t *user, apr_int64_t *user_id);

#endif
