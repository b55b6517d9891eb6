/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/hub.h"

#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <http_config.h>
#include <http_log.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd/hub_private.h"
#include "httpd/logging.h"

APLOG_USE_MODULE(wall);

#define EVENTS_AT_ONCE  256
#define SEND_BUFFER     (96 * 1024) /* bytes; a client slower than that and the backlog is dropped */
#define ACK_TIMEOUT_MS  60000       /* a peer that has vanished without a word */

/* One a child process; made by child_init before there are threads. */
static hub_t the_hub;

static void wake(hub_t *hub)
{
    const apr_uint64_t one = 1;

    if (write(hub->wake_fd, &one, sizeof(one)) < 0) {
        return; /* the counter is full: it is awake */
    }
}

/* ---- handing over ------------------------------------------------------------------------------ */

/** What is told of an ended channel when its history is through. */
static void set_last_word(hub_member_t *member, const wall_stream_channel_t *channel)
{
    wall_buf_t frame;
    apr_pool_t *pool;

    apr_pool_create_unmanaged_ex(&pool, NULL, NULL);
    wall_buf_init(&frame, pool, 256);
    wall_sse_first(&frame, member->stream->framing, channel);
    member->passing = frame.len ? malloc(frame.len) : NULL;
    if (member->passing) {
        memcpy(member->passing, frame.data, frame.len);
        member->passing_len = (apr_uint32_t)frame.len;
    }
    apr_pool_destroy(pool);
}

static void set_member(hub_stream_t *stream, const wall_stream_channel_t *channel)
{
    hub_member_t *member = &stream->members[stream->count++];

    member->stream = stream;
    member->has_last = wall_stream_id_read(channel->after, &member->last) != 0;
    if (channel->ended) {
        set_last_word(member, channel);
    }
}

/** A stream with its members, not filed anywhere; NULL without memory. */
static hub_stream_t *new_stream(const wall_hub_client_t *client)
{
    const apr_array_header_t *channels = client->stream->channels;
    hub_stream_t *stream = calloc(1, sizeof(*stream)
                                         + (size_t)channels->nelts * sizeof(hub_member_t));
    size_t size = 1;
    char *at;

    for (int i = 0; i < channels->nelts; i++) {
        size += strlen(APR_ARRAY_IDX(channels, i, wall_stream_channel_t).name) + 1;
    }
    at = malloc(size);
    if (!stream || !at) {
        free(stream);
        free(at);
        return NULL;
    }
    stream->names = at;
    stream->framing = client->framing;
    for (int i = 0; i < channels->nelts; i++) {
        const wall_stream_channel_t *channel = &APR_ARRAY_IDX(channels, i, wall_stream_channel_t);

        if (wall_sse_goes_on(channel)) {
            at = memcpy(at, channel->name, strlen(channel->name) + 1);
            at += strlen(at) + 1;
            set_member(stream, channel);
        }
    }
    stream->joining = stream->count;
    return stream;
}

int wall_hub_add(const wall_hub_client_t *client, int fd)
{
    hub_stream_t *stream = new_stream(client);
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    const int size = SEND_BUFFER, timeout = ACK_TIMEOUT_MS;

    if (!stream || own < 0) {
        if (stream) {
            hub_stream_free(stream);
        }
        if (own >= 0) {
            close(own);
        }
        wall_hub_unreserve(&client->place);
        return 0;
    }
    setsockopt(own, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(own, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
    stream->tag = HUB_TAG_STREAM;
    stream->fd = own;
    stream->host = client->host;
    stream->place = client->place;
    stream->final_events = client->stream->final_events;
    stream->session_id = client->session_id;
    stream->opened = stream->moved = apr_time_now();
    apr_cpystrn(stream->request_id, client->request_id, sizeof(stream->request_id));
    pthread_mutex_lock(&the_hub.mutex);
    stream->queue_next = the_hub.queue;
    the_hub.queue = stream;
    pthread_mutex_unlock(&the_hub.mutex);
    wake(&the_hub);
    return 1;
}

void wall_hub_detach(conn_rec *c)
{
    ap_set_module_config(c->conn_config, &wall_module, &the_hub);
}

int wall_hub_pre_close(conn_rec *c)
{
    if (ap_get_module_config(c->conn_config, &wall_module)) {
        c->aborted = 1; /* no flush, no shutdown(2), no lingering: close(2) of httpd's descriptor */
    }
    return OK;
}

/* ---- the thread -------------------------------------------------------------------------------- */

static void admit(hub_t *hub, hub_stream_t *stream, int stopping)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.ptr = stream };

    if (stopping || epoll_ctl(hub->epoll_fd, EPOLL_CTL_ADD, stream->fd, &event)) {
        hub_stream_close(hub, stream, stopping ? "restart" : "refused");
    } else {
        hub_channel_enter(hub, stream);
    }
}

