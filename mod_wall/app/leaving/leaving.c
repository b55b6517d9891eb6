/* SPDX-License-Identifier: Apache-2.0 */
#include "app/leaving/leaving_actions.h"

#include <string.h>

#include "app/auth/auth.h"
#include "app/mail/mail.h"
#include "app/users/users.h"
#include "core/timefmt.h"
#include "io/sql_statements.h"

#define DATE_LEN 10 /* of RFC 3339's full-date */

typedef struct name_t {
    const char *username;
} name_t;

static const wall_field_t name_fields[] = { WALL_STR(name_t, username), WALL_FIELDS_END };
static const wall_shape_t name_shape = WALL_SHAPE_OF("LeavingName", name_t, name_fields);

/* The viewer, from now on out of everybody's sight and signed out everywhere. */
static wall_rc_t go(wall_cx_t *cx, wall_query_t how)
{
    apr_int64_t changed = 0;
    wall_rc_t rc = users_keep_an_admin(cx, cx->viewer.user_id);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, how, &changed);
    if (rc == WALL_OK && changed == 0)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_NO_WHY);
    return rc == WALL_OK ? auth_revoke_all(cx, cx->viewer.user_id) : rc;
}

static wall_rc_t deactivate_work(wall_cx_t *cx, void *baton)
{
    return go(cx, sql_leaving_deactivate(cx->viewer.user_id));
}

wall_rc_t leaving_deactivate(wall_cx_t *cx, const void *in, void *out)
{
    wall_rc_t rc = wall_db_tx(cx, deactivate_work, NULL);

    if (rc == WALL_OK)
        cx->reply.session_token = "";
    return rc;
}

static wall_rc_t delete_work(wall_cx_t *cx, void *baton)
{
    leaving_deletion_t *out = baton;
    char due[WALL_RFC3339_LEN + 1];
    wall_rc_t rc = go(cx, sql_leaving_delete(LEAVING_GRACE_DAYS, cx->viewer.user_id));

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_leaving_due_at(cx->viewer.user_id), &leaving_deletion_shape, out);
    if (rc != WALL_OK)
        return rc;
    wall_time_rfc3339(due, out->deletion_due_at);
    due[DATE_LEN] = '\0';
    return mail_queue(cx, &(mail_t){ .kind = MAIL_ACCOUNT_DELETION, .user_id = cx->viewer.user_id,
                                     .values = (const char *const[]){ "date", due, NULL },
                                     .link = "/login" });
}

wall_rc_t leaving_delete(wall_cx_t *cx, const leaving_deletion_in_t *in, leaving_deletion_t *out)
{
    name_t name;
    wall_rc_t rc = wall_db_one(cx, sql_leaving_username(cx->viewer.user_id), &name_shape, &name);

    if (rc == WALL_OK && strcasecmp(name.username, in->username) != 0)
        return wall_fail(cx, WALL_E_VALIDATION, "username", WALL_WHY(NOT_YOUR_USERNAME));
    if (rc == WALL_OK)
        rc = wall_db_tx(cx, delete_work, out);
    if (rc == WALL_OK)
        cx->reply.session_token = "";
    return rc;
}
