/* SPDX-License-Identifier: Apache-2.0 */
/* Providers without ID tokens: whose the access token is, they say at an address of their own. And
 * Telegram, which signs what it says. */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "app/oauth/provider.h"
#include "core/crypto.h"
#include "core/json.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define SIGNED_FOR_S 600 /* how old Telegram's signature may be */
#define AHEAD_S      60

static oauth_problem_t ask(wall_cx_t *cx, const oauth_identity_t *who, const char *what,
                           const char *url, const char *scheme, json_object **out)
{
    oauth_call_t call = { .provider = who->provider,
                          .what = what,
                          .url = url,
                          .authorization = apr_pstrcat(cx->pool, scheme, " ", who->access_token,
                                                       NULL) };

    return oauth_call(cx, &call, out);
}

static oauth_problem_t subject(wall_cx_t *cx, oauth_identity_t *out, const char *id)
{
    return oauth_take_subject(cx, out, id)
               ? OAUTH_FINE
               : oauth_doubt(cx, out->provider, OAUTH_DOWN, "it does not say who somebody is");
}

/* ---- GitHub: the profile's address may be anything; the verified ones have an address of their own ---- */

static int flag(json_object *object, const char *name)
{
    json_object *member;

    return json_object_object_get_ex(object, name, &member) &&
           json_object_is_type(member, json_type_boolean) && json_object_get_boolean(member);
}

static void github_email(wall_cx_t *cx, oauth_identity_t *out, json_object *list)
{
    for (size_t i = 0; json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
         i++) {
        json_object *one = json_object_array_get_idx(list, i);

        if (json_object_is_type(one, json_type_object) && flag(one, "primary") &&
            flag(one, "verified"))
            oauth_take_email(cx, out, oauth_member(cx->pool, one, "email"), 1);
    }
}

static oauth_problem_t github(wall_cx_t *cx, const oauth_endpoints_t *at, oauth_identity_t *out)
{
    json_object *user, *emails;
    oauth_problem_t problem = ask(cx, out, "user endpoint", at->userinfo, "Bearer", &user);

    if (problem == OAUTH_FINE)
        problem = subject(cx, out, oauth_member(cx->pool, user, "id"));
    if (problem == OAUTH_FINE)
        problem = ask(cx, out, "e-mail endpoint", out->provider->emails, "Bearer", &emails);
    if (problem != OAUTH_FINE)
        return problem;
    github_email(cx, out, emails);
    oauth_take_names(cx, out, oauth_member(cx->pool, user, "name"),
                     oauth_member(cx->pool, user, "login"));
    return OAUTH_FINE;
}

/* ---- Yandex: its own word in the header; an address it does not vouch for ---- */

static oauth_problem_t yandex(wall_cx_t *cx, const oauth_endpoints_t *at, oauth_identity_t *out)
{
    json_object *user;
    const char *client;
    oauth_problem_t problem = ask(cx, out, "user endpoint", at->userinfo, "OAuth", &user);

    if (problem == OAUTH_FINE)
        problem = subject(cx, out, oauth_member(cx->pool, user, "id"));
    if (problem != OAUTH_FINE)
        return problem;
    client = oauth_member(cx->pool, user, "client_id");
    if (client != NULL && strcmp(client, out->provider->client_id) != 0)
        return oauth_doubt(cx, out->provider, OAUTH_REFUSED, "its token is for another site");
    oauth_take_email(cx, out, oauth_member(cx->pool, user, "default_email"), 0);
    oauth_take_names(cx, out, oauth_member(cx->pool, user, "real_name"),
                     oauth_member(cx->pool, user, "login"));
    return OAUTH_FINE;
}

/* ---- Facebook: every question carries a proof that the secret is known ---- */

static oauth_problem_t facebook(wall_cx_t *cx, const oauth_endpoints_t *at, oauth_identity_t *out)
{
    const char *secret = out->provider->secret, *proof = NULL;
    json_object *user;
    oauth_problem_t problem;

    if (secret != NULL)
        proof = wall_hmac_hex(cx->pool, wall_bytes_of(secret),
                              wall_bytes_of(out->access_token));
    problem = ask(cx, out, "user endpoint",
                  oauth_with_query(cx->pool, at->userinfo,
                                   oauth_form(cx->pool, "fields", "id,name,email",
                                              "appsecret_proof", proof, NULL)),
                  "Bearer", &user);
    if (problem == OAUTH_FINE)
        problem = subject(cx, out, oauth_member(cx->pool, user, "id"));
    if (problem != OAUTH_FINE)
        return problem;
    oauth_take_email(cx, out, oauth_member(cx->pool, user, "email"), 0);
    oauth_take_names(cx, out, oauth_member(cx->pool, user, "name"), NULL);
    return OAUTH_FINE;
}

/* ---- VK ID: asked by a form; the person is a member of the answer ---- */

