/* SPDX-License-Identifier: Apache-2.0 */
/* What people say of themselves. */
#include "app/users/users.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define LINK_FIELDS                                                                                \
    WALL_STR(users_link_t, label, .required = 1, .format = WALL_FMT_LINE, .trim = 1, .min = 1,     \
             .max = USERS_LABEL_MAX, .doc = "What it is called.", .example = "\"Code\""),          \
    WALL_STR(users_link_t, url, .required = 1, .format = WALL_FMT_URL, .trim = 1, .min = 1,        \
             .max = USERS_URL_MAX, .doc = "Where it leads; https only.",                           \
             .example = "\"https://git.example.org/ada\"")

static const wall_field_t link_fields[] = { LINK_FIELDS, WALL_FIELDS_END };
const wall_shape_t users_link_shape = WALL_SHAPE_OF("UserLink", users_link_t, link_fields);
const wall_shape_t users_link_new_shape = WALL_SHAPE_OF("UserLinkNew", users_link_t, link_fields);

wall_rc_t users_links(wall_cx_t *cx, apr_int64_t user_id, apr_array_header_t **links)
{
    return wall_db_list(cx, sql_users_links(user_id), &users_link_shape, links);
}

static const char *links_as_json(wall_cx_t *cx, const apr_array_header_t *links)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 256);
    wall_buf_char(&json, '[');
    for (int i = 0; i < links->nelts; i++) {
        if (i > 0)
            wall_buf_char(&json, ',');
        wall_fields_encode(&json, &users_link_shape, &APR_ARRAY_IDX(links, i, users_link_t));
    }
    wall_buf_char(&json, ']');
    return json.data;
}

static const char *some(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static wall_rc_t update_work(wall_cx_t *cx, void *baton)
{
    const users_change_t *c = baton;
    apr_int64_t me = cx->viewer.user_id;
    wall_rc_t rc = WALL_OK;

    if (c->display_name != NULL) /* a wall named as its owner is goes on being so */
        rc = wall_db_exec(cx, sql_users_rename_wall(c->display_name, me), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(
            cx,
            sql_users_update(c->language_given, c->language, c->display_name, c->bio_given, some(c->bio),
                             c->location_given, some(c->location), c->website_given,
                             some(c->website), c->profile_visibility, c->email_visibility,
                             c->activity_visibility, c->contact_preference, me),
            NULL);
    if (rc == WALL_OK && c->links != NULL)
        rc = wall_db_exec(cx, sql_users_delete_links(me), NULL);
    if (rc == WALL_OK && c->links != NULL && c->links->nelts > 0)
        rc = wall_db_exec(cx, sql_users_add_links(me, links_as_json(cx, c->links)), NULL);
    return rc;
}

wall_rc_t users_update(wall_cx_t *cx, const users_change_t *change)
{
    return wall_db_tx(cx, update_work, (void *)change);
}
