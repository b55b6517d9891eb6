/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/exchange.h"

#include <apr_buckets.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <stdlib.h>
#include <string.h>
#include <util_filter.h>

#include "core/ids.h"
#include "core/json.h"
#include "core/messages.h"
#include "httpd/assets.h"
#include "httpd/logging.h"
#include "httpd/metrics.h"
#include "io/redis.h"

wall_cx_t *wall_exchange_context(request_rec *r, const wall_host_t *host)
{
    wall_cx_t *cx = apr_pcalloc(r->pool, sizeof(*cx));

    cx->pool = r->pool;
    cx->site = host->site;
    cx->logger = wall_request_logger(r);
    cx->now = r->request_time;
    cx->client_ip = r->useragent_ip;
    cx->failures = wall_metrics_failures(host);
    cx->user_agent = apr_table_get(r->headers_in, "User-Agent");
    cx->cookies = apr_table_get(r->headers_in, "Cookie");
    cx->db = wall_db_new(r->pool, host->db);
    cx->redis = wall_redis_new(r->pool, host->site);
    if (!r->log_id) {
        r->log_id = wall_uuid7(r->pool, cx->now);
    }
    cx->request_id = r->log_id;
    apr_table_setn(r->err_headers_out, "X-Request-Id", cx->request_id);
    return cx;
}

static const struct {
    const char *name;
    wall_method_t method;
} methods[] = {
    { "GET", WALL_GET },     { "POST", WALL_POST },     { "PUT", WALL_PUT },
    { "PATCH", WALL_PATCH }, { "DELETE", WALL_DELETE }, { NULL, WALL_METHOD_UNSET },
};

wall_method_t wall_exchange_method(const request_rec *r)
{
    for (int i = 0; methods[i].name; i++) {
        if (!strcmp(r->method, methods[i].name)) {
            return methods[i].method;
        }
    }
    return r->header_only ? WALL_GET : WALL_METHOD_UNSET;
}

void wall_exchange_allow(wall_exchange_t *x)
{
    const char *allow = "OPTIONS";

    for (int i = 0; methods[i].name; i++) {
        if (x->match.allowed & (1u << methods[i].method)) {
            allow = apr_pstrcat(x->r->pool, allow, ", ", methods[i].name,
                                methods[i].method == WALL_GET ? ", HEAD" : "", NULL);
        }
    }
    apr_table_setn(x->r->headers_out, "Allow", allow);
}

const char *wall_exchange_header(const wall_exchange_t *x, const char *name)
{
    return apr_table_get(x->r->headers_in, name);
}

const char *wall_exchange_cookie(const wall_exchange_t *x, const char *name)
{
    return wall_cookie_value(x->r->pool, wall_exchange_header(x, "Cookie"), name);
}

void wall_exchange_language(wall_exchange_t *x)
{
    const wall_messages_t *messages = x->host->assets->messages;
    const char *chosen = wall_exchange_cookie(x, "wall_lang");

    if (!chosen || !wall_messages_has(messages, chosen)) {
        chosen = wall_exchange_header(x, "Accept-Language");
    }
    x->cx->messages = messages;
    x->cx->language = wall_messages_negotiate(messages, x->r->pool, chosen);
}

/** Does one range of an Accept header ("text/html;q=0.8") take @a type? */
static int range_takes(char *range, const char *type, int wildcards)
{
    char *parameters = strchr(range, ';');
    size_t major = strcspn(type, "/") + 1;
    char *quality = NULL;

    if (parameters) {
        *parameters++ = '\0';
        quality = strstr(parameters, "q=");
    }
    for (size_t i = strlen(range); i > 0 && apr_isspace(range[i - 1]); i--) {
        range[i - 1] = '\0';
    }
    if (quality && strtod(quality + 2, NULL) <= 0) {
        return 0;
    }
    if (!strcasecmp(range, type)) {
        return 1;
    }
    return wildcards
           && (!strcmp(range, "*/*")
               || (!strncasecmp(range, type, major) && !strcmp(range + major, "*")));
}

int wall_exchange_accepts(apr_pool_t *pool, const char *accept, const char *type, int wildcards)
{
    char *ranges, *rest;

    if (!accept) {
        return wildcards;
    }
    ranges = apr_pstrdup(pool, accept);
    for (char *range = apr_strtok(ranges, ",", &rest); range; range = apr_strtok(NULL, ",", &rest)) {
        if (range_takes(range + strspn(range, " \t"), type, wildcards)) {
            return 1;
        }
    }
    return 0;
}

