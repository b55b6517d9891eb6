/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/rates.h"
#include "app/pages/pages_bricks.h"
#include "app/pages/pages_html.h"

#include <apr_strings.h>
#include <apr_escape.h>
#include <string.h>

#include "core/timefmt.h"
#include "core/timezone.h"

static const char mark[] =
    "<svg viewBox=\"0 0 28 22\" fill=\"currentColor\" aria-hidden=\"true\"><path d=\"M0 0h18v6H0zM20 "
    "0h8v6h-8zM0 8h8v6H0zM10 8h18v6H10zM0 16h18v6H0zM20 16h8v6h-8z\"/></svg>";

wall_rc_t pages_load_me(wall_cx_t *cx, wall_document_t *doc, accounts_me_t **me)
{
    wall_rc_t rc;

    *me = NULL;
    doc->app_bricks = rates_app_bricks(cx);
    if (cx->viewer.user_id == 0)
        return WALL_OK;
    *me = apr_pcalloc(cx->pool, sizeof(**me));
    rc = accounts_get_me(cx, NULL, *me);
    if (rc != WALL_OK)
        return rc;
    wall_fields_encode(&doc->me, &accounts_me_shape, *me);
    doc->theme = (*me)->settings.theme;
    doc->time_zone = (*me)->settings.time_zone;
    return WALL_OK;
}

void pages_date(wall_document_t *doc, apr_time_t time)
{
    char exact[WALL_RFC3339_LEN + 1];
    wall_local_day_t day;

    wall_time_rfc3339(exact, time);
    (void)wall_zone_day(doc->time_zone != NULL ? doc->time_zone : "Etc/UTC", time, &day);
    wall_html(&doc->body, "<time datetime=\"%s\">%s</time>", exact, day.date);
}

void pages_icon(wall_document_t *doc, const char *name, int small)
{
    wall_html(&doc->body, "<svg class=\"icon%s\" aria-hidden=\"true\"><use href=\"%s#%s\"/></svg>",
              small ? " s" : "", doc->icons, name);
}

void pages_logo(wall_document_t *doc)
{
    wall_buf_str(&doc->body, "<a class=\"logo\" href=\"/\" aria-label=\"Wall\">");
    wall_buf_str(&doc->body, mark);
    wall_buf_str(&doc->body, "<span>wall</span></a>");
}

