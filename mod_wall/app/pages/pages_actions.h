/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_PAGES_ACTIONS_H
#define WALL_APP_PAGES_ACTIONS_H

/** @file pages_actions.h What pages_routes.c calls; private to pages/. */
#include "app/accounts/accounts.h"
#include "app/accounts/signup_actions.h"
#include "app/apps/apps.h"
#include "app/oauth/oauth.h"
#include "app/posts/posts.h"
#include "core/document.h"

typedef struct pages_post_in_t {
    apr_int64_t post_id;
} pages_post_in_t;

/** A form of nothing but a button. */
typedef struct pages_token_in_t {
    const char *csrf_token;
} pages_token_in_t;

typedef struct pages_settings_in_t {
    const char *section;
} pages_settings_in_t;

/* As in the address; the client reads them. */
typedef struct pages_people_in_t {
    const char *q;
    const char *role;
    const char *state;
} pages_people_in_t;

typedef struct pages_person_in_t {
    apr_int64_t user_id;
} pages_person_in_t;

wall_rc_t pages_home(wall_cx_t *cx, const wall_page_in_t *in, wall_document_t *doc);
wall_rc_t pages_wall(wall_cx_t *cx, const posts_on_wall_t *in, wall_document_t *doc);
wall_rc_t pages_post_page(wall_cx_t *cx, const pages_post_in_t *in, wall_document_t *doc);
wall_rc_t pages_app(wall_cx_t *cx, const apps_which_t *in, wall_document_t *doc);
wall_rc_t pages_new(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_new_app(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_settings(wall_cx_t *cx, const pages_settings_in_t *in, wall_document_t *doc);
wall_rc_t pages_people(wall_cx_t *cx, const pages_people_in_t *in, wall_document_t *doc);
wall_rc_t pages_person(wall_cx_t *cx, const pages_person_in_t *in, wall_document_t *doc);
wall_rc_t pages_approvals(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_styleguide(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_login(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_register(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_mails(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_forgot(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_reset(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_verify(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_again(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_again_sent(wall_cx_t *cx, const accounts_new_email_t *in, wall_document_t *doc);
wall_rc_t pages_undo(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_forgot_sent(wall_cx_t *cx, const accounts_login_only_t *in, wall_document_t *doc);
wall_rc_t pages_reset_sent(wall_cx_t *cx, const accounts_reset_t *in, wall_document_t *doc);
wall_rc_t pages_verify_sent(wall_cx_t *cx, const accounts_link_t *in, wall_document_t *doc);
wall_rc_t pages_undo_sent(wall_cx_t *cx, const accounts_link_t *in, wall_document_t *doc);
wall_rc_t pages_login_sent(wall_cx_t *cx, const accounts_login_t *in, wall_document_t *doc);
wall_rc_t pages_register_sent(wall_cx_t *cx, const accounts_new_t *in, wall_document_t *doc);
wall_rc_t pages_logout_sent(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc);
/** Getting the bricks of the day without script. */
wall_rc_t pages_claim_sent(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc);
wall_rc_t pages_finish(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_finish_sent(wall_cx_t *cx, const oauth_finish_t *in, wall_document_t *doc);
wall_rc_t pages_finish_link(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc);
wall_rc_t pages_finish_forget(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_telegram(wall_cx_t *cx, const void *in, wall_document_t *doc);

/** The form of the second step. */
typedef struct pages_second_in_t {
    const char *code; /* of the app, or a recovery code */
} pages_second_in_t;
wall_rc_t pages_second(wall_cx_t *cx, const void *in, wall_document_t *doc);
wall_rc_t pages_second_sent(wall_cx_t *cx, const pages_second_in_t *in, wall_document_t *doc);

#endif
