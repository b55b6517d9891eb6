/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_OAUTH_H
#define WALL_APP_OAUTH_H

/**
 * @file oauth.h
 * Signing in by others (OAuth 2.0, OpenID Connect, Telegram's signed form): to the provider and back,
 * identities connected with an account, their tokens. Providers come from WallOAuthProvider.
 */
#include "app/accounts/accounts.h"
#include "core/cx.h"
#include "core/providers.h"
#include "core/route.h"

/* X(symbol, name) – why somebody comes back from a provider without what they went for. The sentence is
 * the message "oauth.problem." name, which knows {provider}; the name stands in the page's address. */
#define OAUTH_PROBLEMS(X)                                                                          \
    X(DENIED, "denied")     /* the person or the provider said no */                               \
    X(EXPIRED, "expired")   /* no such journey: too old, used, or another browser's */             \
    X(DOWN, "down")         /* the provider does not answer, or not sensibly */                    \
    X(REFUSED, "refused")   /* its answer cannot be believed */                                    \
    X(TAKEN, "taken")       /* the identity is another account's here */                           \
    X(SECOND, "second")     /* the account has another identity of this provider */                \
    X(STRANGER, "stranger") /* confirming: the identity is not connected with the account */       \
    X(WAITING, "waiting")   /* the account waits for an administrator to agree */                  \
    X(CLOSED, "closed")     /* the account may not be used */                                      \
    X(SIGNED_OUT, "signed_out") /* linking: the session it was begun in has ended */

typedef enum oauth_problem_t {
    OAUTH_FINE,
#define X(sym, name) OAUTH_##sym,
    OAUTH_PROBLEMS(X)
#undef X
} oauth_problem_t;

/** One way in that is offered. */
typedef struct oauth_offer_t {
    const char *provider;
    const char *label;
} oauth_offer_t;

typedef struct oauth_offers_t {
    apr_array_header_t *items; /* of oauth_offer_t */
} oauth_offers_t;
extern const wall_shape_t oauth_offers_shape;
wall_rc_t oauth_list(wall_cx_t *cx, const void *in, oauth_offers_t *out);

/** Somebody who came by a provider and has no account here yet. */
typedef struct oauth_arrival_t {
    const char *provider;
    const char *label;
    const char *account_name; /* NULL = the provider told none */
    const char *email;
    int email_verified; /* the provider vouches for it */
    int email_known;    /* it is an account's here; told only when the provider vouches */
    const char *display_name;
    const char *username;  /* a free one */
    const char *signup;    /* WallSignup */
    const char *return_to; /* path */
} oauth_arrival_t;
extern const wall_shape_t oauth_arrival_shape;
/** The arrival of this browser, or WALL_E_NOT_FOUND. */
wall_rc_t oauth_arrival(wall_cx_t *cx, const void *in, oauth_arrival_t *out);

/** The rest of an account: what the provider could not know. */
typedef struct oauth_finish_t {
    const char *username;
    const char *email; /* NULL: the provider's */
    const char *display_name;
    const char *invitation;
} oauth_finish_t;
extern const wall_shape_t oauth_finish_shape;
/** Opens the account and signs in. */
wall_rc_t oauth_finish(wall_cx_t *cx, const oauth_finish_t *in, accounts_signed_in_t *out);
/** Forgets the arrival of this browser. */
wall_rc_t oauth_forget_arrival(wall_cx_t *cx, const void *in, void *out);
/** Connects the arrival with the viewer's account. */
wall_rc_t oauth_adopt(wall_cx_t *cx, const void *in, void *out);

/**
 * What is said in place of "problem" of a page's address: the sentence for a name of OAUTH_PROBLEMS or
 * an error's code; NULL for anything else.
 */
const char *oauth_problem_text(wall_cx_t *cx, const char *name, const char *provider);

/** The worker's pass: refreshes what lapses, forgets journeys that ended nowhere. */
wall_rc_t oauth_keep(wall_cx_t *cx);

extern const wall_route_t oauth_routes[];

#endif
