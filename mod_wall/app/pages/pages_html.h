/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PAGES_HTML_H
#define WALL_APP_PAGES_HTML_H

/** @file pages_html.h Pieces of pages as HTML; private to pages/. Each appends to doc->body. */
#include "app/accounts/accounts.h"
#include "app/posts/posts.h"
#include "core/document.h"
#include "core/html.h"
#include "core/messages.h"

/** Loads who is signed in, for the frame and for the client. *me is NULL for a visitor. */
wall_rc_t pages_load_me(wall_cx_t *cx, wall_document_t *doc, accounts_me_t **me);

/** 1 when a visitor was sent to sign in and come back. */
int pages_sent_to_login(wall_cx_t *cx, wall_document_t *doc);

/** A whole page for administrators only; what is on it comes with the client's @a module.
 *  @return WALL_E_FORBIDDEN to others who are signed in */
wall_rc_t pages_for_admins(wall_cx_t *cx, wall_document_t *doc, const char *title, const char *module);

/** Where the address says to go on to: a path of this site, else the home page. */
const char *pages_next_of(wall_cx_t *cx, const wall_document_t *doc);

/** Skip link, bar, navigation, and the beginning of the main region, whose heading the caller writes.
 *  @param layout "" one column, "wide", "narrow" (a form), "railed" (something stands beside it) */
void pages_open(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me, const char *layout);
/** pages_open() with the heading.
 *  @param plain the heading is only read, not shown */
void pages_begin(wall_cx_t *cx, wall_document_t *doc, const accounts_me_t *me, const char *heading,
                 int plain, const char *layout);
void pages_end(wall_document_t *doc);
/** The day of @a time where the reader is, as a time element. */
void pages_date(wall_document_t *doc, apr_time_t time);
/** The page in place of the wall of somebody the viewer has blocked; 0: it is no such address. */
int pages_blocked(wall_cx_t *cx, wall_document_t *doc);
/** Begins a message in the middle of the page: nothing there, nothing yet. The caller may add to it and
 *  closes its div. */
void pages_empty(wall_document_t *doc, const char *title, const char *text);
void pages_icon(wall_document_t *doc, const char *name, int small);
void pages_logo(wall_document_t *doc);
/** The wall graphic, all laid: one brick drawn is one brick, of a thousand at most.
 *  @param length bricks a course */
void pages_courses(wall_document_t *doc, apr_int64_t bricks, int length, const char *label);
void pages_avatar(wall_document_t *doc, const char *name, const char *size);
/** Which of the seven firings of clay (style sheet: .h0 to .h6) a name gets. */
int pages_firing(const char *name);
/** Globe, people or lock, with the words. @param shown the words are not only read */
void pages_visibility(wall_cx_t *cx, wall_document_t *doc, int visibility, int shown);

/** Why an app was not finished and what became of the bricks, NULL when that is not known; the client is
 *  given the job as well. */
const char *pages_failure(wall_cx_t *cx, wall_document_t *doc, const char *job_id);
/** @param said what is said of an app that is not there instead of its state; NULL = its state */
void pages_post(wall_cx_t *cx, wall_document_t *doc, const posts_post_t *post, const char *said);
/** @param path of the page the list is on, for the link to the next one */
void pages_posts(wall_cx_t *cx, wall_document_t *doc, const wall_page_t *page, const char *path);

/** One labelled field of a form, with what was typed and why it was refused. */
typedef struct pages_field_t {
    const char *name;
    const char *type;
    const char *autocomplete;
    const char *label; /* message keys */
    const char *hint;  /* NULL = none */
    const char *value; /* what stands in it at first; NULL = nothing */
} pages_field_t;

/** Why somebody was led here, when the address says a "problem". */
void pages_problem(wall_cx_t *cx, wall_document_t *doc);
/** Links to the providers one may sign in with, which lead back to @a next; nothing without any. */
void pages_providers(wall_cx_t *cx, wall_document_t *doc, const char *next);
/** Value of query parameter @a name of the page's address, decoded; NULL when there is none. */
const char *pages_query(wall_cx_t *cx, const wall_document_t *doc, const char *name);

/** A form sent by POST to @a action; @a fields ends with a NULL name. */
void pages_form(wall_cx_t *cx, wall_document_t *doc, const char *action, const char *button,
                const pages_field_t *fields);
extern const pages_field_t pages_login_fields[];
extern const pages_field_t pages_register_fields[];
extern const pages_field_t pages_invited_fields[];

#endif
