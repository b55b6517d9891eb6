/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing a package, a purchase and its receipt, and the test provider's checkout; the client draws the
 * same (htdocs/src/pages/purchases). Every form works without script. */
#include "app/pages/pages_purchases.h"

#include <apr_strings.h>
#include <string.h>

#include "app/pages/pages_bricks.h"
#include "app/pages/pages_html.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/money.h"
#include "core/site.h"
#include "core/timefmt.h"

static const char *named(wall_cx_t *cx, const char *family, const char *name)
{
    return wall_text(cx, apr_pstrcat(cx->pool, family, name, NULL));
}

/** Begins a page of one's own; *me stays NULL when the visitor was sent to sign in. */
static wall_rc_t begin(wall_cx_t *cx, wall_document_t *doc, accounts_me_t **me)
{
    *me = NULL;
    doc->hidden = 1;
    return pages_sent_to_login(cx, doc) ? WALL_OK : pages_load_me(cx, doc, me);
}

static void hidden(wall_document_t *doc, const char *name, const char *value)
{
    wall_html(&doc->body, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
}

/** @param of the purchase whose checkout is led to; NULL = none */
static void test_tag(wall_cx_t *cx, wall_document_t *doc, const purchases_purchase_t *of)
{
    wall_html(&doc->body, "<p class=\"test-tag row\"><strong class=\"tag low\">%s</strong>",
              wall_text(cx, "purchase.test"));
    if (of != NULL)
        wall_html(&doc->body, "<a class=\"small\" href=\"/bricks/test-checkout/%ld\">%s</a>",
                  (long)of->purchase_id, wall_text(cx, "purchase.checkout"));
    wall_buf_str(&doc->body, "</p>");
}

/* ---- packages ---- */

enum { DRAWN = 80, DRAWN_LENGTH = 10 }; /* bricks of the largest package's wall, and of its courses */

/** @param most bricks of the largest, which is drawn as a whole wall */
static void package_card(wall_cx_t *cx, wall_document_t *doc, const purchases_package_t *p,
                         apr_int64_t most)
{
    const char *bricks = wall_text_n(cx, "bricks.n", p->bricks);
    apr_int64_t laid = (p->bricks * DRAWN + most / 2) / most;

    wall_buf_str(&doc->body, "<div class=\"pack face\"><div class=\"drawing\">");
    pages_courses(doc, laid > 0 ? laid : 1, DRAWN_LENGTH,
                  wall_text_with(cx, "purchase.drawn", "bricks", bricks, NULL));
    wall_html(&doc->body,
              "</div><h3 class=\"small soft\">%s</h3><p class=\"qty num\">%s</p><p class=\"small soft\">%s</p>",
              p->name, wall_number(cx, p->bricks),
              p->more_percent > 0              ? wall_text_n(cx, "purchase.more", p->more_percent)
              : p->bricks >= doc->app_bricks ? pages_reach(cx, doc, p->bricks)
                                             : "\xC2\xA0");
    if (p->bonus > 0)
        wall_html(&doc->body, "<p class=\"small soft\">%s</p>",
                  wall_text_with(cx, "purchase.on_top", "bricks", wall_number(cx, p->bonus), NULL));
    wall_html(&doc->body,
              "<button class=\"btn full\" name=\"package\" value=\"%s\" aria-label=\"%s\">%s</button></div>",
              p->package,
              wall_text_with(cx, "purchase.buy", "bricks", bricks, "price", p->price, NULL), p->price);
}

void pages_packages(wall_cx_t *cx, wall_document_t *doc, const purchases_packages_t *packages)
{
    apr_int64_t most = 1;

    if (!packages->open) {
        wall_html(&doc->body, "<p class=\"note\">%s</p>", wall_text(cx, "purchase.off"));
        return;
    }
    if (packages->test) {
        wall_buf_str(&doc->body, "<div class=\"edge\">");
        test_tag(cx, doc, NULL);
        wall_buf_str(&doc->body, "</div>");
    }
    wall_buf_str(&doc->body, "<form method=\"post\" action=\"/bricks/buy\">");
    hidden(doc, "csrf_token", cx->viewer.csrf_token);
    /* A form that is sent twice is one purchase. */
    hidden(doc, "key", wall_uuid7(cx->pool, cx->now));
    for (int i = 0; i < packages->items->nelts; i++) {
        const purchases_package_t *p = &APR_ARRAY_IDX(packages->items, i, purchases_package_t);

        most = p->bricks > most ? p->bricks : most;
    }
    wall_buf_str(&doc->body, "<div class=\"packs\">");
    for (int i = 0; i < packages->items->nelts; i++)
        package_card(cx, doc, &APR_ARRAY_IDX(packages->items, i, purchases_package_t), most);
    wall_buf_str(&doc->body, "</div></form>");
    if (!packages->test)
        wall_html(&doc->body, "<p class=\"small soft mt edge\">%s</p>", wall_text(cx, "purchase.where"));
}

/** What was bought, the latest; the client shows the same list. */
static void bought(wall_cx_t *cx, wall_document_t *doc, const wall_page_t *page)
{
    wall_html(&doc->body, "<section class=\"face pad\"><h2>%s</h2>", wall_text(cx, "purchase.all"));
    if (page->items->nelts == 0)
        wall_html(&doc->body, "<p class=\"soft mt\">%s</p>", wall_text(cx, "purchase.none"));
    wall_buf_str(&doc->body, "<ul class=\"purchases\">");
    for (int i = 0; i < page->items->nelts; i++) {
        const purchases_purchase_t *p = &APR_ARRAY_IDX(page->items, i, purchases_purchase_t);

        wall_html(&doc->body, "<li><a href=\"/bricks/purchases/%ld\"><b>%s</b></a><span class=\"num\">%s</span>"
                              "<span class=\"small soft\">%s · ",
                  (long)p->purchase_id, p->package, p->price, wall_text_n(cx, "bricks.n", p->bricks));
        pages_date(doc, p->created_at);
        wall_html(&doc->body, "</span><span class=\"tag\">%s</span></li>",
                  named(cx, "purchase.status.", purchases_status_names[p->status]));
    }
    wall_buf_str(&doc->body, "</ul></section>");
}

static wall_rc_t buy_page(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    const wall_page_in_t latest = { .limit = 20 };
    purchases_packages_t packages;
    accounts_me_t *me;
    wall_page_t page;
    wall_rc_t rc = begin(cx, doc, &me);

    doc->title = wall_text(cx, "purchase.title");
    doc->module = "purchases/buy";
    if (rc != WALL_OK || me == NULL)
        return rc;
    rc = purchases_packages(cx, NULL, &packages);
    if (rc == WALL_OK)
        rc = purchases_list(cx, &latest, &page);
    if (rc != WALL_OK)
        return rc;
    wall_document_data(doc, "/bricks/packages", &purchases_packages_shape, &packages);
    wall_document_data(doc, "/bricks/purchases", &purchases_page_shape, &page);
    pages_begin(cx, doc, me, doc->title, 0, "wide");
    if (doc->typed != NULL)
        wall_html(&doc->body, "<div class=\"note bad\" role=\"alert\"><p>%s</p></div>",
                  wall_fail_text(cx, cx->failed));
    wall_buf_str(&doc->body, "<div class=\"stack\">");
    if (packages.open)
        wall_html(&doc->body, "<section aria-labelledby=\"packages\"><div class=\"row lead\"><h2 id=\"packages\">%s</h2></div>",
                  wall_text(cx, "purchase.get"));
    pages_packages(cx, doc, &packages);
    if (packages.open)
        wall_buf_str(&doc->body, "</section>");
    bought(cx, doc, &page);
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}

typedef struct buy_in_t {
    const char *csrf_token;
    const char *key;
    const char *package;
} buy_in_t;

static wall_rc_t check_token(wall_cx_t *cx, const char *token)
{
    return wall_equal_secret(token, cx->viewer.csrf_token) ? WALL_OK
                                                           : wall_fail(cx, WALL_E_CSRF, NULL, WALL_NO_WHY);
}

static wall_rc_t buy_sent(wall_cx_t *cx, const buy_in_t *in, wall_document_t *doc)
{
    const purchases_new_t package = { .package = in->package };
    purchases_begun_t begun = { 0 };
    size_t ours = strlen(cx->site->base_url);
    wall_rc_t rc;

    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    rc = check_token(cx, in->csrf_token);
    cx->idempotency_key = in->key;
    if (rc == WALL_OK)
        rc = purchases_begin(cx, &package, &begun);
    if (rc != WALL_OK)
        return rc;
    /* form-action lets a form lead to this site only: from our own page on it is a link. */
    if (begun.checkout_url != NULL && strncmp(begun.checkout_url, cx->site->base_url, ours) == 0 &&
        begun.checkout_url[ours] == '/')
        doc->redirect = begun.checkout_url + ours;
    else
        doc->redirect = apr_psprintf(cx->pool, "/bricks/purchases/%" APR_INT64_T_FMT "?go=1",
                                     begun.purchase.purchase_id);
    return WALL_OK;
}

/* ---- a purchase ---- */

static void row(wall_cx_t *cx, wall_document_t *doc, const char *label, const char *value)
{
    if (value != NULL && *value != '\0')
        wall_html(&doc->body, "<dt>%s</dt><dd class=\"lines\" dir=\"auto\">%s</dd>", wall_text(cx, label), value);
}

static const char *said(wall_cx_t *cx, const wall_document_t *doc, const purchases_purchase_t *p)
{
    if (p->status == PURCHASES_DISPUTED && p->dispute != NULL && strcmp(p->dispute, "lost") == 0)
        return wall_text(cx, "purchase.said.dispute_lost");
    if (p->status != PURCHASES_PENDING)
        return wall_text_with(
            cx, apr_pstrcat(cx->pool, "purchase.said.", purchases_status_names[p->status], NULL),
            "bricks", wall_text_n(cx, "bricks.n", p->bricks), NULL);
    if (p->processing_at != 0)
        return wall_text(cx, "purchase.said.processing");
    return wall_text(cx, strstr(doc->address, "?left=1") != NULL ? "purchase.said.left"
                                                                 : "purchase.said.pending");
}

static const char *note_kind(const purchases_purchase_t *p)
{
    static const char *const kinds[] = {
        [PURCHASES_COMPLETED] = " ok", [PURCHASES_FAILED] = " bad", [PURCHASES_HELD] = " low",
        [PURCHASES_DISPUTED] = " low", [PURCHASES_EXPIRED] = " low",
        [PURCHASES_REFUNDED] = "",     [PURCHASES_PARTIALLY_REFUNDED] = "",
        [PURCHASES_PENDING] = "",      [PURCHASES_CLOSED] = "",
    };

    return kinds[p->status];
}

static void details(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me,
                    const purchases_purchase_t *p)
{
    char date[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(date, p->paid_at != 0 ? p->paid_at : p->created_at);
    wall_buf_str(&doc->body, "<dl class=\"dl mt\">");
    row(cx, doc, "purchase.status", named(cx, "purchase.status.", purchases_status_names[p->status]));
    row(cx, doc, "purchase.date", apr_pstrmemdup(cx->pool, date, 10));
    row(cx, doc, "purchase.package", p->package);
    row(cx, doc, "purchase.bricks", wall_number(cx, p->bricks));
    row(cx, doc, "purchase.price", p->price);
    row(cx, doc, "purchase.buyer", me->display_name);
    row(cx, doc, "purchase.method", p->paid_at != 0 ? p->payment_method : NULL);
    if (p->refunded_minor > 0)
        row(cx, doc, "purchase.given_back",
            wall_money_text(cx->pool, p->refunded_minor, p->currency, cx->language));
    if (p->dispute != NULL)
        row(cx, doc, "purchase.dispute", named(cx, "purchase.dispute.", p->dispute));
    if (p->paid_at != 0 && p->bricks_net < p->bricks)
        row(cx, doc, "purchase.kept", wall_number(cx, p->bricks_net));
    row(cx, doc, "purchase.seller", p->seller->name);
    row(cx, doc, "purchase.address", p->seller->address);
    row(cx, doc, "purchase.tax", p->seller->tax_note);
    wall_buf_str(&doc->body, "</dl>");
}

static const char *title_of(wall_cx_t *cx, const purchases_purchase_t *p)
{
    apr_int64_t number = p->receipt_number != NULL ? *p->receipt_number : p->purchase_id;

    return wall_text_with(cx, p->receipt_number != NULL ? "purchase.receipt" : "purchase.one", "number",
                          apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, number), NULL);
}

static wall_rc_t purchase_page(wall_cx_t *cx, const purchases_which_t *in, wall_document_t *doc)
{
    purchases_purchase_t p;
    accounts_me_t *me;
    wall_rc_t rc = begin(cx, doc, &me);

    doc->title = wall_text(cx, "purchase.all");
    doc->module = "purchases/purchase";
    if (rc != WALL_OK || me == NULL)
        return rc;
    rc = purchases_get(cx, in, &p);
    if (rc != WALL_OK)
        return rc;
    doc->title = title_of(cx, &p);
    wall_document_data(doc, apr_psprintf(cx->pool, "/bricks/purchase/%" APR_INT64_T_FMT, p.purchase_id),
                       &purchases_purchase_shape, &p);
    pages_begin(cx, doc, me, doc->title, 0, "");
    wall_buf_str(&doc->body, "<section class=\"face pad bill\">");
    if (p.test)
        test_tag(cx, doc, &p);
    wall_html(&doc->body, "<div class=\"note%s\" role=\"status\"><div><p>%s</p></div></div>",
              note_kind(&p), said(cx, doc, &p));
    if (p.closed_note != NULL)
        wall_html(&doc->body, "<figure class=\"mt\"><figcaption class=\"small soft\">%s</figcaption>"
                              "<blockquote class=\"lines\" dir=\"auto\">%s</blockquote></figure>",
                  wall_text(cx, "purchase.note"), p.closed_note);
    if (p.checkout_url != NULL) {
        if (strstr(doc->address, "?go=1") != NULL)
            wall_html(&doc->body, "<noscript><meta http-equiv=\"refresh\" content=\"0;url=%s\"></noscript>",
                      p.checkout_url);
        wall_html(&doc->body, "<p class=\"mt\"><a class=\"btn main\" href=\"%s\">%s</a></p>",
                  p.checkout_url, wall_text(cx, "purchase.continue"));
    } else if (p.status == PURCHASES_FAILED || p.status == PURCHASES_EXPIRED) {
        wall_html(&doc->body, "<p class=\"mt\"><a class=\"btn main\" href=\"/bricks/buy\">%s</a></p>",
                  wall_text(cx, "purchase.choose"));
    }
    details(cx, doc, me, &p);
    wall_html(&doc->body, "</section><p class=\"mt edge\"><a class=\"link\" href=\"/bricks\">%s</a></p>",
              wall_text(cx, "bricks.own"));
    pages_end(doc);
    return WALL_OK;
}

/* ---- the test's checkout ---- */

static void choice(wall_cx_t *cx, wall_document_t *doc, purchases_test_t what, const char *label,
                   int main)
{
    wall_html(&doc->body, "<button class=\"btn full%s\" name=\"what\" value=\"%s\">%s</button>",
              main ? " main" : "", purchases_test_names[what], wall_text(cx, label));
}

/** What can be done in this state, as the client offers it as well. */
static void choices(wall_cx_t *cx, wall_document_t *doc, const purchases_purchase_t *p)
{
    if (p->paid_at == 0) {
        choice(cx, doc, PURCHASES_TEST_PAY,
               p->processing_at != 0 ? "purchase.do.arrive" : "purchase.do.pay", 1);
        choice(cx, doc, PURCHASES_TEST_FAIL, "purchase.do.fail", 0);
        if (p->processing_at == 0)
            choice(cx, doc, PURCHASES_TEST_LATER, "purchase.do.later", 0);
        choice(cx, doc, PURCHASES_TEST_PAY_LESS, "purchase.do.pay_less", 0);
    } else if (p->dispute != NULL && strcmp(p->dispute, "open") == 0) {
        choice(cx, doc, PURCHASES_TEST_DISPUTE_WON, "purchase.do.dispute_won", 0);
        choice(cx, doc, PURCHASES_TEST_DISPUTE_LOST, "purchase.do.dispute_lost", 0);
    } else {
        if (p->refunded_minor < p->price_minor) {
            choice(cx, doc, PURCHASES_TEST_REFUND, "purchase.do.refund", 0);
            choice(cx, doc, PURCHASES_TEST_REFUND_HALF, "purchase.do.refund_half", 0);
        }
        if (p->dispute == NULL)
            choice(cx, doc, PURCHASES_TEST_DISPUTE, "purchase.do.dispute", 0);
    }
}

static wall_rc_t checkout_page(wall_cx_t *cx, const purchases_which_t *in, wall_document_t *doc)
{
    purchases_purchase_t p;
    accounts_me_t *me;
    wall_rc_t rc = begin(cx, doc, &me);

    doc->title = wall_text(cx, "purchase.checkout");
    doc->module = "purchases/checkout";
    if (rc != WALL_OK || me == NULL)
        return rc;
    if (in == NULL) /* a refused form: it has no fields to correct */
        return cx->failed;
    rc = purchases_test_find(cx, in, &p);
    if (rc != WALL_OK)
        return rc;
    wall_document_data(doc, apr_psprintf(cx->pool, "/bricks/purchase/%" APR_INT64_T_FMT, p.purchase_id),
                       &purchases_purchase_shape, &p);
    pages_begin(cx, doc, me, doc->title, 0, "");
    wall_buf_str(&doc->body, "<section class=\"face pad checkout\">");
    test_tag(cx, doc, NULL);
    wall_html(&doc->body,
              "<p>%s</p><p class=\"amount\">%s</p><p class=\"soft\">%s: %s</p><form class=\"stack mt\" "
              "method=\"post\" action=\"/bricks/test-checkout/%ld\">",
              wall_text(cx, "purchase.checkout_text"), p.price, p.package,
              wall_text_n(cx, "bricks.n", p.bricks), (long)p.purchase_id);
    hidden(doc, "csrf_token", cx->viewer.csrf_token);
    choices(cx, doc, &p);
    wall_html(&doc->body, "</form><p class=\"mt\"><a class=\"btn full plain\" href=\"/bricks/purchases/%ld%s\">%s</a></p></section>",
              (long)p.purchase_id, p.checkout_url != NULL ? "?left=1" : "",
              wall_text(cx, p.checkout_url != NULL ? "purchase.do.cancel" : "purchase.back"));
    pages_end(doc);
    return WALL_OK;
}

typedef struct checkout_in_t {
    apr_int64_t purchase_id;
    const char *csrf_token;
    int what; /* purchases_test_t */
} checkout_in_t;

static wall_rc_t checkout_sent(wall_cx_t *cx, const checkout_in_t *in, wall_document_t *doc)
{
    const purchases_which_t which = { .purchase_id = in->purchase_id };
    purchases_purchase_t p;
    wall_rc_t rc;

    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    rc = check_token(cx, in->csrf_token);
    if (rc == WALL_OK)
        rc = purchases_test_find(cx, &which, &p);
    if (rc == WALL_OK)
        rc = purchases_test_send(cx, &p, (purchases_test_t)in->what);
    doc->redirect = apr_psprintf(cx->pool, "/bricks/purchases/%" APR_INT64_T_FMT, in->purchase_id);
    return rc;
}

/* ---- administrators: what is on their pages comes with the client ---- */

/* As in the address; the client reads them. */
typedef struct cases_in_t {
    const char *status;
    const char *user;
} cases_in_t;

static wall_rc_t cases_page(wall_cx_t *cx, const cases_in_t *in, wall_document_t *doc)
{
    return pages_for_admins(cx, doc, wall_text(cx, "purchase.all"), "admin/purchases");
}

static wall_rc_t case_page(wall_cx_t *cx, const purchases_which_t *in, wall_document_t *doc)
{
    const char *number = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, in->purchase_id);

    return pages_for_admins(cx, doc, wall_text_with(cx, "purchase.one", "number", number, NULL),
                            "admin/purchase");
}

