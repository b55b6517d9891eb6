/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd/hub_private.h"

#define BACKLOG_MAX   (64 * 1024) /* beyond the kernel's send buffer */
#define STALL_SECONDS 30          /* with something to send and nothing taken */
/* After so long the client has to come back (EventSource does, where it was): what it may see is
 * looked at anew, and an end that nobody was told of is found. */
#define AGE_SECONDS   (15 * 60)

/** Sends what the kernel takes. @return bytes, or -1 when the client is gone */
static ssize_t push(hub_stream_t *stream, const char *data, size_t len)
{
    ssize_t sent = send(stream->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    }
    if (sent > 0) {
        stream->moved = apr_time_now();
        stream->bytes += (apr_uint64_t)sent;
    }
    return sent;
}

int hub_stream_has_room(const hub_stream_t *stream, size_t len)
{
    /* One event of any size goes into an empty backlog, or it would never go. */
    return stream->backlog_len == 0 || stream->backlog_len + len <= BACKLOG_MAX;
}

static int keep(hub_stream_t *stream, const char *data, size_t len)
{
    if (stream->backlog_len + len > stream->backlog_cap) {
        size_t cap = (stream->backlog_len + len + 4095) & ~(size_t)4095;
        char *bigger = realloc(stream->backlog, cap);

        if (!bigger) {
            return 0;
        }
        stream->backlog = bigger;
        stream->backlog_cap = cap;
    }
    memcpy(stream->backlog + stream->backlog_len, data, len);
    stream->backlog_len += len;
    return 1;
}

void hub_stream_write(hub_t *hub, hub_stream_t *stream, const char *data, size_t len)
{
    ssize_t sent = stream->backlog_len ? 0 : push(stream, data, len);

    if (stream->dead) {
        return;
    }
    if (sent < 0) {
        hub_stream_close(hub, stream, "gone");
    } else if ((size_t)sent < len) {
        if (!hub_stream_has_room(stream, len) || !keep(stream, data + sent, len - (size_t)sent)) {
            hub_stream_close(hub, stream, "slow");
        }
    }
}

void hub_stream_drain(hub_t *hub, hub_stream_t *stream)
{
    ssize_t sent;

    if (!stream->backlog_len) {
        return;
    }
    sent = push(stream, stream->backlog, stream->backlog_len);
    if (sent < 0) {
        hub_stream_close(hub, stream, "gone");
        return;
    }
    stream->backlog_len -= (size_t)sent;
    if (stream->backlog_len) {
        memmove(stream->backlog, stream->backlog + sent, stream->backlog_len);
        return;
    }
    free(stream->backlog);
    stream->backlog = NULL;
    stream->backlog_cap = 0;
    if (stream->closing) {
        hub_stream_close(hub, stream, "ended");
    } else {
        hub_channel_join(hub, stream);
    }
}

void hub_stream_input(hub_t *hub, hub_stream_t *stream)
{
    char thrown_away[4096];
    ssize_t got;

    do {
        got = recv(stream->fd, thrown_away, sizeof(thrown_away), MSG_DONTWAIT);
    } while (got > 0);
    if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        hub_stream_close(hub, stream, "gone");
    }
}

void hub_stream_beat(hub_t *hub, hub_stream_t *stream)
{
    apr_time_t now = apr_time_now();

    if (now - stream->opened > apr_time_from_sec(AGE_SECONDS)) {
        /* With a backlog too, or who reads slowly enough is never asked again what they may see. */
        hub_stream_close(hub, stream, "aged");
    } else if (!stream->backlog_len) {
        hub_stream_write(hub, stream, ":\n\n", 3);
    } else if (now - stream->moved > apr_time_from_sec(STALL_SECONDS)) {
        hub_stream_close(hub, stream, "stalled");
    }
}

void hub_stream_free(hub_stream_t *stream)
{
    for (unsigned i = 0; i < stream->count; i++) {
        free(stream->members[i].passing);
    }
    free(stream->backlog);
    free(stream->names);
    free(stream);
}

static void log_end(const hub_t *hub, const hub_stream_t *stream, const char *reason)
{
    const char *what = "of many";

    if (stream->framing == WALL_SSE_NAMED) {
        const hub_channel_t *channel = stream->members[0].channel;
        what = channel ? channel->name : stream->names;
    }
    wall_log(hub->logger, WALL_LOG_INFO,
             WALLNO(00320) "stream %s: %s after %" APR_TIME_T_FMT " s, %" APR_UINT64_T_FMT
                           " events, %" APR_UINT64_T_FMT " bytes [%s]",
             what, reason, apr_time_sec(apr_time_now() - stream->opened), stream->events,
             stream->bytes, stream->request_id);
}

void hub_stream_close(hub_t *hub, hub_stream_t *stream, const char *reason)
{
    if (stream->dead) {
        return;
    }
    stream->dead = 1;
    log_end(hub, stream, reason);
    if (stream->site) {
        hub_channel_leave(hub, stream);
    }
    epoll_ctl(hub->epoll_fd, EPOLL_CTL_DEL, stream->fd, NULL);
    close(stream->fd);
    wall_hub_unreserve(&stream->place);
    stream->queue_next = hub->dead;
    hub->dead = stream;
}
