/* SPDX-License-Identifier: Apache-2.0 */
/* To a provider and back. A journey is known by its state, which only the provider gets, and by a cookie,
 * which only the browser has: neither is of use without the other, and both only once. */
#include "app/oauth/flows.h"

#include <apr_strings.h>
#include <string.h>

#include "app/auth/auth.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define COOKIE       "oauth"
#define TOKEN_BYTES  32
#define JOURNEY_S    600
#define CONFIRMED_S  600
#define CONNECTED    "/settings/connected"

static const char *const purposes[] = { [OAUTH_SIGN_IN] = "sign_in",
                                        [OAUTH_LINK] = "link",
                                        [OAUTH_CONFIRM] = "confirm",
                                        NULL };

const char *oauth_own_path(const char *path)
{
    if (path == NULL || path[0] != '/' || path[1] == '/' || path[1] == '\\' ||
        strlen(path) > 500)
        return "/";
    for (const char *at = path; *at != '\0'; at++) {
        if ((unsigned char)*at <= 0x20 || *at == '\\' || (unsigned char)*at >= 0x7f)
            return "/";
    }
    return path;
}

static const char *redirect_uri(wall_cx_t *cx, const wall_provider_t *provider)
{
    return apr_pstrcat(cx->pool, cx->site->base_url, "/api/v1/auth/oauth/", provider->name,
                       "/callback", NULL);
}

/* ---- leaving ---- */

typedef struct journey_t {
    const char *state;
    const char *browser;
    const char *nonce;
    const char *verifier;
} journey_t;

/* One cookie for all journeys of a browser, so that two tabs do not spoil each other's. */
static const char *browser_of(wall_cx_t *cx)
{
    const char *cookie = wall_cx_cookie(cx, COOKIE);

    return wall_is_token(cookie, TOKEN_BYTES) ? cookie : wall_random_token(cx->pool, TOKEN_BYTES);
}

static wall_rc_t record(wall_cx_t *cx, const oauth_start_t *in, oauth_purpose_t purpose,
                        const journey_t *journey)
{
    const apr_int64_t *user = purpose == OAUTH_SIGN_IN ? NULL : &cx->viewer.user_id;
    const apr_int64_t *session = purpose == OAUTH_SIGN_IN ? NULL : &cx->viewer.session_id;
    const char *state_hash = wall_sha256_hex(cx->pool, wall_bytes_of(journey->state));
    const char *sealed = wall_seal(cx->pool, cx->site->secret, "oauth_flows", state_hash,
                                   wall_bytes_of(journey->verifier));

    return wall_db_exec(cx,
                        sql_oauth_add_flow(state_hash,
                                           wall_sha256_hex(cx->pool, wall_bytes_of(journey->browser)),
                                           in->provider, purposes[purpose], user, session,
                                           journey->nonce, sealed, in->remember,
                                           oauth_own_path(in->return_to), JOURNEY_S),
                        NULL);
}

/** Telegram's page answers in the fragment of an address, which servers do not see: a page of ours
 *  reads it there and goes on to the callback. */
static const char *telegram_address(wall_cx_t *cx, const wall_provider_t *provider,
                                    const journey_t *journey)
{
    const char *back = apr_pstrcat(cx->pool, cx->site->base_url, "/login/telegram?state=",
                                   journey->state, NULL);

    return oauth_with_query(cx->pool, provider->authorize,
                            oauth_form(cx->pool, "bot_id", provider->client_id, "origin",
                                       cx->site->origin, "return_to", back, NULL));
}

static const char *address(wall_cx_t *cx, const wall_provider_t *provider,
                           const oauth_endpoints_t *at, oauth_purpose_t purpose,
                           const journey_t *journey)
{
    int oidc = provider->kind == WALL_PROVIDER_OIDC;
    const char *query;

    if (provider->kind == WALL_PROVIDER_TELEGRAM)
        return telegram_address(cx, provider, journey);
    query = oauth_form(cx->pool, "response_type", "code", "client_id", provider->client_id,
                       "redirect_uri", redirect_uri(cx, provider), "scope", provider->scope,
                       "state", journey->state, "nonce", oidc ? journey->nonce : NULL,
                       "code_challenge",
                       wall_sha256_base64url(cx->pool, wall_bytes_of(journey->verifier)),
                       "code_challenge_method", "S256",
                       /* Google gives refresh tokens for this word only */
                       "access_type", strcmp(provider->name, "google") == 0 ? "offline" : NULL,
                       /* who confirms has to be asked, not only recognised */
                       "prompt", oidc && purpose == OAUTH_CONFIRM ? "login" : NULL, "max_age",
                       oidc && purpose == OAUTH_CONFIRM ? APR_STRINGIFY(CONFIRMED_S) : NULL, NULL);
    return oauth_with_query(cx->pool, at->authorize, query);
}

