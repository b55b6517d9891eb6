/* SPDX-License-Identifier: Apache-2.0 */
/* Another name: of the person and of their wall, in one transaction. */
#include <apr_strings.h>
#include <string.h>

#include "app/accounts/accounts.h"
#include "app/users/users.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* Those who watch the wall find it under its new address. */
static wall_rc_t announce(wall_cx_t *cx)
{
    walls_wall_t wall;
    apr_int64_t wall_id;
    wall_rc_t rc = wall_db_number(cx, sql_walls_personal(cx->viewer.user_id), &wall_id);

    if (rc == WALL_OK)
        rc = walls_find(cx, apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, wall_id), &wall);
    return rc == WALL_OK ? walls_announce(cx, &wall) : rc;
}

static wall_rc_t rename_work(wall_cx_t *cx, void *baton)
{
    const accounts_name_t *in = baton;
    const char *old = NULL;
    wall_rc_t rc = users_rename(cx, in->username, &old);

    if (rc != WALL_OK || strcmp(old, in->username) == 0)
        return rc;
    rc = walls_rename_personal(cx, in->username);
    return rc == WALL_OK ? announce(cx) : rc;
}

wall_rc_t accounts_rename(wall_cx_t *cx, const accounts_name_t *in, accounts_me_t *out)
{
    wall_rc_t rc = wall_db_tx(cx, rename_work, (void *)in);

    return rc == WALL_OK ? accounts_get_me(cx, NULL, out) : rc;
}
