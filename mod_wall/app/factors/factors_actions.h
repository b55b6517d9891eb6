/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_FACTORS_ACTIONS_H
#define WALL_APP_FACTORS_ACTIONS_H

/** @file factors_actions.h What the tables of factors/ call, and what its files share. Private. */
#include "app/factors/factors.h"

#define FACTORS_PASSKEYS_MAX 20

/** A passkey as its owner sees it. */
typedef struct factors_passkey_t {
    apr_int64_t passkey_id;
    const char *display_name;
    apr_time_t created_at;
    apr_time_t last_used_at; /* 0 = never */
} factors_passkey_t;

/** A credential as authenticators are asked for it. */
typedef struct factors_credential_t {
    const char *credential_id;
    apr_array_header_t *transports;
} factors_credential_t;

typedef struct factors_parameter_t {
    apr_int64_t algorithm;
} factors_parameter_t;

/** What navigator.credentials.create() is asked with. */
typedef struct factors_create_t {
    const char *challenge;
    const char *rp_id;
    const char *rp_name;
    const char *user_handle;
    const char *user_name;
    const char *user_display_name;
    apr_array_header_t *parameters; /* of factors_parameter_t */
    apr_array_header_t *exclude;    /* of factors_credential_t */
    apr_int64_t timeout_ms;
} factors_create_t;

/** What navigator.credentials.get() is asked with. */
typedef struct factors_request_t {
    const char *challenge;
    const char *rp_id;
    apr_array_header_t *allow; /* of factors_credential_t; empty = any */
    apr_int64_t timeout_ms;
} factors_request_t;

typedef enum factors_purpose_t {
    FACTORS_SIGN_IN,
    FACTORS_SECOND_FACTOR,
    FACTORS_CONFIRM
} factors_purpose_t;

typedef struct factors_challenge_in_t {
    int purpose; /* factors_purpose_t */
    const char *token;
} factors_challenge_in_t;

typedef struct factors_newcomer_t {
    const char *username;
    const char *display_name;
} factors_newcomer_t;

typedef struct factors_which_t {
    apr_int64_t passkey_id;
} factors_which_t;

typedef struct factors_rename_t {
    apr_int64_t passkey_id;
    const char *display_name;
} factors_rename_t;

/** What an account has. */
typedef struct factors_state_t {
    int password;
    int totp;
    apr_int64_t recovery_codes_left;
    int passkey;
    apr_array_header_t *passkeys; /* of factors_passkey_t; only factors_get() fills it */
} factors_state_t;
/** Its row. */
extern const wall_shape_t factors_row_shape;

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
wall_rc_t factors_passkey_challenge(wall_cx_t *cx, const factors_challenge_in_t *in,
                                    factors_request_t *out);
wall_rc_t factors_passkey_newcomer(wall_cx_t *cx, const factors_newcomer_t *in, factors_create_t *out);
wall_rc_t factors_passkey_begin(wall_cx_t *cx, const void *in, factors_create_t *out);
wall_rc_t factors_passkey_add(wall_cx_t *cx, const factors_creation_t *in, factors_passkey_t *out);
wall_rc_t factors_passkey_rename(wall_cx_t *cx, const factors_rename_t *in, factors_passkey_t *out);
wall_rc_t factors_passkey_remove(wall_cx_t *cx, const factors_which_t *in, void *out);
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
/** The sign-in that waits for its second step under @a token, or WALL_E_SIGN_IN_OVER. */
wall_rc_t factors_waiting(wall_cx_t *cx, const char *token, factors_sign_in_t *out);

/* Shapes of the tables, in factors_shapes.c. */
extern const wall_shape_t factors_create_shape;
extern const wall_shape_t factors_request_shape;
extern const wall_shape_t factors_passkey_shape;
extern const wall_shape_t factors_challenge_shape;
extern const wall_shape_t factors_newcomer_shape;
extern const wall_shape_t factors_which_shape;
extern const wall_shape_t factors_rename_shape;

/* What a challenge is for; one asked for another purpose, or by somebody else, does not count. */
#define FACTORS_FOR_SIGN_IN       "sign-in"
#define FACTORS_FOR_SIGN_UP       "sign-up"
/** "second:" the token's hash */
const char *factors_for_second(wall_cx_t *cx, const char *token);
/** "confirm:" the session */
const char *factors_for_confirm(wall_cx_t *cx);
/** "create:" the user */
const char *factors_for_create(wall_cx_t *cx);

/**
 * A new challenge, as base64url: random, its own end and a MAC over both and the purpose. Nothing is
 * kept of it until it is answered, so that asking costs nothing.
 * @param handle its random part alone, 22 characters
 */
const char *factors_challenge(wall_cx_t *cx, const char *purpose, const char **handle);
/** Takes the challenge an authenticator answered, once. 0 when it is not to be taken. */
wall_rc_t factors_challenge_take(wall_cx_t *cx, const char *purpose, const char *challenge,
                                 const char **handle);
/** The refusal of a passkey; @a why goes to the log alone. */
wall_rc_t factors_passkey_refused(wall_cx_t *cx, const char *why);
/**
 * Checks an assertion asked for @a purpose and takes its challenge, in the caller's transaction.
 * @param expected whose passkey it must be; 0 = anybody's
 */
wall_rc_t factors_use_passkey(wall_cx_t *cx, const char *purpose, apr_int64_t expected,
                              const factors_assertion_t *in, apr_int64_t *user_id);
/** Tells the owner by mail, in the caller's transaction. */
wall_rc_t factors_tell(wall_cx_t *cx, int added, const char *what);

/**
 * Takes one guess from the account's allowance. Six digits are guessed in a few hundred thousand tries,
 * from however many addresses they come; who gets this far has the password or the session already, so
 * that nobody else can use the allowance up.
 */
wall_rc_t factors_code_rate(wall_cx_t *cx, apr_int64_t user_id);

#endif
