/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_GRAPH_ACTIONS_H
#define WALL_APP_GRAPH_ACTIONS_H

/** @file graph_actions.h What graph_routes.c calls; private to graph/. */
#include "app/graph/graph.h"

typedef struct graph_who_t {
    const char *user; /* name or id */
} graph_who_t;

wall_rc_t graph_list_blocks(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);
wall_rc_t graph_get_block(wall_cx_t *cx, const graph_who_t *in, graph_block_t *out);
wall_rc_t graph_put_block(wall_cx_t *cx, const graph_who_t *in, graph_block_t *out);
wall_rc_t graph_delete_block(wall_cx_t *cx, const graph_who_t *in, void *out);

#endif
