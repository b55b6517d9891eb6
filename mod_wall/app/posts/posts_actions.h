/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_POSTS_ACTIONS_H
#define WALL_APP_POSTS_ACTIONS_H

/** @file posts_actions.h What posts_routes.c calls; private to posts/. */
#include "app/posts/posts.h"
#include "core/cursor.h"

typedef struct posts_which_t {
    apr_int64_t post_id;
} posts_which_t;

typedef struct posts_new_t {
    const char *wall;
    const char *content_text;
    int visibility;
} posts_new_t;

/** A row of posts.sql → posts_post_t: what is shown and the version of it. */
extern const wall_shape_t posts_row_shape;
/** Turns what the row holds of the app's address into the address. */
void posts_complete(wall_cx_t *cx, posts_post_t *post);

/* posts_answers.c: the same as posts_find() and posts_list(), but with `encoded` set and the rest left
 * out where this process has encoded the same version before. */
wall_rc_t posts_get(wall_cx_t *cx, const posts_which_t *in, posts_post_t *out);
wall_rc_t posts_list_encoded(wall_cx_t *cx, const posts_on_wall_t *in, wall_page_t *out);

/** Which columns of a wall's posts. */
typedef enum posts_columns_t { POSTS_WHOLE, POSTS_VERSIONS } posts_columns_t;
/** At most limit + 1 rows before post @a before. */
wall_rc_t posts_read_wall(wall_cx_t *cx, const posts_on_wall_t *in, apr_int64_t before,
                          posts_columns_t columns, apr_array_header_t **rows);
/** Makes the page of @a rows; WALL_E_NOT_FOUND (recorded) when there are none and no such wall. */
wall_rc_t posts_wall_page(wall_cx_t *cx, const posts_on_wall_t *in, apr_array_header_t *rows,
                          wall_page_t *out);
/** posts_list() with those that have one of @a words marked; NULL = none are. */
wall_rc_t posts_list_but(wall_cx_t *cx, const posts_on_wall_t *in, const wall_words_t *words,
                         wall_page_t *out);
/** Names the list for its cursors. */
const char *posts_wall_list(wall_cx_t *cx, const posts_on_wall_t *in);

wall_rc_t posts_create(wall_cx_t *cx, const posts_new_t *in, posts_post_t *out);
/** Hides the post; its author and the wall's owner may. */
wall_rc_t posts_delete(wall_cx_t *cx, const posts_which_t *in, void *out);

#endif
