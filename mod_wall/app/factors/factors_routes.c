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
    WALL_OPT_OBJ(factors_proof_t, passkey, &factors_assertion_shape,
                 .doc = "The answer to a challenge asked for confirm."),
    WALL_FIELDS_END
};
static const wall_shape_t proof_shape = WALL_SHAPE_OF("Proof", factors_proof_t, proof_fields);

static const wall_field_t state_fields[] = {
    WALL_BOOL(factors_state_t, password, .required = 1, .doc = "You have a password."),
    WALL_BOOL(factors_state_t, totp, .required = 1,
              .doc = "Signing in with a password asks for a code of an authenticator app as well."),
    WALL_I64(factors_state_t, recovery_codes_left, .required = 1,
             .doc = "Recovery codes that were not used yet."),
    WALL_LIST(factors_state_t, passkeys, &factors_passkey_shape, .required = 1,
              .doc = "Your passkeys, the oldest first."),
    WALL_FIELDS_END
};
static const wall_shape_t state_shape =
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
static const wall_rc_t challenge_errors[] = { WALL_E_SIGN_IN_OVER, WALL_E_UNAUTHENTICATED, WALL_OK };
static const wall_rc_t add_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_DUPLICATE, WALL_E_CONFLICT,
                                        WALL_OK };
static const wall_rc_t rename_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t remove_errors[] = { WALL_E_NOT_FOUND, WALL_E_LAST_WAY_IN, WALL_OK };
static const wall_rc_t conflict_errors[] = { WALL_E_CONFLICT, WALL_OK };

WALL_ENDPOINT(factors_confirm, factors_proof_t, void)
WALL_ENDPOINT(factors_get, void, factors_state_t)
WALL_ENDPOINT(factors_passkey_challenge, factors_challenge_in_t, factors_request_t)
WALL_ENDPOINT(factors_passkey_newcomer, factors_newcomer_t, factors_create_t)
WALL_ENDPOINT(factors_passkey_begin, void, factors_create_t)
WALL_ENDPOINT(factors_passkey_add, factors_creation_t, factors_passkey_t)
WALL_ENDPOINT(factors_passkey_rename, factors_rename_t, factors_passkey_t)
WALL_ENDPOINT(factors_passkey_remove, factors_which_t, void)
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
      .out = &state_shape,
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
    { .id = "askPasskey",
      .method = WALL_POST,
      .path = "/auth/passkeys/challenge",
      .auth = WALL_AUTH_OPTIONAL,
      .rate = WALL_RATE_WRITE,
      .in = &factors_challenge_shape,
      .out = &factors_request_shape,
      .errors = challenge_errors,
      .action = WALL_ACTION(factors_passkey_challenge),
      .doc = "A challenge for a passkey: what navigator.credentials.get() is asked with." },
    { .id = "askNewcomersPasskey",
      .method = WALL_POST,
      .path = "/auth/passkeys/newcomer",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &factors_newcomer_shape,
      .out = &factors_create_shape,
      .action = WALL_ACTION(factors_passkey_newcomer),
      .doc = "What navigator.credentials.create() is asked with by somebody who opens an account." },
    { .id = "beginPasskey",
      .method = WALL_POST,
      .path = "/auth/passkeys/options",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .out = &factors_create_shape,
      .action = WALL_ACTION(factors_passkey_begin),
      .doc = "What navigator.credentials.create() is asked with to add a passkey to your account." },
    { .id = "addPasskey",
      .method = WALL_POST,
      .path = "/auth/passkeys",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .in = &factors_creation_shape,
      .out = &factors_passkey_shape,
      .status = 201,
      .errors = add_errors,
      .action = WALL_ACTION(factors_passkey_add),
      .doc = "Add the passkey an authenticator has made. It signs you in alone, without password and "
             "code, because it verifies who uses it." },
    { .id = "renamePasskey",
      .method = WALL_PUT,
      .path = "/auth/passkeys/{passkey_id}",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &factors_rename_shape,
      .out = &factors_passkey_shape,
      .errors = rename_errors,
      .action = WALL_ACTION(factors_passkey_rename),
      .doc = "Call a passkey something else." },
    { .id = "removePasskey",
      .method = WALL_DELETE,
      .path = "/auth/passkeys/{passkey_id}",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .in = &factors_which_shape,
      .errors = remove_errors,
      .action = WALL_ACTION(factors_passkey_remove),
      .doc = "Remove a passkey, unless it is the only way in." },
    WALL_ROUTES_END
};
