/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/sse.h"

#include <apr_portable.h>
#include <apr_strings.h>
#include <errno.h>
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
#define PAGE            100         /* events of a history that are in memory at a time */
#define RELIEVED_AT     (32 * 1024) /* bytes of an answer that are written at once */

/** Appends @a data; a line feed in it begins another line of the field (WHATWG HTML, 9.2.6). */
static void add_data(wall_buf_t *buf, wall_bytes_t data)
{
    const char *at = data.data, *end = data.data + data.len, *line;

    while (data.len && (line = memchr(at, '\n', (size_t)(end - at)))) {
        wall_buf_add(buf, at, (size_t)(line - at));
        wall_buf_str(buf, "\ndata: ");
        at = line + 1;
    }
    wall_buf_add(buf, at, (size_t)(end - at));
}

static void add_multiplexed(wall_buf_t *buf, const char *channel, const char *id,
                            const char *event, wall_bytes_t data)
{
    wall_buf_str(buf, "data: {\"topic\":");
    wall_json_string(buf, channel);
    wall_buf_str(buf, ",\"event\":");
    wall_json_string(buf, event);
    if (id && *id) {
        wall_buf_str(buf, ",\"id\":");
        wall_json_string(buf, id);
    }
    wall_buf_str(buf, ",\"data\":");
    add_data(buf, data.len ? data : (wall_bytes_t){ "null", 4 });
    wall_buf_str(buf, "}\n\n");
}

