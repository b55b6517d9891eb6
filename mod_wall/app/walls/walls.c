/* SPDX-License-Identifier: Apache-2.0 */
#include "app/walls/walls.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "app/walls/walls_actions.h"
#include "io/db.h"
#include "io/sql_statements.h"

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
    WALL_ENUM(walls_wall_t, privacy_level, walls_visibility_names, .required = 1,
              .doc = "Who may see the wall at all."),
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

wall_rc_t walls_get(wall_cx_t *cx, const walls_which_t *in, walls_wall_t *out)
{
    return walls_find(cx, in->wall, out);
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

wall_rc_t walls_add_personal(wall_cx_t *cx, apr_int64_t user_id, const char *username,
                             const char *display_name)
{
    wall_rc_t rc = wall_db_exec(cx, sql_walls_add_personal(user_id, username, display_name), NULL);

    return rc == WALL_E_DUPLICATE ? wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY) : rc;
}
