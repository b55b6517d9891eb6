/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keys/keys_actions.h"

#include <apr_strings.h>
#include <string.h>

#include "app/auth/api_key.h"
#include "app/keys/keys.h"
#include "core/crypto.h"
#include "core/scopes.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define HINT_LEN 9 /* "wall_" and four more: enough to recognise, too little to guess */

static void split_scopes(wall_cx_t *cx, keys_key_t *key)
{
    unsigned scopes = wall_scopes_read(key->scope_names);

    key->scopes = apr_array_make(cx->pool, WALL_SCOPE__COUNT, sizeof(const char *));
    for (int i = 0; i < WALL_SCOPE__COUNT; i++) {
        if ((scopes & 1U << i) != 0)
            APR_ARRAY_PUSH(key->scopes, const char *) = wall_scope_names[i];
    }
}

wall_rc_t keys_list(wall_cx_t *cx, const void *in, keys_list_t *out)
{
    wall_rc_t rc = wall_db_list(cx, sql_keys_of(cx->viewer.user_id), &keys_row_shape, &out->items);

    if (rc != WALL_OK)
        return rc;
    for (int i = 0; i < out->items->nelts; i++)
        split_scopes(cx, &APR_ARRAY_IDX(out->items, i, keys_key_t));
    out->available = apr_array_make(cx->pool, WALL_SCOPE__COUNT, sizeof(const char *));
    for (int i = 0; i < WALL_SCOPE__COUNT; i++)
        APR_ARRAY_PUSH(out->available, const char *) = wall_scope_names[i];
    return WALL_OK;
}

/* The names in the catalogue's order, each once; NULL (recorded) when one is not in it. */
static const char *join_scopes(wall_cx_t *cx, const apr_array_header_t *names)
{
    const char *joined = "";
    unsigned scopes = 0;

    for (int i = 0; i < names->nelts; i++) {
        unsigned bit = wall_scope_bit(APR_ARRAY_IDX(names, i, const char *));

        if (bit == 0) {
            wall_fail(cx, WALL_E_VALIDATION, "scopes",
                      WALL_WHY(SCOPE_UNKNOWN, .text = APR_ARRAY_IDX(names, i, const char *)));
            return NULL;
        }
        scopes |= bit;
    }
    for (int i = 0; i < WALL_SCOPE__COUNT; i++) {
        if ((scopes & 1U << i) != 0)
            joined = apr_pstrcat(cx->pool, joined, *joined != '\0' ? " " : "", wall_scope_names[i],
                                 NULL);
    }
    return joined;
}

typedef struct adding_t {
    const keys_new_t *in;
    const char *secret, *scopes;
    keys_key_t *out;
} adding_t;

/* The owner's row is locked, so that two at once do not both fit under the limit. */
static wall_rc_t add_work(wall_cx_t *cx, void *baton)
{
    const adding_t *a = baton;
    const char *hash = wall_sha256_hex(cx->pool, wall_bytes_of(a->secret));
    apr_int64_t viewer = cx->viewer.user_id, locked, count, key_id;
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(viewer), &locked);

    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_keys_count(viewer), &count);
    if (rc == WALL_OK && count >= KEYS_MAX)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(KEYS_FULL, .n = KEYS_MAX));
    if (rc == WALL_OK)
        rc = wall_db_insert(cx,
                            sql_keys_add(viewer, a->in->name, hash,
                                         apr_pstrndup(cx->pool, a->secret, HINT_LEN), a->scopes,
                                         a->in->expires_in_days),
                            &key_id);
    return rc == WALL_OK ? wall_db_one(cx, sql_keys_get(key_id, viewer), &keys_row_shape, a->out) : rc;
}

wall_rc_t keys_add(wall_cx_t *cx, const keys_new_t *in, keys_made_t *out)
{
    adding_t adding = { .in = in, .out = &out->key };
    wall_rc_t rc;

    adding.scopes = join_scopes(cx, in->scopes);
    if (adding.scopes == NULL)
        return WALL_E_VALIDATION;
    adding.secret = auth_key_make(cx->pool);
    rc = wall_db_tx(cx, add_work, &adding);
    if (rc != WALL_OK)
        return rc;
    split_scopes(cx, &out->key);
    out->secret = adding.secret;
    return WALL_OK;
}

wall_rc_t keys_end(wall_cx_t *cx, const keys_which_t *in, void *out)
{
    apr_int64_t ended;
    wall_rc_t rc = wall_db_exec(cx, sql_keys_end(in->key_id, cx->viewer.user_id), &ended);

    return rc == WALL_OK && ended == 0 ? wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY) : rc;
}