/* ---- routes ---- */

#define TOKEN(T)                                                                                   \
    WALL_STR(T, csrf_token, .required = 1, .format = WALL_FMT_LINE, .min = 1, .max = 100,          \
             .doc = "Token of the session.")

static const wall_field_t buy_fields[] = {
    TOKEN(buy_in_t),
    WALL_STR(buy_in_t, key, .required = 1, .format = WALL_FMT_UUID, .doc = "Of this form."),
    WALL_STR(buy_in_t, package, .required = 1, .format = WALL_FMT_LINE, .min = 1, .max = 40,
             .doc = "The package."),
    WALL_FIELDS_END
};
static const wall_shape_t buy_in = WALL_SHAPE_OF("BuyForm", buy_in_t, buy_fields);

static const wall_field_t checkout_fields[] = {
    WALL_I64(checkout_in_t, purchase_id, .from = WALL_FROM_PATH, .required = 1, .min = 1, .max = APR_INT64_MAX,
             .doc = "Id of the purchase."),
    TOKEN(checkout_in_t),
    WALL_ENUM(checkout_in_t, what, purchases_test_names, .required = 1, .doc = "What happens."),
    WALL_FIELDS_END
};
static const wall_shape_t checkout_in =
    WALL_SHAPE_OF("TestCheckoutForm", checkout_in_t, checkout_fields);

