/* SPDX-License-Identifier: Apache-2.0 */
/* OpenID Connect: what an issuer publishes about itself, kept in Redis for an hour, and its ID tokens. */
#include <apr_strings.h>
#include <string.h>

#include "app/oauth/provider.h"
#include "core/crypto.h"
#include "core/json.h"
#include "core/jwt.h"
#include "io/redis.h"

#define KEPT_S    3600
#define AGAIN_S   30 /* an unknown key has the set fetched again, but not more often */
#define SKEW_S    60
#define AGE_S     600 /* of an ID token: it was asked for just now */
#define WELL_KNOWN "/.well-known/openid-configuration"

static const char *key_of(wall_cx_t *cx, const char *what, const char *url)
{
    return apr_pstrcat(cx->pool, "oauth:", what, ":",
                       wall_digest_hex(cx->pool, wall_bytes_of(url)), NULL);
}

/* 1 for the first to ask within AGAIN_S. Without Redis nothing was kept, so nothing is fetched twice. */
static int may_ask_again(wall_cx_t *cx, const char *url)
{
    wall_bytes_t argv[6] = { wall_bytes_of("SET"), wall_bytes_of(key_of(cx, "again", url)),
                             wall_bytes_of("1"),   wall_bytes_of("EX"),
                             wall_bytes_of(APR_STRINGIFY(AGAIN_S)), wall_bytes_of("NX") };
    wall_redis_value_t value;

    return wall_redis_command(cx, 6, argv, 1U << 1, 0, &value) == WALL_OK &&
           value.kind == WALL_REDIS_STR;
}

/** A published document as text. @param fresh do not take what was kept */
static oauth_problem_t published(wall_cx_t *cx, const wall_provider_t *provider, const char *what,
                                 const char *url, int fresh, wall_bytes_t *out)
{
    const char *key = key_of(cx, what, url), *text;
    oauth_call_t call = { .provider = provider, .what = what, .url = url };
    oauth_problem_t problem;
    json_object *document;

    out->data = NULL;
    if (!fresh && wall_redis_get(cx, key, out) == WALL_OK && out->data != NULL)
        return OAUTH_FINE;
    problem = oauth_call(cx, &call, &document);
    if (problem != OAUTH_FINE)
        return OAUTH_DOWN;
    text = json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN);
    *out = wall_bytes_of(apr_pstrdup(cx->pool, text));
    wall_redis_set(cx, key, *out, KEPT_S);
    return OAUTH_FINE;
}

/* An address of the document; the issuer's own kind of connection at least. */
static const char *address(wall_cx_t *cx, const wall_provider_t *provider, json_object *document,
                           const char *name)
{
    const char *url = oauth_member(cx->pool, document, name);
    int plain_issuer = strncmp(provider->issuer, "http://", 7) == 0;

    if (url == NULL || (strncmp(url, "https://", 8) != 0 &&
                        !(plain_issuer && strncmp(url, "http://", 7) == 0)))
        return NULL;
    return url;
}

static int lists(json_object *document, const char *name, const char *value)
{
    json_object *list;

    if (!json_object_object_get_ex(document, name, &list) ||
        !json_object_is_type(list, json_type_array))
        return 0;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        json_object *one = json_object_array_get_idx(list, i);

        if (json_object_is_type(one, json_type_string) &&
            strcmp(json_object_get_string(one), value) == 0)
            return 1;
    }
    return 0;
}

static void set_aside(const char **to, const char *given, const char *found)
{
    *to = given != NULL ? given : found;
}

static oauth_problem_t discover(wall_cx_t *cx, const wall_provider_t *provider,
                                oauth_endpoints_t *out)
{
    size_t len = strlen(provider->issuer);
    const char *base = provider->issuer[len - 1] == '/'
                           ? apr_pstrmemdup(cx->pool, provider->issuer, len - 1)
                           : provider->issuer;
    const char *url = apr_pstrcat(cx->pool, base, WELL_KNOWN, NULL), *issuer;
    json_object *document, *member;
    wall_bytes_t text;
    oauth_problem_t problem = published(cx, provider, "discovery", url, 0, &text);

    if (problem != OAUTH_FINE)
        return problem;
    document = wall_json_parse_pool(cx->pool, text);
    issuer = oauth_member(cx->pool, document, "issuer");
    if (issuer == NULL || strcmp(issuer, provider->issuer) != 0)
        return oauth_doubt(cx, provider, OAUTH_DOWN,
                           "the discovery document is of another issuer than issuer= says");
    set_aside(&out->authorize, provider->authorize,
              address(cx, provider, document, "authorization_endpoint"));
    set_aside(&out->token, provider->token, address(cx, provider, document, "token_endpoint"));
    set_aside(&out->userinfo, provider->userinfo,
              address(cx, provider, document, "userinfo_endpoint"));
    set_aside(&out->revoke, provider->revoke,
              address(cx, provider, document, "revocation_endpoint"));
    out->jwks = address(cx, provider, document, "jwks_uri");
    out->says_issuer =
        json_object_object_get_ex(document, "authorization_response_iss_parameter_supported",
                                  &member) &&
        json_object_get_boolean(member);
    out->secret_in_body =
        lists(document, "token_endpoint_auth_methods_supported", "client_secret_post") &&
        !lists(document, "token_endpoint_auth_methods_supported", "client_secret_basic");
    if (out->authorize == NULL || out->token == NULL || out->jwks == NULL)
        return oauth_doubt(cx, provider, OAUTH_DOWN, "the discovery document lacks an address");
    return OAUTH_FINE;
}

