/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pages/pages_html.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "core/richtext.h"

void pages_visibility(wall_cx_t *cx, wall_document_t *doc, int visibility, int shown)
{
    static const char *const seen[] = {
        [WALLS_PUBLIC] = "globe", [WALLS_FOLLOWERS] = "users", [WALLS_PRIVATE] = "lock"
    };
    const char *words = wall_text(
        cx, apr_pstrcat(cx->pool, "visibility.", walls_visibility_names[visibility], NULL));

    wall_buf_str(&doc->body, "<span aria-hidden=\"true\">·</span>");
    pages_icon(doc, seen[visibility], 0);
    wall_html(&doc->body, shown ? "%s" : "<span class=\"sr\">%s</span>", words);
}

static void app_in_post(wall_cx_t *cx, wall_document_t *doc, const posts_app_t *app,
                        const char *said)
{
    const char *status = posts_app_status_names[app->status];

    wall_html(&doc->body,
              "<div class=\"attach\"><section class=\"app\" aria-label=\"%s\"><div "
              "class=\"app-bar\"><bdi class=\"app-name\">%s</bdi>",
              wall_text_with(cx, "app.named", "title", app->title, NULL), app->title);
    if (app->is_demo)
        wall_html(&doc->body, "<span class=\"tag low\">%s</span>", wall_text(cx, "app.demo"));
    wall_buf_str(&doc->body, "</div>");
    if (app->url != NULL) {
        wall_html(&doc->body,
                  "<iframe class=\"app-frame\" title=\"%s\" src=\"%s\" sandbox=\"allow-scripts\" "
                  "referrerpolicy=\"no-referrer\" loading=\"lazy\"></iframe><div "
                  "class=\"app-foot\"><a class=\"link-row\" href=\"/a/%ld\">",
                  wall_text_with(cx, "app.named", "title", app->title, NULL), app->url,
                  (long)app->app_id);
        pages_icon(doc, "slip", 1);
        wall_html(&doc->body, "%s</a></div>",
                  wall_text_n(cx, "bricks.n",
                              app->actual_bricks_cost != NULL ? *app->actual_bricks_cost : 0));
    } else {
        wall_html(&doc->body,
                  "<div class=\"app-body\"><p class=\"asked\" dir=\"auto\">“%s”</p><p>%s</p></div>",
                  app->user_prompt,
                  said != NULL ? said
                               : wall_text(cx, apr_pstrcat(cx->pool, "app.status.", status, NULL)));
    }
    wall_buf_str(&doc->body, "</section></div>");
}

void pages_post(wall_cx_t *cx, wall_document_t *doc, const posts_post_t *post, const char *said)
{
    wall_html(&doc->body,
              "<article class=\"post face\" tabindex=\"-1\" data-post=\"%ld\"><header "
              "class=\"post-head\">",
              (long)post->post_id);
    pages_avatar(doc, post->author.display_name, "");
    wall_html(&doc->body,
              "<div class=\"who\"><span><a class=\"name\" href=\"/w/%s\"><bdi>%s</bdi></a></span>"
              "<span class=\"meta\"><bdi dir=\"ltr\">@%s</bdi><span aria-hidden=\"true\">·</span>"
              "<a href=\"/p/%ld\">",
              post->wall.wall_slug, post->author.display_name, post->author.username,
              (long)post->post_id);
    pages_date(doc, post->created_at);
    wall_buf_str(&doc->body, "</a>");
    pages_visibility(cx, doc, post->visibility, 0);
    wall_buf_str(&doc->body, "</span></div></header>");
    if (post->content_text != NULL)
        wall_richtext_block(&doc->body, post->content_text);
    if (post->app != NULL)
        app_in_post(cx, doc, post->app, said);
    wall_buf_str(&doc->body, "</article>");
}

/* One that has a muted word is folded up; the reader may look. */
static void listed(wall_cx_t *cx, wall_document_t *doc, const posts_post_t *post)
{
    if (post->muted)
        wall_html(&doc->body,
                  "<details class=\"face muted\"><summary>%s <span class=\"link\">%s</span></summary>",
                  wall_text(cx, "post.muted"), wall_text(cx, "post.muted_show"));
    pages_post(cx, doc, post, NULL);
    if (post->muted)
        wall_buf_str(&doc->body, "</details>");
}

void pages_posts(wall_cx_t *cx, wall_document_t *doc, const wall_page_t *page, const char *path)
{
    int i;

    wall_buf_str(&doc->body, "<div class=\"stack\">");
    for (i = 0; i < page->items->nelts; i++)
        listed(cx, doc, &APR_ARRAY_IDX(page->items, i, posts_post_t));
    if (page->next_cursor != NULL)
        wall_html(&doc->body, "<p><a class=\"btn full\" rel=\"next\" href=\"%s?cursor=%s\">%s</a></p>",
                  path, apr_pescape_urlencoded(cx->pool, page->next_cursor),
                  wall_text(cx, "action.more"));
    wall_buf_str(&doc->body, "</div>");
}
