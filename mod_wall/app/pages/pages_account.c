/* SPDX-License-Identifier: Apache-2.0 */
/* What links in mails lead to, as forms that need no script. A link is used by a click on its page, not by
 * opening it: mail scanners open everything. */
#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"
#include "core/messages.h"

typedef struct mailed_t {
    const char *path;
    const char *name; /* of its messages: title, lede, go */
    pages_field_t fields[3];
} mailed_t;

static const mailed_t forgot = {
    "/forgot", "forgot", { { "login", "text", "username", "auth.login", NULL } }
};
static const mailed_t reset = {
    "/reset-password", "reset", { { "token", "hidden", "", "", NULL },
                                  { "password", "password", "new-password", "auth.new_password",
                                    "auth.password_hint" } }
};
static const mailed_t verify = { "/verify-email", "verify", { { "token", "hidden", "", "", NULL } } };
static const mailed_t again = {
    "/verify-email/again", "again", { { "email", "email", "email", "auth.email", NULL } }
};
static const mailed_t undo = { "/undo-email", "undo", { { "token", "hidden", "", "", NULL } } };

const char *pages_query(wall_cx_t *cx, const wall_document_t *doc, const char *name)
{
    const char *at = strchr(doc->address, '?');
    size_t len = strlen(name);

    while (at != NULL) {
        at++;
        if (strncmp(at, name, len) == 0 && at[len] == '=') {
            const char *value = apr_pstrmemdup(cx->pool, at + len + 1, strcspn(at + len + 1, "&"));

            return apr_punescape_url(cx->pool, value, NULL, NULL, 1);
        }
        at = strchr(at, '&');
    }
    return NULL;
}

static const char *words(wall_cx_t *cx, const mailed_t *page, const char *which)
{
    return wall_text(cx, apr_pstrcat(cx->pool, page->name, ".", which, NULL));
}

/** What came of it, when the address says so. */
static const char *outcome(wall_cx_t *cx, const wall_document_t *doc, const mailed_t *page)
{
    static const char *const known[] = { "yes", "confirmed", "changed", "opened", "waiting", NULL };
    const char *done = pages_query(cx, doc, "done");

    for (int i = 0; done != NULL && known[i] != NULL; i++) {
        if (strcmp(known[i], done) == 0)
            return words(cx, page, page == &verify ? apr_pstrcat(cx->pool, "done.", done, NULL) : "done");
    }
    return NULL;
}

static wall_rc_t show(wall_cx_t *cx, wall_document_t *doc, const mailed_t *page)
{
    const char *done = outcome(cx, doc, page);
    accounts_me_t *me = NULL;
    /* Who confirms an address is mostly signed in; the other pages end sessions, or are for who has none. */
    wall_rc_t rc = page == &verify ? pages_load_me(cx, doc, &me) : WALL_OK;

    if (rc != WALL_OK)
        return rc;
    doc->title = words(cx, page, "title");
    doc->module = "accounts/mailed";
    doc->hidden = 1;
    pages_begin(cx, doc, me, doc->title, 0, "narrow");
    wall_buf_str(&doc->body, "<div class=\"face pad account\">");
    if (done != NULL) {
        wall_html(&doc->body, "<div class=\"note ok\" role=\"status\"><p>%s</p></div>", done);
    } else {
        wall_html(&doc->body, "<p class=\"soft\">%s</p>", words(cx, page, "lede"));
        pages_form(cx, doc, page->path, apr_pstrcat(cx->pool, page->name, ".go", NULL), page->fields);
    }
    wall_html(&doc->body, "<p class=\"mt\"><a class=\"link\" href=\"%s\">%s</a></p></div>",
              me != NULL ? "/" : "/login", wall_text(cx, me != NULL ? "nav.home" : "auth.sign_in"));
    pages_end(doc);
    return WALL_OK;
}

static wall_rc_t done(wall_cx_t *cx, wall_document_t *doc, const mailed_t *page, const char *result,
                      wall_rc_t rc)
{
    doc->redirect = apr_pstrcat(cx->pool, page->path, "?done=", result, NULL);
    return rc;
}

wall_rc_t pages_forgot(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return show(cx, doc, &forgot);
}

wall_rc_t pages_reset(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return show(cx, doc, &reset);
}

wall_rc_t pages_verify(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return show(cx, doc, &verify);
}

wall_rc_t pages_again(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return show(cx, doc, &again);
}

wall_rc_t pages_undo(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return show(cx, doc, &undo);
}

wall_rc_t pages_forgot_sent(wall_cx_t *cx, const accounts_login_only_t *in, wall_document_t *doc)
{
    return done(cx, doc, &forgot, "yes", accounts_ask_reset(cx, in, NULL));
}

wall_rc_t pages_reset_sent(wall_cx_t *cx, const accounts_reset_t *in, wall_document_t *doc)
{
    return done(cx, doc, &reset, "yes", accounts_reset_password(cx, in, NULL));
}

wall_rc_t pages_verify_sent(wall_cx_t *cx, const accounts_link_t *in, wall_document_t *doc)
{
    accounts_confirmed_t out = { 0 };
    wall_rc_t rc = accounts_verify_email(cx, in, &out);

    return done(cx, doc, &verify, accounts_result_names[out.result], rc);
}

wall_rc_t pages_again_sent(wall_cx_t *cx, const accounts_new_email_t *in, wall_document_t *doc)
{
    return done(cx, doc, &again, "yes", accounts_ask_confirmation(cx, in, NULL));
}

wall_rc_t pages_undo_sent(wall_cx_t *cx, const accounts_link_t *in, wall_document_t *doc)
{
    return done(cx, doc, &undo, "yes", accounts_undo_email(cx, in, NULL));
}
