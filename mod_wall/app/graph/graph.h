/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_GRAPH_H
#define WALL_APP_GRAPH_H

/**
 * @file graph.h
 * What people are to each other. Blocks: neither of the two sees anything of the other, which
 * can_see() in _predicates.sql asks, and only there.
 */
#include "app/users/users.h"
#include "core/cursor.h"
#include "core/cx.h"
#include "core/route.h"

/** Somebody the viewer has blocked. */
typedef struct graph_block_t {
    apr_int64_t block_id; /* not shown: the order of the list */
    users_card_t user;
    apr_time_t created_at;
} graph_block_t;
extern const wall_shape_t graph_block_shape;

/** The viewer's block of @a user (name, or id in decimal). @return WALL_E_NOT_FOUND (recorded) without */
wall_rc_t graph_find_block(wall_cx_t *cx, const char *user, graph_block_t *out);

extern const wall_route_t graph_routes[];

#endif
