/* SPDX-License-Identifier: Apache-2.0 */
/* What people say of themselves, and what others see of it. */
#include <apr_lib.h>
#include <apr_strings.h>

#include "app/users/users_actions.h"
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

/* ---- as others see it ---- */

static const wall_field_t profile_fields[] = {
    WALL_I64(users_profile_t, user_id, .required = 1, .doc = "Id of the user.", .example = "7"),
    WALL_STR(users_profile_t, username, .required = 1, .doc = "Unique name.", .example = "\"ada\""),
    WALL_STR(users_profile_t, display_name, .required = 1, .doc = "Name as the user writes it.",
             .example = "\"Ada Lovelace\""),
    WALL_STR(users_profile_t, bio, .doc = "What they say of themselves; null if nothing."),
    WALL_RICH(users_profile_t, bio_html, bio,
              .doc = "The same as HTML (CommonMark through an allowlist)."),
    WALL_STR(users_profile_t, location, .doc = "Where they are, in their words; null if not said."),
    WALL_STR(users_profile_t, website, .doc = "Their website; null if not said."),
    WALL_LIST(users_profile_t, links, &users_link_shape, .doc = "Where else they can be found."),
    WALL_BOOL(users_profile_t, is_premium, .required = 1, .doc = "Whether they have premium."),
    WALL_TIME(users_profile_t, created_at, .required = 1, .doc = "When they registered."),
    WALL_STR(users_profile_t, wall_slug,
             .doc = "Address of their personal wall; null if it is not for you to see."),
    WALL_STR(users_profile_t, email, .doc = "Their e-mail address; null unless they show it to you."),
    WALL_TIME(users_profile_t, last_active_at,
              .doc = "When they were last here; null unless they show it to you."),
    WALL_FIELDS_END
};
const wall_shape_t users_profile_shape = WALL_SHAPE_OF("User", users_profile_t, profile_fields);

/* WALL_FMT_SLUG lets only digits through or a text that starts with a letter. */
apr_int64_t users_id_of(const char *user)
{
    return apr_isdigit(user[0]) ? apr_atoi64(user) : 0;
}

wall_rc_t users_find_profile(wall_cx_t *cx, const char *user, users_profile_t *out)
{
    apr_int64_t id = users_id_of(user), me = cx->viewer.user_id;
    wall_rc_t rc = wall_db_one(cx,
                               id != 0 ? sql_users_profile_by_id(me, id)
                                       : sql_users_profile_by_name(me, user),
                               &users_profile_shape, out);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    return rc == WALL_OK ? users_links(cx, out->user_id, &out->links) : rc;
}

wall_rc_t users_get_profile(wall_cx_t *cx, const users_which_t *in, users_profile_t *out)
{
    wall_rc_t rc = users_find_profile(cx, in->user, out);
    users_card_t now;

    if (rc != WALL_E_NOT_FOUND || users_id_of(in->user) != 0)
        return rc;
    rc = wall_db_one(cx, sql_users_by_former_name(in->user, cx->viewer.user_id), &users_card_shape,
                     &now);
    if (rc != WALL_OK)
        return rc;
    cx->reply.location = apr_pstrcat(cx->pool, "/api/v1/users/", now.username, NULL);
    return wall_fail(cx, WALL_E_MOVED, NULL, WALL_NO_WHY);
}
