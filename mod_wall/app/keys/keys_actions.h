/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_KEYS_ACTIONS_H
#define WALL_APP_KEYS_ACTIONS_H

/** @file keys_actions.h What keys_routes.c calls; private to keys/. */
#include "core/cx.h"
#include "core/fields.h"

typedef struct keys_key_t {
    apr_int64_t key_id;
    const char *name;
    const char *key_hint;
    const char *scope_names;    /* as in the row: separated by spaces */
    apr_array_header_t *scopes; /* of const char * */
    apr_time_t created_at;
    apr_time_t expires_at; /* 0: never */
    apr_time_t last_used_at;
} keys_key_t;
extern const wall_shape_t keys_key_shape; /* for the client */
extern const wall_shape_t keys_row_shape;

typedef struct keys_list_t {
    apr_array_header_t *items;     /* of keys_key_t */
    apr_array_header_t *available; /* of const char *: every scope there is */
} keys_list_t;

typedef struct keys_new_t {
    const char *name;
    apr_array_header_t *scopes;  /* of const char * */
    apr_int64_t *expires_in_days; /* NULL: never */
} keys_new_t;

typedef struct keys_made_t {
    keys_key_t key;
    const char *secret;
} keys_made_t;

typedef struct keys_which_t {
    apr_int64_t key_id;
} keys_which_t;

wall_rc_t keys_list(wall_cx_t *cx, const void *in, keys_list_t *out);
wall_rc_t keys_add(wall_cx_t *cx, const keys_new_t *in, keys_made_t *out);
wall_rc_t keys_end(wall_cx_t *cx, const keys_which_t *in, void *out);

#endif
