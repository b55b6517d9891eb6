/* SPDX-License-Identifier: Apache-2.0 */
/* Single-use links: 256 random bits in the mail, their SHA-256 here. */
#include <apr_strings.h>
#include <string.h>

#include "app/accounts/accounts_private.h"
#include "app/mail/mail.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define TOKEN_BYTES 32

static const wall_field_t token_fields[] = {
    WALL_I64(accounts_token_t, token_id),      WALL_I64(accounts_token_t, user_id),
    WALL_STR(accounts_token_t, purpose),       WALL_STR(accounts_token_t, email),
    WALL_TIME(accounts_token_t, created_at),   WALL_TIME(accounts_token_t, expires_at),
    WALL_STR(accounts_token_t, username),      WALL_STR(accounts_token_t, display_name),
    WALL_STR(accounts_token_t, present_email), WALL_FIELDS_END
};
const wall_shape_t accounts_token_shape =
    WALL_SHAPE_OF("AccountToken", accounts_token_t, token_fields);

static const wall_field_t identity_fields[] = {
    WALL_I64(accounts_identity_t, user_id),       WALL_STR(accounts_identity_t, username),
    WALL_STR(accounts_identity_t, display_name),  WALL_STR(accounts_identity_t, email),
    WALL_BOOL(accounts_identity_t, email_verified), WALL_BOOL(accounts_identity_t, has_password),
    WALL_STR(accounts_identity_t, language),      WALL_FIELDS_END
};
const wall_shape_t accounts_identity_shape =
    WALL_SHAPE_OF("AccountIdentity", accounts_identity_t, identity_fields);

wall_rc_t accounts_identity(wall_cx_t *cx, apr_int64_t user_id, accounts_identity_t *out)
{
    return wall_db_one(cx, sql_identity_get(user_id), &accounts_identity_shape, out);
}

const char *accounts_token_hash(wall_cx_t *cx, const char *token)
{
    return wall_sha256_hex(cx->pool, wall_bytes_of(token));
}

const char *accounts_link(wall_cx_t *cx, const char *page, const char **hash)
{
    const char *token = wall_random_token(cx->pool, TOKEN_BYTES);

    *hash = accounts_token_hash(cx, token);
    return apr_pstrcat(cx->pool, page, "?token=", token, NULL);
}

wall_rc_t accounts_add_token(wall_cx_t *cx, apr_int64_t user_id, const char *purpose, const char *email,
                             apr_int64_t seconds, const char *page, const char **link)
{
    const char *hash;

    *link = accounts_link(cx, page, &hash);
    return wall_db_exec(cx, sql_tokens_add(user_id, purpose, hash, email, seconds), NULL);
}

wall_rc_t accounts_link_invalid(wall_cx_t *cx)
{
    return wall_fail(cx, WALL_E_LINK_INVALID, NULL, WALL_NO_WHY);
}

wall_rc_t accounts_find_token(wall_cx_t *cx, const char *token, const char *const *purposes,
                              accounts_token_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_tokens_find(accounts_token_hash(cx, token)),
                               &accounts_token_shape, out);

    if (rc == WALL_E_NOT_FOUND)
        return accounts_link_invalid(cx);
    if (rc != WALL_OK)
        return rc;
    for (; *purposes != NULL; purposes++) {
        if (strcmp(*purposes, out->purpose) == 0)
            return WALL_OK;
    }
    return accounts_link_invalid(cx);
}

wall_rc_t accounts_use_token(wall_cx_t *cx, const accounts_token_t *token)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_tokens_use(token->token_id), &affected);

    return rc == WALL_OK && affected == 0 ? accounts_link_invalid(cx) : rc;
}

wall_rc_t accounts_need_mail(wall_cx_t *cx)
{
    return mail_enabled(cx) ? WALL_OK
                            : wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(NO_MAIL));
}