static oauth_problem_t vk(wall_cx_t *cx, const oauth_endpoints_t *at, json_object *answer,
                          oauth_identity_t *out)
{
    oauth_call_t call = { .provider = out->provider,
                          .what = "user endpoint",
                          .url = at->userinfo,
                          .form = oauth_form(cx->pool, "client_id", out->provider->client_id,
                                             "access_token", out->access_token, NULL) };
    const char *told = oauth_member(cx->pool, answer, "user_id"), *first, *last;
    json_object *body, *user = NULL;
    oauth_problem_t problem = oauth_call(cx, &call, &body);

    if (problem != OAUTH_FINE)
        return problem;
    if (json_object_is_type(body, json_type_object))
        json_object_object_get_ex(body, "user", &user);
    problem = subject(cx, out, oauth_member(cx->pool, user, "user_id"));
    if (problem != OAUTH_FINE)
        return problem;
    if (told != NULL && strcmp(told, out->subject) != 0)
        return oauth_doubt(cx, out->provider, OAUTH_REFUSED,
                           "user endpoint is about somebody else than the token");
    first = oauth_member(cx->pool, user, "first_name");
    last = oauth_member(cx->pool, user, "last_name");
    oauth_take_email(cx, out, oauth_member(cx->pool, user, "email"), 0);
    oauth_take_names(cx, out,
                     apr_pstrcat(cx->pool, first != NULL ? first : "", " ",
                                 last != NULL ? last : "", NULL),
                     NULL);
    return OAUTH_FINE;
}

oauth_problem_t oauth_plain_identity(wall_cx_t *cx, const oauth_endpoints_t *at, json_object *answer,
                                     oauth_identity_t *out)
{
    switch (out->provider->kind) {
    case WALL_PROVIDER_GITHUB:
        return github(cx, at, out);
    case WALL_PROVIDER_YANDEX:
        return yandex(cx, at, out);
    case WALL_PROVIDER_FACEBOOK:
        return facebook(cx, at, out);
    case WALL_PROVIDER_VK:
        return vk(cx, at, answer, out);
    case WALL_PROVIDER_OIDC:
    case WALL_PROVIDER_TELEGRAM:
        break;
    }
    return oauth_doubt(cx, out->provider, OAUTH_REFUSED, "it has no codes to redeem");
}

/* ---- Telegram ---- */

/** The fields that came, sorted by name, each a line "name=value": what was signed. */
static const char *signed_text(apr_pool_t *pool, const oauth_back_t *back)
{
    const struct {
        const char *name, *value;
    } fields[] = { { "auth_date", back->auth_date }, { "first_name", back->first_name },
                   { "id", back->id },               { "last_name", back->last_name },
                   { "photo_url", back->photo_url }, { "username", back->username } };
    const char *text = "";

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].value != NULL)
            text = apr_pstrcat(pool, text, *text != '\0' ? "\n" : "", fields[i].name, "=",
                               fields[i].value, NULL);
    }
    return text;
}

oauth_problem_t oauth_telegram(wall_cx_t *cx, const wall_provider_t *provider,
                               const oauth_back_t *back, oauth_identity_t *out)
{
    const char *text = signed_text(cx->pool, back);
    apr_int64_t signed_at, now = apr_time_sec(cx->now);
    unsigned char key[32];
    wall_rc_t rc;

    memset(out, 0, sizeof(*out));
    out->provider = provider;
    if (back->hash == NULL || back->id == NULL || back->auth_date == NULL)
        return oauth_doubt(cx, provider, OAUTH_REFUSED, "its form lacks a field");
    wall_sha256(key, wall_bytes_of(provider->secret));
    if (!wall_equal_secret(wall_hmac_sha256_hex(cx->pool, key, wall_bytes_of(text)),
                           back->hash))
        return oauth_doubt(cx, provider, OAUTH_REFUSED, "its form is not signed by it");
    signed_at = apr_atoi64(back->auth_date);
    if (signed_at < now - SIGNED_FOR_S || signed_at > now + AHEAD_S)
        return oauth_doubt(cx, provider, OAUTH_EXPIRED, "its form is too old, or of the future");
    /* There is no code that the provider takes only once: so it is taken only once here. */
    rc = wall_db_exec(cx,
                      sql_oauth_use_once(wall_sha256_hex(cx->pool, wall_bytes_of(back->hash)),
                                         2 * SIGNED_FOR_S),
                      NULL);
    if (rc != WALL_OK)
        return rc == WALL_E_DUPLICATE
                   ? oauth_doubt(cx, provider, OAUTH_EXPIRED, "its form was used before")
                   : OAUTH_DOWN;
    if (!oauth_take_subject(cx, out, back->id))
        return oauth_doubt(cx, provider, OAUTH_REFUSED, "its form lacks an id");
    oauth_take_names(cx, out,
                     apr_pstrcat(cx->pool, back->first_name != NULL ? back->first_name : "", " ",
                                 back->last_name != NULL ? back->last_name : "", NULL),
                     back->username);
    return OAUTH_FINE;
}
