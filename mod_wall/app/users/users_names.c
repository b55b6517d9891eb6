/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called what, and was. */
#include <string.h>

#include "app/users/users.h"
#include "io/db.h"
#include "io/sql_statements.h"

wall_rc_t users_name_kept(wall_cx_t *cx, const char *username, apr_int64_t user_id)
{
    apr_int64_t whose;
    wall_rc_t rc = wall_db_number(cx, sql_users_name_of_another(username, user_id), &whose);

    if (rc == WALL_E_NOT_FOUND)
        return WALL_OK;
    return rc == WALL_OK ? wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY) : rc;
}

/* By somebody who registers and has still to confirm their address. */
static wall_rc_t name_promised(wall_cx_t *cx, const char *username)
{
    apr_int64_t which;
    wall_rc_t rc = wall_db_number(cx, sql_users_name_promised(username), &which);

    if (rc == WALL_E_NOT_FOUND)
        return WALL_OK;
    return rc == WALL_OK ? wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY) : rc;
}

typedef struct named_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    apr_int64_t days_left; /* until the name may be changed */
} named_t;
static const wall_field_t named_fields[] = { WALL_I64(named_t, user_id), WALL_STR(named_t, username),
                                             WALL_STR(named_t, display_name),
                                             WALL_I64(named_t, days_left), WALL_FIELDS_END };
static const wall_shape_t named_shape = WALL_SHAPE_OF("Named", named_t, named_fields);

typedef struct rename_t {
    const char *username;
    const char **old;
} rename_t;

/* The new name is taken first, in users, where it is unique: who else wants it waits there. */
static wall_rc_t take(wall_cx_t *cx, const char *username, const named_t *now)
{
    apr_int64_t me = cx->viewer.user_id;
    wall_rc_t rc = wall_db_exec(cx, sql_users_set_name(username, me), NULL);

    if (rc == WALL_E_DUPLICATE)
        return wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY);
    if (rc == WALL_OK)
        rc = users_name_kept(cx, username, me);
    if (rc == WALL_OK)
        rc = name_promised(cx, username);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_users_drop_name(username), NULL);
    return rc == WALL_OK ? wall_db_exec(cx, sql_users_keep_name(now->username, me), NULL) : rc;
}

static wall_rc_t rename_work(wall_cx_t *cx, void *baton)
{
    const rename_t *rename = baton;
    named_t now;
    wall_rc_t rc = wall_db_one(cx, sql_users_lock_name(cx->viewer.user_id), &named_shape, &now);

    if (rc != WALL_OK)
        return rc;
    *rename->old = now.username;
    if (strcmp(now.username, rename->username) == 0)
        return WALL_OK;
    if (now.days_left > 0)
        return wall_fail(cx, WALL_E_CONFLICT, "username", WALL_WHY(RENAMED_LATELY, .n = now.days_left));
    return take(cx, rename->username, &now);
}

wall_rc_t users_rename(wall_cx_t *cx, const char *username, const char **old)
{
    rename_t rename = { username, old };

    if (users_name_reserved(username))
        return wall_fail(cx, WALL_E_VALIDATION, "username", WALL_WHY(NAME_RESERVED));
    return wall_db_tx(cx, rename_work, &rename);
}

wall_rc_t users_forget_names(wall_cx_t *cx)
{
    return wall_db_exec(cx, sql_users_forget_names(), NULL);
}