oauth_problem_t oauth_endpoints(wall_cx_t *cx, const wall_provider_t *provider,
                                oauth_endpoints_t *out)
{
    *out = (oauth_endpoints_t){ .authorize = provider->authorize,
                                .token = provider->token,
                                .userinfo = provider->userinfo,
                                .revoke = provider->revoke };
    return provider->kind == WALL_PROVIDER_OIDC ? discover(cx, provider, out) : OAUTH_FINE;
}

/* ---- ID tokens ---- */

static oauth_problem_t check_token(wall_cx_t *cx, const oauth_endpoints_t *at, const char *token,
                                   const oauth_proof_t *proof, const oauth_identity_t *identity,
                                   json_object **claims, const char **subject)
{
    const wall_provider_t *provider = identity->provider;
    const wall_jwt_rules_t rules = { .issuer = provider->issuer,
                                     .issuer_also = provider->issuer_also,
                                     .audience = provider->client_id,
                                     .nonce = proof->nonce,
                                     .access_token = identity->access_token,
                                     .now = cx->now,
                                     .skew = SKEW_S,
                                     .age = AGE_S,
                                     .signed_in = proof->signed_in };
    wall_jwt_fault_t fault;
    wall_bytes_t jwks;
    oauth_problem_t problem = published(cx, provider, "keys", at->jwks, 0, &jwks);

    if (problem != OAUTH_FINE)
        return problem;
    fault = wall_jwt_check(cx->pool, token, jwks, &rules, claims, subject);
    if (fault == WALL_JWT_UNKNOWN_KEY && may_ask_again(cx, at->jwks)) {
        problem = published(cx, provider, "keys", at->jwks, 1, &jwks);
        if (problem != OAUTH_FINE)
            return problem;
        fault = wall_jwt_check(cx->pool, token, jwks, &rules, claims, subject);
    }
    if (fault == WALL_JWT_OK)
        return OAUTH_FINE;
    return oauth_doubt(cx, provider, OAUTH_REFUSED,
                       apr_pstrcat(cx->pool, "its ID token ", wall_jwt_fault_text(fault), NULL));
}

static int is_true(json_object *object, const char *name)
{
    json_object *member;

    /* Some say "true". */
    return json_object_object_get_ex(object, name, &member) &&
           (json_object_is_type(member, json_type_boolean)
                ? json_object_get_boolean(member)
                : json_object_is_type(member, json_type_string) &&
                      strcmp(json_object_get_string(member), "true") == 0);
}

static void take_claims(wall_cx_t *cx, json_object *claims, oauth_identity_t *out)
{
    const char *username = oauth_member(cx->pool, claims, "preferred_username");

    oauth_take_email(cx, out, oauth_member(cx->pool, claims, "email"),
                     is_true(claims, "email_verified"));
    oauth_take_names(cx, out, oauth_member(cx->pool, claims, "name"),
                     username != NULL ? username : oauth_member(cx->pool, claims, "nickname"));
}

oauth_problem_t oauth_oidc_identity(wall_cx_t *cx, const oauth_endpoints_t *at, json_object *answer,
                                    const oauth_proof_t *proof, oauth_identity_t *out)
{
    const char *token = oauth_member(cx->pool, answer, "id_token"), *subject, *told;
    oauth_call_t call = { .provider = out->provider, .what = "userinfo endpoint" };
    json_object *claims;
    oauth_problem_t problem;

    if (token == NULL)
        return oauth_doubt(cx, out->provider, OAUTH_DOWN, "token endpoint gives no ID token");
    problem = check_token(cx, at, token, proof, out, &claims, &subject);
    if (problem != OAUTH_FINE)
        return problem;
    if (!oauth_take_subject(cx, out, apr_pstrdup(cx->pool, subject)))
        return oauth_doubt(cx, out->provider, OAUTH_REFUSED, "its ID token has no usable subject");
    take_claims(cx, claims, out);
    if ((out->email != NULL && out->display_name != NULL) || at->userinfo == NULL)
        return OAUTH_FINE;
    call.url = at->userinfo;
    call.authorization = apr_pstrcat(cx->pool, "Bearer ", out->access_token, NULL);
    problem = oauth_call(cx, &call, &claims);
    if (problem != OAUTH_FINE)
        return problem;
    told = oauth_member(cx->pool, claims, "sub");
    if (told == NULL || strcmp(told, out->subject) != 0) /* OIDC Core 5.3.2 */
        return oauth_doubt(cx, out->provider, OAUTH_REFUSED,
                           "userinfo is about somebody else than the ID token");
    take_claims(cx, claims, out);
    return OAUTH_FINE;
}
