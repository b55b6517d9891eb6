/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/perform.h"

#include <string.h>

static size_t out_size(const wall_route_t *route)
{
    switch (route->raw) {
    case WALL_RAW_STREAM:
        return sizeof(wall_stream_t);
    case WALL_RAW_BODY:
        return sizeof(wall_body_t);
    case WALL_RAW_PAGE: /* not dispatched here, see page.c */
    case WALL_RAW_NONE:
        break;
    }
    return route->out ? route->out->size : 1;
}

static void encode_envelope(wall_exchange_t *x)
{
    wall_buf_t buf;

    wall_buf_init(&buf, x->cx->pool, 1024);
    wall_buf_str(&buf, "{\"success\":true,\"data\":");
    if (x->route->out) {
        wall_fields_encode(&buf, x->route->out, x->out);
    } else {
        wall_buf_str(&buf, "null");
    }
    if (x->cx->reply.message) {
        wall_buf_str(&buf, ",\"message\":");
        wall_json_string(&buf, x->cx->reply.message);
    }
    wall_buf_char(&buf, '}');
    x->answer = (wall_bytes_t){ buf.data, buf.len };
}

wall_rc_t wall_perform(wall_exchange_t *x)
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
        encode_envelope(x);
    }
    return WALL_OK;
}
