/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pages/pages.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps.h"
#include "app/auth/auth.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"
#include "core/crypto.h"
#include "core/site.h"

/** Where a form leads: the query's `next` when it is a path of this site, else home. */
const char *pages_next_of(wall_cx_t *cx, const wall_document_t *doc)
{
    const char *path = pages_query(cx, doc, "next");

    /* Neither another host ("//x", "/\x") nor another line of the header. */
    if (path == NULL || path[0] != '/' || path[1] == '/' || path[1] == '\\' ||
        strpbrk(path, "\r\n") != NULL)
        return "/";
    return path;
}

int pages_sent_to_login(wall_cx_t *cx, wall_document_t *doc)
{
    if (cx->viewer.user_id != 0)
        return 0;
    doc->redirect = apr_pstrcat(cx->pool, "/login?next=",
                                apr_pescape_urlencoded(cx->pool, doc->address), NULL);
    return 1;
}

wall_rc_t pages_for_admins(wall_cx_t *cx, wall_document_t *doc, const char *title, const char *module)
{
    accounts_me_t *me;
    wall_rc_t rc;

    doc->title = title;
    doc->module = module;
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

/* ---- reading ---- */

/* A post as a brick of the wall beside the door; an empty place when there is none left. */
static void tile(wall_cx_t *cx, wall_document_t *doc, const posts_post_t *post)
{
    const char *words;

    if (post == NULL) {
        wall_buf_str(&doc->body, "<span class=\"tile free\" aria-hidden=\"true\"></span>");
        return;
    }
    words = post->content_text != NULL ? post->content_text : post->app != NULL ? post->app->title : "";
    wall_html(&doc->body, "<a class=\"tile face\" href=\"/p/%ld\"><span class=\"person\">",
              (long)post->post_id);
    pages_avatar(doc, post->author.display_name, " s");
    wall_html(&doc->body, "<b><bdi>%s</bdi></b></span><span class=\"said\" dir=\"auto\">%s</span>",
              post->author.display_name, words);
    if (post->app != NULL) {
        wall_buf_str(&doc->body, "<span class=\"what\">");
        pages_icon(doc, "app", 1);
        wall_html(&doc->body, "%s</span>",
                  post->content_text != NULL ? post->app->title : wall_text(cx, "app.one"));
    }
    wall_buf_str(&doc->body, "</a>");
}

/* Running bond: every second course begins with a half (htdocs/src/pages/accounts/landing.tsx). */
static void bond(wall_cx_t *cx, wall_document_t *doc, const wall_page_t *recent)
{
    static const char half[] = "<span class=\"tile free half\" aria-hidden=\"true\"></span>";
    int next = 0;

    for (int course = 0; course < 4; course++) {
        int odd = course % 2;

        wall_buf_str(&doc->body, "<div class=\"bond-row\">");
        if (course == 1)
            wall_html(&doc->body, "<span class=\"tile clay half\"><span>%s</span></span>",
                      wall_text_n(cx, "bricks.n", cx->site->bricks_welcome));
        else if (odd)
            wall_buf_str(&doc->body, half);
        for (int i = 0; i < 3 - odd; i++, next++)
            tile(cx, doc, next < recent->items->nelts
                              ? &APR_ARRAY_IDX(recent->items, next, posts_post_t)
                              : NULL);
        wall_buf_str(&doc->body, odd ? half : "");
        wall_buf_str(&doc->body, "</div>");
    }
}

static void landing(wall_cx_t *cx, wall_document_t *doc, const wall_page_t *recent)
{
    wall_buf_str(&doc->body,
                 "<div class=\"land\"><main class=\"land-form\" id=\"main\" tabindex=\"-1\">");
    pages_logo(doc);
    wall_html(&doc->body, "<div><h1>%s</h1><p class=\"lede\">%s</p></div>",
              wall_text(cx, "landing.head"), wall_text(cx, "landing.lede"));
    pages_form(cx, doc, "/login", "auth.sign_in", pages_login_fields);
    pages_providers(cx, doc, "/");
    wall_html(&doc->body,
              "<p>%s <a class=\"link\" href=\"/register\">%s</a> %s</p><p "
              "class=\"land-foot\"><span>%s</span></p></main><section class=\"bond\" "
              "aria-label=\"%s\">",
              wall_text(cx, "auth.new_here"), wall_text(cx, "auth.create"),
              wall_text_n(cx, "landing.bonus", cx->site->bricks_welcome),
              wall_text(cx, "landing.own"), wall_text(cx, "landing.peek"));
    bond(cx, doc, recent);
    wall_buf_str(&doc->body, "</section></div>");
}

/* Where one begins to write; opens the stack the posts follow in. */
static void starter(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me)
{
    wall_buf_str(&doc->body, "<div class=\"stack\"><div class=\"starter face\">");
    pages_avatar(doc, me->display_name, "");
    wall_html(&doc->body,
              "<a class=\"go\" href=\"/new\">%s</a><a class=\"btn small\" href=\"/new/app\" "
              "aria-label=\"%s\">",
              wall_text(cx, "home.start"), wall_text(cx, "app.describe"));
    pages_icon(doc, "app", 1);
    wall_html(&doc->body, "<span class=\"label\">%s</span></a></div>", wall_text(cx, "app.describe"));
}

wall_rc_t pages_home(wall_cx_t *cx, const wall_page_in_t *in, wall_document_t *doc)
{
    accounts_me_t *me;
    wall_page_t recent;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = posts_recent(cx, in, &recent);
    if (rc != WALL_OK)
        return rc;
    doc->module = "posts/home";
    if (in->cursor == NULL)
        wall_document_data(doc, "/discover/recent", &posts_page_shape, &recent);
    if (me == NULL) {
        doc->title = wall_text(cx, "landing.title");
        doc->description = wall_text(cx, "landing.lede");
        doc->canonical = "/";
        landing(cx, doc, &recent);
        return WALL_OK;
    }
    doc->title = wall_text(cx, "nav.home");
    pages_begin(cx, doc, me, doc->title, 1, "");
    starter(cx, doc, me);
    pages_posts(cx, doc, &recent, "/");
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}

const char *pages_failure(wall_cx_t *cx, wall_document_t *doc, const char *job_id)
{
    const apps_which_job_t which = { .job_id = job_id };
    apps_job_t job;

    if (apps_get_job(cx, &which, &job) != WALL_OK) {
        wall_fail_clear(cx); /* the page stands without it */
        return NULL;
    }
    wall_document_data(doc, apr_pstrcat(cx->pool, "/ai/jobs/", job_id, NULL), &apps_job_shape, &job);
    return job.error_message;
}

wall_rc_t pages_post_page(wall_cx_t *cx, const pages_post_in_t *in, wall_document_t *doc)
{
    accounts_me_t *me;
    posts_post_t post;
    int failed;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    if (rc == WALL_OK)
        rc = posts_find(cx, in->post_id, &post);
    if (rc != WALL_OK)
        return rc;
    failed = post.app != NULL && post.app->job_id != NULL &&
             strcmp(posts_app_status_names[post.app->status], "failed") == 0;
    doc->title = wall_text_with(cx, "post.by", "name", post.author.display_name, NULL);
    doc->description = post.content_text != NULL ? post.content_text
                                                 : post.app != NULL ? post.app->title : NULL;
    doc->type = "article";
    doc->canonical = apr_psprintf(cx->pool, "/p/%" APR_INT64_T_FMT, post.post_id);
    doc->hidden = post.visibility != WALLS_PUBLIC;
    doc->module = "posts/post";
    wall_document_data(doc, apr_psprintf(cx->pool, "/posts/%" APR_INT64_T_FMT, post.post_id),
                       &posts_post_shape, &post);
    pages_begin(cx, doc, me, doc->title, 1, "");
    pages_post(cx, doc, &post, failed ? pages_failure(cx, doc, post.app->job_id) : NULL);
    pages_end(doc);
    return WALL_OK;
}

/* ---- pages of one's own: what is on them comes with the client ---- */

static wall_rc_t own(wall_cx_t *cx, wall_document_t *doc, const char *title, const char *module)
{
    accounts_me_t *me;
    wall_rc_t rc;

    doc->title = wall_text(cx, title);
    doc->module = module;
    doc->hidden = 1;
    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    rc = pages_load_me(cx, doc, &me);
    if (rc != WALL_OK)
        return rc;
    pages_begin(cx, doc, me, doc->title, 0, "");
    wall_html(&doc->body, "<noscript><p class=\"note low\">%s</p></noscript>",
              wall_text(cx, "state.needs_script"));
    pages_end(doc);
    return WALL_OK;
}

wall_rc_t pages_new(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return own(cx, doc, "post.new", "posts/new");
}

wall_rc_t pages_new_app(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return own(cx, doc, "app.new", "posts/new");
}

/* Sections of the settings, in the order of htdocs/src/pages/settings/frame.tsx. */
static const struct {
    const char *section, *title;
    const char *module; /* of the web client */
    int anybody;        /* visitors too: what is set here is the browser's */
} sections[] = {
    { "profile", "settings.profile", "settings/profile", 0 },
    { "wall", "settings.wall", "settings/wall", 0 },
    { "sign-in", "settings.sign_in", "settings/signin", 0 },
    { "devices", "settings.devices", "settings/devices", 0 },
    { "connected", "settings.connected", "settings/connected", 0 },
    { "keys", "settings.keys", "settings/keys", 0 },
    { "invitations", "settings.invitations", "settings/invitations", 0 },
    { "notifications", "settings.notifications", "settings/notifications", 0 },
    { "privacy", "settings.privacy_section", "settings/privacy", 0 },
    { "content", "settings.content", "settings/content", 0 },
    { "appearance", "nav.settings", "settings/appearance", 1 },
    { "data", "settings.data", "settings/data", 0 },
};

static wall_rc_t browser_settings(wall_cx_t *cx, wall_document_t *doc, const char *title,
                                  const char *module)
{
    accounts_me_t *me;
    wall_rc_t rc = pages_load_me(cx, doc, &me);

    doc->title = wall_text(cx, title);
    doc->module = module;
    doc->hidden = 1;
    pages_begin(cx, doc, me, doc->title, 0, "");
    pages_end(doc);
    return rc;
}

wall_rc_t pages_settings(wall_cx_t *cx, const pages_settings_in_t *in, wall_document_t *doc)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (strcmp(in->section, sections[i].section) == 0)
            return (sections[i].anybody ? browser_settings : own)(cx, doc, sections[i].title,
                                                                  sections[i].module);
    }
    return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
}

