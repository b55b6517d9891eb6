/* SPDX-License-Identifier: Apache-2.0 */
/* One's bricks and how they work, as the web client draws them (htdocs/src/pages/bricks). */
#include "app/pages/pages_bricks.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/bricks/rates.h"
#include "app/pages/pages_html.h"
#include "core/site.h"
#include "core/timefmt.h"

static const char *const level_names[] = { [RATES_OK] = "ok", [RATES_LOW] = "low",
                                           [RATES_BAD] = "bad" };

static const char *named(wall_cx_t *cx, const char *family, const char *name)
{
    return wall_text(cx, apr_pstrcat(cx->pool, family, name, NULL));
}

const char *pages_level(const wall_document_t *doc, apr_int64_t available)
{
    return level_names[rates_level(available, doc->app_bricks)];
}

static const char *reach(wall_cx_t *cx, const wall_document_t *doc, apr_int64_t available)
{
    return available >= doc->app_bricks
               ? wall_text_n(cx, "bricks.enough", available / doc->app_bricks)
               : wall_text(cx, "bricks.level.bad");
}

static void purse(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me)
{
    apr_int64_t available = me->bricks.available, held = me->bricks.held;
    const char *level = pages_level(doc, available);

    wall_html(&doc->body,
              "<div class=\"purse\"><section class=\"face pad\" aria-labelledby=\"balance\"><div "
              "class=\"row\"><h2 id=\"balance\">%s</h2><span class=\"tag %s push\">",
              wall_text(cx, "bricks.balance"), level);
    pages_icon(doc, strcmp(level, "ok") == 0 ? "check" : "warn", 1);
    wall_html(&doc->body,
              "%s</span></div><p class=\"amount %s\" aria-hidden=\"true\">%s</p><p class=\"sr\">%s</p>"
              "<p class=\"soft mt\">%s</p></section></div>",
              reach(cx, doc, available), level, wall_number(cx, available),
              wall_text_n(cx, "bricks.n", available),
              held > 0 ? wall_text_n(cx, "bricks.plus_held", held)
                       : wall_text(cx, "bricks.none_held"));
}

/* ---- movements ---- */

static const char *title_of(wall_cx_t *cx, const history_movement_t *m)
{
    if (m->app != NULL)
        return m->app->title;
    if (m->purchase != NULL)
        return m->purchase->package;
    return named(cx, "bricks.source.", m->source);
}

static const char *used(wall_cx_t *cx, const history_hold_t *hold)
{
    apr_int64_t amount = hold->used != NULL ? *hold->used : 0;
    const char *text = wall_text_with(
        cx, "bricks.used_of", "used", apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, amount), "n",
        apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, hold->held), NULL);

    if (hold->returned == NULL || *hold->returned == 0)
        return text;
    return apr_pstrcat(cx->pool, text, " · ",
                       wall_text_n(cx, "bricks.returned", *hold->returned), NULL);
}

/** What became of it, in one line: story() of the client's movement.ts. */
static const char *story(wall_cx_t *cx, const history_movement_t *m)
{
    const char *status = m->app != NULL ? m->app->status : "";

    if (m->hold == NULL)
        return m->description != NULL ? m->description : "";
    if (m->hold->resolved_at == 0)
        return wall_text(cx, strcmp(status, "processing") == 0 ? "bricks.held_writing"
                                                               : "bricks.held_queued");
    if (strcmp(history_type_names[m->transaction_type], "refunded") == 0)
        return wall_text_n(cx,
                           strcmp(status, "cancelled") == 0 ? "bricks.cancelled_back"
                                                            : "bricks.failed_back",
                           m->hold->held);
    return used(cx, m->hold);
}

static const char *link_of(wall_cx_t *cx, const history_movement_t *m)
{
    if (m->purchase != NULL)
        return apr_psprintf(cx->pool, "/bricks/purchases/%" APR_INT64_T_FMT,
                            m->purchase->purchase_id);
    if (m->app != NULL && !m->app->is_gone)
        return apr_psprintf(cx->pool, "/a/%" APR_INT64_T_FMT, m->app->app_id);
    return NULL;
}

