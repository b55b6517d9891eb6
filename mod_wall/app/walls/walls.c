/* SPDX-License-Identifier: Apache-2.0 */
#include "app/walls/walls.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "app/walls/walls_actions.h"
#include "io/db.h"
#include "io/sql_statements.h"

const char *const walls_glaze_names[] = { "brick", "ochre", "moss",     "pine",
                                          "slate", "plum",  "graphite", NULL };
const char *const walls_visibility_names[] = { [WALLS_PUBLIC] = "public",
                                               [WALLS_FOLLOWERS] = "followers",
                                               [WALLS_PRIVATE] = "private",
                                               NULL };

static const char *const kind_names[] = { "personal", "group", NULL };

static const wall_field_t card_fields[] = {
    WALL_I64(walls_card_t, wall_id, .required = 1, .doc = "Id of the wall.", .example = "7"),
    WALL_STR(walls_card_t, wall_slug, .required = 1, .doc = "Address of the wall.",
             .example = "\"ada\""),
    WALL_STR(walls_card_t, display_name, .required = 1, .doc = "Title of the wall.",
             .example = "\"Ada Lovelace\""),
    WALL_FIELDS_END
};
const wall_shape_t walls_card_shape = WALL_SHAPE_OF("WallCard", walls_card_t, card_fields);

static const wall_field_t wall_fields[] = {
    WALL_I64(walls_wall_t, wall_id, .required = 1, .doc = "Id of the wall.", .example = "7"),
    WALL_STR(walls_wall_t, wall_slug, .required = 1, .doc = "Address of the wall.",
             .example = "\"ada\""),
    WALL_ENUM(walls_wall_t, kind, kind_names, .required = 1,
              .doc = "A person's own wall or one of a group."),
    WALL_STR(walls_wall_t, display_name, .required = 1, .doc = "Title of the wall.",
             .example = "\"Ada Lovelace\""),
    WALL_STR(walls_wall_t, description, .doc = "What the owner says about it; null if nothing."),
    WALL_RICH(walls_wall_t, description_html, description,
              .doc = "The same as HTML (CommonMark through an allowlist)."),
    WALL_ENUM(walls_wall_t, privacy_level, walls_visibility_names, .required = 1,
              .doc = "Who may see the wall at all."),
    WALL_ENUM(walls_wall_t, glaze, walls_glaze_names, .required = 1, .doc = "Its accent colour."),
    WALL_OBJ(walls_wall_t, owner, &users_card_shape, .required = 1, .doc = "Whose wall it is."),
    WALL_TIME(walls_wall_t, created_at, .required = 1, .doc = "When it was made."),
    WALL_BOOL(walls_wall_t, may_post, .required = 1, .doc = "Whether you may post on it."),
    WALL_FIELDS_END
};
const wall_shape_t walls_wall_shape = WALL_SHAPE_OF("Wall", walls_wall_t, wall_fields);

/* WALL_FMT_SLUG lets only digits through or a text that starts with a letter. */
apr_int64_t walls_id_of(const char *wall)
{
    return apr_isdigit(wall[0]) ? apr_atoi64(wall) : 0;
}

