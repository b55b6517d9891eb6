/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keys/keys.h"
#include "app/keys/keys_actions.h"
#include "core/scopes.h"

#define DAYS_MAX 365

#define SHOWN_FIELDS                                                                               \
    WALL_I64(keys_key_t, key_id, .required = 1, .doc = "Id of the key."),                          \
    WALL_STR(keys_key_t, name, .required = 1, .doc = "What you call it.", .example = "\"backup\""), \
    WALL_STR(keys_key_t, key_hint, .required = 1, .doc = "How the key begins.",                    \
             .example = "\"wall_x7Qa\""),                                                          \
    WALL_TIME(keys_key_t, created_at, .required = 1, .doc = "When it was made."),                  \
    WALL_TIME(keys_key_t, expires_at, .doc = "When it ends; null: never."),                        \
    WALL_TIME(keys_key_t, last_used_at, .doc = "When it was last used, to the minute; null: never.")

static const wall_field_t key_fields[] = {
    SHOWN_FIELDS, WALL_STRS(keys_key_t, scopes, .doc = "What it may do.", .example = "[\"posts:read\"]"),
    WALL_FIELDS_END
};
const wall_shape_t keys_key_shape = WALL_SHAPE_OF("ApiKey", keys_key_t, key_fields);

static const wall_field_t row_fields[] = { SHOWN_FIELDS, WALL_STR(keys_key_t, scope_names),
                                           WALL_FIELDS_END };
const wall_shape_t keys_row_shape = WALL_SHAPE_OF("ApiKeyOfRow", keys_key_t, row_fields);

static const wall_field_t list_fields[] = {
    WALL_LIST(keys_list_t, items, &keys_key_shape, .doc = "Your keys, the newest first."),
    WALL_STRS(keys_list_t, available, .doc = "Every scope there is."),
    WALL_FIELDS_END
};
static const wall_shape_t list_shape = WALL_SHAPE_OF("ApiKeys", keys_list_t, list_fields);

static const wall_field_t new_fields[] = {
    WALL_STR(keys_new_t, name, .required = 1, .trim = 1, .format = WALL_FMT_LINE, .min = 1, .max = 60,
             .doc = "What you call it.", .example = "\"backup\""),
    WALL_STRS(keys_new_t, scopes, .required = 1, .min = 1, .max = WALL_SCOPE__COUNT,
              .doc = "What it may do.", .example = "[\"posts:read\"]"),
    WALL_OPT_I64(keys_new_t, expires_in_days, .min = 1, .max = DAYS_MAX,
                 .doc = "Days until it ends; absent or null: never.", .example = "90"),
    WALL_FIELDS_END
};
static const wall_shape_t new_shape = WALL_SHAPE_OF("NewApiKey", keys_new_t, new_fields);

static const wall_field_t made_fields[] = {
    WALL_OBJ(keys_made_t, key, &keys_key_shape, .required = 1, .doc = "The key as it is listed."),
    WALL_STR(keys_made_t, secret, .required = 1,
             .doc = "The key itself, for Authorization: Bearer. It is told this once and kept nowhere."),
    WALL_FIELDS_END
};
static const wall_shape_t made_shape = WALL_SHAPE_OF("MadeApiKey", keys_made_t, made_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(keys_which_t, key_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the key."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("WhichApiKey", keys_which_t, which_fields);

static const wall_rc_t add_errors[] = { WALL_E_CONFLICT, WALL_OK };
static const wall_rc_t end_errors[] = { WALL_E_NOT_FOUND, WALL_OK };

WALL_ENDPOINT(keys_list, void, keys_list_t)
WALL_ENDPOINT(keys_add, keys_new_t, keys_made_t)
WALL_ENDPOINT(keys_end, keys_which_t, void)

/* None has a scope: a key must not make keys. Making one takes no Idempotency-Key, because the stored
 * answer would hold the secret. */
const wall_route_t keys_routes[] = {
    { .id = "listApiKeys",
      .method = WALL_GET,
      .path = "/users/me/api-keys",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &list_shape,
      .action = WALL_ACTION(keys_list),
      .doc = "Your API keys." },
    { .id = "createApiKey",
      .method = WALL_POST,
      .path = "/users/me/api-keys",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .in = &new_shape,
      .out = &made_shape,
      .status = 201,
      .errors = add_errors,
      .action = WALL_ACTION(keys_add),
      .doc = "Make an API key. Your keys share a budget of requests beside your own; none ever counts as a "
             "fresh proof of who you are." },
    { .id = "endApiKey",
      .method = WALL_DELETE,
      .path = "/users/me/api-keys/{key_id}",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &which_shape,
      .errors = end_errors,
      .action = WALL_ACTION(keys_end),
      .doc = "Revoke an API key; it is refused within a second." },
    WALL_ROUTES_END
};
