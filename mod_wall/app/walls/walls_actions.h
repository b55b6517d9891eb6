/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_WALLS_ACTIONS_H
#define WALL_APP_WALLS_ACTIONS_H

/** @file walls_actions.h What walls_routes.c calls; private to walls/. */
#include "app/walls/walls.h"

typedef struct walls_which_t {
    const char *wall; /* id or slug */
} walls_which_t;

/** A partial update: a member that is not given stays as it is. */
typedef struct walls_change_t {
    const char *wall;
    const char *display_name; /* NULL: stays */
    const char *description;  /* NULL and given: is removed */
    int description_given;
    int privacy_level;
    int privacy_level_given;
    int glaze;
    int glaze_given;
} walls_change_t;

/** Locks the wall's row until the transaction ends, if there is one. */
wall_rc_t walls_lock(wall_cx_t *cx, const walls_change_t *in, void *out);
wall_rc_t walls_update(wall_cx_t *cx, const walls_change_t *in, walls_wall_t *out);
wall_rc_t walls_get(wall_cx_t *cx, const walls_which_t *in, walls_wall_t *out);

#endif
