/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_COMMON_PASSWORDS_H
#define WALL_APP_AUTH_COMMON_PASSWORDS_H

/** @file common_passwords.h What attackers try first; sorted, lower-case. Private to auth/. */
#include <stddef.h>

extern const char *const auth_common_passwords[];
extern const size_t auth_common_password_count;

#endif
