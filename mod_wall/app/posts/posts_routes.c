/* SPDX-License-Identifier: Apache-2.0 */
#include "app/posts/posts_actions.h"

#define WALL_IN_PATH(T)                                                                            \
    WALL_STR(T, wall, .from = WALL_FROM_PATH, .required = 1, .format = WALL_FMT_SLUG, .min = 1,    \
             .max = 100, .doc = "Address (slug) or id of the wall.", .example = "\"ada\"")

static const wall_field_t which_fields[] = {
    WALL_I64(posts_which_t, post_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the post.", .example = "31"),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("PostWhich", posts_which_t, which_fields);

static const wall_field_t new_fields[] = {
    WALL_IN_PATH(posts_new_t),
    WALL_STR(posts_new_t, content_text, .required = 1, .trim = 1, .min = 1, .max = POSTS_TEXT_MAX,
             .doc = "The text.", .example = "\"Hello, wall.\""),
    WALL_ENUM(posts_new_t, visibility, walls_visibility_names, .fallback = WALLS_PUBLIC,
              .doc = "Who may see it; public if not said.", .example = "\"public\""),
    WALL_FIELDS_END
};
static const wall_shape_t new_shape = WALL_SHAPE_OF("PostNew", posts_new_t, new_fields);

static const wall_field_t on_wall_fields[] = {
    WALL_IN_PATH(posts_on_wall_t),
    WALL_PAGE_FIELDS(posts_on_wall_t),
    WALL_FIELDS_END
};
static const wall_shape_t on_wall_shape =
    WALL_SHAPE_OF("PostsOnWall", posts_on_wall_t, on_wall_fields);

static const wall_field_t recent_fields[] = {
    WALL_PAGE_FIELDS(wall_page_in_t),
    WALL_FIELDS_END
};
static const wall_shape_t recent_shape = WALL_SHAPE_OF("Recent", wall_page_in_t, recent_fields);

static const wall_field_t page_fields[] = {
    WALL_PAGE_OUT_FIELDS(&posts_post_shape),
    WALL_FIELDS_END
};
const wall_shape_t posts_page_shape = WALL_SHAPE_OF("PostPage", wall_page_t, page_fields);

static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t list_errors[] = { WALL_E_NOT_FOUND, WALL_E_MOVED, WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t recent_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t change_errors[] = { WALL_E_NOT_FOUND, WALL_E_FORBIDDEN, WALL_OK };

WALL_ENDPOINT(posts_list_encoded, posts_on_wall_t, wall_page_t)
WALL_ENDPOINT(posts_recent, wall_page_in_t, wall_page_t)
WALL_ENDPOINT(posts_create, posts_new_t, posts_post_t)
WALL_ENDPOINT(posts_get, posts_which_t, posts_post_t)
WALL_ENDPOINT(posts_delete, posts_which_t, void)

const wall_route_t posts_routes[] = {
    { .id = "listWallPosts",
      .method = WALL_GET,
      .path = "/walls/{wall}/posts",
      .auth = WALL_AUTH_OPTIONAL,
      .scope = "posts:read",
      .rate = WALL_RATE_READ,
      .in = &on_wall_shape,
      .out = &posts_page_shape,
      .errors = list_errors,
      .action = WALL_ACTION(posts_list_encoded),
      .doc = "The posts of a wall that you may see, newest first." },
    { .id = "listRecentPosts",
      .method = WALL_GET,
      .path = "/discover/recent",
      .auth = WALL_AUTH_OPTIONAL,
      .scope = "posts:read",
      .rate = WALL_RATE_READ,
      .in = &recent_shape,
      .out = &posts_page_shape,
      .errors = recent_errors,
      .action = WALL_ACTION(posts_recent),
      .doc = "What everybody may see and your own posts, newest first." },
    { .id = "createPost",
      .method = WALL_POST,
      .path = "/walls/{wall}/posts",
      .auth = WALL_AUTH_USER,
      .scope = "posts:write",
      .rate = WALL_RATE_WRITE,
      .idempotent = WALL_KEY_OPTIONAL,
      .in = &new_shape,
      .out = &posts_post_shape,
      .status = 201,
      .errors = change_errors,
      .action = WALL_ACTION(posts_create),
      .doc = "Publish a post on a wall of yours." },
    { .id = "getPost",
      .method = WALL_GET,
      .path = "/posts/{post_id}",
      .auth = WALL_AUTH_OPTIONAL,
      .scope = "posts:read",
      .rate = WALL_RATE_READ,
      .in = &which_shape,
      .out = &posts_post_shape,
      .errors = get_errors,
      .action = WALL_ACTION(posts_get),
      .doc = "One post with its author, its wall and its app." },
    { .id = "deletePost",
      .method = WALL_DELETE,
      .path = "/posts/{post_id}",
      .auth = WALL_AUTH_USER,
      .scope = "posts:write",
      .rate = WALL_RATE_WRITE,
      .in = &which_shape,
      .errors = change_errors,
      .action = WALL_ACTION(posts_delete),
      .doc = "Remove a post of yours, or any post on a wall of yours." },
    WALL_ROUTES_END
};
