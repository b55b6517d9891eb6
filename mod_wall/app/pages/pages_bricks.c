/* SPDX-License-Identifier: Apache-2.0 */
/* One's bricks and how they work, as the web client draws them (htdocs/src/pages/bricks). */
#include "app/pages/pages_bricks.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/bricks/rates.h"
#include "app/bricks/status.h"
#include "app/pages/pages_html.h"
#include "app/pages/pages_purchases.h"
#include "core/site.h"
#include "core/timefmt.h"

static const char *named(wall_cx_t *cx, const char *family, const char *name)
{
    return wall_text(cx, apr_pstrcat(cx->pool, family, name, NULL));
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

static const char *joined(wall_cx_t *cx, const char *text, const char *more)
{
    if (more == NULL)
        return text;
    return *text == '\0' ? more : apr_pstrcat(cx->pool, text, " · ", more, NULL);
}

/** Of what neither held bricks nor gave the day's: cause, receipt, how it was paid, the reason given. */
static const char *told(wall_cx_t *cx, const history_movement_t *m)
{
    const history_purchase_t *bought = m->purchase;
    const char *text = bought != NULL || m->app != NULL ? named(cx, "bricks.source.", m->source) : "";

    if (bought != NULL && bought->receipt_number != NULL)
        text = joined(cx, text,
                      wall_text_with(cx, "bricks.receipt_no", "number",
                                     apr_psprintf(cx->pool, "%" APR_INT64_T_FMT,
                                                  *bought->receipt_number),
                                     NULL));
    if (bought != NULL)
        text = joined(cx, text, bought->payment_method);
    return joined(cx, text, m->description);
}

/** What became of it, in one line: story() of the client's movement.ts. */
static const char *story(wall_cx_t *cx, const history_movement_t *m)
{
    const char *status = m->app != NULL ? m->app->status : "";

    if (m->hold == NULL)
        return told(cx, m);
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

/** What the list was asked for, with another kind. */
static const char *query(wall_cx_t *cx, const history_list_in_t *in, int type)
{
    const char *given[][2] = { { "search", in->search }, { "source", in->source },
                               { "since", in->since }, { "until", in->until } };
    const char *to = apr_pstrcat(cx->pool, "type=", history_filter_names[type], NULL);

    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        if (given[i][1] != NULL && *given[i][1] != '\0')
            to = apr_pstrcat(cx->pool, to, "&", given[i][0], "=",
                             apr_pescape_urlencoded(cx->pool, given[i][1]), NULL);
    }
    return to;
}

/** This page's address with another kind or another page of the list; what else was asked for stays. */
static const char *address(wall_cx_t *cx, const history_list_in_t *in, int type, const char *cursor)
{
    return apr_pstrcat(cx->pool, "/bricks?", query(cx, in, type),
                       cursor != NULL ? "&cursor=" : NULL, cursor, NULL);
}

static void date_field(wall_cx_t *cx, wall_document_t *doc, const char *name, const char *label,
                       const char *value)
{
    wall_html(&doc->body,
              "<div class=\"field\"><label for=\"%s\">%s</label><input class=\"input\" type=\"date\" "
              "id=\"%s\" name=\"%s\" value=\"%s\"></div>",
              name, wall_text(cx, label), name, name, value != NULL ? value : "");
}

static void more_filters(wall_cx_t *cx, wall_document_t *doc, const history_list_in_t *in)
{
    static const bricks_source_t causes[] = {
        BRICKS_FROM_REGISTRATION,    BRICKS_FROM_DAILY_CLAIM,      BRICKS_FROM_AI_GENERATION,
        BRICKS_FROM_PURCHASE,        BRICKS_FROM_PURCHASE_REFUND,  BRICKS_FROM_PURCHASE_DISPUTE,
        BRICKS_FROM_DISPUTE_WON,     BRICKS_FROM_DEBT,             BRICKS_FROM_ADMIN_GRANT,
        BRICKS_FROM_ADMIN_CORRECTION,
    };

    date_field(cx, doc, "since", "bricks.since", in->since);
    date_field(cx, doc, "until", "bricks.until", in->until);
    wall_html(&doc->body,
              "<div class=\"field\"><label for=\"source\">%s</label><select class=\"input\" id=\"source\" "
              "name=\"source\"><option value=\"\">%s</option>",
              wall_text(cx, "bricks.cause"), wall_text(cx, "bricks.cause.all"));
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        const char *name = bricks_source_name(causes[i]);

        wall_html(&doc->body, "<option value=\"%s\"%s>%s</option>", name,
                  in->source != NULL && strcmp(in->source, name) == 0 ? " selected" : "",
                  named(cx, "bricks.source.", name));
    }
    wall_html(&doc->body, "</select></div><button class=\"btn small\">%s</button>",
              wall_text(cx, "bricks.filter"));
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
    more_filters(cx, doc, in);
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
              "href=\"/api/v1/bricks/transactions/export?%s\">",
              wall_text(cx, "bricks.movements"), query(cx, in, in->type));
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

