/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/respond.h"

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>
#include <util_filter.h>

#include "core/crypto.h"
#include "httpd/access.h"

#define RETRY_AFTER_DEFAULT 2 /* seconds, for 503 without a better idea */
#define LANGUAGE_KEPT_S (365 * 86400)

int wall_send(request_rec *r, int status, const char *type, wall_bytes_t bytes)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);

    r->status = status;
    if (bytes.len) {
        ap_set_content_type(r, type);
        ap_set_content_length(r, (apr_off_t)bytes.len);
        APR_BRIGADE_INSERT_TAIL(brigade,
                                apr_bucket_pool_create(bytes.data, bytes.len, r->pool, alloc));
    }
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
    ap_pass_brigade(r->output_filters, brigade); /* fails only when the client has gone */
    return OK;
}

int wall_send_tagged(request_rec *r, const char *type, wall_bytes_t bytes)
{
    const char *digest = wall_digest_hex(r->pool, bytes);
    const char *known = apr_table_get(r->headers_in, "If-None-Match");

    apr_table_setn(r->headers_out, "ETag", apr_pstrcat(r->pool, "\"", digest, "\"", NULL));
    /* Comparison is weak (RFC 9110 13.1.2), and mod_deflate appends "-gzip" to the tags it passes
     * on: a tag that contains the digest is ours. */
    if (known && (strstr(known, digest) || !strcmp(known, "*"))) {
        return wall_send(r, HTTP_NOT_MODIFIED, NULL, (wall_bytes_t){ NULL, 0 });
    }
    return wall_send(r, HTTP_OK, type, bytes);
}

static void rate_headers(wall_exchange_t *x)
{
    apr_table_t *headers = x->r->headers_out;
    apr_pool_t *pool = x->r->pool;
    const wall_limit_t *limit = &x->limit;
    const char *name = wall_rate_name(x->route->rate);

    /* draft-ietf-httpapi-ratelimit-headers-10 */
    apr_table_setn(headers, "RateLimit-Policy",
                   apr_psprintf(pool, "\"%s\";q=%" APR_INT64_T_FMT ";w=%" APR_INT64_T_FMT, name,
                                limit->limit, limit->period));
    apr_table_setn(headers, "RateLimit",
                   apr_psprintf(pool, "\"%s\";r=%" APR_INT64_T_FMT ";t=%" APR_INT64_T_FMT, name,
                                limit->remaining, limit->reset));
    apr_table_setn(headers, "X-RateLimit-Limit",
                   apr_psprintf(pool, "%" APR_INT64_T_FMT, limit->limit));
    apr_table_setn(headers, "X-RateLimit-Remaining",
                   apr_psprintf(pool, "%" APR_INT64_T_FMT, limit->remaining));
    apr_table_setn(headers, "X-RateLimit-Reset",
                   apr_psprintf(pool, "%" APR_INT64_T_FMT, limit->reset));
}

