/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in by others, without script: the ways offered, what went wrong, the rest of a new account. */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/factors/factors.h"
#include "app/oauth/oauth.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"
#include "core/crypto.h"
#include "core/site.h"

#define FINISH "/register/finish"

void pages_problem(wall_cx_t *cx, wall_document_t *doc)
{
    const char *name = pages_query(cx, doc, "problem");
    const char *said = name != NULL && doc->typed == NULL
                           ? oauth_problem_text(cx, name, pages_query(cx, doc, "provider"))
                           : NULL;

    if (said != NULL)
        wall_html(&doc->body, "<div class=\"note %s\" role=\"alert\"><p>%s</p></div>",
                  strcmp(name, "denied") == 0 ? "low" : "bad", said);
}

void pages_providers(wall_cx_t *cx, wall_document_t *doc, const char *next)
{
    oauth_offers_t offers;

    if (oauth_list(cx, NULL, &offers) != WALL_OK)
        return;
    wall_document_data(doc, "/auth/oauth", &oauth_offers_shape, &offers);
    if (offers.items->nelts == 0)
        return;
    wall_html(&doc->body, "<div class=\"providers\"><p class=\"or\"><span>%s</span></p>",
              wall_text(cx, "oauth.or"));
    for (int i = 0; i < offers.items->nelts; i++) {
        const oauth_offer_t *offer = &APR_ARRAY_IDX(offers.items, i, oauth_offer_t);

        wall_html(&doc->body,
                  "<a class=\"btn full\" href=\"/api/v1/auth/oauth/%s/initiate?remember=true&amp;"
                  "return_to=%s\">%s</a>",
                  offer->provider, apr_pescape_urlencoded(cx->pool, next),
                  wall_text_with(cx, "oauth.with", "provider", offer->label, NULL));
    }
    wall_buf_str(&doc->body, "</div>");
}

/* ---- the rest of a new account ---- */

static const char *called(wall_cx_t *cx, const oauth_arrival_t *arrival)
{
    return arrival->account_name != NULL ? arrival->account_name
           : arrival->display_name != NULL
               ? arrival->display_name
               : wall_text(cx, "oauth.somebody");
}

static void sign_in_link(wall_cx_t *cx, wall_document_t *doc, const char *kind)
{
    wall_html(&doc->body, "<a class=\"%s\" href=\"/login?next=" FINISH "\">%s</a>", kind,
              wall_text(cx, "oauth.sign_in_connect"));
}

static void forget_form(wall_cx_t *cx, wall_document_t *doc)
{
    wall_html(&doc->body,
              "<form method=\"post\" action=\"" FINISH "/forget\"><button class=\"btn plain "
              "full\">%s</button></form>",
              wall_text(cx, "oauth.not_me"));
}

/** For who is signed in: connect it with the account they have. */
static void connect_form(wall_cx_t *cx, wall_document_t *doc, const oauth_arrival_t *arrival,
                         const accounts_me_t *me)
{
    wall_html(&doc->body, "<p>%s</p>",
              wall_text_with(cx, "oauth.connect_question", "provider", arrival->label, "name",
                             called(cx, arrival), "username", me->username, NULL));
    if (doc->typed != NULL)
        wall_html(&doc->body, "<div class=\"note bad\" role=\"alert\"><p>%s</p></div>",
                  wall_fail_text(cx, cx->failed));
    wall_html(&doc->body,
              "<form class=\"account-form mt\" method=\"post\" action=\"" FINISH "/link\"><input "
              "type=\"hidden\" name=\"csrf_token\" value=\"%s\"><button class=\"btn main "
              "full\">%s</button></form>",
              me->csrf_token,
              wall_text_with(cx, "oauth.connect_named", "provider", arrival->label, NULL));
}

static void name_form(wall_cx_t *cx, wall_document_t *doc, const oauth_arrival_t *arrival)
{
    int by_invitation = strcmp(arrival->signup, "invite") == 0;
    const pages_field_t fields[] = {
        { "username", "text", "username", "auth.username", "auth.username_hint", arrival->username },
        { "display_name", "text", "name", "auth.display_name", NULL, arrival->display_name },
        { "email", "email", "email", "auth.email", NULL,
          arrival->email_known ? NULL : arrival->email },
        { by_invitation ? "invitation" : NULL, "text", "off", "oauth.invitation", NULL, NULL },
        { NULL, NULL, NULL, NULL, NULL, NULL },
    };

    if (arrival->email_known)
        wall_html(&doc->body, "<div class=\"note low\"><div><p>%s</p>",
                  wall_text_with(cx, "oauth.known", "email", arrival->email, "provider",
                                 arrival->label, NULL));
    if (arrival->email_known) {
        sign_in_link(cx, doc, "btn small");
        wall_buf_str(&doc->body, "</div></div>");
    }
    wall_html(&doc->body, "<p class=\"soft\">%s</p>",
              wall_text_with(cx, "oauth.finish_text", "provider", arrival->label, "name",
                             called(cx, arrival), NULL));
    pages_form(cx, doc, FINISH, "auth.create", fields);
    if (arrival->email_known)
        return;
    wall_html(&doc->body, "<p class=\"mt\">%s ", wall_text(cx, "oauth.have_one"));
    sign_in_link(cx, doc, "link");
    wall_buf_str(&doc->body, "</p>");
}

