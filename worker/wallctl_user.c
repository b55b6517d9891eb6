/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl user role: how a site gets its first administrator. */
#include <stdio.h>
#include <string.h>

#include "app/admin/people.h"
#include "app/users/users.h"
#include "core/errors.h"
#include "io/db.h"
#include "io/sql_statements.h"
#include "wallctl.h"

int wallctl_user(wallctl_t *ctl, int argc, char **argv)
{
    apr_int64_t user_id;
    int role;
    wall_rc_t rc;

    if (argc != 4 || strcmp(argv[1], "role") != 0)
        return wallctl_usage(argv[0], "say whose role and which: user role NAME user|moderator|admin");
    role = wall_enum_index(users_role_names, argv[3]);
    if (role < 0)
        return wallctl_usage(argv[0], "there is no role %s", argv[3]);
    rc = wall_db_number(ctl->cx, sql_people_by_name(argv[2]), &user_id);
    if (rc == WALL_OK)
        rc = admin_set_role(ctl->cx, user_id, (wall_role_t)role, "wallctl user role");
    if (rc == WALL_E_NOT_FOUND)
        return wallctl_fail("there is no user %s", argv[2]);
    if (rc != WALL_OK)
        return wallctl_fail("%s", wall_error_message(rc));
    printf("%s is %s.\n", argv[2], argv[3]);
    return WALLCTL_OK;
}