/** Where somebody learns that it did not work. */
static const char *problem_page(wall_cx_t *cx, oauth_purpose_t purpose, const char *provider,
                                const char *return_to, oauth_problem_t problem)
{
    static const char *const names[] = {
#define X(sym, name) [OAUTH_##sym] = name,
        OAUTH_PROBLEMS(X)
#undef X
    };
    const char *page = purpose == OAUTH_SIGN_IN ? "/login" : CONNECTED;

    return oauth_with_query(cx->pool, page,
                            oauth_form(cx->pool, "problem", names[problem], "provider", provider,
                                       "next",
                                       purpose == OAUTH_SIGN_IN && strcmp(return_to, "/") != 0
                                           ? return_to
                                           : NULL,
                                       NULL));
}

wall_rc_t oauth_depart(wall_cx_t *cx, const oauth_start_t *in, oauth_purpose_t purpose,
                       const char **location)
{
    const wall_provider_t *provider = wall_provider_find(cx->site, in->provider);
    const journey_t journey = { .state = wall_random_token(cx->pool, TOKEN_BYTES),
                                .browser = browser_of(cx),
                                .nonce = wall_random_token(cx->pool, TOKEN_BYTES),
                                .verifier = wall_random_token(cx->pool, TOKEN_BYTES) };
    oauth_endpoints_t at;
    oauth_problem_t problem;
    wall_rc_t rc;

    if (provider == NULL)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    problem = oauth_endpoints(cx, provider, &at);
    if (problem != OAUTH_FINE) {
        *location = problem_page(cx, purpose, provider->name, oauth_own_path(in->return_to),
                                 problem);
        return WALL_OK;
    }
    rc = record(cx, in, purpose, &journey);
    if (rc != WALL_OK)
        return rc;
    wall_reply_cookie(cx, COOKIE, journey.browser, JOURNEY_S);
    *location = address(cx, provider, &at, purpose, &journey);
    return WALL_OK;
}

wall_rc_t oauth_initiate(wall_cx_t *cx, const oauth_start_t *in, void *out)
{
    return oauth_depart(cx, in, OAUTH_SIGN_IN, &cx->reply.location);
}

wall_rc_t oauth_link(wall_cx_t *cx, const oauth_start_t *in, oauth_location_t *out)
{
    oauth_start_t start = *in;

    if (start.return_to == NULL)
        start.return_to = CONNECTED;
    return oauth_depart(cx, &start, OAUTH_LINK, &out->location);
}

wall_rc_t oauth_confirm(wall_cx_t *cx, const oauth_start_t *in, oauth_location_t *out)
{
    return oauth_depart(cx, in, OAUTH_CONFIRM, &out->location);
}

/* ---- coming back ---- */

typedef struct flow_t {
    apr_int64_t flow_id;
    const char *provider;
    int purpose;
    apr_int64_t user_id;
    apr_int64_t session_id;
    const char *nonce;
    const char *verifier;
    int remember;
    const char *return_to;
} flow_t;

static const wall_field_t flow_fields[] = {
    WALL_I64(flow_t, flow_id),     WALL_STR(flow_t, provider),
    WALL_ENUM(flow_t, purpose, purposes),
    WALL_I64(flow_t, user_id),     WALL_I64(flow_t, session_id),
    WALL_STR(flow_t, nonce),       WALL_STR(flow_t, verifier),
    WALL_BOOL(flow_t, remember),   WALL_STR(flow_t, return_to),
    WALL_FIELDS_END
};
static const wall_shape_t flow_shape = WALL_SHAPE_OF("OAuthFlow", flow_t, flow_fields);

/** Finds the journey and ends it: of two who come back with it, one is the first.
 *  WALL_E_NOT_FOUND: there is none (any more), or it is another browser's. */
