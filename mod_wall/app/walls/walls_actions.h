/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_WALLS_ACTIONS_H
#define WALL_APP_WALLS_ACTIONS_H

/** @file walls_actions.h What walls_routes.c calls; private to walls/. */
#include "app/walls/walls.h"

typedef struct walls_which_t {
    const char *wall; /* id or slug */
} walls_which_t;

wall_rc_t walls_get(wall_cx_t *cx, const walls_which_t *in, walls_wall_t *out);

#endif
