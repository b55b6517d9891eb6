/* SPDX-License-Identifier: Apache-2.0 */
#include "app/factors/factors_actions.h"

/* The fields of passkeys, as clients send and get them. Binary data is base64url throughout. */
#define DATA_MAX 5462 /* of 4096 bytes */
#define ID_MAX   1364 /* of 1023 bytes */
#define SIG_MAX  1366 /* of 1024 bytes */

static const wall_field_t assertion_fields[] = {
    WALL_STR(factors_assertion_t, credential_id, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = ID_MAX, .doc = "PublicKeyCredential.rawId, as base64url (so all of these)."),
    WALL_STR(factors_assertion_t, client_data, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = DATA_MAX, .doc = "response.clientDataJSON"),
    WALL_STR(factors_assertion_t, authenticator_data, .required = 1, .format = WALL_FMT_SECRET,
             .min = 1, .max = DATA_MAX, .doc = "response.authenticatorData"),
    WALL_STR(factors_assertion_t, signature, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = SIG_MAX, .doc = "response.signature"),
    WALL_STR(factors_assertion_t, user_handle, .format = WALL_FMT_SECRET, .max = 100,
             .doc = "response.userHandle, if there is one."),
    WALL_FIELDS_END
};
const wall_shape_t factors_assertion_shape =
    WALL_SHAPE_OF("PasskeyAnswer", factors_assertion_t, assertion_fields);

static const wall_field_t creation_fields[] = {
    WALL_STR(factors_creation_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1, .max = 60,
             .doc = "What you call it.", .example = "\"Phone\""),
    WALL_I64(factors_creation_t, algorithm, .required = 1, .min = -65535, .max = 65535,
             .doc = "response.getPublicKeyAlgorithm()", .example = "-7"),
    WALL_STR(factors_creation_t, client_data, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = DATA_MAX, .doc = "response.clientDataJSON, as base64url."),
    WALL_STR(factors_creation_t, authenticator_data, .required = 1, .format = WALL_FMT_SECRET,
             .min = 1, .max = DATA_MAX, .doc = "response.getAuthenticatorData(), as base64url."),
    WALL_STRS(factors_creation_t, transports, .max = 10, .doc = "response.getTransports()"),
    WALL_FIELDS_END
};
const wall_shape_t factors_creation_shape =
    WALL_SHAPE_OF("PasskeyCreation", factors_creation_t, creation_fields);

static const wall_field_t credential_fields[] = {
    WALL_STR(factors_credential_t, credential_id, .required = 1, .doc = "As base64url."),
    WALL_STRS(factors_credential_t, transports, .required = 1, .doc = "How it was reached so far."),
    WALL_FIELDS_END
};
static const wall_shape_t credential_shape =
    WALL_SHAPE_OF("PasskeyCredential", factors_credential_t, credential_fields);

static const wall_field_t parameter_fields[] = {
    WALL_I64(factors_parameter_t, algorithm, .required = 1, .doc = "COSE algorithm.",
             .example = "-7"),
    WALL_FIELDS_END
};
static const wall_shape_t parameter_shape =
    WALL_SHAPE_OF("PasskeyParameter", factors_parameter_t, parameter_fields);

static const wall_field_t create_fields[] = {
    WALL_STR(factors_create_t, challenge, .required = 1, .doc = "To be answered once, within five minutes; base64url."),
    WALL_STR(factors_create_t, rp_id, .required = 1, .doc = "Host the passkey is for."),
    WALL_STR(factors_create_t, rp_name, .required = 1, .doc = "What the site is called."),
    WALL_STR(factors_create_t, user_handle, .required = 1, .doc = "What the authenticator knows the account by; base64url."),
    WALL_STR(factors_create_t, user_name, .required = 1, .doc = "Username."),
    WALL_STR(factors_create_t, user_display_name, .required = 1, .doc = "Name as written."),
    WALL_LIST(factors_create_t, parameters, &parameter_shape, .required = 1, .doc = "Algorithms, the best first."),
    WALL_LIST(factors_create_t, exclude, &credential_shape, .required = 1, .doc = "Passkeys there are already."),
    WALL_I64(factors_create_t, timeout_ms, .required = 1, .doc = "Milliseconds."),
    WALL_FIELDS_END
};
const wall_shape_t factors_create_shape =
    WALL_SHAPE_OF("PasskeyCreationOptions", factors_create_t, create_fields);

