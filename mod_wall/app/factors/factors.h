/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_FACTORS_H
#define WALL_APP_FACTORS_H

/**
 * @file factors.h
 * What proves who somebody is besides the password: codes of an app (TOTP), recovery codes, passkeys;
 * and that who uses a session is still who opened it (step-up).
 */
#include "core/cx.h"
#include "core/route.h"

/** Minutes between the first and the second step of signing in. */
#define FACTORS_SIGN_IN_MINUTES 5
/** Wrong answers one sign-in may have. */
#define FACTORS_SIGN_IN_TRIES 5

/**
 * For routes with .step_up: WALL_OK when the viewer's session was confirmed within the last
 * WALL_CONFIRMED_MINUTES. Reads the session's row, so that a confirmation counts everywhere at once.
 * @return WALL_E_STEP_UP with a number 1 in the details for each way the viewer has to confirm
 *         ("password", "passkey", "code", "oauth"; none for an API key), WALL_E_UNAUTHENTICATED
 */
wall_rc_t factors_step_up(wall_cx_t *cx);

/** What an authenticator answers to a challenge, each in base64url. */
typedef struct factors_assertion_t {
    const char *credential_id;
    const char *client_data;
    const char *authenticator_data;
    const char *signature;
    const char *user_handle; /* NULL = none */
} factors_assertion_t;
extern const wall_shape_t factors_assertion_shape;

/** What it answers when it has made a credential. */
typedef struct factors_creation_t {
    const char *display_name; /* NULL = none given */
    apr_int64_t algorithm;
    const char *client_data;
    const char *authenticator_data;
    apr_array_header_t *transports; /* of const char * */
} factors_creation_t;
extern const wall_shape_t factors_creation_shape;

/** What proves it: one of them. NULL = not given. */
typedef struct factors_proof_t {
    const char *password;      /* confirming only: it is the first step of signing in */
    const char *code;          /* of the authenticator app */
    const char *recovery_code; /* second step of signing in only */
    factors_assertion_t *passkey;
} factors_proof_t;

wall_rc_t factors_confirm(wall_cx_t *cx, const factors_proof_t *in, void *out);

/** A sign-in that waits for its second step. */
typedef struct factors_waiting_t {
    const char *token;
    apr_array_header_t *methods; /* of const char *: code, recovery_code, passkey */
    apr_time_t expires_at;
} factors_waiting_t;

/**
 * Begins the second step of signing in where the account has one.
 * @param out *out is NULL when there is none; else in cx->pool
 */
wall_rc_t factors_ask(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                      factors_waiting_t **out);

/** Whose sign-in a token is. */
typedef struct factors_sign_in_t {
    apr_int64_t user_id;
    const char *how;
    int remember;
    apr_int64_t tries;
    apr_int64_t expires_us;
} factors_sign_in_t;

/**
 * Takes one try of the sign-in of @a token. Not in a transaction: a try is a try whatever follows. Codes of
 * the app take one guess of the account as well; passkeys and recovery codes cannot be guessed, and so remain
 * when somebody who knows the password has used the guesses up.
 * @return WALL_OK, WALL_E_SIGN_IN_OVER, WALL_E_RATE_LIMITED
 */
wall_rc_t factors_try(wall_cx_t *cx, const char *token, const factors_proof_t *proof,
                      factors_sign_in_t *out);
/**
 * Checks the second factor and ends the waiting sign-in, joining the caller's transaction.
 * @return WALL_OK, WALL_E_BAD_CREDENTIALS naming the field, WALL_E_SIGN_IN_OVER when another request
 *         with this token was quicker
 */
wall_rc_t factors_answer(wall_cx_t *cx, const char *token, const factors_sign_in_t *sign_in,
                         const factors_proof_t *proof);

/**
 * Whose passkey answered a challenge asked for signing in; takes the challenge, joining the caller's
 * transaction. A passkey verifies its user, so it is both factors.
 * @return WALL_OK or WALL_E_BAD_CREDENTIALS naming @c passkey
 */
wall_rc_t factors_passkey_user(wall_cx_t *cx, const factors_assertion_t *in, apr_int64_t *user_id);
/**
 * Gives @a user_id the passkey that answered a challenge asked for opening an account; joins the
 * caller's transaction.
 */
wall_rc_t factors_passkey_first(wall_cx_t *cx, apr_int64_t user_id, const factors_creation_t *in);
/**
 * The same for somebody whose address is to be confirmed first: the passkey waits with registration
 * @a registration_id. The challenge is answered within minutes, however long the mail takes.
 */
wall_rc_t factors_passkey_promise(wall_cx_t *cx, apr_int64_t registration_id, const factors_creation_t *in);
/** Gives @a user_id the passkey that waited with a registration; *kept is 0 when none did. Both join the
 *  transaction. */
wall_rc_t factors_passkey_keep_promise(wall_cx_t *cx, apr_int64_t registration_id, apr_int64_t user_id,
                                       apr_int64_t *kept);

/** Removes what is over; the worker's housekeeping. */
wall_rc_t factors_sweep(wall_cx_t *cx);

extern const wall_route_t factors_routes[];

#endif
