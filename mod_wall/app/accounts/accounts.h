/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ACCOUNTS_H
#define WALL_APP_ACCOUNTS_H

/**
 * @file accounts.h
 * Where person, session, wall and bricks come together: registering makes all four in one
 * transaction, signing in and /users/me show them. It stands below `bricks` in the order of domains,
 * so that none of those has to know another.
 */
#include "app/bricks/bricks.h"
#include "app/factors/factors.h"
#include "app/walls/walls.h"
#include "core/cx.h"
#include "core/route.h"

/** What only the user themselves get to see. */
typedef struct accounts_me_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *bio;      /* CommonMark; may be NULL, as may these: */
    const char *location;
    const char *website;
    apr_array_header_t *links; /* of users_link_t */
    const char *language; /* NULL: as the browser asks */
    const char *email;
    int role; /* wall_role_t */
    int is_premium;
    apr_time_t created_at;
    int profile_visibility; /* users_visibility_t, as the next two */
    int email_visibility;
    int activity_visibility;
    int contact_preference; /* in users_contact_names */
    users_taste_t settings;
    walls_card_t wall; /* the personal one */
    bricks_balance_t bricks;
    const char *csrf_token;
} accounts_me_t;

typedef struct accounts_new_t {
    const char *username;
    const char *email;
    const char *password;     /* NULL: there is a passkey */
    const char *display_name; /* NULL: the username */
    const char *invitation;   /* code; NULL = none */
    factors_creation_t *passkey; /* in place of a password; NULL = none */
} accounts_new_t;

typedef struct accounts_login_t {
    const char *login;
    const char *password;
    int remember;
} accounts_login_t;

/** What stands between registering and a session. */
enum { ACCOUNTS_PENDING_NOTHING, ACCOUNTS_PENDING_EMAIL, ACCOUNTS_PENDING_APPROVAL };

/** A session has begun – or, with user and session_token NULL, waits for the second factor, or for what
 *  @c pending says. */
typedef struct accounts_signed_in_t {
    accounts_me_t *user;
    const char *session_token;
    apr_time_t expires_at; /* 0 without a session */
    factors_waiting_t *second_factor; /* NULL = none is needed */
    int pending;
    int came_back; /* the account was deactivated or about to be deleted, and is not any more */
} accounts_signed_in_t;

/* How somebody proved who they are; "oauth:" and the provider's name is another. At most 40 bytes. */
#define ACCOUNTS_BY_PASSWORD     "password"
#define ACCOUNTS_BY_PASSKEY      "passkey"
#define ACCOUNTS_BY_LINK         "link"         /* sent to their e-mail address */
#define ACCOUNTS_BY_REGISTRATION "registration" /* the account is new */

/** The row of accounts_me_t and its JSON. */
extern const wall_shape_t accounts_me_shape;
/** What register and log-in take. */
extern const wall_shape_t accounts_signed_in_shape;
extern const wall_shape_t accounts_new_shape;
extern const wall_shape_t accounts_login_shape;

/**
 * Where every way of signing in ends: user_id has proved who they are by @a how. Looks at the state of
 * the account, asks for the second factor where there is one (a passkey, which verifies its user, is
 * both), else opens the session; joins an open transaction. What has to happen with every signing in
 * stands in sign_in.c.
 * @param remember as auth_open_session()
 * @return WALL_OK: out->second_factor or out->user and the rest is filled
 */
wall_rc_t accounts_sign_in(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                           accounts_signed_in_t *out);
/** Cookie in which a browser keeps the token between the two steps. */
#define ACCOUNTS_SECOND_COOKIE "second"
/** Address of the page of the second step, which leads on to @a next. */
const char *accounts_second_path(wall_cx_t *cx, const factors_waiting_t *waiting, const char *next);

/** The second step: the token of the first and one of the others. */
typedef struct accounts_second_step_t {
    const char *token; /* NULL: the cookie's */
    factors_proof_t proof;
} accounts_second_step_t;
extern const wall_shape_t accounts_second_step_shape;

typedef struct accounts_passkey_login_t {
    factors_assertion_t passkey;
    int remember;
} accounts_passkey_login_t;
wall_rc_t accounts_passkey_login(wall_cx_t *cx, const accounts_passkey_login_t *in,
                                 accounts_signed_in_t *out);