/* What only those who run the site are shown; to everybody else there is nothing. */
static wall_rc_t staff(wall_cx_t *cx, wall_document_t *doc, const char *title, const char *module)
{
    if (cx->viewer.user_id != 0 && cx->viewer.role == WALL_ROLE_USER)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    return own(cx, doc, title, module);
}

wall_rc_t pages_people(wall_cx_t *cx, const pages_people_in_t *in, wall_document_t *doc)
{
    return staff(cx, doc, "admin.users", "admin/users");
}

wall_rc_t pages_person(wall_cx_t *cx, const pages_person_in_t *in, wall_document_t *doc)
{
    return staff(cx, doc, "admin.users", "admin/user");
}

wall_rc_t pages_approvals(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    if (cx->viewer.role == WALL_ROLE_MODERATOR)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_NO_WHY);
    return staff(cx, doc, "admin.approvals", "admin/approvals");
}

wall_rc_t pages_styleguide(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    doc->title = "Components";
    doc->module = "shell/styleguide";
    doc->hidden = 1;
    pages_begin(cx, doc, NULL, doc->title, 0, "wide");
    pages_end(doc);
    return WALL_OK;
}

/* ---- signing in, with and without script ---- */

typedef struct account_page_t {
    const char *title;
    const char *action;
    const char *module;
    const pages_field_t *fields;
} account_page_t;

