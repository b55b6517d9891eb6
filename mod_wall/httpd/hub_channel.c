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
        stream->asking = NULL;
    }
}

static void set_state(hub_member_t *member, hub_state_t state)
{
    member->stream->joining += (state == HUB_JOINING) - (member->state == HUB_JOINING);
    member->state = (unsigned char)state;
}

/** Reads the history from where the member is. */
static void ask(hub_t *hub, hub_member_t *member)
{
    hub_stream_t *stream = member->stream;
    char last[44];

    apr_snprintf(last, sizeof(last), "%" APR_UINT64_T_FMT "-%" APR_UINT64_T_FMT, member->last.ms,
                 member->last.seq);
    member->missed = 0;
    stream->full = 0;
    stream->asking = member;
    stream->ticket = ++hub->last_ticket;
    apr_hash_set(hub->tickets, &stream->ticket, sizeof(stream->ticket), stream);
    wall_subscriber_history(stream->site->subscriber, member->channel->name,
                            member->has_last ? last : NULL, stream->ticket);
}

void hub_channel_join(hub_t *hub, hub_stream_t *stream)
{
    if (stream->ticket || stream->backlog_len || stream->closing || stream->dead
        || !stream->joining) {
        return; /* who changes one of these comes back here */
    }
    for (unsigned i = 0; i < stream->count; i++) {
        hub_member_t *member = &stream->members[stream->next_asked];

        stream->next_asked = (stream->next_asked + 1) % stream->count;
        if (member->state == HUB_JOINING && member->channel->subscribed) {
            ask(hub, member);
            return;
        }
    }
}

static void drop_passing(hub_member_t *member)
{
    free(member->passing);
    member->passing = NULL;
    member->passing_len = 0;
}

static void keep_passing(hub_member_t *member, const wall_buf_t *frame)
{
    drop_passing(member);
    member->passing = malloc(frame->len);
    if (member->passing) {
        memcpy(member->passing, frame->data, frame->len);
        member->passing_len = (apr_uint32_t)frame->len;
    }
}

/** The history of stream->asking is read to its end. */
static void joined(hub_t *hub, hub_stream_t *stream)
{
    hub_member_t *member = stream->asking;

    forget_ticket(hub, stream);
    if (!stream->full && !member->missed && hub_stream_has_room(stream, member->passing_len)) {
        set_state(member, HUB_LIVE);
        if (member->passing) {
            hub_stream_write(hub, stream, member->passing, member->passing_len);
            drop_passing(member);
        }
    }
    hub_channel_join(hub, stream);
}

static void leave(hub_t *hub, hub_member_t *member);