static void finish_body(wall_cx_t *cx, wall_document_t *doc, const oauth_arrival_t *arrival,
                        const accounts_me_t *me)
{
    if (me != NULL) {
        connect_form(cx, doc, arrival, me);
    } else if (strcmp(arrival->signup, "closed") == 0) {
        wall_html(&doc->body, "<p>%s</p><p class=\"mt\">",
                  wall_text_with(cx, "oauth.closed", "provider", arrival->label, NULL));
        sign_in_link(cx, doc, "btn main full");
        wall_buf_str(&doc->body, "</p>");
    } else {
        name_form(cx, doc, arrival);
    }
    forget_form(cx, doc);
}

wall_rc_t pages_finish(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    wall_rc_t failed = cx->failed;
    apr_array_header_t *details = cx->details;
    const char *message = cx->failure_message;
    oauth_arrival_t arrival;
    accounts_me_t *me;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = oauth_arrival(cx, NULL, &arrival);
    doc->title = wall_text(cx, me != NULL ? "settings.connected" : "oauth.finish_title");
    doc->module = "accounts/finish";
    doc->hidden = 1;
    if (rc != WALL_OK && rc != WALL_E_NOT_FOUND)
        return rc;
    pages_begin(cx, doc, me, doc->title, 0, "narrow");
    wall_buf_str(&doc->body, "<div class=\"face pad account\">");
    if (rc == WALL_E_NOT_FOUND) {
        wall_fail_clear(cx);
        wall_html(&doc->body,
                  "<div class=\"note low\"><p>%s</p></div><p class=\"mt\"><a class=\"btn main full\" "
                  "href=\"/login\">%s</a></p>",
                  wall_text(cx, "oauth.nobody"), wall_text(cx, "auth.sign_in"));
    } else {
        wall_document_data(doc, "/auth/oauth/arrival", &oauth_arrival_shape, &arrival);
        /* what a refused form was refused for, which looking up the arrival may have covered */
        cx->failed = failed;
        cx->details = details;
        cx->failure_message = message;
        finish_body(cx, doc, &arrival, me);
    }
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}

wall_rc_t pages_finish_sent(wall_cx_t *cx, const oauth_finish_t *in, wall_document_t *doc)
{
    accounts_signed_in_t session = { 0 };
    oauth_arrival_t arrival;
    wall_rc_t rc = oauth_arrival(cx, NULL, &arrival);

    if (rc == WALL_OK)
        rc = oauth_finish(cx, in, &session);
    if (rc == WALL_OK)
        doc->redirect = session.pending == ACCOUNTS_PENDING_NOTHING  ? arrival.return_to
                        : session.pending == ACCOUNTS_PENDING_EMAIL ? "/register?pending=email"
                                                                     : "/register?pending=approval";
    return rc;
}

wall_rc_t pages_finish_link(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc)
{
    wall_rc_t rc;

    if (cx->viewer.user_id == 0)
        return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
    if (!wall_equal_secret(in->csrf_token, cx->viewer.csrf_token))
        return wall_fail(cx, WALL_E_CSRF, NULL, WALL_NO_WHY);
    rc = factors_step_up(cx);
    if (rc == WALL_OK)
        rc = oauth_adopt(cx, NULL, NULL);
    if (rc == WALL_OK)
        doc->redirect = "/settings/connected";
    return rc;
}

wall_rc_t pages_finish_forget(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    doc->redirect = "/";
    return oauth_forget_arrival(cx, NULL, NULL);
}

/* Telegram answers in the fragment of this page's address, which only script sees. */
wall_rc_t pages_telegram(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    doc->title = "Telegram";
    doc->module = "accounts/telegram";
    doc->hidden = 1;
    pages_begin(cx, doc, NULL, doc->title, 0, "narrow");
    wall_html(&doc->body, "<div class=\"face pad account\"><p role=\"status\">%s</p><noscript><p class=\"note low\">%s</p></noscript>"
              "<p class=\"mt\"><a class=\"link\" href=\"/login\">%s</a></p></div>",
              wall_text(cx, "oauth.telegram"), wall_text(cx, "oauth.telegram_script"), wall_text(cx, "factor.start_again"));
    pages_end(doc);
    return WALL_OK;
}