static void row(wall_cx_t *cx, wall_document_t *doc, const history_movement_t *m)
{
    const char *link = link_of(cx, m), *about = story(cx, m);
    char time[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(time, m->created_at);
    wall_html(&doc->body, "<tr><td class=\"nowrap num\"><time datetime=\"%s\">%s %s UTC</time></td><td>",
              time, apr_pstrmemdup(cx->pool, time, 10), apr_pstrmemdup(cx->pool, time + 11, 5));
    if (link != NULL)
        wall_html(&doc->body, "<a class=\"plain\" href=\"%s\"><b dir=\"auto\">%s</b></a>", link,
                  title_of(cx, m));
    else
        wall_html(&doc->body, "<b dir=\"auto\">%s</b>", title_of(cx, m));
    if (*about != '\0')
        wall_html(&doc->body, "<span class=\"sub\" dir=\"auto\">%s</span>", about);
    wall_html(&doc->body,
              "</td><td class=\"n\"><span class=\"%s\">%s%s</span></td><td class=\"n\">%s</td>"
              "<td><span class=\"tag\">%s</span></td></tr>",
              m->amount > 0 ? "plus-n" : "minus-n",
              m->amount > 0   ? "+"
              : m->amount < 0 ? "−"
                              : "",
              wall_number(cx, m->amount < 0 ? -m->amount : m->amount),
              wall_number(cx, m->balance_after),
              named(cx, "bricks.kind.", history_type_names[m->transaction_type]));
}

/** This page's address with another kind or another page of the list; what else was asked for stays. */
static const char *address(wall_cx_t *cx, const history_list_in_t *in, int type, const char *cursor)
{
    const char *to = apr_pstrcat(cx->pool, "/bricks?type=", history_filter_names[type], NULL);

    if (in->search != NULL)
        to = apr_pstrcat(cx->pool, to, "&search=", apr_pescape_urlencoded(cx->pool, in->search),
                         NULL);
    return cursor != NULL ? apr_pstrcat(cx->pool, to, "&cursor=", cursor, NULL) : to;
}

static void filters(wall_cx_t *cx, wall_document_t *doc, const history_list_in_t *in)
{
    wall_html(&doc->body,
              "<form class=\"filters\" method=\"get\" action=\"/bricks\" role=\"search\"><label "
              "class=\"search\"><span class=\"sr\">%s</span>",
              wall_text(cx, "bricks.search"));
    pages_icon(doc, "explore", 0);
    wall_html(&doc->body,
              "<input class=\"input\" type=\"search\" name=\"search\" maxlength=\"100\" "
              "placeholder=\"%s\" value=\"%s\"></label><input type=\"hidden\" name=\"type\" "
              "value=\"%s\">",
              wall_text(cx, "bricks.search"), in->search != NULL ? in->search : "",
              history_filter_names[in->type]);
    for (int i = 0; history_filter_names[i] != NULL; i++)
        wall_html(&doc->body, "<a class=\"chip\" href=\"%s\"%s>%s</a>", address(cx, in, i, NULL),
                  i == in->type ? " aria-current=true" : "",
                  named(cx, "bricks.kind.", history_filter_names[i]));
    wall_buf_str(&doc->body, "</form>");
}

static void head(wall_cx_t *cx, wall_document_t *doc)
{
    static const char *const numbers[] = { "bricks.when", "bricks.what", "nav.bricks",
                                           "bricks.balance", "bricks.kind" };

    wall_html(&doc->body,
              "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table "
              "class=\"ledger\"><thead><tr>",
              wall_text(cx, "bricks.movements"));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        wall_html(&doc->body, "<th scope=\"col\"%s>%s</th>", i == 2 || i == 3 ? " class=n" : "",
                  wall_text(cx, numbers[i]));
    wall_buf_str(&doc->body, "</tr></thead><tbody>");
}

static void movements(wall_cx_t *cx, wall_document_t *doc, const history_list_in_t *in,
                      const wall_page_t *page)
{
    wall_html(&doc->body,
              "<section class=\"face\" aria-labelledby=\"movements\"><div class=\"filters first\"><h2 "
              "id=\"movements\">%s</h2><a class=\"btn small push\" "
              "href=\"/api/v1/bricks/transactions/export\">",
              wall_text(cx, "bricks.movements"));
    pages_icon(doc, "down", 1);
    wall_html(&doc->body, "%s</a></div>", wall_text(cx, "bricks.export"));
    filters(cx, doc, in);
    if (page->items->nelts == 0) {
        wall_html(&doc->body, "<p class=\"pad soft\">%s</p>",
                  wall_text(cx, page->next_cursor != NULL ? "bricks.none_yet" : "bricks.none_found"));
    } else {
        head(cx, doc);
        for (int i = 0; i < page->items->nelts; i++)
            row(cx, doc, &APR_ARRAY_IDX(page->items, i, history_movement_t));
        wall_buf_str(&doc->body, "</tbody></table></div>");
    }
    if (page->next_cursor != NULL)
        wall_html(&doc->body, "<div class=\"filters end\"><a class=\"btn small\" href=\"%s\">%s</a></div>",
                  address(cx, in, in->type, page->next_cursor), wall_text(cx, "bricks.older"));
    wall_buf_str(&doc->body, "</section>");
}

wall_rc_t pages_bricks(wall_cx_t *cx, const history_list_in_t *in, wall_document_t *doc)
{
    accounts_me_t *me;
    wall_page_t page;
    wall_rc_t rc;

    doc->title = wall_text(cx, "nav.bricks");
    doc->module = "bricks/balance";
    doc->hidden = 1;
    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    rc = pages_load_me(cx, doc, &me);
    if (rc == WALL_OK)
        rc = history_list(cx, in, &page);
    if (rc != WALL_OK)
        return rc;
    if (strchr(doc->address, '?') == NULL)
        wall_document_data(doc, "/bricks/transactions", &history_page_shape, &page);
    pages_begin(cx, doc, me, doc->title, 0, "wide");
    wall_html(&doc->body, "<p class=\"row\"><span>%s</span><a class=\"small push\" href=\"/bricks/how\">%s</a></p><div class=\"stack\">",
              wall_text_n(cx, "bricks.lede", cx->site->tokens_per_brick),
              wall_text(cx, "bricks.how"));
    purse(cx, doc, me);
    movements(cx, doc, in, &page);
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}

/* ---- how they work ---- */

static void question(wall_cx_t *cx, wall_document_t *doc, const char *key, const char *answer)
{
    wall_html(&doc->body, "<section class=\"face pad\"><h2>%s</h2><p class=\"mt\">%s</p></section>",
              wall_text(cx, key), answer);
}

static void models(wall_cx_t *cx, wall_document_t *doc, const rates_t *rates)
{
    if (rates->models->nelts == 0)
        return;
    wall_html(&doc->body, "<section class=\"face pad\"><table class=\"sums-table\"><thead><tr><th>%s</th>"
                          "<th class=\"n\">%s</th><th class=\"n\">%s</th><th class=\"n\">%s</th></tr></thead><tbody>",
              wall_text(cx, "receipt.model"), wall_text(cx, "bricks.faq.apps"),
              wall_text(cx, "bricks.faq.average"), wall_text(cx, "receipt.total"));
    for (int i = 0; i < rates->models->nelts; i++) {
        const rates_model_t *model = &APR_ARRAY_IDX(rates->models, i, rates_model_t);

        wall_html(&doc->body, "<tr><th scope=\"row\"><bdi>%s</bdi></th><td class=\"n\">%s</td><td "
                              "class=\"n\">%s</td><td class=\"n\">%s</td></tr>",
                  model->model, wall_number(cx, model->apps), wall_number(cx, model->bricks),
                  wall_number(cx, model->tokens));
    }
    wall_buf_str(&doc->body, "</tbody></table></section>");
}

wall_rc_t pages_bricks_how(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    accounts_me_t *me;
    rates_t rates = { 0 };
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = rates_show(cx, NULL, &rates);
    if (rc != WALL_OK)
        return rc;
    doc->title = wall_text(cx, "bricks.how");
    doc->description = wall_text_n(cx, "bricks.lede", rates.tokens_per_brick);
    doc->canonical = "/bricks/how";
    doc->module = "bricks/how";
    wall_document_data(doc, "/bricks/rates", &rates_shape, &rates);
    pages_begin(cx, doc, me, doc->title, 0, "wide");
    wall_buf_str(&doc->body, "<div class=\"stack\">");
    question(cx, doc, "bricks.faq.what",
             wall_text_n(cx, "bricks.faq.what_text", rates.tokens_per_brick));
    question(cx, doc, "bricks.faq.cost",
             wall_text_n(cx, rates.models->nelts > 0 ? "bricks.faq.cost_text" : "bricks.faq.cost_unknown",
                         rates.app_bricks));
    models(cx, doc, &rates);
    question(cx, doc, "bricks.faq.get",
             apr_pstrcat(cx->pool, wall_text(cx, "bricks.source.registration"), ": ",
                         wall_text_n(cx, "bricks.n", rates.welcome), ". ",
                         wall_text(cx, "bricks.source.daily_claim"), ": ",
                         wall_text_n(cx, "bricks.n", rates.daily), ".", NULL));
    question(cx, doc, "bricks.faq.hold",
             apr_pstrcat(cx->pool, wall_text(cx, "bricks.hold_text"), " ",
                         wall_text(cx, "bricks.return_text"), " ",
                         wall_text_n(cx, "bricks.faq.hold_ends", rates.hold_hours), NULL));
    question(cx, doc, "bricks.faq.fails", wall_text(cx, "bricks.faq.fails_text"));
    question(cx, doc, "bricks.faq.refund", wall_text(cx, "bricks.faq.refund_text"));
    question(cx, doc, "bricks.faq.checked", wall_text(cx, "bricks.faq.checked_text"));
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}

wall_rc_t pages_bricks_admin(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    accounts_me_t *me;
    wall_rc_t rc;

    doc->title = wall_text(cx, "admin.bricks");
    doc->module = "admin/bricks";
    doc->hidden = 1;
    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    if (cx->viewer.role != WALL_ROLE_ADMIN)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_NO_WHY);
    rc = pages_load_me(cx, doc, &me);
    if (rc != WALL_OK)
        return rc;
    pages_begin(cx, doc, me, doc->title, 0, "wide");
    wall_html(&doc->body, "<noscript><p class=\"note low\">%s</p></noscript>",
              wall_text(cx, "state.needs_script"));
    pages_end(doc);
    return WALL_OK;
}
