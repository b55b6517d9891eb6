/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_WALLS_H
#define WALL_APP_WALLS_H

/** @file walls.h The places posts live. Everybody has a personal wall, named as they are. */
#include "app/users/users.h"
#include "core/cx.h"
#include "core/route.h"

/** Who may see a wall or a post; the order of the columns' ENUM. */
typedef enum walls_visibility_t {
    WALLS_PUBLIC,
    WALLS_FOLLOWERS,
    WALLS_PRIVATE
} walls_visibility_t;
extern const char *const walls_visibility_names[];

/** Accent colours of a wall, in the order of the column's ENUM; tokens.css has their values. */
extern const char *const walls_glaze_names[];

/** What is shown of a wall beside what is on it. */
typedef struct walls_card_t {
    apr_int64_t wall_id;
    const char *wall_slug;
    const char *display_name;
} walls_card_t;
extern const wall_shape_t walls_card_shape;

typedef struct walls_wall_t {
    apr_int64_t wall_id;
    const char *wall_slug;
    int kind;
    const char *display_name;
    const char *description; /* may be NULL */
    int privacy_level;       /* walls_visibility_t */
    int glaze;               /* in walls_glaze_names */
    users_card_t owner;
    apr_time_t created_at;
    int may_post; /* the viewer may */
} walls_wall_t;
extern const wall_shape_t walls_wall_shape;

/**
 * The wall named @a wall (slug, or id in decimal) as the viewer may see it.
 * @return WALL_E_NOT_FOUND (recorded) also when it is not for them to see
 */
wall_rc_t walls_find(wall_cx_t *cx, const char *wall, walls_wall_t *out);

/**
 * For what was not found at @a wall: where it is now, for it was its owner's name for 90 days. As the
 * viewer may see it, so that nothing is told by the way.
 * @return WALL_E_MOVED with cx->reply.location @a before, the new address, @a after; WALL_E_NOT_FOUND
 */
wall_rc_t walls_moved(wall_cx_t *cx, const char *wall, const char *before, const char *after);

/** Tells those who watch the wall that it has changed, once the transaction it joins has committed. */
wall_rc_t walls_announce(wall_cx_t *cx, const walls_wall_t *wall);

/** Gives the viewer's personal wall another address; joins the transaction. @return as for
 *  walls_add_personal() */
wall_rc_t walls_rename_personal(wall_cx_t *cx, const char *username);

/**
 * Where the viewer may post.
 * @param wall slug or id; NULL = the viewer's personal wall
 * @return WALL_E_NOT_FOUND when it is not for them to see, WALL_E_FORBIDDEN when not to write on
 */
wall_rc_t walls_to_post_on(wall_cx_t *cx, const char *wall, apr_int64_t *wall_id);

/**
 * Makes the personal wall of a new user, whose address is the username; joins the transaction.
 * @return WALL_E_USERNAME_TAKEN (naming `username`) when another wall has that address
 */
wall_rc_t walls_add_personal(wall_cx_t *cx, apr_int64_t user_id, const char *username,
                             const char *display_name);

/** The id in @a wall when it is written as one, else 0: it is a slug. */
apr_int64_t walls_id_of(const char *wall);

extern const wall_route_t walls_routes[];

#endif
