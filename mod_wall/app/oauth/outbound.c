/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_encode.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#include "app/oauth/provider.h"
#include "core/json.h"
#include "io/db.h"
#include "io/http_client.h"

#define CONNECT_MS 4000
#define SILENCE_MS 5000
#define TOTAL_MS   8000
#define ANSWER_MAX (256 * 1024)

oauth_problem_t oauth_doubt(wall_cx_t *cx, const wall_provider_t *provider, oauth_problem_t problem,
                            const char *why)
{
    if (problem == OAUTH_DOWN)
        wall_cx_log(cx, WALL_LOG_WARN, WALLNO(00535) "provider %s cannot be used: %s [%s]",
                    provider->name, why, cx->request_id);
    else
        wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00536) "provider %s: %s [%s]", provider->name, why,
                    cx->request_id);
    return problem;
}

/* ---- requests ---- */

const char *oauth_form(apr_pool_t *pool, ...)
{
    const char *name, *value;
    wall_buf_t buf;
    va_list pairs;

    wall_buf_init(&buf, pool, 512);
    va_start(pairs, pool);
    while ((name = va_arg(pairs, const char *)) != NULL) {
        value = va_arg(pairs, const char *);
        if (value == NULL)
            continue;
        wall_buf_str(&buf, buf.len > 0 ? "&" : "");
        wall_buf_str(&buf, name);
        wall_buf_char(&buf, '=');
        wall_buf_str(&buf, apr_pescape_urlencoded(pool, value));
    }
    va_end(pairs);
    return buf.data;
}

const char *oauth_with_query(apr_pool_t *pool, const char *url, const char *query)
{
    return apr_pstrcat(pool, url, strchr(url, '?') != NULL ? "&" : "?", query, NULL);
}

const char *oauth_basic(apr_pool_t *pool, const wall_provider_t *provider)
{
    const char *pair = apr_pstrcat(pool, apr_pescape_urlencoded(pool, provider->client_id), ":",
                                   apr_pescape_urlencoded(pool, provider->secret), NULL);

    return apr_pstrcat(pool, "Basic ",
                       apr_pencode_base64(pool, pair, APR_ENCODE_STRING, APR_ENCODE_NONE, NULL),
                       NULL);
}

/* The administrator's own addresses may be private; what a discovery document adds may not, but on the
 * same host. */
static int is_configured(const wall_provider_t *provider, const char *url)
{
    const char *const given[] = { provider->issuer, provider->authorize, provider->token,
                                  provider->userinfo, provider->emails, provider->revoke };

    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        const char *host = given[i] != NULL ? strstr(given[i], "://") : NULL;
        size_t len = host != NULL ? (size_t)(host - given[i]) + 3 + strcspn(host + 3, "/?") : 0;

        if (len > 0 && strncmp(given[i], url, len) == 0 && strchr("/?", url[len]) != NULL)
            return 1;
    }
    return 0;
}

static oauth_problem_t judge(wall_cx_t *cx, const oauth_call_t *call, int status, json_object *body)
{
    const char *error = json_object_is_type(body, json_type_object)
                            ? oauth_member(cx->pool, body, "error")
                            : NULL;

    if (error != NULL)
        return oauth_doubt(cx, call->provider,
                           strcmp(error, "invalid_grant") == 0 ? OAUTH_DENIED : OAUTH_REFUSED,
                           apr_psprintf(cx->pool, "%s says %.60s", call->what,
                                        apr_pescape_echo(cx->pool, error, 1)));
    if (status == 200 && body != NULL)
        return OAUTH_FINE;
    return oauth_doubt(cx, call->provider, OAUTH_DOWN,
                       apr_psprintf(cx->pool, "%s answers %d%s", call->what, status,
                                    body != NULL ? "" : " without JSON"));
}

static wall_rc_t send_call(wall_cx_t *cx, const oauth_call_t *call, wall_http_response_t *response)
{
    const char *body = call->form != NULL ? call->form : call->json;
    apr_table_t *headers = apr_table_make(cx->pool, 3);
    wall_http_request_t request = {
        .method = call->method != NULL ? call->method : body != NULL ? "POST" : "GET",
        .url = call->url,
        .trusted = is_configured(call->provider, call->url),
        .content_type = call->form != NULL   ? "application/x-www-form-urlencoded"
                        : call->json != NULL ? "application/json"
                                             : NULL,
        .body = { body, body != NULL ? strlen(body) : 0 },
        .headers = headers,
        .connect_timeout_ms = CONNECT_MS,
        .idle_timeout_ms = SILENCE_MS,
        .total_timeout_ms = TOTAL_MS,
        .max_size = ANSWER_MAX,
    };

    apr_table_setn(headers, "Accept", "application/json");
    if (call->authorization != NULL)
        apr_table_setn(headers, "Authorization", call->authorization);
    /* Nobody waits for a provider with a connection of the database in hand. */
    wall_db_release(cx);
    return wall_http(cx, &request, response);
}