void wall_respond_headers(wall_exchange_t *x)
{
    /* Answers to unsafe methods may hold a session token. */
    apr_table_setn(x->r->headers_out, "Cache-Control",
                   x->r->method_number == M_GET ? "private, no-cache" : "no-store");
    apr_table_setn(x->r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_mergen(x->r->headers_out, "Vary", "Cookie, Accept-Language");
    if (x->limited) {
        rate_headers(x);
    }
}

/** An empty value takes the cookie away; max_age 0 is as long as the browser runs. */
static void set_cookie(wall_exchange_t *x, const char *name, const char *value, apr_int64_t max_age,
                       const char *attributes)
{
    const char *age = "";

    if (!*value) {
        age = "; Max-Age=0";
    } else if (max_age > 0) {
        age = apr_psprintf(x->r->pool, "; Max-Age=%" APR_INT64_T_FMT, max_age);
    }
    apr_table_addn(x->r->headers_out, "Set-Cookie",
                   apr_pstrcat(x->r->pool, name, "=", value, "; Path=/; SameSite=Lax", attributes,
                               x->host->site->secure ? "; Secure" : "", age, NULL));
}

void wall_respond_cookies(wall_exchange_t *x)
{
    const wall_reply_t *reply = &x->cx->reply;
    const apr_array_header_t *cookies = reply->cookies;

    for (int i = 0; cookies && i < cookies->nelts; i++) {
        const wall_cookie_t *cookie = &APR_ARRAY_IDX(cookies, i, wall_cookie_t);
        set_cookie(x, wall_cookie_name(x->cx, cookie->name), cookie->value, cookie->max_age, "; HttpOnly");
    }
    if (reply->session_token) {
        set_cookie(x, wall_access_cookie_name(x->host->site), reply->session_token,
                   reply->session_max_age, "; HttpOnly");
    }
    if (reply->language) { /* script may read it, the settings page does */
        set_cookie(x, "wall_lang", reply->language, LANGUAGE_KEPT_S, "");
    }
}

/** Link: rel="next" (RFC 8288): this address with another cursor. */
static void next_link(wall_exchange_t *x)
{
    apr_pool_t *pool = x->r->pool;
    const char *rest = x->r->args ? x->r->args : "";
    const char *query = "";

    while (*rest) {
        const char *part = ap_getword(pool, &rest, '&');
        if (*part && strncmp(part, "cursor=", 7)) {
            query = apr_pstrcat(pool, query, part, "&", NULL);
        }
    }
    apr_table_setn(x->r->headers_out, "Link",
                   apr_pstrcat(pool, "<", x->r->parsed_uri.path, "?", query, "cursor=",
                               x->cx->reply.next_cursor, ">; rel=\"next\"", NULL));
}

/** 302: the browser goes on with a GET there. Nobody may keep the answer. */
static int redirect(wall_exchange_t *x, const char *location)
{
    apr_table_setn(x->r->headers_out, "Location", location);
    apr_table_setn(x->r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(x->r->headers_out, "Referrer-Policy", "no-referrer");
    return wall_send(x->r, HTTP_MOVED_TEMPORARILY, NULL, (wall_bytes_t){ NULL, 0 });
}

/** A file of any length, without reading it into memory. */
static int send_file(wall_exchange_t *x, const wall_body_t *body)
{
    request_rec *r = x->r;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_file_t *file;
    apr_finfo_t info;

    if (apr_file_open(&file, body->file, APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_SENDFILE_ENABLED,
                      APR_FPROT_OS_DEFAULT, r->pool) != APR_SUCCESS ||
        apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS) {
        apr_table_unset(r->headers_out, "Content-Disposition"); /* the error is not that file */
        return wall_respond_error(x, wall_fail_log(x->cx, WALL_E_INTERNAL,
                                                   WALLNO(00340) "cannot read %s", body->file));
    }
    r->status = HTTP_OK;
    ap_set_content_type(r, body->content_type);
    ap_set_content_length(r, info.size);
    apr_brigade_insert_file(brigade, file, 0, info.size, r->pool);
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(r->connection->bucket_alloc));
    ap_pass_brigade(r->output_filters, brigade); /* fails only when the client has gone */
    return OK;
}

int wall_respond(wall_exchange_t *x)
{
    const char *type = "application/json";

    wall_respond_headers(x);
    wall_respond_cookies(x);
    if (x->cx->reply.next_cursor) {
        next_link(x);
    }
    if (x->replayed) {
        apr_table_setn(x->r->headers_out, "Idempotency-Replayed", "true");
    }
    if (x->route->raw == WALL_RAW_REDIRECT) {
        return redirect(x, x->cx->reply.location);
    }
    if (x->route->raw == WALL_RAW_BODY) {
        const wall_body_t *body = x->out;

        type = body->content_type;
        if (body->filename) {
            /* RFC 6266 */
            apr_table_setn(x->r->headers_out, "Content-Disposition",
                           apr_psprintf(x->r->pool, "attachment; filename=\"%s\"",
                                        body->filename));
        }
        if (body->file) {
            return send_file(x, body);
        }
    }
    if (x->route->method == WALL_GET && x->status == HTTP_OK) {
        return wall_send_tagged(x->r, type, x->answer);
    }
    if (x->route->changes) {
        /* The same bytes the GET would be answered with: who goes on editing need not ask. */
        apr_table_setn(x->r->headers_out, "ETag",
                       apr_pstrcat(x->r->pool, "\"", wall_digest_hex(x->r->pool, x->answer), "\"",
                                   NULL));
    }
    return wall_send(x->r, x->status, type, x->answer);
}

/* ---- errors ------------------------------------------------------------------------------------ */

/** ,"details":{…} when there are any; of several about one field the first. */
static void add_details(wall_buf_t *buf, const apr_array_header_t *details)
{
    const wall_detail_t *list = details ? (const wall_detail_t *)details->elts : NULL;
    int count = details ? details->nelts : 0;

    for (int i = 0; i < count; i++) {
        int seen = 0;

        for (int k = 0; k < i && !seen; k++) {
            seen = !strcmp(list[k].name, list[i].name);
        }
        if (seen) {
            continue;
        }
        wall_buf_str(buf, i == 0 ? ",\"details\":{" : ",");
        wall_json_string(buf, list[i].name);
        wall_buf_char(buf, ':');
        if (list[i].text) {
            wall_json_string(buf, list[i].text);
        } else {
            wall_buf_i64(buf, list[i].number);
        }
    }
    wall_buf_str(buf, count ? "}" : "");
}

static void envelope(wall_buf_t *buf, const wall_cx_t *cx, wall_rc_t rc, const char *message)
{
    wall_buf_str(buf, "{\"success\":false,\"error\":{\"code\":");
    wall_json_string(buf, wall_error_code(rc));
    wall_buf_str(buf, ",\"message\":");
    wall_json_string(buf, message);
    add_details(buf, cx->details);
    wall_buf_str(buf, ",\"request_id\":");
    wall_json_string(buf, cx->request_id);
    wall_buf_str(buf, "}}");
}

/** RFC 9457; the code is what to tell problems apart by, so the type says nothing more. */
static void problem(wall_buf_t *buf, const wall_cx_t *cx, wall_rc_t rc, const char *message)
{
    wall_buf_str(buf, "{\"type\":\"about:blank\",\"title\":");
    wall_json_string(buf, ap_get_status_line(wall_error_status(rc)) + 4);
    wall_buf_str(buf, ",\"status\":");
    wall_buf_i64(buf, wall_error_status(rc));
    wall_buf_str(buf, ",\"detail\":");
    wall_json_string(buf, message);
    wall_buf_str(buf, ",\"code\":");
    wall_json_string(buf, wall_error_code(rc));
    add_details(buf, cx->details);
    wall_buf_str(buf, ",\"request_id\":");
    wall_json_string(buf, cx->request_id);
    wall_buf_str(buf, "}");
}

static void log_error(const wall_exchange_t *x, wall_rc_t rc)
{
    const wall_cx_t *cx = x->cx;
    const char *id = x->route ? x->route->id : x->r->method;
    const wall_detail_t *first =
        cx->details && cx->details->nelts ? (const wall_detail_t *)cx->details->elts : NULL;

    if (rc == WALL_E_INTERNAL && !cx->failure_log) {
        wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00301) "%s failed without saying why [%s]", id,
                    cx->request_id);
        return;
    }
    /* A failure of ours that was logged where it happened needs no second error line. */
    wall_cx_log(cx, wall_error_status(rc) >= 500 && !cx->failure_log ? WALL_LOG_ERR : WALL_LOG_INFO,
                WALLNO(00302) "%s: %s%s%s [%s]", id, wall_error_code(rc), first ? " " : "",
                first ? first->name : "", cx->request_id);
}