wall_rc_t wall_exchange_query(wall_exchange_t *x)
{
    const char *args = x->r->args;

    if (!x->match.params) {
        x->match.params = apr_array_make(x->r->pool, 4, sizeof(wall_param_t));
    }
    while (args && *args) {
        const char *end = strchrnul(args, '&');
        char *name = apr_pstrmemdup(x->r->pool, args, (apr_size_t)(end - args));
        char *value = strchr(name, '=');

        if (value) {
            *value++ = '\0';
        } else {
            value = name + strlen(name);
        }
        if (*name && (ap_unescape_urlencoded(name) || ap_unescape_urlencoded(value))) {
            return wall_fail(x->cx, WALL_E_BAD_REQUEST, NULL, WALL_WHY(QUERY_MALFORMED));
        }
        if (x->route->raw == WALL_RAW_STREAM && !strcmp(name, "last_event_id")) {
            /* For clients that cannot send the header: every stream knows it. */
            x->last_event_id = value;
        } else if (*name) {
            wall_param_t *param = apr_array_push(x->match.params);
            param->name = name;
            param->value = value;
            param->from = WALL_FROM_QUERY;
        }
        args = *end ? end + 1 : end;
    }
    return WALL_OK;
}

void wall_exchange_known(wall_exchange_t *x)
{
    const wall_field_t *fields = x->route->in ? x->route->in->fields : NULL;
    apr_array_header_t *kept = apr_array_make(x->r->pool, 4, sizeof(wall_param_t));

    for (int i = 0; i < x->match.params->nelts; i++) {
        const wall_param_t *param = &APR_ARRAY_IDX(x->match.params, i, wall_param_t);

        for (const wall_field_t *f = fields; f && f->name; f++) {
            if (f->from == param->from && !strcmp(f->name, param->name)) {
                *(wall_param_t *)apr_array_push(kept) = *param;
            }
        }
    }
    x->match.params = kept;
}

/** What is left of the body is not worth reading: say so by closing the connection. */
static wall_rc_t too_large(wall_exchange_t *x)
{
    x->r->connection->keepalive = AP_CONN_CLOSE;
    return wall_fail(x->cx, WALL_E_TOO_LARGE, NULL,
                     WALL_WHY(BODY_TOO_LARGE, .n = x->host->site->max_body));
}

/** "application/json", in UTF-8 if it says so, not compressed. */
static int is_json(const wall_exchange_t *x)
{
    const char *type = wall_exchange_header(x, "Content-Type");
    const char *encoding = wall_exchange_header(x, "Content-Encoding");
    const char *charset;

    if (!type || strncasecmp(type, "application/json", 16)
        || (type[16] && type[16] != ';' && !apr_isspace(type[16]))) {
        return 0;
    }
    charset = ap_strcasestr(type + 16, "charset=");
    if (charset && strncasecmp(charset + 8, "utf-8", 5) && strncasecmp(charset + 8, "\"utf-8\"", 7)) {
        return 0;
    }
    return !encoding || !strcasecmp(encoding, "identity");
}

/** Appends what is in @a brigade. @return 0 when it would pass @a max */
static int gather(apr_bucket_brigade *brigade, wall_buf_t *body, apr_size_t max, int *eos,
                  apr_status_t *status)
{
    for (apr_bucket *b = APR_BRIGADE_FIRST(brigade); b != APR_BRIGADE_SENTINEL(brigade);
         b = APR_BUCKET_NEXT(b)) {
        const char *data;
        apr_size_t len;

        if (APR_BUCKET_IS_EOS(b)) {
            *eos = 1;
            break;
        }
        if (APR_BUCKET_IS_METADATA(b)) {
            continue;
        }
        *status = apr_bucket_read(b, &data, &len, APR_BLOCK_READ);
        if (*status != APR_SUCCESS) {
            return 1;
        }
        if (len > max - body->len) {
            return 0;
        }
        wall_buf_add(body, data, len);
    }
    return 1;
}

