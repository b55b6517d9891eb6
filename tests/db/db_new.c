/* SPDX-License-Identifier: Apache-2.0 */
#include "db_new.h"

#include <apr_strings.h>

#include "core/ids.h"
#include "db_stmt.h"

DB_STMT(new_user, "INSERT INTO users (username, email, display_name) VALUES (%s, %s, 'T')", 0, 2, "ss");
DB_STMT(new_wall, "INSERT INTO walls (user_id, wall_slug, display_name) VALUES (%lld, %s, 'T')", 0, 2, "is");
DB_STMT(new_post, "INSERT INTO posts (wall_id, author_id) VALUES (%lld, %lld)", 0, 2, "ii");
DB_STMT(new_app, "INSERT INTO ai_applications (post_id, user_id, public_name, title, user_prompt) "
                 "VALUES (%lld, %lld, %s, 'T', 'P')", 0, 3, "iis");

static const char *name_of(wall_cx_t *cx)
{
    return apr_pstrcat(cx->pool, "t", wall_random_hex(cx->pool, 8), NULL);
}

wall_rc_t db_new_user(wall_cx_t *cx, apr_int64_t *user_id)
{
    const char *name = name_of(cx);

    return wall_db_insert(cx, DB_QUERY(new_user, TEXT(name), TEXT(name)), user_id);
}

wall_rc_t db_new_app(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *app_id)
{
    apr_int64_t wall_id, post_id;
    wall_rc_t rc = wall_db_insert(cx, DB_QUERY(new_wall, INT(user_id), TEXT(name_of(cx))), &wall_id);

    if (rc == WALL_OK)
        rc = wall_db_insert(cx, DB_QUERY(new_post, INT(wall_id), INT(user_id)), &post_id);
    if (rc == WALL_OK)
        rc = wall_db_insert(cx, DB_QUERY(new_app, INT(post_id), INT(user_id),
                                         TEXT(wall_random_hex(cx->pool, 16))),
                            app_id);
    return rc;
}
