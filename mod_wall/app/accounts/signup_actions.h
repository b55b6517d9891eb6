/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_SIGNUP_ACTIONS_H
#define WALL_APP_SIGNUP_ACTIONS_H

/** @file signup_actions.h What signup_routes.c and the pages call: opening, confirming, resetting, inviting. */
#include "app/accounts/accounts.h"
#include "core/cursor.h"

/** How one gets an account here; what the form says. */
typedef struct accounts_signup_t {
    int signup;       /* accounts_signup_names */
    int verification; /* accounts_verification_names */
    int mail;
    apr_int64_t password_min;
    apr_int64_t password_max;
} accounts_signup_t;

typedef struct accounts_login_only_t {
    const char *login;
} accounts_login_only_t;

typedef struct accounts_reset_t {
    const char *token;
    const char *password;
} accounts_reset_t;

typedef struct accounts_password_t {
    const char *password;
} accounts_password_t;

typedef struct accounts_link_t {
    const char *token;
} accounts_link_t;

typedef struct accounts_new_email_t {
    const char *email;
} accounts_new_email_t;

/** One's address and what is under way with it. */
typedef struct accounts_email_t {
    const char *email;
    int email_verified;
    const char *new_email; /* NULL = none waits */
    apr_time_t new_email_until;
    int has_password;
    int mail; /* the site sends mail: things can be confirmed */
} accounts_email_t;

enum { ACCOUNTS_EMAIL_CONFIRMED, ACCOUNTS_EMAIL_CHANGED, ACCOUNTS_OPENED, ACCOUNTS_WAITING };
/** Their names, NULL at the end. */
extern const char *const accounts_result_names[];
typedef struct accounts_confirmed_t {
    int result;
} accounts_confirmed_t;

typedef struct accounts_invite_t {
    const char *note;
    apr_int64_t uses;
    apr_int64_t days;
} accounts_invite_t;

typedef struct accounts_invitation_t {
    apr_int64_t invitation_id;
    const char *note;
    int state;
    apr_int64_t uses;
    apr_int64_t uses_left;
    apr_time_t created_at;
    apr_time_t expires_at;
    const char *code; /* told once, when it is made */
    const char *url;
} accounts_invitation_t;
extern const wall_shape_t accounts_invitation_shape;

typedef struct accounts_which_invitation_t {
    apr_int64_t invitation_id;
} accounts_which_invitation_t;

typedef struct accounts_applicant_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *email;
    int email_verified;
    apr_time_t created_at;
} accounts_applicant_t;
extern const wall_shape_t accounts_applicant_shape;

enum { ACCOUNTS_APPROVE, ACCOUNTS_REFUSE };
typedef struct accounts_decision_t {
    apr_int64_t user_id;
    int decision;
} accounts_decision_t;

/** Input shapes the forms of the pages share. */
extern const wall_shape_t accounts_login_only_shape;
extern const wall_shape_t accounts_reset_shape;
extern const wall_shape_t accounts_link_shape;
extern const wall_shape_t accounts_new_email_shape;
/** Answers the pages hand to the client. */
extern const wall_shape_t accounts_signup_shape;
extern const wall_shape_t accounts_email_shape;

wall_rc_t accounts_get_signup(wall_cx_t *cx, const void *in, accounts_signup_t *out);
wall_rc_t accounts_ask_reset(wall_cx_t *cx, const accounts_login_only_t *in, void *out);
wall_rc_t accounts_reset_password(wall_cx_t *cx, const accounts_reset_t *in, void *out);
wall_rc_t accounts_change_password(wall_cx_t *cx, const accounts_password_t *in, void *out);
wall_rc_t accounts_verify_email(wall_cx_t *cx, const accounts_link_t *in, accounts_confirmed_t *out);
wall_rc_t accounts_undo_email(wall_cx_t *cx, const accounts_link_t *in, void *out);
wall_rc_t accounts_ask_confirmation(wall_cx_t *cx, const accounts_new_email_t *in, void *out);
wall_rc_t accounts_get_email(wall_cx_t *cx, const void *in, accounts_email_t *out);
wall_rc_t accounts_change_email(wall_cx_t *cx, const accounts_new_email_t *in, accounts_email_t *out);
wall_rc_t accounts_keep_email(wall_cx_t *cx, const void *in, accounts_email_t *out);
wall_rc_t accounts_confirm_again(wall_cx_t *cx, const void *in, void *out);
wall_rc_t accounts_list_invitations(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);
wall_rc_t accounts_invite(wall_cx_t *cx, const accounts_invite_t *in, accounts_invitation_t *out);
wall_rc_t accounts_revoke_invitation(wall_cx_t *cx, const accounts_which_invitation_t *in, void *out);
wall_rc_t accounts_list_approvals(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);
wall_rc_t accounts_decide(wall_cx_t *cx, const accounts_decision_t *in, void *out);

#endif