void wall_sse_frame(wall_buf_t *buf, wall_framing_t framing, const char *channel, const char *id,
                    const char *event, wall_bytes_t data)
{
    if (framing == WALL_SSE_MULTIPLEXED) {
        add_multiplexed(buf, channel, id, event, data);
        return;
    }
    if (id && *id) {
        wall_buf_str(buf, "id: ");
        wall_buf_str(buf, id);
        wall_buf_char(buf, '\n');
    }
    wall_buf_str(buf, "event: ");
    wall_buf_str(buf, event);
    wall_buf_str(buf, "\ndata: ");
    add_data(buf, data);
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
    errno = 0; /* ERANGE: Redis knows no such number either */
    id->ms = strtoull(text, &end, 10);
    if (*end != '-' || end[1] == '\0' || end[1] == '-') {
        return 0;
    }
    id->seq = strtoull(end + 1, &end, 10);
    return *end == '\0' && errno == 0;
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

static wall_framing_t framing_of(const wall_stream_t *stream)
{
    return stream->multiplexed ? WALL_SSE_MULTIPLEXED : WALL_SSE_NAMED;
}

void wall_sse_first(wall_buf_t *buf, wall_framing_t framing, const wall_stream_channel_t *channel)
{
    if (channel->first_event) {
        wall_sse_frame(buf, framing, channel->name, NULL, channel->first_event,
                       (wall_bytes_t){ channel->first_data, strlen(channel->first_data) });
    }
}

/** The snapshots, but those that have to wait for what history is still to be told. */
static void add_snapshots(wall_buf_t *buf, const wall_stream_t *stream)
{
    for (int i = 0; i < stream->channels->nelts; i++) {
        const wall_stream_channel_t *channel =
            &APR_ARRAY_IDX(stream->channels, i, wall_stream_channel_t);

        if (!channel->after || (channel->first_always && !channel->ended)) {
            wall_sse_first(buf, framing_of(stream), channel);
        }
    }
}

/** An answer with what there is now. */
typedef struct once_t {
    wall_exchange_t *x;
    const wall_stream_t *stream;
    wall_buf_t buf;
    int begun; /* some of it has been written */
} once_t;

/** Writes what is in the buffer when that is much. 0: the client has gone. */
static int relieve(once_t *once)
{
    if (once->buf.len < RELIEVED_AT) {
        return 1;
    }
    if (ap_rwrite(once->buf.data, (int)once->buf.len, once->x->r) < 0) {
        return 0;
    }
    once->begun = 1;
    once->buf.len = 0;
    return 1;
}

/** What there is of one channel now, a page at a time. 0: the client has gone. */
static int add_channel(once_t *once, const wall_stream_channel_t *channel)
{
    const wall_stream_t *stream = once->stream;
    wall_cx_t *cx = once->x->cx;
    apr_pool_t *whole = cx->pool, *page;
    const char *after = channel->after;
    char last[44];
    apr_array_header_t *events;
    int final_seen = 0, read = 0, connected;
    wall_rc_t rc;

    apr_pool_create(&page, whole);
    do {
        apr_pool_clear(page);
        cx->pool = page;
        rc = wall_events_read(cx, channel->name, after, PAGE, &events);
        cx->pool = whole;
        for (int i = 0; i < events->nelts; i++) {
            const wall_event_t *event = &APR_ARRAY_IDX(events, i, wall_event_t);

            wall_sse_frame(&once->buf, framing_of(stream), channel->name, event->id, event->name,
                           event->data);
            final_seen = final_seen || wall_sse_is_final(stream->final_events, event->name);
            apr_cpystrn(last, event->id, sizeof(last));
            after = last;
        }
        read += events->nelts;
        connected = relieve(once);
        /* Who publishes faster than this is read is not followed for ever. */
    } while (connected && events->nelts == PAGE && (channel->ended || read < WALL_EVENTS_KEEP));
    apr_pool_destroy(page);
    /* When Redis went away in the middle the rest comes before the end, when the client is back. */
    if (channel->ended && !final_seen && (rc == WALL_OK || read == 0)) {
        wall_sse_first(&once->buf, framing_of(stream), channel);
    }
    return connected;
}

static wall_stream_channel_t *only_channel(const wall_stream_t *stream)
{
    return stream->multiplexed ? NULL : &APR_ARRAY_IDX(stream->channels, 0, wall_stream_channel_t);
}

/**
 * Everything there is, then the end: for streams that have ended, and for connections that cannot be
 * handed over – the client comes back with the ids it has heard, so nothing is lost, only later.
 */
static int serve_once(wall_exchange_t *x, const wall_stream_t *stream)
{
    const wall_stream_channel_t *only = only_channel(stream);
    once_t once = { .x = x, .stream = stream };
    int connected = 1;

    stream_headers(x);
    wall_buf_init(&once.buf, x->r->pool, 4096);
    add_retry(&once.buf, RETRY_MS);
    if (!only || !only->ended) {
        add_snapshots(&once.buf, stream);
    }
    for (int i = 0; connected && i < stream->channels->nelts; i++) {
        const wall_stream_channel_t *channel =
            &APR_ARRAY_IDX(stream->channels, i, wall_stream_channel_t);

        if (only || wall_sse_goes_on(channel)) {
            connected = add_channel(&once, channel);
        }
    }
    if (!once.begun) {
        return wall_send(x->r, HTTP_OK, "text/event-stream",
                         (wall_bytes_t){ once.buf.data, once.buf.len });
    }
    if (connected && once.buf.len) {
        ap_rwrite(once.buf.data, (int)once.buf.len, x->r);
    }
    return OK;
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
        .stream = stream,
        .framing = framing_of(stream),
        .session_id = x->cx->viewer.key_id ? -x->cx->viewer.key_id : x->cx->viewer.session_id,
        .request_id = x->cx->request_id,
    };
    apr_os_sock_t fd;
    wall_buf_t buf;
    wall_rc_t rc;

    rc = wall_hub_reserve(x->cx, &client.place);
    if (rc != WALL_OK) {
        return wall_respond_error(x, rc);
    }
    stream_headers(x);
    c->keepalive = AP_CONN_CLOSE; /* the end of the connection ends the body: no chunks */
    wall_buf_init(&buf, r->pool, 512);
    add_retry(&buf, RETRY_MS + (int)(apr_time_now() % RETRY_JITTER_MS));
    add_snapshots(&buf, stream);
    if (ap_rwrite(buf.data, (int)buf.len, r) < 0 || ap_rflush(r) < 0 || c->aborted
        || apr_os_sock_get(&fd, ap_get_conn_socket(c)) != APR_SUCCESS) {
        wall_hub_unreserve(&client.place);
        return OK;
    }
    if (wall_hub_add(&client, fd)) {
        wall_hub_detach(c);
    }
    return OK;
}

int wall_sse_goes_on(const wall_stream_channel_t *channel)
{
    return !channel->ended || channel->after;
}

/** The one channel of a plain stream is resumed the way EventSource does it by itself. */
static void take_last_event_id(wall_exchange_t *x, wall_stream_channel_t *only)
{
    const char *header = wall_exchange_header(x, "Last-Event-ID");
    wall_stream_id_t id;

    if (!header) {
        header = x->last_event_id; /* from the query */
    }
    if (only && wall_stream_id_read(header, &id)) {
        only->after = header;
    }
}

int wall_sse_serve(wall_exchange_t *x)
{
    const wall_stream_t *stream = x->out;
    wall_stream_channel_t *only = only_channel(stream);
    request_rec *r = x->r;

    take_last_event_id(x, only);
    if (r->header_only) {
        stream_headers(x);
        return wall_send(r, HTTP_OK, NULL, (wall_bytes_t){ NULL, 0 });
    }
    if (only && only->ended) {
        return serve_once(x, stream);
    }
    if (r->connection->master) {
        /* mod_http2 turns this note into HTTP_1_1_REQUIRED; the client asks again over HTTP/1.1. */
        apr_table_setn(r->notes, "ssl-renegotiate-forbidden", "verify-client");
        return HTTP_FORBIDDEN;
    }
    return can_hand_over(r) ? hand_over(x, stream) : serve_once(x, stream);
}
