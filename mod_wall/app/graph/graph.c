/* SPDX-License-Identifier: Apache-2.0 */
#include "app/graph/graph.h"

#include "app/graph/graph_actions.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define BLOCK_FIELDS                                                                               \
    WALL_OBJ(graph_block_t, user, &users_card_shape, .required = 1, .doc = "Who is blocked."),     \
    WALL_TIME(graph_block_t, created_at, .required = 1, .doc = "Since when.")

static const wall_field_t block_fields[] = { BLOCK_FIELDS, WALL_FIELDS_END };
const wall_shape_t graph_block_shape = WALL_SHAPE_OF("Block", graph_block_t, block_fields);

static const wall_field_t row_fields[] = { WALL_I64(graph_block_t, block_id), BLOCK_FIELDS,
                                           WALL_FIELDS_END };
static const wall_shape_t row_shape = WALL_SHAPE_OF("BlockRow", graph_block_t, row_fields);

/* Whether one sees anything of them or not: who has blocked me can be blocked as well. Names are no
 * secret, registering tells which are taken. */
static wall_rc_t find(wall_cx_t *cx, const char *user, apr_int64_t *user_id)
{
    apr_int64_t id = users_id_of(user);
    wall_rc_t rc = wall_db_number(
        cx, id != 0 ? sql_graph_user_by_id(id) : sql_graph_user_by_name(user), user_id);

    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t graph_find_block(wall_cx_t *cx, const char *user, graph_block_t *out)
{
    apr_int64_t them;
    wall_rc_t rc = find(cx, user, &them);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_graph_block_of(cx->viewer.user_id, them), &row_shape, out);
    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t graph_get_block(wall_cx_t *cx, const graph_who_t *in, graph_block_t *out)
{
    return graph_find_block(cx, in->user, out);
}

wall_rc_t graph_put_block(wall_cx_t *cx, const graph_who_t *in, graph_block_t *out)
{
    apr_int64_t them;
    wall_rc_t rc = find(cx, in->user, &them);

    if (rc == WALL_OK && them == cx->viewer.user_id)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(NOT_ONESELF));
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_graph_block(cx->viewer.user_id, them), NULL);
    return rc == WALL_OK ? graph_find_block(cx, in->user, out) : rc;
}

wall_rc_t graph_delete_block(wall_cx_t *cx, const graph_who_t *in, void *out)
{
    apr_int64_t them;
    wall_rc_t rc = find(cx, in->user, &them);

    return rc == WALL_OK ? wall_db_exec(cx, sql_graph_unblock(cx->viewer.user_id, them), NULL) : rc;
}

wall_rc_t graph_list_blocks(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    apr_int64_t before;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_cursor_read(cx, "blocks", in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_graph_blocks(cx->viewer.user_id, before, in->limit + 1), &row_shape,
                          &rows);
    if (rc == WALL_OK)
        wall_page_finish(cx, "blocks", rows, in->limit, offsetof(graph_block_t, block_id), out);
    return rc;
}