wall_rc_t walls_find(wall_cx_t *cx, const char *wall, walls_wall_t *out)
{
    apr_int64_t id = walls_id_of(wall);
    wall_rc_t rc = wall_db_one(cx,
                               id != 0 ? sql_walls_by_id(cx->viewer.user_id, id)
                                       : sql_walls_by_slug(cx->viewer.user_id, wall),
                               &walls_wall_shape, out);

    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t walls_moved(wall_cx_t *cx, const char *wall, const char *before, const char *after)
{
    walls_wall_t now;
    wall_rc_t rc = walls_id_of(wall) != 0
                       ? WALL_E_NOT_FOUND
                       : wall_db_one(cx, sql_walls_by_former_slug(cx->viewer.user_id, wall),
                                     &walls_wall_shape, &now);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    if (rc != WALL_OK)
        return rc;
    cx->reply.location = apr_pstrcat(cx->pool, before, now.wall_slug, after, NULL);
    return wall_fail(cx, WALL_E_MOVED, NULL, WALL_NO_WHY);
}

wall_rc_t walls_get(wall_cx_t *cx, const walls_which_t *in, walls_wall_t *out)
{
    wall_rc_t rc = walls_find(cx, in->wall, out);

    return rc == WALL_E_NOT_FOUND ? walls_moved(cx, in->wall, "/api/v1/walls/", "") : rc;
}

wall_rc_t walls_lock(wall_cx_t *cx, const walls_change_t *in, void *out)
{
    apr_int64_t id = walls_id_of(in->wall), locked;
    wall_rc_t rc = wall_db_number(
        cx, id != 0 ? sql_walls_lock_id(id) : sql_walls_lock_slug(in->wall), &locked);

    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc; /* the reading says so, as it does to all */
}

typedef struct update_t {
    const walls_change_t *in;
    walls_wall_t *out;
} update_t;

/* As with posts: what not everybody may see is told to its owner alone. */
wall_rc_t walls_announce(wall_cx_t *cx, const walls_wall_t *wall)
{
    const char *channel =
        wall->privacy_level == WALLS_PUBLIC
            ? apr_psprintf(cx->pool, "wall:%" APR_INT64_T_FMT, wall->wall_id)
            : apr_psprintf(cx->pool, "user:%" APR_INT64_T_FMT, wall->owner.user_id);

    return wall_db_exec(
        cx,
        sql_outbox_add("wall", channel,
                       apr_psprintf(cx->pool, "{\"wall_id\":%" APR_INT64_T_FMT "}", wall->wall_id)),
        NULL);
}

static wall_rc_t update_work(wall_cx_t *cx, void *baton)
{
    const update_t *update = baton;
    const walls_change_t *in = update->in;
    walls_wall_t *wall = update->out;
    const char *description = in->description && *in->description ? in->description : NULL;
    apr_int64_t me = cx->viewer.user_id;
    wall_rc_t rc = walls_find(cx, in->wall, wall);

    if (rc != WALL_OK)
        return rc;
    if (wall->owner.user_id != me)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_WHY(SETTINGS_NOT_YOURS));
    rc = wall_db_exec(
        cx,
        sql_walls_update(in->display_name, in->description_given, description,
                         in->privacy_level_given ? walls_visibility_names[in->privacy_level] : NULL,
                         in->glaze_given ? walls_glaze_names[in->glaze] : NULL, wall->wall_id, me),
        NULL);
    if (rc == WALL_OK)
        rc = walls_find(cx, in->wall, wall);
    return rc == WALL_OK ? walls_announce(cx, wall) : rc;
}

wall_rc_t walls_update(wall_cx_t *cx, const walls_change_t *in, walls_wall_t *out)
{
    update_t update = { in, out };

    return wall_db_tx(cx, update_work, &update);
}

wall_rc_t walls_to_post_on(wall_cx_t *cx, const char *wall, apr_int64_t *wall_id)
{
    walls_wall_t found;
    wall_rc_t rc;

    if (wall == NULL) {
        rc = wall_db_number(cx, sql_walls_personal(cx->viewer.user_id), wall_id);
        return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, "wall", WALL_NO_WHY) : rc;
    }
    rc = walls_find(cx, wall, &found);
    if (rc != WALL_OK)
        return rc;
    if (!found.may_post)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_WHY(WALL_NOT_YOURS));
    *wall_id = found.wall_id;
    return WALL_OK;
}

wall_rc_t walls_rename_personal(wall_cx_t *cx, const char *username)
{
    wall_rc_t rc = wall_db_exec(cx, sql_walls_set_slug(username, cx->viewer.user_id), NULL);

    return rc == WALL_E_DUPLICATE ? wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY) : rc;
}

wall_rc_t walls_add_personal(wall_cx_t *cx, apr_int64_t user_id, const char *username,
                             const char *display_name)
{
    wall_rc_t rc = wall_db_exec(cx, sql_walls_add_personal(user_id, username, display_name), NULL);

    return rc == WALL_E_DUPLICATE ? wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY) : rc;
}
