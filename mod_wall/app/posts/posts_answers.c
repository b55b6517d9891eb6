/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts as the API sends them, encoded once per process and version. Reading the version of a post
 * costs the database half of reading the post with its author, wall, app and job. Unknown ones are
 * read whole at once, so that spread reads pay nothing for this.
 */
#include "app/posts/posts_actions.h"
#include "core/fragments.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define FEW 3 /* posts of a page worth reading one by one rather than the page again */

static const char post_kind[] = "post";
static const char wall_kind[] = "posts on a wall"; /* an empty piece: has been read lately */

static wall_fragment_key_t key_of(const wall_cx_t *cx, const posts_post_t *post)
{
    return (wall_fragment_key_t){ .owner = cx->site, .kind = post_kind, .id = post->post_id,
                                  .version = { post->updated_at, post->wall_at, post->author_at } };
}

static int find_encoded(wall_cx_t *cx, posts_post_t *post)
{
    wall_fragment_key_t key = key_of(cx, post);

    return wall_fragment_get(&key, cx->pool, &post->encoded);
}

/* What an app that is still being made shows changes without a trace in the version. */
static void encode(wall_cx_t *cx, posts_post_t *post)
{
    wall_fragment_key_t key = key_of(cx, post);
    wall_buf_t buf;

    if (post->app != NULL && post->app->status < POSTS_APP_FINAL)
        return;
    wall_buf_init(&buf, cx->pool, 1024);
    wall_fields_encode(&buf, &posts_post_shape, post);
    post->encoded = (wall_bytes_t){ buf.data, buf.len };
    wall_fragment_put(&key, post->encoded);
}

static wall_rc_t read_whole(wall_cx_t *cx, apr_int64_t post_id, posts_post_t *out)
{
    wall_rc_t rc = posts_find(cx, post_id, out);

    if (rc == WALL_OK)
        encode(cx, out);
    return rc;
}

wall_rc_t posts_get(wall_cx_t *cx, const posts_which_t *in, posts_post_t *out)
{
    const posts_post_t which = { .post_id = in->post_id };
    wall_fragment_key_t key = key_of(cx, &which);
    wall_rc_t rc;

    if (wall_fragment_known(&key)) {
        rc = wall_db_one(cx, sql_posts_version(in->post_id, cx->viewer.user_id), &posts_row_shape,
                         out);
        if (rc == WALL_E_NOT_FOUND)
            return wall_fail(cx, rc, NULL, WALL_NO_WHY);
        if (rc != WALL_OK || find_encoded(cx, out))
            return rc;
    }
    return read_whole(cx, in->post_id, out);
}

static wall_fragment_key_t key_of_wall(const wall_cx_t *cx, const char *wall)
{
    apr_uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (; *wall != '\0'; wall++)
        hash = (hash ^ (unsigned char)*wall) * 1099511628211u;
    return (wall_fragment_key_t){ .owner = cx->site, .kind = wall_kind, .id = (apr_int64_t)hash };
}

/* Gives each of @a rows its JSON. 0: it is better to read the page whole. */
static int all_encoded(wall_cx_t *cx, apr_array_header_t *rows)
{
    int i, read = 0;

    for (i = 0; i < rows->nelts; i++) {
        posts_post_t *post = &APR_ARRAY_IDX(rows, i, posts_post_t);

        if (find_encoded(cx, post))
            continue;
        if (read++ == FEW)
            return 0;
        if (read_whole(cx, post->post_id, post) != WALL_OK) {
            wall_fail_clear(cx); /* removed this moment; should it be worse, it will show again */
            return 0;
        }
    }
    return 1;
}

wall_rc_t posts_list_encoded(wall_cx_t *cx, const posts_on_wall_t *in, wall_page_t *out)
{
    wall_fragment_key_t key = key_of_wall(cx, in->wall);
    apr_array_header_t *rows = NULL;
    apr_int64_t before;
    const wall_words_t *words;
    wall_rc_t rc = users_muted(cx, &words);

    if (rc == WALL_OK && words != NULL) /* what one has muted is in no fragment: nobody else's answer */
        return posts_list_but(cx, in, words, out);
    if (rc == WALL_OK)
        rc = wall_cursor_read(cx, posts_wall_list(cx, in), in->cursor, &before);
    if (rc == WALL_OK && wall_fragment_known(&key)) {
        rc = posts_read_wall(cx, in, before, POSTS_VERSIONS, &rows);
        if (rc == WALL_OK && all_encoded(cx, rows))
            return posts_wall_page(cx, in, rows, out);
    }
    if (rc == WALL_OK)
        rc = posts_read_wall(cx, in, before, POSTS_WHOLE, &rows);
    if (rc != WALL_OK)
        return rc;
    for (int i = 0; i < rows->nelts; i++)
        encode(cx, &APR_ARRAY_IDX(rows, i, posts_post_t));
    if (rows->nelts > 0)
        wall_fragment_put(&key, (wall_bytes_t){ "", 0 });
    return posts_wall_page(cx, in, rows, out);
}