/** Bytes of the character at @a at; 0 at the end. Names are valid UTF-8. */
static size_t character(const char *at)
{
    size_t len = at[0] != '\0';

    while (len > 0 && ((unsigned char)at[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* The same sum as firing() in htdocs/src/ui/avatar.tsx, so that nobody changes colour. */
int pages_firing(const char *name)
{
    long sum = 7;
    size_t len;

    for (const char *at = name; (len = character(at)) > 0; at += len) {
        static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
        long code = (unsigned char)at[0] & lead[len < 5 ? len : 4];

        for (size_t i = 1; i < len; i++)
            code = code << 6 | ((unsigned char)at[i] & 0x3f);
        sum = (sum * 31 + code) % 9973;
    }
    return (int)(sum % 7);
}

/* Initials: of the first word and of the last. The style sheet makes them capitals. */
void pages_avatar(wall_document_t *doc, const char *name, const char *size)
{
    const char *first = name + strspn(name, " "), *space = strrchr(first, ' ');
    const char *last = space != NULL ? space + 1 : "";

    wall_html(&doc->body, "<span class=\"avatar%s h%d\" aria-hidden=\"true\">%s%s</span>", size,
              pages_firing(name), apr_pstrmemdup(doc->body.pool, first, character(first)),
              apr_pstrmemdup(doc->body.pool, last, character(last)));
}

static void nav_link(wall_cx_t *cx, wall_document_t *doc, const char *href, const char *icon,
                     const char *label)
{
    size_t here = strcspn(doc->address, "?");
    int current = strlen(href) == here && strncmp(href, doc->address, here) == 0;

    wall_html(&doc->body, "<li><a href=\"%s\"", href);
    if (current)
        wall_buf_str(&doc->body, " aria-current=\"page\"");
    wall_buf_str(&doc->body, ">");
    pages_icon(doc, icon, 0);
    wall_html(&doc->body, "<span class=\"label\">%s</span></a></li>", wall_text(cx, label));
}

static void amount(wall_cx_t *cx, wall_document_t *doc, apr_int64_t bricks)
{
    const char *level = pages_level(doc, bricks);

    wall_html(&doc->body,
              "<a class=\"bricks-link small\" href=\"/bricks\"><span class=\"bricks %s\"><span "
              "aria-hidden=\"true\">%s</span><span class=\"sr\">%s, %s</span></span></a>",
              level, wall_number(cx, bricks), wall_text_n(cx, "bricks.n", bricks),
              wall_text(cx, apr_pstrcat(cx->pool, "bricks.level.", level, NULL)));
}

static void side(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me)
{
    wall_html(&doc->body, "<nav class=\"side\" aria-label=\"%s\">", wall_text(cx, "nav.main"));
    pages_logo(doc);
    wall_buf_str(&doc->body, "<div class=\"nav\"><ul>");
    nav_link(cx, doc, "/", "home", "nav.home");
    nav_link(cx, doc, apr_pstrcat(cx->pool, "/w/", me->wall.wall_slug, NULL), "wall", "nav.wall");
    nav_link(cx, doc, "/new", "plus", "nav.new");
    nav_link(cx, doc, "/bricks", "brick", "nav.bricks");
    nav_link(cx, doc, "/settings/appearance", "gear", "nav.settings");
    if (me->role != WALL_ROLE_USER)
        nav_link(cx, doc, "/admin/users", "gauge", "nav.admin");
    wall_buf_str(&doc->body, "</ul></div><div class=\"person me\">");
    pages_avatar(doc, me->display_name, "");
    wall_html(&doc->body, "<span class=\"who\"><b><bdi>%s</bdi></b>", me->display_name);
    amount(cx, doc, me->bricks.available);
    wall_html(&doc->body,
              "</span><form method=\"post\" action=\"/logout\"><input type=\"hidden\" "
              "name=\"csrf_token\" value=\"%s\"><button class=\"icon-btn\" aria-label=\"%s\">",
              me->csrf_token, wall_text(cx, "auth.sign_out"));
    pages_icon(doc, "more", 0);
    wall_buf_str(&doc->body, "</button></form></div></nav>");
}

static void top(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me)
{
    wall_buf_str(&doc->body, "<header class=\"top\">");
    pages_logo(doc);
    wall_buf_str(&doc->body, "<span class=\"push\"></span>");
    if (me != NULL)
        amount(cx, doc, me->bricks.available);
    else
        wall_html(&doc->body,
                  "<a class=\"btn small\" href=\"/login?next=%s\">%s</a>"
                  "<a class=\"btn main small\" href=\"/register\">%s</a>",
                  apr_pescape_urlencoded(cx->pool, doc->address), wall_text(cx, "auth.sign_in"),
                  wall_text(cx, "auth.create"));
    wall_buf_str(&doc->body, "</header>");
}

void pages_open(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me, const char *layout)
{
    wall_html(&doc->body, "<a class=\"skip\" href=\"#main\">%s</a><div class=\"shell%s %s\">",
              wall_text(cx, "nav.skip"), me != NULL ? "" : " guest", layout);
    top(cx, doc, me);
    if (me != NULL)
        side(cx, doc, me);
    wall_buf_str(&doc->body, "<main id=\"main\" tabindex=\"-1\"");
    if (doc->glaze != NULL)
        wall_html(&doc->body, " data-glaze=\"%s\"", doc->glaze);
    wall_buf_str(&doc->body, ">");
}

void pages_begin(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me, const char *heading,
                 int plain, const char *layout)
{
    pages_open(cx, doc, me, layout);
    if (plain)
        wall_html(&doc->body, "<h1 class=\"sr\">%s</h1>", heading);
    else
        wall_html(&doc->body, "<div class=\"page-head\"><h1>%s</h1></div>", heading);
}

void pages_end(wall_document_t *doc)
{
    wall_buf_str(&doc->body, "</main></div>");
}

void pages_empty(wall_document_t *doc, const char *title, const char *text)
{
    wall_buf_str(&doc->body,
                 "<div class=\"blank face\"><svg class=\"courses\" viewBox=\"0 0 141 41\" "
                 "aria-hidden=\"true\"><path class=\"may\" d=\"M.5 30.5h24v10h-24zM29.5 "
                 "30.5h24v10h-24zM58.5 30.5h24v10h-24zM87.5 30.5h24v10h-24zM116.5 30.5h24v10h-24zM15 "
                 "15.5h24v10h-24zM44 15.5h24v10h-24zM73 15.5h24v10h-24zM29.5.5h24v10h-24z\"/><path "
                 "class=\"a\" d=\"M102 15h25v11h-25z\"/></svg>");
    wall_html(&doc->body, "<h2>%s</h2><p>%s</p>", title, text);
}