static wall_rc_t take_flow(wall_cx_t *cx, const char *state, flow_t *out)
{
    const char *cookie = wall_cx_cookie(cx, COOKIE), *browser = cookie != NULL ? cookie : "";
    const char *state_hash = wall_sha256_hex(cx->pool, wall_bytes_of(state != NULL ? state : ""));
    apr_int64_t taken = 0;
    wall_bytes_t verifier;
    wall_rc_t rc;

    rc = wall_db_one(cx,
                     sql_oauth_flow(state_hash, wall_sha256_hex(cx->pool, wall_bytes_of(browser))),
                     &flow_shape, out);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_oauth_take_flow(out->flow_id), &taken);
    if (rc != WALL_OK)
        return rc;
    if (taken != 1 || !wall_unseal(cx->pool, cx->site->secret, "oauth_flows", state_hash,
                                   out->verifier, &verifier))
        return WALL_E_NOT_FOUND;
    out->verifier = verifier.data;
    return WALL_OK;
}

/** Whether the answer is from whom we asked (RFC 9207; each provider also has a redirect URI of its own)
 *  and is an answer at all. */
static oauth_problem_t check_answer(wall_cx_t *cx, const wall_provider_t *provider,
                                    const oauth_back_t *in)
{
    oauth_endpoints_t at;
    oauth_problem_t problem = oauth_endpoints(cx, provider, &at);

    if (problem != OAUTH_FINE)
        return problem;
    if (provider->issuer != NULL &&
        (in->iss != NULL ? strcmp(in->iss, provider->issuer) != 0 : at.says_issuer))
        return oauth_doubt(cx, provider, OAUTH_REFUSED, "the answer's iss is not its issuer");
    if (in->error != NULL)
        return strcmp(in->error, "access_denied") == 0 || strncmp(in->error, "user_", 5) == 0
                   ? OAUTH_DENIED
                   : oauth_doubt(cx, provider, OAUTH_REFUSED, "it answers with an error");
    if (in->code == NULL && provider->kind != WALL_PROVIDER_TELEGRAM)
        return oauth_doubt(cx, provider, OAUTH_REFUSED, "the answer has no code");
    return OAUTH_FINE;
}

static oauth_problem_t identify(wall_cx_t *cx, const wall_provider_t *provider,
                                const oauth_back_t *in, const flow_t *flow,
                                oauth_identity_t *out)
{
    const oauth_proof_t proof = { .nonce = flow->nonce,
                                  .verifier = flow->verifier,
                                  .redirect_uri = redirect_uri(cx, provider),
                                  .signed_in = flow->purpose == OAUTH_CONFIRM ? CONFIRMED_S : 0 };
    oauth_problem_t problem = check_answer(cx, provider, in);

    if (problem != OAUTH_FINE)
        return problem;
    return provider->kind == WALL_PROVIDER_TELEGRAM ? oauth_telegram(cx, provider, in, out)
                                                    : oauth_redeem(cx, provider, in, &proof, out);
}

typedef struct coming_t {
    const flow_t *flow;
    const oauth_identity_t *identity;
    oauth_sealed_t tokens;
    oauth_found_t found;
    oauth_problem_t problem;
    accounts_signed_in_t signed_in;
} coming_t;

/** WALL_E_NOT_FOUND (not recorded): it was disconnected just now. */
static wall_rc_t known_again(wall_cx_t *cx, const coming_t *coming)
{
    apr_int64_t known = 0;
    wall_rc_t rc = wall_db_exec(cx,
                                sql_oauth_used_again(coming->identity->account_name,
                                                     coming->tokens.access, coming->tokens.refresh,
                                                     coming->tokens.seconds,
                                                     coming->tokens.device_id,
                                                     coming->found.connection_id),
                                &known);

    return rc == WALL_OK && known != 1 ? WALL_E_NOT_FOUND : rc;
}

/* Not in one transaction: that somebody was refused is written down, too. */
static wall_rc_t enter(wall_cx_t *cx, coming_t *coming)
{
    const flow_t *flow = coming->flow;
    wall_rc_t rc = accounts_sign_in(cx, coming->found.user_id,
                                    apr_pstrcat(cx->pool, "oauth:", flow->provider, NULL),
                                    flow->remember, &coming->signed_in);

    if (rc == WALL_E_AWAITING_APPROVAL || rc == WALL_E_SUSPENDED || rc == WALL_E_BAD_CREDENTIALS) {
        coming->problem = rc == WALL_E_AWAITING_APPROVAL ? OAUTH_WAITING : OAUTH_CLOSED;
        wall_fail_clear(cx);
        return WALL_OK;
    }
    if (rc == WALL_OK && coming->signed_in.second_factor != NULL)
        cx->reply.location =
            accounts_second_path(cx, coming->signed_in.second_factor, flow->return_to);
    return rc;
}