static void error_headers(wall_exchange_t *x, wall_rc_t rc)
{
    apr_table_t *headers = x->r->headers_out;
    int status = wall_error_status(rc);
    apr_int64_t wait = x->cx->reply.retry_after;

    if (rc == WALL_E_RATE_LIMITED && wait > 0) { /* by a narrower limit than the route's */
        x->limit.remaining = 0;
        x->limit.reset = wait;
    }
    wall_respond_headers(x);
    apr_table_setn(headers, "Cache-Control", "no-store");
    apr_table_setn(headers, "Content-Language", x->cx->language);
    if (!wait && x->limited) {
        wait = x->limit.retry_after;
    }
    if (status == HTTP_SERVICE_UNAVAILABLE || status == HTTP_TOO_MANY_REQUESTS) {
        apr_table_setn(headers, "Retry-After",
                       apr_psprintf(x->r->pool, "%" APR_INT64_T_FMT,
                                    wait > 0 ? wait : RETRY_AFTER_DEFAULT));
    }
    if (rc == WALL_E_METHOD_NOT_ALLOWED) {
        wall_exchange_allow(x);
    }
    if (rc == WALL_E_MOVED) {
        apr_table_setn(headers, "Location",
                       apr_pstrcat(x->r->pool, x->cx->reply.location, x->r->args ? "?" : "",
                                   x->r->args, NULL));
    }
    if (status == HTTP_UNAUTHORIZED) {
        apr_table_setn(headers, "WWW-Authenticate", "Bearer realm=\"wall\"");
    }
}

int wall_respond_error(wall_exchange_t *x, wall_rc_t rc)
{
    wall_cx_t *cx = x->cx;
    const char *message;
    const char *type = "application/json";
    wall_buf_t buf;

    if (cx->failed != rc) {
        /* What was recorded belongs to a failure somebody handled. */
        wall_fail_clear(cx);
    }
    message = wall_fail_text(cx, rc);
    log_error(x, rc);
    error_headers(x, rc);
    if (x->route && x->route->raw == WALL_RAW_REDIRECT
        && wall_exchange_accepts(x->r->pool, wall_exchange_header(x, "Accept"), "text/html", 0)) {
        /* A browser was led here, and its person should not have to read JSON. */
        return redirect(x, apr_pstrcat(x->r->pool, "/login?problem=", wall_error_code(rc), NULL));
    }
    wall_buf_init(&buf, x->r->pool, 512);
    if (wall_exchange_accepts(x->r->pool, wall_exchange_header(x, "Accept"),
                              "application/problem+json", 0)) {
        type = "application/problem+json";
        problem(&buf, cx, rc, message);
    } else {
        envelope(&buf, cx, rc, message);
    }
    return wall_send(x->r, wall_error_status(rc), type, (wall_bytes_t){ buf.data, buf.len });
}

int wall_respond_allow(wall_exchange_t *x)
{
    wall_respond_headers(x);
    wall_exchange_allow(x);
    return wall_send(x->r, HTTP_NO_CONTENT, NULL, (wall_bytes_t){ NULL, 0 });
}
