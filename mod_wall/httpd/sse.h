/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_SSE_H
#define WALL_HTTPD_SSE_H

/**
 * @file sse.h
 * Server-sent events (WHATWG HTML, 9.2). The request is answered here as far as its first event;
 * then, over plain HTTP/1.1, the socket goes to the hub (hub.h) and costs no thread.
 */
#include "httpd/exchange.h"

/** Serves the wall_stream_t in x->out. @return what a handler returns */
int wall_sse_serve(wall_exchange_t *x);

/** How an event is written. */
typedef enum wall_framing_t {
    WALL_SSE_NAMED,       /* id:, event: and data: */
    WALL_SSE_MULTIPLEXED, /* data: {"topic":channel,"event":…,"id":…,"data":…}, for onmessage */
    WALL_SSE__COUNT
} wall_framing_t;

/** Appends one event. @param id NULL or "" for an event without one. @param data JSON */
void wall_sse_frame(wall_buf_t *buf, wall_framing_t framing, const char *channel, const char *id,
                    const char *event, wall_bytes_t data);
/** Appends the channel's first event, if it has one. */
void wall_sse_first(wall_buf_t *buf, wall_framing_t framing, const wall_stream_channel_t *channel);
/** 1 when there is more to tell of a channel than its snapshot. */
int wall_sse_goes_on(const wall_stream_channel_t *channel);
/** 1 when @a event is one of @a finals (may be NULL). */
int wall_sse_is_final(const char *const *finals, const char *event);

/** A stream id, "milliseconds-sequence", which compares as two numbers. */
typedef struct wall_stream_id_t {
    apr_uint64_t ms, seq;
} wall_stream_id_t;
/** 0 when @a text (may be NULL) is not an id. */
int wall_stream_id_read(const char *text, wall_stream_id_t *id);
/** 1 when @a a comes after @a b. */
int wall_stream_id_after(wall_stream_id_t a, wall_stream_id_t b);

#endif
