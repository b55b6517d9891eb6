/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_FACTORS_ACTIONS_H
#define WALL_APP_FACTORS_ACTIONS_H

/** @file factors_actions.h What the tables of factors/ call, and what its files share. Private. */
#include "app/factors/factors.h"

/** What an account has. */
typedef struct factors_state_t {
    int password;
    int totp;
    apr_int64_t recovery_codes_left;
    int passkey;
} factors_state_t;
extern const wall_shape_t factors_state_shape;

typedef struct factors_totp_t {
    const char *secret;
    const char *otpauth_uri;
    const char *qr_svg;
} factors_totp_t;

typedef struct factors_code_in_t {
    const char *code;
} factors_code_in_t;

typedef struct factors_codes_t {
    apr_array_header_t *recovery_codes; /* of const char * */
} factors_codes_t;

wall_rc_t factors_get(wall_cx_t *cx, const void *in, factors_state_t *out);
wall_rc_t factors_totp_start(wall_cx_t *cx, const void *in, factors_totp_t *out);
wall_rc_t factors_totp_confirm(wall_cx_t *cx, const factors_code_in_t *in, factors_codes_t *out);
wall_rc_t factors_totp_remove(wall_cx_t *cx, const void *in, void *out);
wall_rc_t factors_codes_renew(wall_cx_t *cx, const void *in, factors_codes_t *out);

/**
 * Takes a code of @a user_id's authenticator app, each only once. A bounded number of tries an hour,
 * taken by factors_code_rate() before.
 * @return WALL_OK or WALL_E_BAD_CREDENTIALS naming @c code
 */
wall_rc_t factors_use_code(wall_cx_t *cx, apr_int64_t user_id, const char *code);
/** The same for a recovery code. */
wall_rc_t factors_use_recovery_code(wall_cx_t *cx, apr_int64_t user_id, const char *code);
/**
 * Takes one guess from the account's allowance. Six digits are guessed in a few hundred thousand tries,
 * from however many addresses they come; who gets this far has the password or the session already, so
 * that nobody else can use the allowance up.
 */
wall_rc_t factors_code_rate(wall_cx_t *cx, apr_int64_t user_id);

#endif
