/* SPDX-License-Identifier: Apache-2.0 */
/* A wall with its owner. */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/graph/graph.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"
#include "core/richtext.h"

static void wall_top(wall_cx_t *cx, wall_document_t *doc, const walls_wall_t *wall)
{
    wall_html(&doc->body,
              "<section class=\"face wall-top\" aria-label=\"%s\"><div class=\"cover h%d\"></div><div "
              "class=\"wall-head\"><div class=\"wall-id\">",
              wall->display_name, pages_firing(wall->display_name));
    pages_avatar(doc, wall->display_name, " xl");
    if (wall->may_post) {
        wall_buf_str(&doc->body, "<a class=\"btn main push\" href=\"/new\">");
        pages_icon(doc, "plus", 0);
        wall_html(&doc->body, "%s</a>", wall_text(cx, "nav.new"));
    }
    wall_html(&doc->body,
              "</div><p class=\"wall-name\" dir=\"auto\">%s</p><p class=\"meta\"><bdi "
              "dir=\"ltr\">@%s</bdi>",
              wall->display_name, wall->owner.username);
    pages_visibility(cx, doc, wall->privacy_level, 1);
    wall_buf_str(&doc->body, "</p>");
    if (wall->description != NULL) {
        wall_buf_str(&doc->body, "<div class=\"wall-bio\">");
        wall_richtext_block(&doc->body, wall->description);
        wall_buf_str(&doc->body, "</div>");
    }
    wall_buf_str(&doc->body, "</div></section>");
}

/* ---- who it belongs to ---- */

/** The address without what every one of them has. */
static const char *bare(wall_document_t *doc, const char *url)
{
    const char *at = strstr(url, "://");
    size_t len;

    at = at != NULL ? at + 3 : url;
    len = strlen(at);
    return apr_pstrmemdup(doc->body.pool, at, len - (len > 0 && at[len - 1] == '/'));
}

static void link_out(wall_document_t *doc, const char *url, const char *label)
{
    wall_html(&doc->body,
              "<a class=\"link\" href=\"%s\" rel=\"nofollow noopener ugc me\" target=\"_blank\"><bdi>%s"
              "</bdi></a>",
              url, label);
}

static void links(wall_cx_t *cx, wall_document_t *doc, const users_profile_t *person)
{
    if (person->website != NULL) {
        wall_html(&doc->body, "<dt>%s</dt><dd>", wall_text(cx, "profile.website"));
        link_out(doc, person->website, bare(doc, person->website));
        wall_buf_str(&doc->body, "</dd>");
    }
    if (person->links->nelts == 0)
        return;
    wall_html(&doc->body, "<dt>%s</dt><dd><ul>", wall_text(cx, "profile.links"));
    for (int i = 0; i < person->links->nelts; i++) {
        const users_link_t *link = &APR_ARRAY_IDX(person->links, i, users_link_t);

        wall_buf_str(&doc->body, "<li>");
        link_out(doc, link->url, link->label);
        wall_buf_str(&doc->body, "</li>");
    }
    wall_buf_str(&doc->body, "</ul></dd>");
}

static void day(wall_cx_t *cx, wall_document_t *doc, const char *label, apr_time_t time)
{
    wall_html(&doc->body, "<dt>%s</dt><dd>", wall_text(cx, label));
    pages_date(doc, time);
    wall_buf_str(&doc->body, "</dd>");
}

static void details(wall_cx_t *cx, wall_document_t *doc, const users_profile_t *person)
{
    if (person->location != NULL)
        wall_html(&doc->body, "<dt>%s</dt><dd dir=\"auto\">%s</dd>", wall_text(cx, "profile.location"),
                  person->location);
    links(cx, doc, person);
    if (person->email != NULL)
        wall_html(&doc->body, "<dt>%s</dt><dd><a class=\"link\" href=\"mailto:%s\">%s</a></dd>",
                  wall_text(cx, "profile.email"),
                  apr_pescape_urlencoded(doc->body.pool, person->email), person->email);
    if (person->last_active_at != 0)
        day(cx, doc, "profile.last_active", person->last_active_at);
    day(cx, doc, "profile.joined", person->created_at);
}

/** @param person NULL: they show nothing of themselves here */
static void about(wall_cx_t *cx, wall_document_t *doc, const walls_wall_t *wall,
                  const users_profile_t *person)
{
    const char *open_to = apr_pstrcat(cx->pool, "visibility.",
                                      walls_visibility_names[wall->privacy_level], NULL);

    wall_html(&doc->body, "<aside class=\"face pad\" aria-label=\"%s\"><h2>%s</h2>",
              wall_text(cx, "wall.about"), wall_text(cx, "wall.about"));
    if (person != NULL && person->bio != NULL) {
        wall_buf_str(&doc->body, "<div class=\"person-bio\">");
        wall_richtext_block(&doc->body, person->bio);
        wall_buf_str(&doc->body, "</div>");
    }
    wall_buf_str(&doc->body, "<dl class=\"dl mt\">");
    if (person != NULL)
        details(cx, doc, person);
    else
        day(cx, doc, "wall.since", wall->created_at);
    wall_html(&doc->body, "<dt>%s</dt><dd>%s</dd></dl></aside>",
              wall_text(cx, "visibility.label"), wall_text(cx, open_to));
}

