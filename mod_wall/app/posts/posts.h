/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_POSTS_H
#define WALL_APP_POSTS_H

/** @file posts.h What people put on walls, as the viewer may see it. */
#include "app/users/users.h"
#include "app/walls/walls.h"
#include "core/cursor.h"
#include "core/cx.h"
#include "core/route.h"

/** The order of the column's ENUM. */
typedef enum posts_type_t {
    POSTS_TEXT,
    POSTS_MEDIA,
    POSTS_LOCATION,
    POSTS_AI_APP,
    POSTS_MIXED
} posts_type_t;

#define POSTS_TEXT_MAX 5000 /* code points */

/** What a post shows of its app; the code itself is GET /ai/applications/{app_id}. */
typedef struct posts_app_t {
    apr_int64_t app_id;
    const char *title;
    const char *user_prompt;
    int status;
    const char *job_id;
    const char *url; /* NULL unless completed */
    const char *generation_model;
    apr_int64_t *generation_time; /* milliseconds */
    apr_int64_t *actual_bricks_cost;
    int is_demo;
} posts_app_t;

typedef struct posts_post_t {
    apr_int64_t post_id;
    int post_type;  /* posts_type_t */
    int visibility; /* walls_visibility_t */
    const char *content_text; /* NULL when it has none */
    users_card_t author;
    walls_card_t wall;
    posts_app_t *app; /* NULL when it has none */
    int muted; /* in a list: it is somebody else's and has a word the viewer has muted */
    apr_time_t created_at;
    apr_time_t updated_at;
    /* not shown */
    apr_time_t wall_at;   /* when the wall's and the author's row were changed: with updated_at, */
    apr_time_t author_at; /* the version of what is shown */
    wall_bytes_t encoded; /* the JSON, when it is at hand; the other members may be zero then */
} posts_post_t;
extern const wall_shape_t posts_post_shape;

/** A post by the viewer that is about to be added. */
typedef struct posts_draft_t {
    apr_int64_t wall_id; /* from walls_to_post_on() */
    posts_type_t post_type;
    walls_visibility_t visibility;
    const char *content_text; /* trimmed; NULL for none */
} posts_draft_t;

/**
 * Inserts the post and tells those who watch the wall, in one transaction (an open one is joined).
 * A post not everybody may see, or on such a wall, is announced to its author alone.
 */
wall_rc_t posts_add(wall_cx_t *cx, const posts_draft_t *draft, apr_int64_t *post_id);

/** The post as the viewer may see it. @return WALL_E_NOT_FOUND (recorded) also when they may not */
wall_rc_t posts_find(wall_cx_t *cx, apr_int64_t post_id, posts_post_t *out);

typedef struct posts_on_wall_t {
    const char *wall;
    apr_int64_t limit;
    const char *cursor;
} posts_on_wall_t;

/** The wall's posts that the viewer may see, newest first. */
wall_rc_t posts_list(wall_cx_t *cx, const posts_on_wall_t *in, wall_page_t *out);
/** Public posts of everybody and the viewer's own, newest first. */
wall_rc_t posts_recent(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);
extern const wall_shape_t posts_page_shape; /* of posts_list() and posts_recent() */

/** Names of posts_app_t::status, in the order of the column's ENUM; from POSTS_APP_FINAL on they are
 *  final. */
#define POSTS_APP_FINAL 2
extern const char *const posts_app_status_names[];

extern const wall_route_t posts_routes[];

#endif