/** How to get more, as far as something is sold, and a way to what was bought. */
static void get_more(wall_cx_t *cx, wall_document_t *doc, const purchases_packages_t *packages)
{
    if (!packages->open)
        return;
    wall_html(&doc->body,
              "<section id=\"get-more\" aria-labelledby=\"packages\"><div class=\"row lead\"><h2 "
              "id=\"packages\">%s</h2><a class=\"small push\" href=\"/bricks/buy\">%s</a></div>",
              wall_text(cx, "purchase.get"), wall_text(cx, "purchase.all"));
    pages_packages(cx, doc, packages);
    wall_buf_str(&doc->body, "</section>");
}

/** The heading with what bricks are for, and the beginning of all below it. */
static void lede(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me)
{
    pages_open(cx, doc, me, "wide");
    wall_html(&doc->body,
              "<div class=\"page-head\"><h1>%s</h1><p class=\"below\">%s</p><span class=\"row small push\">",
              doc->title, wall_text_n(cx, "bricks.lede", cx->site->tokens_per_brick));
    if (me->role == WALL_ROLE_ADMIN)
        wall_html(&doc->body, "<a href=\"/admin/bricks\">%s</a>", wall_text(cx, "nav.ledger"));
    wall_html(&doc->body, "<a href=\"/bricks/how\">%s</a></span></div><div class=\"stack\">",
              wall_text(cx, "bricks.how"));
}

wall_rc_t pages_bricks(wall_cx_t *cx, const history_list_in_t *in, wall_document_t *doc)
{
    purchases_packages_t packages;
    bricks_status_t status;
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
    if (rc == WALL_OK)
        rc = purchases_packages(cx, NULL, &packages);
    if (rc == WALL_OK)
        rc = bricks_show_balance(cx, NULL, &status);
    if (rc != WALL_OK)
        return rc;
    wall_document_data(doc, "/bricks/balance", &bricks_status_shape, &status);
    wall_document_data(doc, "/bricks/packages", &purchases_packages_shape, &packages);
    if (strchr(doc->address, '?') == NULL)
        wall_document_data(doc, "/bricks/transactions", &history_page_shape, &page);
    lede(cx, doc, me);
    if (status.debt > 0) {
        wall_buf_str(&doc->body, "<div class=\"note low\">");
        pages_icon(doc, "warn", 0);
        wall_html(&doc->body, "<div>%s</div></div>", wall_text_n(cx, "bricks.debt", status.debt));
    }
    pages_purse(cx, doc, &status);
    get_more(cx, doc, &packages);
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

/** What is sold, as a sentence; "" when nothing is. */
static const char *offers(wall_cx_t *cx, const purchases_packages_t *packages)
{
    const char *text = "";

    for (int i = 0; packages->open && i < packages->items->nelts; i++) {
        const purchases_package_t *p = &APR_ARRAY_IDX(packages->items, i, purchases_package_t);

        const char *before =
            i > 0 ? " · " : apr_pstrcat(cx->pool, " ", wall_text(cx, "bricks.source.purchase"), ": ", NULL);

        text = apr_pstrcat(cx->pool, text, before,
                           wall_text_with(cx, "purchase.offer", "bricks",
                                          wall_text_n(cx, "bricks.n", p->bricks), "price", p->price,
                                          NULL),
                           NULL);
    }
    return text;
}

wall_rc_t pages_bricks_how(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    purchases_packages_t packages;
    accounts_me_t *me;
    rates_t rates = { 0 };
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = rates_show(cx, NULL, &rates);
    if (rc == WALL_OK)
        rc = purchases_packages(cx, NULL, &packages);
    if (rc != WALL_OK)
        return rc;
    doc->title = wall_text(cx, "bricks.how");
    doc->description = wall_text_n(cx, "bricks.lede", rates.tokens_per_brick);
    doc->canonical = "/bricks/how";
    doc->module = "bricks/how";
    wall_document_data(doc, "/bricks/rates", &rates_shape, &rates);
    wall_document_data(doc, "/bricks/packages", &purchases_packages_shape, &packages);
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
                         wall_text_n(cx, "bricks.n", rates.daily), ".", offers(cx, &packages), NULL));
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

wall_rc_t pages_bricks_admin(wall_cx_t *cx, const pages_bricks_admin_in_t *in, wall_document_t *doc)
{
    return pages_for_admins(cx, doc, wall_text(cx, "admin.bricks"), "admin/bricks");
}