static const account_page_t login_page = { "auth.sign_in", "/login", "accounts/login",
                                           pages_login_fields };
static const account_page_t register_page = { "auth.create", "/register", "accounts/register",
                                              pages_register_fields };

/** The form, or what has become of it, or why there is none. */
static void registering(wall_cx_t *cx, wall_document_t *doc, const account_page_t *page)
{
    const char *pending = pages_query(cx, doc, "pending");
    accounts_signup_t signup;

    accounts_get_signup(cx, NULL, &signup);
    wall_document_data(doc, "/auth/signup", &accounts_signup_shape, &signup);
    if (pending != NULL || strcmp(cx->site->signup, "closed") == 0) {
        wall_html(&doc->body, "<div class=\"note low\" role=\"status\"><p>%s</p></div>",
                  pending == NULL                    ? wall_text(cx, "register.closed")
                  : strcmp(pending, "approval") == 0 ? wall_text(cx, "register.approval")
                                                     : wall_text(cx, "register.email"));
        if (pending != NULL && strcmp(pending, "email") == 0)
            wall_html(&doc->body, "<p class=\"mt\"><a class=\"link\" href=\"/verify-email/again\">%s</a></p>",
                      wall_text(cx, "again.link"));
        return;
    }
    wall_html(&doc->body, "<p class=\"soft\">%s</p>",
              wall_text_n(cx, "auth.welcome", cx->site->bricks_welcome));
    if (strcmp(cx->site->signup, "approval") == 0)
        wall_html(&doc->body, "<p class=\"soft\">%s</p>", wall_text(cx, "register.by_approval"));
    pages_form(cx, doc, page->action, page->title,
               strcmp(cx->site->signup, "invite") == 0 ? pages_invited_fields : page->fields);
}

