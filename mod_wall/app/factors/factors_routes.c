/* SPDX-License-Identifier: Apache-2.0 */
#include "app/factors/factors_actions.h"

#define PASSWORD_MAX 128
#define CODE_MAX     40 /* as people type them: with spaces */

static const wall_field_t proof_fields[] = {
    WALL_STR(factors_proof_t, password, .format = WALL_FMT_SECRET, .min = 1, .max = PASSWORD_MAX,
             .doc = "Your password.", .example = "\"four walls and a door\""),
    WALL_STR(factors_proof_t, code, .format = WALL_FMT_SECRET, .min = 1, .max = CODE_MAX,
             .doc = "Six digits of your authenticator app; each code counts once.",
             .example = "\"123 456\""),
    WALL_FIELDS_END
};
static const wall_shape_t proof_shape = WALL_SHAPE_OF("Proof", factors_proof_t, proof_fields);

static const wall_field_t state_fields[] = {
    WALL_BOOL(factors_state_t, password, .required = 1, .doc = "You have a password."),
    WALL_BOOL(factors_state_t, totp, .required = 1,
              .doc = "Signing in with a password asks for a code of an authenticator app as well."),
    WALL_I64(factors_state_t, recovery_codes_left, .required = 1,
             .doc = "Recovery codes that were not used yet."),
    WALL_BOOL(factors_state_t, passkey, .required = 1, .doc = "You have a passkey."),
    WALL_FIELDS_END
};
const wall_shape_t factors_state_shape =
    WALL_SHAPE_OF("Factors", factors_state_t, state_fields);

static const wall_field_t totp_fields[] = {
    WALL_STR(factors_totp_t, secret, .required = 1,
             .doc = "The shared secret, in base 32, to be typed in where no camera is.",
             .example = "\"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\""),
    WALL_STR(factors_totp_t, otpauth_uri, .required = 1, .doc = "The same for an app on this device."),
    WALL_STR(factors_totp_t, qr_svg, .required = 1, .doc = "The address as a QR code: one SVG element."),
    WALL_FIELDS_END
};
static const wall_shape_t totp_shape = WALL_SHAPE_OF("Totp", factors_totp_t, totp_fields);

static const wall_field_t code_fields[] = {
    WALL_STR(factors_code_in_t, code, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = CODE_MAX, .doc = "The code the app shows now.", .example = "\"123 456\""),
    WALL_FIELDS_END
};
static const wall_shape_t code_shape = WALL_SHAPE_OF("TotpCode", factors_code_in_t, code_fields);

static const wall_field_t codes_fields[] = {
    WALL_STRS(factors_codes_t, recovery_codes, .required = 1,
              .doc = "Shown this once. Each lets you in once, in place of a code of the app."),
    WALL_FIELDS_END
};
static const wall_shape_t codes_shape =
    WALL_SHAPE_OF("RecoveryCodes", factors_codes_t, codes_fields);

static const wall_rc_t proof_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_BUSY, WALL_OK };
static const wall_rc_t conflict_errors[] = { WALL_E_CONFLICT, WALL_OK };

WALL_ENDPOINT(factors_confirm, factors_proof_t, void)
WALL_ENDPOINT(factors_get, void, factors_state_t)
WALL_ENDPOINT(factors_totp_start, void, factors_totp_t)
WALL_ENDPOINT(factors_totp_confirm, factors_code_in_t, factors_codes_t)
WALL_ENDPOINT(factors_totp_remove, void, void)
WALL_ENDPOINT(factors_codes_renew, void, factors_codes_t)

const wall_route_t factors_routes[] = {
    { .id = "confirm",
      .method = WALL_POST,
      .path = "/auth/confirm",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_AUTH,
      .in = &proof_shape,
      .errors = proof_errors,
      .action = WALL_ACTION(factors_confirm),
      .doc = "Prove once more who you are. For the next ten minutes this session may do what answers "
             "WALL_STEP_UP otherwise; the details of that error name the ways you have." },
    { .id = "getFactors",
      .method = WALL_GET,
      .path = "/auth/factors",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &factors_state_shape,
      .action = WALL_ACTION(factors_get),
      .doc = "What you can prove who you are with." },
    { .id = "startTotp",
      .method = WALL_POST,
      .path = "/auth/totp",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .out = &totp_shape,
      .errors = conflict_errors,
      .action = WALL_ACTION(factors_totp_start),
      .doc = "Begin setting up an authenticator app: a new secret. Nothing is asked for until a code of "
             "it was confirmed." },
    { .id = "confirmTotp",
      .method = WALL_POST,
      .path = "/auth/totp/confirm",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .in = &code_shape,
      .out = &codes_shape,
      .errors = conflict_errors,
      .action = WALL_ACTION(factors_totp_confirm),
      .doc = "Turn two-step sign-in on with a first code. The answer is the only time the recovery codes "
             "are shown." },
    { .id = "removeTotp",
      .method = WALL_DELETE,
      .path = "/auth/totp",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .action = WALL_ACTION(factors_totp_remove),
      .doc = "Turn two-step sign-in off; the recovery codes go with it." },
    { .id = "renewRecoveryCodes",
      .method = WALL_POST,
      .path = "/auth/recovery-codes",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .out = &codes_shape,
      .errors = conflict_errors,
      .action = WALL_ACTION(factors_codes_renew),
      .doc = "Ten new recovery codes; the ones before end." },
    WALL_ROUTES_END
};