static const wall_field_t cases_fields[] = {
    WALL_STR(cases_in_t, status, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 40,
             .doc = "How they stand."),
    WALL_STR(cases_in_t, user, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 40,
             .doc = "Whose they are."),
    WALL_FIELDS_END
};
static const wall_shape_t cases_in = WALL_SHAPE_OF("CasesOnPage", cases_in_t, cases_fields);

WALL_ENDPOINT(cases_page, cases_in_t, wall_document_t)
WALL_ENDPOINT(case_page, purchases_which_t, wall_document_t)
WALL_ENDPOINT(buy_page, void, wall_document_t)
WALL_ENDPOINT(buy_sent, buy_in_t, wall_document_t)
WALL_ENDPOINT(purchase_page, purchases_which_t, wall_document_t)
WALL_ENDPOINT(checkout_page, purchases_which_t, wall_document_t)
WALL_ENDPOINT(checkout_sent, checkout_in_t, wall_document_t)

#define PAGE(page_id, verb, limit, address, shape, function, what)                                 \
    { .id = (page_id), .method = (verb), .path = (address), .auth = WALL_AUTH_OPTIONAL,            \
      .rate = (limit), .in = (shape), .raw = WALL_RAW_PAGE, .action = WALL_ACTION(function),       \
      .doc = (what) }