static wall_rc_t account_page(wall_cx_t *cx, wall_document_t *doc, const account_page_t *page)
{
    int login = page == &login_page;

    doc->title = wall_text(cx, page->title);
    doc->module = page->module;
    if (cx->viewer.user_id != 0) {
        doc->redirect = pages_next_of(cx, doc);
        return WALL_OK;
    }
    pages_begin(cx, doc, NULL, doc->title, 0, "narrow");
    wall_buf_str(&doc->body, "<div class=\"face pad account\">");
    pages_problem(cx, doc);
    if (login) {
        pages_form(cx, doc, page->action, page->title, page->fields);
        wall_html(&doc->body, "<p class=\"mt\"><a class=\"link\" href=\"/forgot\">%s</a></p>",
                  wall_text(cx, "auth.forgot"));
    } else {
        registering(cx, doc, page);
    }
    pages_providers(cx, doc, pages_next_of(cx, doc));
    wall_html(&doc->body, "<p class=\"mt\">%s <a class=\"link\" href=\"%s\">%s</a></p></div>",
              wall_text(cx, login ? "auth.new_here" : "auth.have_one"),
              login ? "/register" : "/login",
              wall_text(cx, login ? "auth.create" : "auth.sign_in"));
    pages_end(doc);
    return WALL_OK;
}

wall_rc_t pages_login(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return account_page(cx, doc, &login_page);
}

wall_rc_t pages_register(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    return account_page(cx, doc, &register_page);
}

wall_rc_t pages_login_sent(wall_cx_t *cx, const accounts_login_t *in, wall_document_t *doc)
{
    accounts_signed_in_t session = { 0 };
    wall_rc_t rc = accounts_login(cx, in, &session);

    doc->redirect = pages_next_of(cx, doc);
    if (rc == WALL_OK && session.second_factor != NULL)
        doc->redirect = accounts_second_path(cx, session.second_factor, doc->redirect);
    return rc;
}

wall_rc_t pages_register_sent(wall_cx_t *cx, const accounts_new_t *in, wall_document_t *doc)
{
    accounts_signed_in_t session = { 0 };
    wall_rc_t rc = accounts_register(cx, in, &session);

    doc->redirect = session.pending == ACCOUNTS_PENDING_NOTHING ? pages_next_of(cx, doc)
                    : session.pending == ACCOUNTS_PENDING_EMAIL ? "/register?pending=email"
                                                                : "/register?pending=approval";
    return rc;
}

wall_rc_t pages_logout_sent(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc)
{
    doc->redirect = "/";
    if (cx->viewer.user_id == 0)
        return WALL_OK;
    if (!wall_equal_secret(in->csrf_token, cx->viewer.csrf_token))
        return wall_fail(cx, WALL_E_CSRF, NULL, WALL_NO_WHY);
    return auth_logout(cx, NULL, NULL);
}

/* ---- when there is no page ---- */

wall_rc_t pages_failed(wall_cx_t *cx, wall_rc_t failure, wall_document_t *doc)
{
    int status = wall_error_status(failure);
    const char *kind = status == 404 ? "missing" : status < 500 ? "forbidden" : "broken";
    accounts_me_t *me = NULL;

    if (failure == WALL_E_NOT_FOUND && pages_blocked(cx, doc))
        return WALL_OK;
    /* With the database away nobody is known, and the page still has to stand. */
    if (status < 500 && pages_load_me(cx, doc, &me) != WALL_OK)
        me = NULL;
    doc->title = wall_text(cx, apr_pstrcat(cx->pool, kind, ".title", NULL));
    doc->hidden = 1;
    doc->module = "shell/missing";
    pages_begin(cx, doc, me, doc->title, 1, "");
    pages_empty(doc, doc->title, wall_text(cx, apr_pstrcat(cx->pool, kind, ".text", NULL)));
    wall_html(&doc->body, "<div class=\"row\"><a class=\"btn\" href=\"/\">%s</a></div></div>",
              wall_text(cx, "action.home"));
    pages_end(doc);
    return WALL_OK;
}
