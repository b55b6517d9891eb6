/* SPDX-License-Identifier: Apache-2.0 */
/* One app with its receipt, as the web client draws it (htdocs/src/pages/apps/app.tsx). */
#include "app/pages/pages.h"

#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"

static void line(wall_cx_t *cx, wall_document_t *doc, const char *name, const char *text)
{
    wall_html(&doc->body, "<div><dt>%s</dt><dd>%s</dd></div>", wall_text(cx, name), text);
}

static const char *counted(wall_cx_t *cx, const apr_int64_t *n)
{
    return wall_number(cx, n != NULL ? *n : 0);
}

/** "40 sec", "2 min". */
static const char *duration(wall_cx_t *cx, apr_int64_t ms)
{
    apr_int64_t seconds = (ms + 500) / 1000;

    if (ms < 90000)
        return wall_text_n(cx, "receipt.seconds", seconds > 0 ? seconds : 1);
    return wall_text_n(cx, "receipt.minutes", (ms + 30000) / 60000);
}

static void receipt(wall_cx_t *cx, wall_document_t *doc, const apps_app_t *app)
{
    wall_html(&doc->body, "<aside class=\"rail\" aria-label=\"%s\"><section class=\"receipt\"><h2>",
              wall_text(cx, "receipt.title"));
    pages_icon(doc, "slip", 1);
    wall_html(&doc->body, " %s</h2>", wall_text(cx, "receipt.title"));
    pages_courses(doc, *app->actual_bricks_cost, 20,
                  wall_text_n(cx, "bricks.n", *app->actual_bricks_cost));
    wall_buf_str(&doc->body, "<dl>");
    line(cx, doc, "receipt.prompt", counted(cx, app->prompt_tokens));
    line(cx, doc, "receipt.completion", counted(cx, app->completion_tokens));
    line(cx, doc, "receipt.total", counted(cx, app->total_tokens));
    line(cx, doc, "receipt.rate", wall_text_n(cx, "estimate.rate", app->tokens_per_brick));
    if (app->generation_model != NULL && app->generation_model[0] != '\0')
        line(cx, doc, "receipt.model", app->generation_model);
    if (app->generation_time != NULL && *app->generation_time > 0)
        line(cx, doc, "receipt.time", duration(cx, *app->generation_time));
    wall_html(&doc->body, "<div class=\"sum\"><dt>%s</dt><dd>%s</dd></div></dl><p>",
              wall_text(cx, "receipt.paid"), wall_text_n(cx, "bricks.n", *app->actual_bricks_cost));
    pages_date(doc, app->created_at);
    wall_buf_str(&doc->body, "</p></section></aside>");
}

static void stage(wall_cx_t *cx, wall_document_t *doc, const apps_app_t *app, const char *why)
{
    wall_html(&doc->body, "<div class=\"stage stack\"><section class=\"app\" aria-label=\"%s\">",
              wall_text_with(cx, "app.named", "title", app->title, NULL));
    if (app->url != NULL)
        wall_html(&doc->body,
                  "<iframe class=\"app-frame\" title=\"%s\" src=\"%s\" sandbox=\"allow-scripts\" "
                  "referrerpolicy=\"no-referrer\"></iframe>",
                  app->title, app->url);
    else
        wall_html(&doc->body, "<div class=\"app-body\"><p>%s</p></div>",
                  why != NULL
                      ? why
                      : wall_text(cx, apr_pstrcat(cx->pool, "app.status.", app->status, NULL)));
    wall_html(&doc->body, "<div class=\"app-foot\"><span class=\"asked\" dir=\"auto\">“%s”</span>",
              app->user_prompt);
    if (app->is_demo)
        wall_html(&doc->body, "<span class=\"tag low\">%s</span>", wall_text(cx, "app.demo"));
    wall_html(&doc->body,
              "<span class=\"push\"></span><a class=\"btn small\" href=\"/p/%ld\">%s</a></div>"
              "</section></div>",
              (long)app->post_id, wall_text(cx, "app.post"));
}

wall_rc_t pages_app(wall_cx_t *cx, const apps_which_t *in, wall_document_t *doc)
{
    accounts_me_t *me;
    apps_app_t app;
    const char *why = NULL;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = apps_get(cx, in, &app);
    if (rc != WALL_OK)
        return rc;
    if (app.job_id != NULL && strcmp(app.status, "failed") == 0)
        why = pages_failure(cx, doc, app.job_id);
    doc->title = app.title;
    doc->description = app.user_prompt;
    doc->type = "article";
    doc->canonical = apr_psprintf(cx->pool, "/a/%" APR_INT64_T_FMT, app.app_id);
    doc->module = "apps/app";
    wall_document_data(doc, apr_psprintf(cx->pool, "/ai/applications/%" APR_INT64_T_FMT, app.app_id),
                       &apps_app_shape, &app);
    pages_open(cx, doc, me, app.actual_bricks_cost != NULL ? "railed" : "");
    wall_html(&doc->body, "<div class=\"page-head\"><h1>%s</h1><p class=\"meta\">%s</p></div>", app.title,
              wall_text_with(cx, "app.asked_by", "name", app.author.display_name, NULL));
    stage(cx, doc, &app, why);
    wall_buf_str(&doc->body, "</main>");
    if (app.actual_bricks_cost != NULL)
        receipt(cx, doc, &app);
    wall_buf_str(&doc->body, "</div>");
    return WALL_OK;
}
