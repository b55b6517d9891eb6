/* SPDX-License-Identifier: Apache-2.0 */
#include "app/graph/graph_actions.h"

static const wall_field_t who_fields[] = {
    WALL_STR(graph_who_t, user, .from = WALL_FROM_PATH, .required = 1, .format = WALL_FMT_SLUG,
             .min = 1, .max = 100, .doc = "Username or id of the person.", .example = "\"ada\""),
    WALL_FIELDS_END
};
static const wall_shape_t who_shape = WALL_SHAPE_OF("BlockWho", graph_who_t, who_fields);

static const wall_field_t list_fields[] = {
    WALL_PAGE_FIELDS(wall_page_in_t),
    WALL_FIELDS_END
};
static const wall_shape_t list_shape = WALL_SHAPE_OF("Blocks", wall_page_in_t, list_fields);

static const wall_field_t page_fields[] = {
    WALL_PAGE_OUT_FIELDS(&graph_block_shape),
    WALL_FIELDS_END
};
static const wall_shape_t page_shape = WALL_SHAPE_OF("BlockPage", wall_page_t, page_fields);

static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t put_errors[] = { WALL_E_NOT_FOUND, WALL_E_CONFLICT, WALL_OK };

WALL_ENDPOINT(graph_list_blocks, wall_page_in_t, wall_page_t)
WALL_ENDPOINT(graph_get_block, graph_who_t, graph_block_t)
WALL_ENDPOINT(graph_put_block, graph_who_t, graph_block_t)
WALL_ENDPOINT(graph_delete_block, graph_who_t, void)

const wall_route_t graph_routes[] = {
    { .id = "listBlocks",
      .method = WALL_GET,
      .path = "/users/me/blocks",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .in = &list_shape,
      .out = &page_shape,
      .errors = list_errors,
      .action = WALL_ACTION(graph_list_blocks),
      .doc = "Whom you have blocked, latest first." },
    { .id = "getBlock",
      .method = WALL_GET,
      .path = "/users/{user}/block",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .in = &who_shape,
      .out = &graph_block_shape,
      .errors = get_errors,
      .action = WALL_ACTION(graph_get_block),
      .doc = "Your block of a person, if there is one. That somebody has blocked you nobody tells." },
    { .id = "putBlock",
      .method = WALL_PUT,
      .path = "/users/{user}/block",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &who_shape,
      .out = &graph_block_shape,
      .errors = put_errors,
      .action = WALL_ACTION(graph_put_block),
      .doc = "Block a person: from now on neither of you sees anything of the other." },
    { .id = "deleteBlock",
      .method = WALL_DELETE,
      .path = "/users/{user}/block",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &who_shape,
      .errors = get_errors,
      .action = WALL_ACTION(graph_delete_block),
      .doc = "Take a block back; nothing happens if there is none." },
    WALL_ROUTES_END
};
