/* SPDX-License-Identifier: Apache-2.0 */
#include "app/oauth/provider.h"

#include <apr_strings.h>
#include <string.h>

#include "core/crypto.h"
#include "core/ids.h"
#include "core/json.h"

/* How the client proves who it is at the token endpoint: Basic, unless the provider wants the secret in
 * the form. VK knows a client by the code's verifier alone. */
static void authenticate(wall_cx_t *cx, const wall_provider_t *provider,
                         const oauth_endpoints_t *at, const char **authorization,
                         const char **secret)
{
    *authorization = *secret = NULL;
    if (provider->secret == NULL || provider->kind == WALL_PROVIDER_VK)
        return;
    if (provider->kind != WALL_PROVIDER_OIDC || at->secret_in_body)
        *secret = provider->secret;
    else
        *authorization = oauth_basic(cx->pool, provider);
}

/** Asks the token endpoint with @a grant, a form without the client's part, and takes what it gives. */
static oauth_problem_t ask_tokens(wall_cx_t *cx, const wall_provider_t *provider, const char *what,
                                  const char *grant, oauth_endpoints_t *at, json_object **answer,
                                  oauth_identity_t *out)
{
    const char *authorization, *secret;
    oauth_call_t call = { .provider = provider, .what = what };
    oauth_problem_t problem = oauth_endpoints(cx, provider, at);

    memset(out, 0, sizeof(*out));
    out->provider = provider;
    if (problem != OAUTH_FINE)
        return problem;
    authenticate(cx, provider, at, &authorization, &secret);
    call.url = at->token;
    call.authorization = authorization;
    call.form = apr_pstrcat(cx->pool, grant, "&",
                            oauth_form(cx->pool, "client_id", provider->client_id, "client_secret",
                                       secret, NULL),
                            NULL);
    problem = oauth_call(cx, &call, answer);
    if (problem != OAUTH_FINE)
        return problem;
    oauth_take_tokens(cx, out, *answer);
    return out->access_token != NULL
               ? OAUTH_FINE
               : oauth_doubt(cx, provider, OAUTH_DOWN,
                             apr_pstrcat(cx->pool, what, " gives no access token", NULL));
}

oauth_problem_t oauth_redeem(wall_cx_t *cx, const wall_provider_t *provider,
                             const oauth_back_t *back, const oauth_proof_t *proof,
                             oauth_identity_t *out)
{
    int vk = provider->kind == WALL_PROVIDER_VK;
    const char *grant = oauth_form(cx->pool, "grant_type", "authorization_code", "code", back->code,
                                   "redirect_uri", proof->redirect_uri, "code_verifier",
                                   proof->verifier, "device_id", vk ? back->device_id : NULL, "state",
                                   vk ? back->state : NULL, NULL);
    oauth_endpoints_t at;
    json_object *answer;
    oauth_problem_t problem = ask_tokens(cx, provider, "token endpoint", grant, &at, &answer, out);

    if (problem != OAUTH_FINE)
        return problem == OAUTH_DENIED ? OAUTH_REFUSED : problem;
    out->device_id = vk ? back->device_id : NULL;
    return provider->kind == WALL_PROVIDER_OIDC
               ? oauth_oidc_identity(cx, &at, answer, proof, out)
               : oauth_plain_identity(cx, &at, answer, out);
}

oauth_problem_t oauth_refresh(wall_cx_t *cx, const wall_provider_t *provider,
                              const char *refresh_token, const char *device_id,
                              oauth_identity_t *out)
{
    int vk = provider->kind == WALL_PROVIDER_VK;
    const char *grant = oauth_form(cx->pool, "grant_type", "refresh_token", "refresh_token",
                                   refresh_token, "device_id", vk ? device_id : NULL, "state",
                                   vk ? wall_random_token(cx->pool, 32) : NULL, NULL);
    oauth_endpoints_t at;
    json_object *answer;

    return ask_tokens(cx, provider, "token endpoint, for a refresh,", grant, &at, &answer, out);
}

/** GitHub's address has the client in it and takes the token as JSON. */
static void revoke_call(wall_cx_t *cx, const oauth_endpoints_t *at, const char *token,
                        oauth_call_t *call)
{
    const wall_provider_t *provider = call->provider;
    const char *authorization, *secret, *place;
    wall_buf_t json;

    authenticate(cx, provider, at, &authorization, &secret);
    switch (provider->kind) {
    case WALL_PROVIDER_GITHUB:
        place = strstr(at->revoke, "{client_id}");
        if (place != NULL)
            call->url = apr_pstrcat(cx->pool,
                                    apr_pstrmemdup(cx->pool, at->revoke,
                                                   (apr_size_t)(place - at->revoke)),
                                    provider->client_id, place + strlen("{client_id}"), NULL);
        wall_buf_init(&json, cx->pool, 128);
        wall_buf_str(&json, "{\"access_token\":");
        wall_json_string(&json, token);
        wall_buf_char(&json, '}');
        call->method = "DELETE";
        call->json = json.data;
        call->authorization = provider->secret != NULL ? oauth_basic(cx->pool, provider) : NULL;
        return;
    case WALL_PROVIDER_FACEBOOK:
        call->method = "DELETE";
        call->authorization = apr_pstrcat(cx->pool, "Bearer ", token, NULL);
        if (provider->secret != NULL)
            call->url = oauth_with_query(
                cx->pool, at->revoke,
                oauth_form(cx->pool, "appsecret_proof",
                           wall_hmac_hex(cx->pool,
                                         wall_bytes_of(provider->secret),
                                         wall_bytes_of(token)),
                           NULL));
        return;
    default:
        call->authorization = authorization;
        call->form = oauth_form(cx->pool,
                                provider->kind == WALL_PROVIDER_OIDC ? "token" : "access_token",
                                token, "client_id", provider->client_id, "client_secret", secret,
                                NULL);
    }
}

void oauth_revoke(wall_cx_t *cx, const wall_provider_t *provider, const char *token)
{
    oauth_call_t call = { .provider = provider, .what = "revocation endpoint" };
    oauth_endpoints_t at;

    if (oauth_endpoints(cx, provider, &at) != OAUTH_FINE || at.revoke == NULL)
        return;
    call.url = at.revoke;
    revoke_call(cx, &at, token, &call);
    oauth_tell(cx, &call);
}