oauth_problem_t oauth_call(wall_cx_t *cx, const oauth_call_t *call, json_object **out)
{
    wall_http_response_t response;

    *out = NULL;
    if (send_call(cx, call, &response) != WALL_OK)
        return oauth_doubt(cx, call->provider, OAUTH_DOWN,
                           apr_psprintf(cx->pool, "%s: %s", call->what, response.problem));
    if (response.body.len > 0)
        *out = wall_json_parse_pool(cx->pool, response.body);
    return judge(cx, call, response.status, *out);
}

void oauth_tell(wall_cx_t *cx, const oauth_call_t *call)
{
    wall_http_response_t response;

    if (send_call(cx, call, &response) != WALL_OK || response.status >= 300)
        wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00537) "provider %s: %s answers %d [%s]",
                    call->provider->name, call->what, response.status, cx->request_id);
}

/* ---- answers ---- */

const char *oauth_member(apr_pool_t *pool, json_object *object, const char *name)
{
    json_object *member;

    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, name, &member))
        return NULL;
    if (json_object_is_type(member, json_type_string))
        return apr_pstrdup(pool, json_object_get_string(member));
    if (json_object_is_type(member, json_type_int))
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_object_get_int64(member));
    return NULL;
}

typedef struct clean_t {
    const char *email;
    const char *name;
} clean_t;

static const wall_field_t email_fields[] = {
    WALL_STR(clean_t, email, .trim = 1, .format = WALL_FMT_EMAIL, .min = 3, .max = 254),
    WALL_FIELDS_END
};
static const wall_shape_t email_shape = WALL_SHAPE_OF("ProviderEmail", clean_t, email_fields);
static const wall_field_t name_fields[] = {
    WALL_STR(clean_t, name, .trim = 1, .format = WALL_FMT_LINE, .min = 1, .max = 100),
    WALL_FIELDS_END
};
static const wall_shape_t name_shape = WALL_SHAPE_OF("ProviderName", clean_t, name_fields);

/* By the same rules as what people type; what does not keep them is left out. */
static const char *clean(wall_cx_t *cx, const wall_shape_t *shape, const char *text)
{
    clean_t out;
    wall_buf_t json;

    if (text == NULL || *text == '\0')
        return NULL;
    wall_buf_init(&json, cx->pool, strlen(text) + 32);
    wall_buf_fmt(&json, "{\"%s\":", shape->fields[0].name);
    wall_json_string(&json, text);
    wall_buf_char(&json, '}');
    if (wall_fields_decode(cx, shape, (wall_bytes_t){ json.data, json.len }, NULL, &out) != WALL_OK) {
        wall_fail_clear(cx);
        return NULL;
    }
    return shape == &email_shape ? out.email : out.name;
}

void oauth_take_email(wall_cx_t *cx, oauth_identity_t *out, const char *email, int verified)
{
    out->email = clean(cx, &email_shape, email);
    out->email_verified = out->email != NULL && verified;
}

void oauth_take_names(wall_cx_t *cx, oauth_identity_t *out, const char *display_name,
                      const char *username)
{
    out->display_name = clean(cx, &name_shape, display_name);
    out->username = clean(cx, &name_shape, username);
    out->account_name = out->email != NULL ? out->email
                        : out->username != NULL
                            ? out->username
                            : out->display_name;
}

int oauth_take_subject(wall_cx_t *cx, oauth_identity_t *out, const char *subject)
{
    size_t len = subject != NULL ? strlen(subject) : 0;

    if (len == 0 || wall_utf8_length(subject) > 255)
        return 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)subject[i] < 0x20 || subject[i] == 0x7f)
            return 0;
    }
    out->subject = subject;
    return 1;
}

void oauth_take_tokens(wall_cx_t *cx, oauth_identity_t *out, json_object *answer)
{
    const char *seconds = oauth_member(cx->pool, answer, "expires_in");

    out->access_token = oauth_member(cx->pool, answer, "access_token");
    out->refresh_token = oauth_member(cx->pool, answer, "refresh_token");
    out->expires_in = seconds != NULL ? apr_atoi64(seconds) : 0;
    if (out->expires_in < 0 || out->expires_in > APR_INT64_C(10) * 365 * 86400)
        out->expires_in = 0;
}