/** Writes an event that comes after everything the member has. */
static void deliver(hub_t *hub, hub_member_t *member, const char *id, wall_stream_id_t at,
                    const char *event, const wall_buf_t *frame)
{
    hub_stream_t *stream = member->stream;

    if (*id) {
        member->last = at;
        member->has_last = 1;
    }
    stream->events++;
    hub_stream_write(hub, stream, frame->data, frame->len);
    if (stream->dead || !wall_sse_is_final(stream->final_events, event)) {
        return;
    }
    if (stream->framing == WALL_SSE_MULTIPLEXED) {
        leave(hub, member);
        hub_channel_join(hub, stream);
        return;
    }
    forget_ticket(hub, stream);
    stream->closing = 1;
    if (!stream->backlog_len) {
        hub_stream_close(hub, stream, "ended");
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
    for (hub_member_t *member = channel->members; member; member = member->next) {
        set_state(member, HUB_JOINING);
        if (member->stream->asking == member) {
            forget_ticket(at->hub, member->stream);
        }
        hub_channel_join(at->hub, member->stream);
    }
}

static void on_history(void *baton, const char *name, apr_uint64_t ticket, const char *id,
                       const char *event, wall_bytes_t data)
{
    site_baton_t *at = baton;
    hub_stream_t *stream = apr_hash_get(at->hub->tickets, &ticket, sizeof(ticket));
    hub_member_t *member = stream ? stream->asking : NULL;
    wall_stream_id_t position;
    wall_buf_t frame;
    apr_pool_t *pool;

    if (!member || stream->dead) {
        return;
    }
    if (!id) {
        joined(at->hub, stream);
        return;
    }
    if (stream->full || !wall_stream_id_read(id, &position)
        || (member->has_last && !wall_stream_id_after(position, member->last))) {
        return;
    }
    apr_pool_create(&pool, at->hub->pool);
    wall_buf_init(&frame, pool, data.len + 192);
    wall_sse_frame(&frame, stream->framing, name, id, event, data);
    if (hub_stream_has_room(stream, frame.len)) {
        deliver(at->hub, member, id, position, event, &frame);
    } else {
        stream->full = 1; /* the rest is read again when this much has been taken */
    }
    apr_pool_destroy(pool);
}

static void message_to(hub_t *hub, hub_member_t *member, const char *id, wall_stream_id_t at,
                       const char *event, const wall_buf_t *frame)
{
    const hub_stream_t *stream = member->stream;

    if (stream->closing) {
        return;
    }
    if (stream->joining && !hub_stream_has_room(stream, frame->len)) {
        /* The long history of another channel is in the way: this one is read again behind it. */
        set_state(member, HUB_JOINING);
    }
    if (member->state == HUB_JOINING) {
        if (*id) {
            member->missed = 1;
        } else {
            keep_passing(member, frame);
        }
    } else if (!*id || !member->has_last || wall_stream_id_after(at, member->last)) {
        deliver(hub, member, id, at, event, frame);
    }
}

static void on_message(void *baton, const char *name, const char *id, const char *event,
                       wall_bytes_t data)
{
    site_baton_t *at = baton;
    hub_channel_t *channel = channel_of(at, name);
    wall_stream_id_t position = { 0, 0 };
    wall_buf_t frames[WALL_SSE__COUNT] = { { .data = NULL } }; /* each once for all who listen */
    hub_member_t *member, *next;
    apr_pool_t *pool;

    if (!id) {
        id = "";
    }
    if (!channel || (*id && !wall_stream_id_read(id, &position))) {
        return;
    }
    apr_pool_create(&pool, at->hub->pool);
    for (member = channel->members; member; member = next) {
        wall_framing_t framing = member->stream->framing;

        next = member->next; /* delivering may end the stream, and with the last one the channel */
        if (!frames[framing].data) {
            wall_buf_init(&frames[framing], pool, data.len + 192);
            wall_sse_frame(&frames[framing], framing, name, id, event, data);
        }
        message_to(at->hub, member, id, position, event, &frames[framing]);
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

static void enter(hub_member_t *member, hub_channel_t *channel)
{
    member->channel = channel;
    member->next = channel->members;
    if (channel->members) {
        channel->members->prev = member;
    }
    channel->members = member;
}

static void leave(hub_t *hub, hub_member_t *member)
{
    hub_channel_t *channel = member->channel;

    if (member->stream->asking == member) {
        forget_ticket(hub, member->stream);
    }
    drop_passing(member);
    *(member->prev ? &member->prev->next : &channel->members) = member->next;
    if (member->next) {
        member->next->prev = member->prev;
    }
    member->channel = NULL;
    set_state(member, HUB_LEFT);
    if (!channel->members) {
        apr_hash_set(channel->site->channels, channel->name, APR_HASH_KEY_STRING, NULL);
        wall_subscriber_remove(channel->site->subscriber, channel->name);
        free(channel);
    }
}

void hub_channel_enter(hub_t *hub, hub_stream_t *stream)
{
    const char *name = stream->names;

    stream->site = site_for(hub, stream->host);
    for (unsigned i = 0; i < stream->count; i++, name += strlen(name) + 1) {
        enter(&stream->members[i], channel_for(stream->site, name));
    }
    free(stream->names);
    stream->names = NULL;

    stream->slot = hub->turn % HUB_WHEEL;
    stream->wheel_next = hub->wheel[stream->slot];
    if (stream->wheel_next) {
        stream->wheel_next->wheel_prev = stream;
    }
    hub->wheel[stream->slot] = stream;
    hub_channel_join(hub, stream);
}

void hub_channel_leave(hub_t *hub, hub_stream_t *stream)
{
    for (unsigned i = 0; i < stream->count; i++) {
        if (stream->members[i].channel) {
            leave(hub, &stream->members[i]);
        }
    }
    *(stream->wheel_prev ? &stream->wheel_prev->wheel_next : &hub->wheel[stream->slot]) =
        stream->wheel_next;
    if (stream->wheel_next) {
        stream->wheel_next->wheel_prev = stream->wheel_prev;
    }
}
