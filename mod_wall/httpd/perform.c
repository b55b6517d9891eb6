/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/perform.h"

#include <string.h>

#include "core/crypto.h"
#include "io/db.h"

static size_t out_size(const wall_route_t *route)
{
    switch (route->raw) {
    case WALL_RAW_STREAM:
        return sizeof(wall_stream_t);
    case WALL_RAW_BODY:
        return sizeof(wall_body_t);
    case WALL_RAW_REDIRECT:
        return 1;
    case WALL_RAW_PAGE: /* not dispatched here, see page.c */
    case WALL_RAW_NONE:
        break;
    }
    return route->out ? route->out->size : 1;
}

static wall_bytes_t envelope(wall_cx_t *cx, const wall_shape_t *shape, const void *out)
{
    wall_buf_t buf;

    wall_buf_init(&buf, cx->pool, 1024);
    wall_buf_str(&buf, "{\"success\":true,\"data\":");
    if (shape) {
        wall_fields_encode(&buf, shape, out);
    } else {
        wall_buf_str(&buf, "null");
    }
    if (cx->reply.message) {
        wall_buf_str(&buf, ",\"message\":");
        wall_json_string(&buf, cx->reply.message);
    }
    wall_buf_char(&buf, '}');
    return (wall_bytes_t){ buf.data, buf.len };
}

static wall_rc_t perform(wall_exchange_t *x)
{
    wall_cx_t *cx = x->cx;
    wall_rc_t rc;

    x->out = apr_pcalloc(cx->pool, out_size(x->route));
    memset(&cx->reply, 0, sizeof(cx->reply));
    wall_fail_clear(cx);
    rc = x->route->action(cx, x->in, x->out);
    if (rc != WALL_OK) {
        return rc;
    }
    x->status = cx->reply.status ? cx->reply.status : x->route->status ? x->route->status : 200;
    if (x->route->raw == WALL_RAW_BODY) {
        x->answer = ((const wall_body_t *)x->out)->bytes;
    } else if (x->route->raw == WALL_RAW_NONE) {
        x->answer = envelope(cx, x->route->out, x->out);
    }
    return WALL_OK;
}

/* ---- If-Match ---- */

/** The entity tag the GET would be answered with now, without quotes. */
static wall_rc_t current_tag(wall_exchange_t *x, const char **tag)
{
    const wall_route_t *get = x->route->changes;
    apr_array_header_t *params = apr_array_make(x->cx->pool, 4, sizeof(wall_param_t));
    void *in = get->in ? apr_pcalloc(x->cx->pool, get->in->size) : NULL;
    void *out = apr_pcalloc(x->cx->pool, get->out->size);
    wall_bytes_t answer;
    wall_rc_t rc;

    for (int i = 0; i < x->match.params->nelts; i++) {
        const wall_param_t *param = &APR_ARRAY_IDX(x->match.params, i, wall_param_t);

        if (param->from == WALL_FROM_PATH) {
            *(wall_param_t *)apr_array_push(params) = *param;
        }
    }
    memset(&x->cx->reply, 0, sizeof(x->cx->reply));
    rc = in ? wall_fields_decode(x->cx, get->in, (wall_bytes_t){ NULL, 0 }, params, in) : WALL_OK;
    if (rc == WALL_OK) {
        rc = get->action(x->cx, in, out);
    }
    if (rc == WALL_OK) {
        answer = envelope(x->cx, get->out, out);
        *tag = wall_digest_hex(x->cx->pool, answer);
    }
    return rc;
}

/** A list of tags, or "*" for whatever there is; mod_deflate appends "-gzip" to those it passes on. */
static int matches(const char *wanted, const char *tag)
{
    return strstr(wanted, tag) || !strcmp(wanted, "*");
}

/* Locked first, so that what is read is the latest and stays so until it is changed. */
static wall_rc_t perform_matching(wall_cx_t *cx, void *baton)
{
    wall_exchange_t *x = baton;
    const char *tag = NULL;
    wall_rc_t rc;

    wall_fail_clear(cx);
    rc = x->route->lock(cx, x->in, NULL);
    if (rc == WALL_OK) {
        rc = current_tag(x, &tag);
    }
    if (rc == WALL_E_MOVED) { /* who changes something names it as it is called now */
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK && !matches(wall_exchange_header(x, "If-Match"), tag)) {
        rc = WALL_E_PRECONDITION_FAILED;
    }
    return rc == WALL_OK ? perform(x) : rc;
}

wall_rc_t wall_perform(wall_exchange_t *x)
{
    if (x->route->changes && wall_exchange_header(x, "If-Match")) {
        return wall_db_tx(x->cx, perform_matching, x);
    }
    return perform(x);
}