const wall_route_t pages_purchases_routes[] = {
    PAGE("buyPage", WALL_GET, WALL_RATE_READ, "/bricks/buy", NULL, buy_page, "Packages of bricks."),
    PAGE("buyForm", WALL_POST, WALL_RATE_WRITE, "/bricks/buy", &buy_in, buy_sent, "Beginning to buy."),
    PAGE("purchasePage", WALL_GET, WALL_RATE_READ, "/bricks/purchases/{purchase_id}", &purchases_which_shape,
         purchase_page, "A purchase and its receipt."),
    PAGE("testCheckoutPage", WALL_GET, WALL_RATE_READ, "/bricks/test-checkout/{purchase_id}", &purchases_which_shape,
         checkout_page, "The test provider's checkout."),
    PAGE("testCheckoutForm", WALL_POST, WALL_RATE_WRITE, "/bricks/test-checkout/{purchase_id}",
         &checkout_in, checkout_sent, "What happens at the test's checkout."),
    PAGE("casesPage", WALL_GET, WALL_RATE_READ, "/admin/purchases", &cases_in, cases_page,
         "Everybody's purchases, for administrators."),
    PAGE("casePage", WALL_GET, WALL_RATE_READ, "/admin/purchases/{purchase_id}", &purchases_which_shape, case_page,
         "One of them."),
    WALL_ROUTES_END
};