/** Also for the client. NULL when they show nothing of themselves to this reader. */
static wall_rc_t find_owner(wall_cx_t *cx, wall_document_t *doc, const walls_wall_t *wall,
                            users_profile_t **person)
{
    const char *id = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, wall->owner.user_id);
    wall_rc_t rc;

    *person = apr_pcalloc(cx->pool, sizeof(**person));
    rc = users_find_profile(cx, id, *person);
    if (rc == WALL_OK) {
        wall_document_data(doc, apr_pstrcat(cx->pool, "/users/", id, NULL), &users_profile_shape,
                           *person);
        return WALL_OK;
    }
    *person = NULL;
    if (rc != WALL_E_NOT_FOUND)
        return rc;
    wall_fail_clear(cx);
    return WALL_OK;
}

/* ---- the page ---- */

static void whole(wall_cx_t *cx, wall_document_t *doc, const walls_wall_t *wall,
                  const wall_page_t *posts, const users_profile_t *person)
{
    wall_top(cx, doc, wall);
    /* First, as it is read where there is one column: what comes later must not push down what is read. */
    wall_buf_str(&doc->body, "<div class=\"about\">");
    about(cx, doc, wall, person);
    wall_buf_str(&doc->body, "<div>");
    if (posts->items->nelts == 0) {
        pages_empty(doc, wall_text(cx, wall->may_post ? "wall.empty_own" : "wall.empty"),
                    wall_text(cx, wall->may_post ? "wall.empty_own_text" : "wall.empty_text"));
        wall_buf_str(&doc->body, "</div>");
    } else {
        pages_posts(cx, doc, posts, doc->canonical);
    }
    wall_buf_str(&doc->body, "</div></div>");
}

wall_rc_t pages_wall(wall_cx_t *cx, const posts_on_wall_t *in, wall_document_t *doc)
{
    const char *path = apr_pstrcat(cx->pool, "/walls/", in->wall, NULL);
    accounts_me_t *me;
    walls_wall_t wall;
    wall_page_t posts;
    users_profile_t *person;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = walls_find(cx, in->wall, &wall);
    if (rc == WALL_E_NOT_FOUND)
        return walls_moved(cx, in->wall, "/w/", "");
    if (rc == WALL_OK)
        rc = posts_list(cx, in, &posts);
    if (rc == WALL_OK)
        rc = find_owner(cx, doc, &wall, &person);
    if (rc != WALL_OK)
        return rc;
    doc->title = wall.display_name;
    doc->description = wall.description;
    doc->type = "profile";
    doc->canonical = apr_pstrcat(cx->pool, "/w/", wall.wall_slug, NULL);
    doc->glaze = walls_glaze_names[wall.glaze];
    doc->hidden = wall.privacy_level != WALLS_PUBLIC;
    doc->module = "walls/wall";
    wall_document_data(doc, path, &walls_wall_shape, &wall);
    if (in->cursor == NULL)
        wall_document_data(doc, apr_pstrcat(cx->pool, path, "/posts", NULL), &posts_page_shape,
                           &posts);
    pages_begin(cx, doc, me, wall.display_name, 1, "wide");
    whole(cx, doc, &wall, &posts, person);
    pages_end(doc);
    return WALL_OK;
}

/* ---- a wall one does not want to see ---- */

/** The block of whose wall @a address is. */
static int find_block(wall_cx_t *cx, wall_document_t *doc, graph_block_t *block)
{
    const char *name = strncmp(doc->address, "/w/", 3) == 0 ? doc->address + 3 : "";
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    if (cx->viewer.user_id == 0 || len < 3 || len > 100 || (name[len] != '\0' && name[len] != '?'))
        return 0;
    name = apr_pstrmemdup(cx->pool, name, len);
    if (graph_find_block(cx, name, block) != WALL_OK)
        return 0;
    wall_document_data(doc, apr_pstrcat(cx->pool, "/users/", name, "/block", NULL),
                       &graph_block_shape, block);
    return 1;
}

int pages_blocked(wall_cx_t *cx, wall_document_t *doc)
{
    graph_block_t block;
    accounts_me_t *me;

    if (!find_block(cx, doc, &block) || pages_load_me(cx, doc, &me) != WALL_OK)
        return 0;
    doc->title = wall_text_with(cx, "block.title", "name", block.user.display_name, NULL);
    doc->hidden = 1;
    doc->module = "walls/wall";
    pages_begin(cx, doc, me, doc->title, 1, "");
    pages_empty(doc, doc->title, wall_text(cx, "block.text"));
    wall_html(&doc->body, "<div class=\"row\"><a class=\"btn\" href=\"/settings/content\">%s</a></div></div>",
              wall_text(cx, "block.list"));
    pages_end(doc);
    return 1;
}
