/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "httpd/hub_private.h"
#include "httpd/logging.h"

/** What a site's subscriber hands back with each call. */
typedef struct site_baton_t {
    hub_t *hub;
    hub_site_t *site;
} site_baton_t;

static hub_channel_t *channel_of(const site_baton_t *at, const char *name)
{
    return apr_hash_get(at->site->channels, name, APR_HASH_KEY_STRING);
}

/* ---- joining ----------------------------------------------------------------------------------- */

static void forget_ticket(hub_t *hub, hub_stream_t *stream)
{
    if (stream->ticket) {
        apr_hash_set(hub->tickets, &stream->ticket, sizeof(stream->ticket), NULL);
        stream->ticket = 0;
    }
}

void hub_channel_rejoin(hub_t *hub, hub_stream_t *stream)
{
    forget_ticket(hub, stream);
    stream->state = HUB_JOINING;
    stream->missed = 0;
    stream->full = 0;
    if (!stream->channel->subscribed) {
        return; /* the confirmation comes back here */
    }
    stream->ticket = ++hub->last_ticket;
    apr_hash_set(hub->tickets, &stream->ticket, sizeof(stream->ticket), stream);
    wall_subscriber_history(stream->channel->site->subscriber, stream->channel->name,
                            stream->has_last ? stream->last_id : NULL, stream->ticket);
}

static void drop_passing(hub_stream_t *stream)
{
    free(stream->passing);
    stream->passing = NULL;
    stream->passing_len = 0;
}

static void keep_passing(hub_stream_t *stream, const wall_buf_t *frame)
{
    drop_passing(stream);
    stream->passing = malloc(frame->len);
    if (stream->passing) {
        memcpy(stream->passing, frame->data, frame->len);
        stream->passing_len = frame->len;
    }
}

/** The history is read to its end. */
static void joined(hub_t *hub, hub_stream_t *stream)
{
    forget_ticket(hub, stream);
    if (stream->full) {
        if (!stream->backlog_len) {
            hub_channel_rejoin(hub, stream);
        }
        return; /* else as soon as the backlog is empty */
    }
    if (stream->missed) {
        hub_channel_rejoin(hub, stream);
        return;
    }
    stream->state = HUB_LIVE;
    if (stream->passing) {
        hub_stream_write(hub, stream, stream->passing, stream->passing_len);
        drop_passing(stream);
    }
}

/** Writes an event that comes after everything the stream has. */
static void deliver(hub_t *hub, hub_stream_t *stream, const char *id, wall_stream_id_t at,
                    const char *event, const wall_buf_t *frame)
{
    if (id && *id) {
        stream->last = at;
        stream->has_last = 1;
        apr_cpystrn(stream->last_id, id, sizeof(stream->last_id));
    }
    stream->events++;
    hub_stream_write(hub, stream, frame->data, frame->len);
    if (!stream->dead && wall_sse_is_final(stream->final_events, event)) {
        forget_ticket(hub, stream);
        stream->state = HUB_CLOSING;
        if (!stream->backlog_len) {
            hub_stream_close(hub, stream, "ended");
        }
    }
}

/* ---- what the subscriber says ------------------------------------------------------------------ */

static void on_subscribed(void *baton, const char *name)
{
    site_baton_t *at = baton;
    hub_channel_t *channel = channel_of(at, name);

    if (!channel) {
        return;
    }
    channel->subscribed = 1;
    for (hub_stream_t *stream = channel->streams; stream; stream = stream->next) {
        if (stream->state != HUB_CLOSING) {
            hub_channel_rejoin(at->hub, stream);
        }
    }
}

static void on_history(void *baton, const char *name, apr_uint64_t ticket, const char *id,
                       const char *event, wall_bytes_t data)
{
    site_baton_t *at = baton;
    hub_stream_t *stream = apr_hash_get(at->hub->tickets, &ticket, sizeof(ticket));
    wall_stream_id_t position;
    wall_buf_t frame;
    apr_pool_t *pool;

    if (!stream || stream->dead) {
        return;
    }
    if (!id) {
        joined(at->hub, stream);
        return;
    }
    if (stream->full || !wall_stream_id_read(id, &position)
        || (stream->has_last && !wall_stream_id_after(position, stream->last))) {
        return;
    }
    apr_pool_create(&pool, at->hub->pool);
    wall_buf_init(&frame, pool, data.len + 128);
    wall_sse_frame(&frame, id, event, data);
    if (hub_stream_has_room(stream, frame.len)) {
        deliver(at->hub, stream, id, position, event, &frame);
    } else {
        stream->full = 1; /* the rest is read again when this much has been taken */
    }
    apr_pool_destroy(pool);
}