wall_rc_t accounts_second_step(wall_cx_t *cx, const accounts_second_step_t *in,
                               accounts_signed_in_t *out);
wall_rc_t accounts_register(wall_cx_t *cx, const accounts_new_t *in, accounts_signed_in_t *out);
wall_rc_t accounts_login(wall_cx_t *cx, const accounts_login_t *in, accounts_signed_in_t *out);
/** What of one's account may be changed; absent stays. */
typedef struct accounts_change_t {
    const char *language; /* NULL with language_given: as the browser asks */
    int language_given;
    const char *display_name;
    const char *bio; /* NULL and given: is removed; so are the next two */
    int bio_given;
    const char *location;
    int location_given;
    const char *website;
    int website_given;
    apr_array_header_t *links; /* of users_link_t: replaces all; NULL: stay */
    int profile_visibility;
    int profile_visibility_given;
    int email_visibility;
    int email_visibility_given;
    int activity_visibility;
    int activity_visibility_given;
    int contact_preference;
    int contact_preference_given;
} accounts_change_t;

/** The name one wants to have. */
typedef struct accounts_name_t {
    const char *username;
} accounts_name_t;

/** Name and address of the wall at once, see users_rename(). */
wall_rc_t accounts_rename(wall_cx_t *cx, const accounts_name_t *in, accounts_me_t *out);
wall_rc_t accounts_lock_me(wall_cx_t *cx, const accounts_change_t *in, void *out);
wall_rc_t accounts_update_me(wall_cx_t *cx, const accounts_change_t *in, accounts_me_t *out);
wall_rc_t accounts_get_me(wall_cx_t *cx, const void *in, accounts_me_t *out);

/** An account to be opened. Strings are borrowed. */
typedef struct accounts_opening_t {
    const char *username;
    const char *email;
    int email_verified; /* somebody trustworthy says that it is theirs */
    const char *password_hash; /* NULL: they sign in another way */
    const char *display_name;
    const char *language;   /* NULL: as the browser asks */
    const char *mail_language; /* of mails until they choose one; NULL: that of this request */
    const char *invitation; /* code; NULL = none */
} accounts_opening_t;

#define ACCOUNTS_PASSWORD_MIN 10
#define ACCOUNTS_PASSWORD_MAX 128

/** What has come of it. */
typedef struct accounts_opened_t {
    apr_int64_t user_id; /* 0 while the address has to be confirmed first */
    apr_int64_t registration_id; /* 0, or what waits for that */
    int pending; /* ACCOUNTS_PENDING_… */
} accounts_opened_t;

/**
 * Opens an account as WallSignup allows, joining an open transaction. Where an administrator has to agree
 * it is pending; where addresses are confirmed first (WallEmailVerification) and nobody vouches for this
 * one, the name is kept for it and it is opened when the mail's link is followed, without a word about
 * whether the address is known here. Otherwise an address nobody vouches for gets its link by mail.
 * accounts_may_open() is the caller's to ask before.
 * @return WALL_OK, WALL_E_SIGNUP_CLOSED, WALL_E_VALIDATION naming `invitation`, WALL_E_USERNAME_TAKEN,
 *         WALL_E_EMAIL_TAKEN
 */
wall_rc_t accounts_open(wall_cx_t *cx, const accounts_opening_t *opening, accounts_opened_t *out);
/** Before any work: reserved names, disposable addresses, and how many accounts a place may open in an
 *  hour. @return WALL_OK, WALL_E_VALIDATION (also for what was recorded before), WALL_E_RATE_LIMITED */
wall_rc_t accounts_may_open(wall_cx_t *cx, const char *username, const char *email);
/** Gives an account what it has from the first day: wall and bricks. In the caller's transaction. */
wall_rc_t accounts_furnish(wall_cx_t *cx, apr_int64_t user_id, const char *username,
                           const char *display_name);

/* ---- for the worker ---- */

/** Answers the oldest wish of somebody without a session. @param answered 1 when there was one */
wall_rc_t accounts_answer_request(wall_cx_t *cx, int *answered);
/** Forgets registrations nobody confirmed and links that have long ended. */
wall_rc_t accounts_sweep(wall_cx_t *cx);

extern const wall_route_t accounts_routes[];
extern const wall_route_t accounts_signup_routes[];

#endif
