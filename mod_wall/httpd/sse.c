/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/sse.h"

#include <apr_portable.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_ssl.h>
#include <stdlib.h>
#include <string.h>
#include <util_filter.h>

#include "httpd/hub.h"
#include "httpd/respond.h"
#include "io/events.h"

#define RETRY_MS        2000 /* when EventSource comes back, plus up to RETRY_JITTER_MS */
#define RETRY_JITTER_MS 2000

void wall_sse_frame(wall_buf_t *buf, const char *id, const char *event, wall_bytes_t data)
{
    const char *at = data.data, *end = data.data + data.len;

    if (id && *id) {
        wall_buf_str(buf, "id: ");
        wall_buf_str(buf, id);
        wall_buf_char(buf, '\n');
    }
    wall_buf_str(buf, "event: ");
    wall_buf_str(buf, event);
    do {
        const char *line = data.len ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        size_t len = (size_t)((line ? line : end) - at);

        wall_buf_str(buf, "\ndata: ");
        wall_buf_add(buf, at, len);
        at = line ? line + 1 : end;
    } while (at < end);
    wall_buf_str(buf, "\n\n");
}

int wall_sse_is_final(const char *const *finals, const char *event)
{
    for (; finals && *finals; finals++) {
        if (!strcmp(*finals, event)) {
            return 1;
        }
    }
    return 0;
}

int wall_stream_id_read(const char *text, wall_stream_id_t *id)
{
    char *end;

    /* strtoull takes signs and blanks; an id has neither. */
    if (!text || strspn(text, "0123456789-") != strlen(text) || strlen(text) > 41
        || *text == '-') {
        return 0;
    }
    id->ms = strtoull(text, &end, 10);
    if (*end != '-' || end[1] == '\0' || end[1] == '-') {
        return 0;
    }
    id->seq = strtoull(end + 1, &end, 10);
    return *end == '\0';
}

int wall_stream_id_after(wall_stream_id_t a, wall_stream_id_t b)
{
    return a.ms > b.ms || (a.ms == b.ms && a.seq > b.seq);
}

static void stream_headers(wall_exchange_t *x)
{
    request_rec *r = x->r;

    wall_respond_headers(x);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Accel-Buffering", "no");
    apr_table_setn(r->subprocess_env, "no-gzip", "1");
    apr_table_setn(r->subprocess_env, "no-brotli", "1");
    ap_set_content_type(r, "text/event-stream");
}

static void add_retry(wall_buf_t *buf, int ms)
{
    wall_buf_fmt(buf, "retry: %d\n\n", ms);
}

static void add_first(wall_buf_t *buf, const wall_stream_t *stream)
{
    if (stream->first_event) {
        wall_sse_frame(buf, NULL, stream->first_event,
                       (wall_bytes_t){ stream->first_data, strlen(stream->first_data) });
    }
}

/**
 * Everything there is, then the end: for streams that have ended, and for connections that cannot be
 * handed over – the browser comes back with Last-Event-ID, so nothing is lost, only later.
 */
static int serve_once(wall_exchange_t *x, const wall_stream_t *stream)
{
    apr_array_header_t *events = NULL;
    wall_stream_id_t last;
    int final_seen = 0;
    wall_buf_t buf;

    wall_buf_init(&buf, x->r->pool, 4096);
    add_retry(&buf, RETRY_MS);
    if (!stream->ended) {
        add_first(&buf, stream);
    }
    wall_events_read(x->cx, stream->channel,
                     wall_stream_id_read(x->last_event_id, &last) ? x->last_event_id : NULL,
                     WALL_EVENTS_KEEP, &events);
    for (int i = 0; i < events->nelts; i++) {
        const wall_event_t *event = &APR_ARRAY_IDX(events, i, wall_event_t);

        wall_sse_frame(&buf, event->id, event->name, event->data);
        final_seen = final_seen || wall_sse_is_final(stream->final_events, event->name);
    }
    if (stream->ended && !final_seen) {
        add_first(&buf, stream);
    }
    stream_headers(x);
    return wall_send(x->r, HTTP_OK, "text/event-stream", (wall_bytes_t){ buf.data, buf.len });
}

/** 1 when bytes written to the socket mean the same as bytes written through the filters: there is
 *  only httpd's own writer, and mod_reqtimeout, which looks for the end of requests. */
static int has_plain_output(const conn_rec *c)
{
    for (const ap_filter_t *filter = c->output_filters; filter; filter = filter->next) {
        if (strcasecmp(filter->frec->name, "core") && strcasecmp(filter->frec->name, "reqtimeout")) {
            return 0;
        }
    }
    return 1;
}

/** Plain HTTP/1.x on a socket of its own. */
static int can_hand_over(request_rec *r)
{
    conn_rec *c = r->connection;

    return !c->master && !ap_ssl_conn_is_ssl(c) && has_plain_output(c);
}

/** Answers, then gives a duplicate of the socket to the hub; httpd closes its own. */
static int hand_over(wall_exchange_t *x, const wall_stream_t *stream)
{
    request_rec *r = x->r;
    conn_rec *c = r->connection;
    wall_hub_client_t client = {
        .host = x->host,
        .channel = stream->channel,
        .last_event_id = x->last_event_id,
        .final_events = stream->final_events,
        .session_id = x->cx->viewer.session_id,
        .request_id = x->cx->request_id,
    };
    apr_os_sock_t fd;
    wall_buf_t buf;

    if (!wall_hub_reserve()) {
        return wall_respond_error(x, WALL_E_BUSY);
    }
    stream_headers(x);
    c->keepalive = AP_CONN_CLOSE; /* the end of the connection ends the body: no chunks */
    wall_buf_init(&buf, r->pool, 512);
    add_retry(&buf, RETRY_MS + (int)(apr_time_now() % RETRY_JITTER_MS));
    add_first(&buf, stream);
    if (ap_rwrite(buf.data, (int)buf.len, r) < 0 || ap_rflush(r) < 0 || c->aborted
        || apr_os_sock_get(&fd, ap_get_conn_socket(c)) != APR_SUCCESS) {
        wall_hub_unreserve();
        return OK;
    }
    if (wall_hub_add(&client, fd)) {
        wall_hub_detach(c);
    }
    return OK;
}

int wall_sse_serve(wall_exchange_t *x)
{
    const wall_stream_t *stream = x->out;
    const char *header = wall_exchange_header(x, "Last-Event-ID");
    request_rec *r = x->r;

    if (header) {
        x->last_event_id = header;
    }
    if (r->header_only) {
        stream_headers(x);
        return wall_send(r, HTTP_OK, NULL, (wall_bytes_t){ NULL, 0 });
    }
    if (stream->ended) {
        return serve_once(x, stream);
    }
    if (r->connection->master) {
        /* mod_http2 turns this note into HTTP_1_1_REQUIRED; the client asks again over HTTP/1.1. */
        apr_table_setn(r->notes, "ssl-renegotiate-forbidden", "verify-client");
        return HTTP_FORBIDDEN;
    }
    return can_hand_over(r) ? hand_over(x, stream) : serve_once(x, stream);
}