/** Takes over what other threads left. @return the_hub.stopping */
static int take_messages(hub_t *hub)
{
    hub_stream_t *queue, *next;
    hub_round_t *round;
    apr_uint64_t count;
    int stopping;

    if (read(hub->wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN) {
        wall_log(hub->logger, WALL_LOG_ERR, WALLNO(00321) "eventfd: %s", strerror(errno));
    }
    pthread_mutex_lock(&hub->mutex);
    queue = hub->queue;
    hub->queue = NULL;
    round = hub->round_in;
    hub->round_in = NULL;
    stopping = hub->stopping;
    pthread_mutex_unlock(&hub->mutex);

    for (; queue; queue = next) {
        next = queue->queue_next;
        admit(hub, queue, stopping);
    }
    if (round) {
        hub_sessions_apply(hub, round);
    }
    return stopping;
}

static void stream_event(hub_t *hub, hub_stream_t *stream, unsigned events)
{
    if (!stream->dead && (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP))) {
        hub_stream_close(hub, stream, "gone");
    }
    if (!stream->dead && (events & EPOLLIN)) {
        hub_stream_input(hub, stream);
    }
    if (!stream->dead && (events & EPOLLOUT)) {
        hub_stream_drain(hub, stream);
    }
}

/** One second has passed. */
static void turn(hub_t *hub, apr_time_t now)
{
    hub_stream_t *stream, *next;

    hub->turn++;
    for (stream = hub->wheel[hub->turn % HUB_WHEEL]; stream; stream = next) {
        next = stream->wheel_next;
        hub_stream_beat(hub, stream);
    }
    for (hub_site_t *site = hub->sites; site; site = site->next) {
        wall_subscriber_tick(site->subscriber, now);
    }
    hub_sessions_turn(hub);
}

static void bury(hub_t *hub)
{
    hub_stream_t *stream;

    while ((stream = hub->dead)) {
        hub->dead = stream->queue_next;
        hub_stream_free(stream);
    }
}

static void close_all(hub_t *hub)
{
    for (unsigned slot = 0; slot < HUB_WHEEL; slot++) {
        while (hub->wheel[slot]) {
            hub_stream_close(hub, hub->wheel[slot], "restart");
        }
    }
}

static void *hub_main(void *baton)
{
    hub_t *hub = baton;
    struct epoll_event events[EVENTS_AT_ONCE];
    int stopping = 0;

    while (stopping < 2) {
        int count = epoll_wait(hub->epoll_fd, events, EVENTS_AT_ONCE, 1000);
        apr_time_t now = apr_time_now();

        for (int i = 0; i < count; i++) {
            switch (*(hub_tag_t *)events[i].data.ptr) {
            case HUB_TAG_WAKE:
                stopping = take_messages(hub);
                break;
            case HUB_TAG_SITE:
                wall_subscriber_ready(((hub_site_t *)events[i].data.ptr)->subscriber,
                                      events[i].events);
                break;
            case HUB_TAG_STREAM:
                stream_event(hub, events[i].data.ptr, events[i].events);
                break;
            }
        }
        if (now - hub->turned >= apr_time_from_sec(1)) {
            hub->turned = now;
            turn(hub, now);
        }
        if (stopping) {
            close_all(hub);
        }
        bury(hub);
    }
    for (hub_site_t *site = hub->sites; site; site = site->next) {
        wall_subscriber_close(site->subscriber);
    }
    return NULL;
}

/* ---- life -------------------------------------------------------------------------------------- */

static void stop(int how)
{
    pthread_mutex_lock(&the_hub.mutex);
    if (the_hub.stopping < how) {
        the_hub.stopping = how;
    }
    pthread_cond_signal(&the_hub.round_ready);
    pthread_mutex_unlock(&the_hub.mutex);
    wake(&the_hub);
}

void wall_hub_child_stopping(apr_pool_t *pchild, int graceful)
{
    if (the_hub.running) {
        stop(1);
    }
}

/** Before the module's code is unloaded its threads must have left it. */
static apr_status_t join(void *unused)
{
    stop(2);
    pthread_join(the_hub.thread, NULL);
    pthread_join(the_hub.checker, NULL);
    hub_places_close();
    the_hub.running = 0;
    close(the_hub.epoll_fd);
    close(the_hub.wake_fd);
    apr_pool_destroy(the_hub.pool);
    return APR_SUCCESS;
}

static int start_threads(hub_t *hub)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all); /* signals are for httpd's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&hub->thread, NULL, hub_main, hub);
    if (!failed && pthread_create(&hub->checker, NULL, hub_sessions_main, hub)) {
        stop(2);
        pthread_join(hub->thread, NULL);
        failed = 1;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

static int site_is_served(server_rec *server)
{
    for (; server; server = server->next) {
        if (wall_host(server)->site->engine) {
            return 1;
        }
    }
    return 0;
}

void wall_hub_child_init(apr_pool_t *pchild, server_rec *main_server)
{
    hub_t *hub = &the_hub;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = &hub->wake_tag };

    if (!site_is_served(main_server)) {
        return;
    }
    memset(hub, 0, sizeof(*hub));
    apr_pool_create_unmanaged_ex(&hub->pool, NULL, NULL); /* an allocator of its own */
    hub->logger = wall_server_logger(hub->pool, main_server);
    hub->tickets = apr_hash_make(hub->pool);
    hub->wake_tag = HUB_TAG_WAKE;
    hub->turned = apr_time_now();
    hub_places_open();
    pthread_mutex_init(&hub->mutex, NULL);
    pthread_cond_init(&hub->round_ready, NULL);
    hub->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    hub->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (hub->epoll_fd < 0 || hub->wake_fd < 0
        || epoll_ctl(hub->epoll_fd, EPOLL_CTL_ADD, hub->wake_fd, &event) || !start_threads(hub)) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, errno, main_server,
                     WALLNO(00322) "the event hub could not start: no streams");
        hub_places_close();
        return;
    }
    hub->running = 1;
    apr_pool_pre_cleanup_register(pchild, NULL, join);
}