static void message_to(hub_t *hub, hub_stream_t *stream, const char *id, wall_stream_id_t at,
                       const char *event, const wall_buf_t *frame)
{
    if (stream->state == HUB_CLOSING) {
        return;
    }
    if (stream->state == HUB_JOINING) {
        if (*id) {
            stream->missed = 1;
        } else {
            keep_passing(stream, frame);
        }
    } else if (!*id || !stream->has_last || wall_stream_id_after(at, stream->last)) {
        deliver(hub, stream, id, at, event, frame);
    }
}

static void on_message(void *baton, const char *name, const char *id, const char *event,
                       wall_bytes_t data)
{
    site_baton_t *at = baton;
    hub_channel_t *channel = channel_of(at, name);
    wall_stream_id_t position = { 0, 0 };
    hub_stream_t *stream, *next;
    wall_buf_t frame;
    apr_pool_t *pool;

    if (!id) {
        id = "";
    }
    if (!channel || (*id && !wall_stream_id_read(id, &position))) {
        return;
    }
    apr_pool_create(&pool, at->hub->pool);
    wall_buf_init(&frame, pool, data.len + 128);
    wall_sse_frame(&frame, id, event, data); /* once for all who listen */
    for (stream = channel->streams; stream; stream = next) {
        next = stream->next; /* delivering may end the stream, and with the last one the channel */
        message_to(at->hub, stream, id, position, event, &frame);
    }
    apr_pool_destroy(pool);
}

/* ---- tables ------------------------------------------------------------------------------------ */

static hub_site_t *site_for(hub_t *hub, wall_host_t *host)
{
    wall_subscriber_calls_t calls = { on_message, on_subscribed, on_history, NULL };
    site_baton_t *baton;
    hub_site_t *site;

    for (site = hub->sites; site; site = site->next) {
        if (site->host == host) {
            return site;
        }
    }
    site = apr_pcalloc(hub->pool, sizeof(*site));
    baton = apr_palloc(hub->pool, sizeof(*baton));
    baton->hub = hub;
    baton->site = site;
    calls.baton = baton;
    site->tag = HUB_TAG_SITE;
    site->host = host;
    site->channels = apr_hash_make(hub->pool);
    site->subscriber = wall_subscriber_new(hub->pool, host->site, hub->epoll_fd, site, &calls,
                                           wall_server_logger(hub->pool, host->server));
    site->next = hub->sites;
    hub->sites = site;
    return site;
}

static hub_channel_t *channel_for(hub_site_t *site, const char *name)
{
    hub_channel_t *channel = apr_hash_get(site->channels, name, APR_HASH_KEY_STRING);
    size_t size = strlen(name) + 1;

    if (!channel) {
        channel = calloc(1, sizeof(*channel) + size);
        if (!channel) {
            abort();
        }
        channel->site = site;
        memcpy(channel->name, name, size);
        apr_hash_set(site->channels, channel->name, APR_HASH_KEY_STRING, channel);
        wall_subscriber_add(site->subscriber, channel->name);
    }
    return channel;
}

void hub_channel_enter(hub_t *hub, hub_stream_t *stream)
{
    hub_channel_t *channel = channel_for(site_for(hub, stream->host), stream->channel_name);

    free(stream->channel_name);
    stream->channel_name = NULL;
    stream->channel = channel;
    stream->next = channel->streams;
    if (channel->streams) {
        channel->streams->prev = stream;
    }
    channel->streams = stream;
    channel->count++;

    stream->slot = hub->turn % HUB_WHEEL;
    stream->wheel_next = hub->wheel[stream->slot];
    if (stream->wheel_next) {
        stream->wheel_next->wheel_prev = stream;
    }
    hub->wheel[stream->slot] = stream;
    hub_channel_rejoin(hub, stream);
}

void hub_channel_leave(hub_t *hub, hub_stream_t *stream)
{
    hub_channel_t *channel = stream->channel;

    forget_ticket(hub, stream);
    drop_passing(stream);
    *(stream->prev ? &stream->prev->next : &channel->streams) = stream->next;
    if (stream->next) {
        stream->next->prev = stream->prev;
    }
    *(stream->wheel_prev ? &stream->wheel_prev->wheel_next : &hub->wheel[stream->slot]) =
        stream->wheel_next;
    if (stream->wheel_next) {
        stream->wheel_next->wheel_prev = stream->wheel_prev;
    }
    stream->channel = NULL;
    if (--channel->count == 0) {
        apr_hash_set(channel->site->channels, channel->name, APR_HASH_KEY_STRING, NULL);
        wall_subscriber_remove(channel->site->subscriber, channel->name);
        free(channel);
    }
}
