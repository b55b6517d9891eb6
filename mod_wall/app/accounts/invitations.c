/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <string.h>

#include "app/accounts/accounts_private.h"
#include "app/accounts/signup_actions.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define CODE_BYTES 15 /* 20 characters */

static const char *code_hash(wall_cx_t *cx, const char *code)
{
    return wall_sha256_hex(cx->pool, wall_bytes_of(code));
}

static wall_rc_t refused(wall_cx_t *cx, wall_why_t why)
{
    return wall_fail(cx, WALL_E_VALIDATION, "invitation", why);
}

wall_rc_t accounts_use_invitation(wall_cx_t *cx, const char *code, apr_int64_t *invitation_id)
{
    apr_int64_t affected = 0;
    wall_rc_t rc;

    if (code == NULL)
        return refused(cx, WALL_WHY(INVITATION_NEEDED));
    rc = wall_db_number(cx, sql_invitations_by_code(code_hash(cx, code)), invitation_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_invitations_use(*invitation_id), &affected);
    if (rc == WALL_E_NOT_FOUND || (rc == WALL_OK && affected == 0))
        return refused(cx, WALL_WHY(INVITATION_INVALID));
    return rc;
}

static const char *list_name(wall_cx_t *cx)
{
    return apr_psprintf(cx->pool, "invitations:%" APR_INT64_T_FMT, cx->viewer.user_id);
}

wall_rc_t accounts_list_invitations(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    apr_array_header_t *rows;
    apr_int64_t before;
    wall_rc_t rc = wall_cursor_read(cx, list_name(cx), in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_invitations_list(cx->viewer.user_id, before, in->limit + 1),
                          &accounts_invitation_shape, &rows);
    if (rc == WALL_OK)
        wall_page_finish(cx, list_name(cx), rows, in->limit,
                         offsetof(accounts_invitation_t, invitation_id), out);
    return rc;
}

typedef struct invite_t {
    const accounts_invite_t *in;
    accounts_invitation_t *out;
    const char *code;
} invite_t;

static wall_rc_t invite_work(wall_cx_t *cx, void *baton)
{
    const invite_t *invite = baton;
    const apr_int64_t user_id = cx->viewer.user_id;
    apr_int64_t locked, open, id;
    /* Locked, so that two at once do not both find room. */
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(user_id), &locked);

    if (rc == WALL_OK && cx->viewer.role != WALL_ROLE_ADMIN) {
        rc = wall_db_number(cx, sql_invitations_open_count(user_id), &open);
        if (rc == WALL_OK && open >= cx->site->invitations)
            return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(INVITATIONS_OPEN, .n = open));
    }
    if (rc == WALL_OK)
        rc = wall_db_insert(cx,
                            sql_invitations_add(user_id, code_hash(cx, invite->code), invite->in->note,
                                                invite->in->uses, invite->in->days),
                            &id);
    return rc == WALL_OK ? wall_db_one(cx, sql_invitations_get(id, user_id), &accounts_invitation_shape,
                                       invite->out)
                         : rc;
}

wall_rc_t accounts_invite(wall_cx_t *cx, const accounts_invite_t *in, accounts_invitation_t *out)
{
    invite_t invite = { .in = in, .out = out, .code = wall_random_token(cx->pool, CODE_BYTES) };
    wall_rc_t rc;

    if (cx->site->invitations == 0 && cx->viewer.role != WALL_ROLE_ADMIN)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_WHY(ONLY_ADMINS_INVITE));
    if (in->uses > 1 && cx->viewer.role != WALL_ROLE_ADMIN)
        return wall_fail(cx, WALL_E_VALIDATION, "uses", WALL_WHY(TOO_LARGE, .n = 1));
    rc = wall_db_tx(cx, invite_work, &invite);
    if (rc == WALL_OK) {
        out->code = invite.code;
        out->url = apr_pstrcat(cx->pool, cx->site->origin, "/register?invitation=", invite.code, NULL);
    }
    return rc;
}

wall_rc_t accounts_revoke_invitation(wall_cx_t *cx, const accounts_which_invitation_t *in, void *out)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_invitations_revoke(in->invitation_id, cx->viewer.user_id),
                                &affected);
    accounts_invitation_t row;

    if (rc != WALL_OK || affected != 0)
        return rc;
    /* Revoked before, which is as good, or nobody's business. */
    rc = wall_db_one(cx, sql_invitations_get(in->invitation_id, cx->viewer.user_id),
                     &accounts_invitation_shape, &row);
    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}