static const wall_field_t request_fields[] = {
    WALL_STR(factors_request_t, challenge, .required = 1, .doc = "To be answered once, within five minutes; base64url."),
    WALL_STR(factors_request_t, rp_id, .required = 1, .doc = "Host the passkey is for."),
    WALL_LIST(factors_request_t, allow, &credential_shape, .required = 1, .doc = "One of these; empty: any."),
    WALL_I64(factors_request_t, timeout_ms, .required = 1, .doc = "Milliseconds."),
    WALL_FIELDS_END
};
const wall_shape_t factors_request_shape =
    WALL_SHAPE_OF("PasskeyRequestOptions", factors_request_t, request_fields);

static const wall_field_t passkey_fields[] = {
    WALL_I64(factors_passkey_t, passkey_id, .required = 1, .doc = "Its id.", .example = "3"),
    WALL_STR(factors_passkey_t, display_name, .required = 1, .doc = "What you call it.",
             .example = "\"Phone\""),
    WALL_TIME(factors_passkey_t, created_at, .required = 1, .doc = "When you added it."),
    WALL_TIME(factors_passkey_t, last_used_at, .doc = "When it last signed you in or confirmed."),
    WALL_FIELDS_END
};
const wall_shape_t factors_passkey_shape =
    WALL_SHAPE_OF("Passkey", factors_passkey_t, passkey_fields);

static const char *const purposes[] = { [FACTORS_SIGN_IN] = "sign_in",
                                        [FACTORS_SECOND_FACTOR] = "second_factor",
                                        [FACTORS_CONFIRM] = "confirm", NULL };
static const wall_field_t challenge_fields[] = {
    WALL_ENUM(factors_challenge_in_t, purpose, purposes, .required = 1, .doc = "What the answer is for."),
    WALL_STR(factors_challenge_in_t, token, .format = WALL_FMT_SECRET, .min = 1, .max = 100,
             .doc = "For second_factor: the token of the first step; a browser has it in a cookie."),
    WALL_FIELDS_END
};
const wall_shape_t factors_challenge_shape =
    WALL_SHAPE_OF("PasskeyPurpose", factors_challenge_in_t, challenge_fields);

static const wall_field_t newcomer_fields[] = {
    WALL_STR(factors_newcomer_t, username, .required = 1, .format = WALL_FMT_USERNAME, .min = 3,
             .max = 30, .doc = "Username the account is to have.", .example = "\"ada\""),
    WALL_STR(factors_newcomer_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1, .max = 100,
             .doc = "Name as written; the username if not given."),
    WALL_FIELDS_END
};
const wall_shape_t factors_newcomer_shape =
    WALL_SHAPE_OF("PasskeyNewcomer", factors_newcomer_t, newcomer_fields);

#define PASSKEY_ID(T)                                                                              \
    WALL_I64(T, passkey_id, .from = WALL_FROM_PATH, .required = 1, .min = 1, .max = APR_INT64_MAX, \
             .doc = "Id of the passkey.", .example = "3")
static const wall_field_t which_fields[] = { PASSKEY_ID(factors_which_t), WALL_FIELDS_END };
const wall_shape_t factors_which_shape =
    WALL_SHAPE_OF("WhichPasskey", factors_which_t, which_fields);

static const wall_field_t rename_fields[] = {
    PASSKEY_ID(factors_rename_t),
    WALL_STR(factors_rename_t, display_name, .required = 1, .format = WALL_FMT_LINE, .trim = 1, .min = 1,
             .max = 60, .doc = "What you call it.", .example = "\"Phone\""),
    WALL_FIELDS_END
};
const wall_shape_t factors_rename_shape =
    WALL_SHAPE_OF("PasskeyName", factors_rename_t, rename_fields);
