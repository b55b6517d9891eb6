/* SPDX-License-Identifier: Apache-2.0 */
#include "app/apps/apps.h"

#include <apr_strings.h>
#include <ctype.h>
#include <string.h>

#include "app/apps/apps_actions.h"
#include "app/apps/apps_jobs.h"
#include "app/outbox/outbox.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/queue.h"
#include "io/sql_statements.h"

#define TITLE_WORDS 6

/** Bytes of the first @a points code points of @a text. */
static size_t prefix(const char *text, size_t points)
{
    const char *p = text;

    while (*p) {
        if ((*p & 0xC0) != 0x80 && points-- == 0) {
            break;
        }
        p++;
    }
    return (size_t)(p - text);
}

const char *apps_title(apr_pool_t *pool, const char *prompt)
{
    const char *p = prompt + strspn(prompt, " \t\r\n");
    wall_buf_t title;
    int words;

    wall_buf_init(&title, pool, 80);
    for (words = 0; words < TITLE_WORDS && *p; words++) {
        size_t len = strcspn(p, " \t\r\n");
        size_t kept = title.len;
        if (words > 0) {
            wall_buf_char(&title, ' ');
        }
        wall_buf_add(&title, p, len);
        if (prefix(title.data, APPS_TITLE_MAX) < title.len) {
            /* a first word that is too long (or a script without spaces) is cut; others are left out */
            title.len = words > 0 ? kept : prefix(title.data, APPS_TITLE_MAX);
            break;
        }
        p += len;
        if (len > 0 && strchr(".!?:;\n", p[-1])) {
            break;
        }
        p += strspn(p, " \t\r\n");
    }
    while (title.len > 1 && strchr(".,;:!?-", title.data[title.len - 1])) {
        title.len--;
    }
    title.data[title.len] = '\0';
    if (title.len > 0) {
        title.data[0] = (char)toupper((unsigned char)title.data[0]);
    }
    return title.len > 0 ? title.data : "App";
}

/* ---- POST /ai/generate ---- */

typedef struct generate_t {
    const apps_generate_in_t *in;
    apps_generated_t *out;
    const char *job_id;
    apr_int64_t priority;
    apr_int64_t user_id;
} generate_t;

/** The doorbell. When Redis is away housekeeping rings instead, as soon as it can. */
static void ring(wall_cx_t *cx, void *baton)
{
    generate_t *g = baton;

    (void)wall_queue_ring(cx, APPS_QUEUE, g->job_id, g->user_id, (int)g->priority);
    outbox_ring(cx);
}

/** Post, app and job. */
static wall_rc_t add_rows(wall_cx_t *cx, generate_t *g, apr_int64_t *post_id,
                          const bricks_range_t *range)
{
    posts_draft_t draft = { .post_type = POSTS_AI_APP,
                            .visibility = (walls_visibility_t)g->in->visibility,
                            .content_text = g->in->content_text };
    apr_int64_t app_id = 0;
    wall_rc_t rc = walls_to_post_on(cx, g->in->wall, &draft.wall_id);

    if (rc == WALL_OK) {
        rc = posts_add(cx, &draft, post_id);
    }
    if (rc == WALL_OK) {
        rc = wall_db_insert(cx,
                            sql_apps_add(*post_id, g->user_id, wall_random_hex(cx->pool, 16),
                                         apps_title(cx->pool, g->in->prompt), g->in->prompt),
                            &app_id);
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx,
                          sql_jobs_add(g->job_id, app_id, g->user_id, g->priority,
                                       cx->site->job_attempts, range->min, range->max,
                                       cx->site->tokens_per_brick,
                                       bricks_expected_tokens(g->in->prompt)),
                          NULL);
    }
    return rc;
}

static wall_rc_t generate_work(wall_cx_t *cx, void *baton)
{
    generate_t *g = baton;
    bricks_terms_t terms;
    bricks_range_t range;
    apr_int64_t post_id = 0;
    wall_rc_t rc;

    g->job_id = wall_uuid7(cx->pool, cx->now);
    rc = bricks_lock(cx, g->user_id);
    if (rc == WALL_OK) {
        rc = bricks_terms(cx, g->user_id, &terms);
    }
    if (rc == WALL_OK) {
        g->priority = terms.priority;
        range = bricks_estimate_prompt(g->in->prompt, &terms.rate, cx->site->tokens_per_brick,
                                       terms.max_per_job);
        rc = add_rows(cx, g, &post_id, &range);
    }
    if (rc == WALL_OK) {
        rc = bricks_hold(cx, g->user_id, g->job_id, range.max);
    }
    if (rc == WALL_OK) {
        rc = posts_find(cx, post_id, &g->out->post);
    }
    if (rc == WALL_OK) {
        rc = apps_get_job(cx, &(apps_which_job_t){ g->job_id }, &g->out->job);
    }
    if (rc == WALL_OK) {
        rc = bricks_balance(cx, g->user_id, &g->out->balance);
    }
    if (rc == WALL_OK) {
        wall_db_after_commit(cx, ring, g);
    }
    return rc;
}

wall_rc_t apps_generate(wall_cx_t *cx, const apps_generate_in_t *in, apps_generated_t *out)
{
    generate_t *g = apr_pcalloc(cx->pool, sizeof *g); /* outlives this call: see ring() */

    g->in = in;
    g->out = out;
    g->user_id = cx->viewer.user_id;
    return wall_db_tx(cx, generate_work, g);
}

/* ---- GET /ai/applications/{app_id} ---- */

wall_rc_t apps_get(wall_cx_t *cx, const apps_which_t *in, apps_app_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_apps_get(cx->viewer.user_id, in->app_id),
                               &apps_app_row_shape, out);

    if (rc == WALL_E_NOT_FOUND) {
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK && strcmp(out->status, "completed") == 0) {
        out->url = apr_pstrcat(cx->pool, cx->site->apps_scheme, "://", out->public_name, ".",
                               cx->site->apps_host, "/", NULL);
    }
    return rc;
}
