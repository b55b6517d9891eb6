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

/**
 * For routes with .step_up: WALL_OK when the viewer's session was confirmed within the last
 * WALL_CONFIRMED_MINUTES. Reads the session's row, so that a confirmation counts everywhere at once.
 * @return WALL_E_STEP_UP with a number 1 in the details for each way the viewer has to confirm
 *         ("password", "passkey", "code"; none for an API key), WALL_E_UNAUTHENTICATED
 */
wall_rc_t factors_step_up(wall_cx_t *cx);

/** What a confirmation takes: one of them. */
typedef struct factors_proof_t {
    const char *password;
} factors_proof_t;

wall_rc_t factors_confirm(wall_cx_t *cx, const factors_proof_t *in, void *out);

extern const wall_route_t factors_routes[];

#endif
