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

wall_rc_t posts_get(wall_cx_t *cx, const posts_which_t *in, posts_post_t *out);
wall_rc_t posts_create(wall_cx_t *cx, const posts_new_t *in, posts_post_t *out);
/** Hides the post; its author and the wall's owner may. */
wall_rc_t posts_delete(wall_cx_t *cx, const posts_which_t *in, void *out);

#endif