static wall_rc_t read_body(wall_exchange_t *x)
{
    request_rec *r = x->r;
    apr_size_t max = (apr_size_t)x->host->site->max_body;
    const char *length = wall_exchange_header(x, "Content-Length");
    apr_bucket_brigade *brigade;
    wall_buf_t body;
    int eos = 0;

    if (!length && !wall_exchange_header(x, "Transfer-Encoding") && !r->connection->master) {
        return WALL_OK;
    }
    if (length && apr_atoi64(length) > (apr_int64_t)max) {
        return too_large(x);
    }
    wall_buf_init(&body, r->pool, length ? (size_t)apr_atoi64(length) + 1 : 1024);
    brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    while (!eos) {
        apr_status_t status = ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES,
                                             APR_BLOCK_READ, HUGE_STRING_LEN);
        if (status == APR_SUCCESS && !gather(brigade, &body, max, &eos, &status)) {
            return too_large(x);
        }
        if (status != APR_SUCCESS) {
            r->connection->keepalive = AP_CONN_CLOSE;
            x->answered = status == AP_FILTER_ERROR;
            return wall_fail(x->cx, WALL_E_BAD_REQUEST, NULL, WALL_WHY(BODY_MISSING));
        }
        apr_brigade_cleanup(brigade);
    }
    x->body = (wall_bytes_t){ body.data, body.len };
    return WALL_OK;
}

wall_rc_t wall_exchange_body(wall_exchange_t *x)
{
    wall_rc_t rc = read_body(x);

    if (rc == WALL_OK && x->route->verbatim) {
        wall_verbatim_t *verbatim = apr_palloc(x->r->pool, sizeof(*verbatim));

        *verbatim = (wall_verbatim_t){ .body = x->body, .headers = x->r->headers_in };
        x->cx->verbatim = verbatim;
        x->body = (wall_bytes_t){ NULL, 0 }; /* nothing for the decoder */
        return WALL_OK;
    }
    return rc == WALL_OK && x->body.len && !is_json(x) ? WALL_E_UNSUPPORTED_MEDIA_TYPE : rc;
}

/** One field of a form as a member of a JSON object; empty ones are left out, as if not sent. */
static void form_member(wall_buf_t *json, const wall_field_t *field, const char *value)
{
    if (!*value) {
        return;
    }
    wall_buf_char(json, json->len > 1 ? ',' : ' ');
    wall_json_string(json, field->name);
    wall_buf_char(json, ':');
    if (field->type == WALL_T_BOOL) {
        wall_buf_str(json, "true"); /* a box that is not ticked is not sent */
    } else {
        wall_json_string(json, wall_utf8_valid(value, strlen(value)) ? value : "\x7f");
    }
}

wall_rc_t wall_exchange_form(wall_exchange_t *x)
{
    const char *type = wall_exchange_header(x, "Content-Type");
    apr_array_header_t *form = apr_array_make(x->r->pool, 8, sizeof(wall_param_t));
    char *rest, *pair;
    wall_buf_t json;
    wall_rc_t rc;

    if (x->route->method == WALL_GET) {
        return WALL_OK;
    }
    if (!type || strncasecmp(type, "application/x-www-form-urlencoded", 33)) {
        return WALL_E_UNSUPPORTED_MEDIA_TYPE;
    }
    rc = read_body(x);
    if (rc != WALL_OK) {
        return rc;
    }
    wall_buf_init(&json, x->r->pool, x->body.len + 64);
    wall_buf_char(&json, '{');
    pair = apr_pstrmemdup(x->r->pool, x->body.len ? x->body.data : "", x->body.len);
    for (pair = apr_strtok(pair, "&", &rest); pair; pair = apr_strtok(NULL, "&", &rest)) {
        char *value = strchr(pair, '=');
        const wall_field_t *field = x->route->in ? x->route->in->fields : NULL;
        wall_param_t *param;

        if (!value) {
            continue;
        }
        *value++ = '\0';
        if (ap_unescape_urlencoded(pair) || ap_unescape_urlencoded(value)) {
            return WALL_E_BAD_REQUEST;
        }
        param = apr_array_push(form);
        *param = (wall_param_t){ .name = pair, .value = value };
        for (; field && field->name; field++) {
            if (field->from == WALL_FROM_BODY && !strcmp(field->name, pair)) {
                form_member(&json, field, value);
            }
        }
    }
    wall_buf_char(&json, '}');
    x->form = form;
    x->body = (wall_bytes_t){ json.data, json.len };
    return WALL_OK;
}
