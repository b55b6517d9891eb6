/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_OAUTH_PROVIDER_H
#define WALL_APP_OAUTH_PROVIDER_H

/**
 * @file provider.h
 * Talking to providers; private to oauth/. Whoever calls holds no transaction: the database's connection
 * is given back before anything is sent. Why a provider was not believed is logged, never its tokens.
 */
#include "app/oauth/oauth_actions.h"

struct json_object;

/** Where a provider is: from its directive, or discovered (OpenID Connect Discovery 1.0). */
typedef struct oauth_endpoints_t {
    const char *authorize;
    const char *token;
    const char *userinfo; /* these may be NULL */
    const char *revoke;
    const char *jwks;
    int says_issuer; /* its answers carry `iss` (RFC 9207) */
    int secret_in_body; /* client_secret_post and not client_secret_basic */
} oauth_endpoints_t;

oauth_problem_t oauth_endpoints(wall_cx_t *cx, const wall_provider_t *provider,
                                oauth_endpoints_t *out);

/** Who somebody is elsewhere. Texts are cleaned: valid, within the columns' bounds, or NULL. */
typedef struct oauth_identity_t {
    const wall_provider_t *provider;
    const char *subject;
    const char *account_name;
    const char *email;
    int email_verified;
    const char *display_name;
    const char *username; /* a wish, neither checked nor free */
    const char *access_token;
    const char *refresh_token;
    const char *device_id;
    apr_int64_t expires_in; /* seconds; 0 = not said */
} oauth_identity_t;

/** What was sent along and has to come back. */
typedef struct oauth_proof_t {
    const char *nonce;
    const char *verifier;
    const char *redirect_uri;
    int signed_in; /* seconds since they signed in there at most, where the provider tells; 0 = any */
} oauth_proof_t;

/** Redeems the code (RFC 6749 4.1.3) and finds out whose it is. */
oauth_problem_t oauth_redeem(wall_cx_t *cx, const wall_provider_t *provider,
                             const oauth_back_t *back, const oauth_proof_t *proof,
                             oauth_identity_t *out);
/** Telegram's signed form (core.telegram.org/widgets/login): no code, the answer itself is signed. */
oauth_problem_t oauth_telegram(wall_cx_t *cx, const wall_provider_t *provider,
                               const oauth_back_t *back, oauth_identity_t *out);

/** New tokens for @a refresh_token (RFC 6749 6). OAUTH_DENIED: it is worth nothing any more. */
oauth_problem_t oauth_refresh(wall_cx_t *cx, const wall_provider_t *provider,
                              const char *refresh_token, const char *device_id,
                              oauth_identity_t *out);
/** Tells the provider that @a token is not needed any more (RFC 7009), where it takes that. */
void oauth_revoke(wall_cx_t *cx, const wall_provider_t *provider, const char *token);

/* ---- for those above: requests and answers ---- */

/** application/x-www-form-urlencoded: name, value … NULL; a pair whose value is NULL is left out. */
const char *oauth_form(apr_pool_t *pool, ...) __attribute__((sentinel));
/** As oauth_form(), put behind @a url as its query. */
const char *oauth_with_query(apr_pool_t *pool, const char *url, const char *query);

typedef struct oauth_call_t {
    const wall_provider_t *provider;
    const char *what;   /* for the log: "token endpoint" */
    const char *method; /* NULL = POST with a form, else GET */
    const char *url;
    const char *form;
    const char *json;          /* a body of JSON instead */
    const char *authorization; /* header, or NULL */
} oauth_call_t;
/**
 * @param out the JSON of a 200 answer, object or list. An OAuth error (RFC 6749 5.2), with whatever status,
 *            is OAUTH_DENIED for `invalid_grant`, else OAUTH_REFUSED; anything else OAUTH_DOWN.
 */
oauth_problem_t oauth_call(wall_cx_t *cx, const oauth_call_t *call, struct json_object **out);
/** As oauth_call() when only the asking counts: what comes back is not looked at. */
void oauth_tell(wall_cx_t *cx, const oauth_call_t *call);
/** Basic credentials of the client (RFC 6749 2.3.1). */
const char *oauth_basic(apr_pool_t *pool, const wall_provider_t *provider);
/** A member that is a text, or a number as one; NULL when there is none. */
const char *oauth_member(apr_pool_t *pool, struct json_object *object, const char *name);
/** Members email, name … are taken over, cleaned. @param verified the provider vouches for the address */
void oauth_take_email(wall_cx_t *cx, oauth_identity_t *out, const char *email, int verified);
void oauth_take_names(wall_cx_t *cx, oauth_identity_t *out, const char *display_name,
                      const char *username);
/** Subject and tokens. @return 0 when there is no sensible subject */
int oauth_take_subject(wall_cx_t *cx, oauth_identity_t *out, const char *subject);
void oauth_take_tokens(wall_cx_t *cx, oauth_identity_t *out, struct json_object *answer);

/** provider_oidc.c: the rest of oauth_redeem() for ID tokens. */
oauth_problem_t oauth_oidc_identity(wall_cx_t *cx, const oauth_endpoints_t *at,
                                    struct json_object *answer, const oauth_proof_t *proof,
                                    oauth_identity_t *out);
/** provider_plain.c: for those without ID tokens. */
oauth_problem_t oauth_plain_identity(wall_cx_t *cx, const oauth_endpoints_t *at,
                                     struct json_object *answer, oauth_identity_t *out);

/** A provider was not believed, or did not answer: the one log line of it. */
oauth_problem_t oauth_doubt(wall_cx_t *cx, const wall_provider_t *provider, oauth_problem_t problem,
                            const char *why);

#endif
