/* SPDX-License-Identifier: Apache-2.0 */
#include "app/posts/posts.h"

#include <apr_strings.h>

#include "app/posts/posts_actions.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

const char *const posts_app_status_names[] = { "queued", "processing", "completed",
                                               "failed", "cancelled",  NULL };

static const char *const type_names[] = { [POSTS_TEXT] = "text",         [POSTS_MEDIA] = "media",
                                          [POSTS_LOCATION] = "location", [POSTS_AI_APP] = "ai_app",
                                          [POSTS_MIXED] = "mixed",       NULL };

static const wall_field_t app_fields[] = {
    WALL_I64(posts_app_t, app_id, .required = 1, .doc = "Id of the app.", .example = "12"),
    WALL_STR(posts_app_t, title, .required = 1, .doc = "What the app calls itself."),
    WALL_STR(posts_app_t, user_prompt, .required = 1, .doc = "What was asked for."),
    WALL_ENUM(posts_app_t, status, posts_app_status_names, .required = 1,
              .doc = "How far the app is."),
    WALL_STR(posts_app_t, job_id, .doc = "The job that makes or made it."),
    WALL_STR(posts_app_t, url,
             .doc = "Address of the running app, on a host of its own; null until it is completed."),
    WALL_STR(posts_app_t, generation_model, .doc = "Model that wrote it; null until then."),
    WALL_OPT_I64(posts_app_t, generation_time, .doc = "Milliseconds the model took."),
    WALL_OPT_I64(posts_app_t, actual_bricks_cost, .doc = "Bricks it cost; null until it is known."),
    WALL_BOOL(posts_app_t, is_demo, .required = 1,
              .doc = "Whether the demo model made it, not an AI."),
    WALL_FIELDS_END
};
static const wall_shape_t app_shape = WALL_SHAPE_OF("AppCard", posts_app_t, app_fields);

#define POST_FIELDS                                                                                \
    WALL_I64(posts_post_t, post_id, .required = 1, .doc = "Id of the post.", .example = "31"),     \
    WALL_ENUM(posts_post_t, post_type, type_names, .required = 1, .doc = "What it is made of."),   \
    WALL_ENUM(posts_post_t, visibility, walls_visibility_names, .required = 1,                     \
              .doc = "Who may see it."),                                                           \
    WALL_STR(posts_post_t, content_text, .doc = "Its text as written; null if it has none.",       \
             .example = "\"Hello, wall.\""),                                                       \
    WALL_RICH(posts_post_t, content_html, content_text,                                            \
              .doc = "The text as HTML (CommonMark through an allowlist); null if it has none."),  \
    WALL_OBJ(posts_post_t, author, &users_card_shape, .required = 1, .doc = "Who wrote it."),      \
    WALL_OBJ(posts_post_t, wall, &walls_card_shape, .required = 1, .doc = "Where it is."),         \
    WALL_OPT_OBJ(posts_post_t, app, &app_shape, .doc = "Its app; null if it has none."),           \
    WALL_BOOL(posts_post_t, muted, .required = 1,                                                  \
              .doc = "In a list: it has a word you have muted, and is not your own."),             \
    WALL_TIME(posts_post_t, created_at, .required = 1, .doc = "When it was written."),             \
    WALL_TIME(posts_post_t, updated_at, .required = 1, .doc = "When it was changed last.")

static const wall_field_t post_fields[] = { POST_FIELDS, WALL_FIELDS_END };
const wall_shape_t posts_post_shape = { .name = "Post",
                                        .size = sizeof(posts_post_t),
                                        .fields = post_fields,
                                        .encoded = offsetof(posts_post_t, encoded) };

static const wall_field_t row_fields[] = { POST_FIELDS, WALL_TIME(posts_post_t, wall_at),
                                           WALL_TIME(posts_post_t, author_at), WALL_FIELDS_END };
const wall_shape_t posts_row_shape = WALL_SHAPE_OF("PostRow", posts_post_t, row_fields);

/* The statements put the app's public name where its address goes, and only once it is completed. */
void posts_complete(wall_cx_t *cx, posts_post_t *post)
{
    if (post->app != NULL && post->app->url != NULL)
        post->app->url = apr_pstrcat(cx->pool, cx->site->apps_scheme, "://", post->app->url, ".",
                                     cx->site->apps_host, "/", NULL);
}

wall_rc_t posts_find(wall_cx_t *cx, apr_int64_t post_id, posts_post_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_posts_get(post_id, cx->viewer.user_id), &posts_row_shape,
                               out);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    if (rc == WALL_OK)
        posts_complete(cx, out);
    return rc;
}

const char *posts_wall_list(wall_cx_t *cx, const posts_on_wall_t *in)
{
    return apr_pstrcat(cx->pool, "posts:wall:", in->wall, NULL);
}

wall_rc_t posts_read_wall(wall_cx_t *cx, const posts_on_wall_t *in, apr_int64_t before,
                          posts_columns_t columns, apr_array_header_t **rows)
{
    apr_int64_t wall_id = walls_id_of(in->wall), viewer = cx->viewer.user_id, max = in->limit + 1;
    wall_rc_t rc;

    if (columns == POSTS_VERSIONS)
        return wall_db_list(cx,
                            wall_id != 0
                                ? sql_posts_versions_on_wall_id(viewer, wall_id, before, max)
                                : sql_posts_versions_on_wall_slug(viewer, in->wall, before, max),
                            &posts_row_shape, rows);
    rc = wall_db_list(cx,
                      wall_id != 0 ? sql_posts_on_wall_id(viewer, wall_id, before, max)
                                   : sql_posts_on_wall_slug(viewer, in->wall, before, max),
                      &posts_row_shape, rows);
    for (int i = 0; rc == WALL_OK && i < (*rows)->nelts; i++)
        posts_complete(cx, &APR_ARRAY_IDX(*rows, i, posts_post_t));
    return rc;
}