static wall_rc_t link_work(wall_cx_t *cx, void *baton)
{
    coming_t *coming = baton;

    return oauth_connect(cx, coming->flow->user_id, coming->flow->provider,
                         coming->identity->subject, coming->identity->account_name,
                         &coming->tokens, &coming->problem);
}

static wall_rc_t sign_in(wall_cx_t *cx, coming_t *coming)
{
    const flow_t *flow = coming->flow;
    wall_rc_t rc = oauth_find(cx, flow->provider, coming->identity->subject, &coming->found);

    if (rc == WALL_OK)
        rc = known_again(cx, coming);
    if (rc == WALL_OK)
        return enter(cx, coming);
    if (rc == WALL_E_NOT_FOUND) {
        rc = oauth_arrive(cx, coming->identity, flow->remember, flow->return_to);
        cx->reply.location = "/register/finish";
    }
    return rc;
}

/** For what the viewer does: it has to be who left, in the session they left from. */
static int is_who_left(const wall_cx_t *cx, const flow_t *flow)
{
    return cx->viewer.user_id != 0 && cx->viewer.user_id == flow->user_id &&
           cx->viewer.session_id == flow->session_id;
}

static wall_rc_t link_identity(wall_cx_t *cx, coming_t *coming)
{
    wall_rc_t rc = wall_db_tx(cx, link_work, coming);

    if (rc == WALL_E_DUPLICATE && coming->problem != OAUTH_FINE) {
        wall_fail_clear(cx);
        return WALL_OK;
    }
    return rc;
}

static wall_rc_t confirm_viewer(wall_cx_t *cx, coming_t *coming)
{
    wall_rc_t rc = oauth_find(cx, coming->flow->provider, coming->identity->subject,
                              &coming->found);

    if (rc == WALL_OK && coming->found.user_id != cx->viewer.user_id)
        rc = WALL_E_NOT_FOUND;
    if (rc == WALL_OK)
        rc = known_again(cx, coming);
    if (rc == WALL_E_NOT_FOUND) {
        coming->problem = OAUTH_STRANGER;
        return WALL_OK;
    }
    return rc == WALL_OK ? auth_confirmed(cx) : rc;
}

static wall_rc_t arrive_for(wall_cx_t *cx, const flow_t *flow, const oauth_identity_t *identity,
                            oauth_problem_t *problem)
{
    coming_t *coming = apr_pcalloc(cx->pool, sizeof(*coming)); /* after the commit it is read */
    wall_rc_t rc;

    coming->flow = flow;
    coming->identity = identity;
    coming->tokens = oauth_seal_tokens(cx, identity);
    cx->reply.location = flow->return_to;
    if (flow->purpose == OAUTH_SIGN_IN)
        rc = sign_in(cx, coming);
    else if (!is_who_left(cx, flow)) {
        coming->problem = OAUTH_SIGNED_OUT;
        rc = WALL_OK;
    } else if (flow->purpose == OAUTH_LINK)
        rc = link_identity(cx, coming);
    else
        rc = confirm_viewer(cx, coming);
    *problem = coming->problem;
    return rc;
}

wall_rc_t oauth_callback(wall_cx_t *cx, const oauth_back_t *in, void *out)
{
    const wall_provider_t *provider = wall_provider_find(cx->site, in->provider);
    flow_t *flow = apr_pcalloc(cx->pool, sizeof(*flow));
    oauth_identity_t *identity = apr_pcalloc(cx->pool, sizeof(*identity));
    oauth_problem_t problem;
    wall_rc_t rc;

    if (provider == NULL)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    rc = take_flow(cx, in->state, flow);
    if (rc == WALL_E_NOT_FOUND) {
        cx->reply.location = problem_page(cx, OAUTH_SIGN_IN, provider->name, "/", OAUTH_EXPIRED);
        return WALL_OK;
    }
    if (rc != WALL_OK)
        return rc;
    /* The state was another provider's: somebody mixes answers up. */
    problem = strcmp(flow->provider, provider->name) == 0
                  ? identify(cx, provider, in, flow, identity)
                  : oauth_doubt(cx, provider, OAUTH_REFUSED, "an answer to what another was asked");
    if (problem == OAUTH_FINE)
        rc = arrive_for(cx, flow, identity, &problem);
    if (rc == WALL_OK && problem != OAUTH_FINE)
        cx->reply.location = problem_page(cx, (oauth_purpose_t)flow->purpose, provider->name,
                                          flow->return_to, problem);
    return rc;
}