wall_rc_t posts_wall_page(wall_cx_t *cx, const posts_on_wall_t *in, apr_array_header_t *rows,
                          wall_page_t *out)
{
    walls_wall_t wall;
    wall_rc_t rc;

    /* Nothing may mean that there is no such wall; that is worth a second question. */
    if (rows->nelts == 0 && (rc = walls_find(cx, in->wall, &wall)) != WALL_OK)
        return rc == WALL_E_NOT_FOUND ? walls_moved(cx, in->wall, "/api/v1/walls/", "/posts") : rc;
    wall_page_finish(cx, posts_wall_list(cx, in), rows, in->limit, offsetof(posts_post_t, post_id),
                     out);
    return WALL_OK;
}

static void mute(const wall_cx_t *cx, const wall_words_t *words, apr_array_header_t *rows)
{
    for (int i = 0; words != NULL && i < rows->nelts; i++) {
        posts_post_t *post = &APR_ARRAY_IDX(rows, i, posts_post_t);

        if (post->author.user_id == cx->viewer.user_id)
            continue;
        post->muted = wall_words_in(words, post->content_text) ||
                      (post->app != NULL && (wall_words_in(words, post->app->title) ||
                                             wall_words_in(words, post->app->user_prompt)));
    }
}

wall_rc_t posts_list_but(wall_cx_t *cx, const posts_on_wall_t *in, const wall_words_t *words,
                         wall_page_t *out)
{
    apr_int64_t before;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_cursor_read(cx, posts_wall_list(cx, in), in->cursor, &before);

    if (rc == WALL_OK)
        rc = posts_read_wall(cx, in, before, POSTS_WHOLE, &rows);
    if (rc != WALL_OK)
        return rc;
    mute(cx, words, rows);
    return posts_wall_page(cx, in, rows, out);
}

wall_rc_t posts_list(wall_cx_t *cx, const posts_on_wall_t *in, wall_page_t *out)
{
    const wall_words_t *words;
    wall_rc_t rc = users_muted(cx, &words);

    return rc == WALL_OK ? posts_list_but(cx, in, words, out) : rc;
}

wall_rc_t posts_recent(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out)
{
    apr_int64_t before;
    apr_array_header_t *rows;
    const wall_words_t *words = NULL;
    wall_rc_t rc = wall_cursor_read(cx, "posts:recent", in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_posts_recent(before, cx->viewer.user_id, in->limit + 1),
                          &posts_row_shape, &rows);
    if (rc == WALL_OK)
        rc = users_muted(cx, &words);
    if (rc != WALL_OK)
        return rc;
    mute(cx, words, rows);
    for (int i = 0; i < rows->nelts; i++)
        posts_complete(cx, &APR_ARRAY_IDX(rows, i, posts_post_t));
    wall_page_finish(cx, "posts:recent", rows, in->limit, offsetof(posts_post_t, post_id), out);
    return WALL_OK;
}

typedef struct add_t {
    const posts_draft_t *draft;
    apr_int64_t post_id;
} add_t;

static wall_rc_t add_work(wall_cx_t *cx, void *baton)
{
    add_t *add = baton;
    const posts_draft_t *draft = add->draft;
    wall_rc_t rc = wall_db_insert(cx,
                                  sql_posts_add(draft->wall_id, cx->viewer.user_id,
                                                type_names[draft->post_type],
                                                walls_visibility_names[draft->visibility],
                                                draft->content_text),
                                  &add->post_id);

    if (rc != WALL_OK)
        return rc;
    return wall_db_exec(cx, sql_outbox_add_post("post", add->post_id), NULL);
}

wall_rc_t posts_add(wall_cx_t *cx, const posts_draft_t *draft, apr_int64_t *post_id)
{
    add_t add = { draft, 0 };
    wall_rc_t rc = wall_db_tx(cx, add_work, &add);

    *post_id = add.post_id;
    return rc;
}

wall_rc_t posts_create(wall_cx_t *cx, const posts_new_t *in, posts_post_t *out)
{
    posts_draft_t draft = { .post_type = POSTS_TEXT,
                            .visibility = (walls_visibility_t)in->visibility,
                            .content_text = in->content_text };
    apr_int64_t post_id;
    wall_rc_t rc = walls_to_post_on(cx, in->wall, &draft.wall_id);

    if (rc == WALL_OK)
        rc = posts_add(cx, &draft, &post_id);
    if (rc == WALL_OK)
        rc = posts_find(cx, post_id, out);
    return rc;
}

static wall_rc_t delete_work(wall_cx_t *cx, void *baton)
{
    const posts_post_t *post = baton;
    apr_int64_t changed;
    wall_rc_t rc = wall_db_exec(cx, sql_posts_delete(post->post_id, cx->viewer.user_id), &changed);

    if (rc != WALL_OK)
        return rc;
    if (changed == 0)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL,
                         WALL_WHY(POST_NOT_YOURS));
    return wall_db_exec(cx, sql_outbox_add_post("post.deleted", post->post_id), NULL);
}

wall_rc_t posts_delete(wall_cx_t *cx, const posts_which_t *in, void *out)
{
    posts_post_t post;
    wall_rc_t rc = posts_find(cx, in->post_id, &post);

    return rc == WALL_OK ? wall_db_tx(cx, delete_work, &post) : rc;
}
