/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_HUB_PRIVATE_H
#define WALL_HTTPD_HUB_PRIVATE_H

/**
 * @file hub_private.h
 * The hub's tables, shared by hub.c (threads, life, queue), hub_channel.c (Redis to channels),
 * hub_stream.c (one client's socket), hub_places.c (how many there may be) and hub_sessions.c
 * (revocation). Everything but the queue, the places and the session round belongs to the hub's
 * thread.
 */
#include <apr_hash.h>
#include <pthread.h>

#include "httpd/hub.h"
#include "io/redis.h"

#define WALL_HUB_ID_MAX 48
#define HUB_WHEEL 15 /* slots; one is served a second, so each stream has a heartbeat every 15 s */

/** What epoll's data.ptr points at begins with this. */
typedef enum hub_tag_t { HUB_TAG_WAKE, HUB_TAG_SITE, HUB_TAG_STREAM } hub_tag_t;

typedef struct hub_channel_t hub_channel_t;

/** Everything of one site; made when its first stream comes. */
typedef struct hub_site_t {
    hub_tag_t tag;
    wall_host_t *host;
    wall_subscriber_t *subscriber;
    apr_hash_t *channels; /* name → hub_channel_t */
    struct hub_round_site_t *asked; /* while a round is being put together */
    struct hub_site_t *next;
} hub_site_t;

typedef enum hub_state_t { HUB_JOINING, HUB_LIVE, HUB_LEFT } hub_state_t;

/** A client's place in one channel; 64 bytes, of which a multiplexed client has up to fifty. */
typedef struct hub_member_t {
    struct hub_stream_t *stream;
    hub_channel_t *channel;           /* NULL until filed, and when it has left */
    struct hub_member_t *prev, *next; /* in channel */
    wall_stream_id_t last;
    char *passing; /* malloc; newest event without an id that came while joining */
    apr_uint32_t passing_len;
    unsigned char state; /* hub_state_t */
    unsigned char has_last;
    unsigned char missed; /* something was published since its history was asked for */
} hub_member_t;

/** One client. */
typedef struct hub_stream_t {
    hub_tag_t tag;
    int fd;
    int dead;    /* closed; freed after the round of events */
    int closing; /* its only channel has ended: closed as soon as the backlog is empty */
    wall_framing_t framing;
    hub_site_t *site; /* NULL until filed */
    struct hub_stream_t *wheel_prev, *wheel_next; /* in its wheel slot */
    unsigned slot;
    struct hub_stream_t *queue_next; /* in the queue of new ones, then of dead ones */
    hub_member_t *asking; /* whose history is being read */
    apr_uint64_t ticket;  /* of that history; 0 = none */
    int full;             /* it did not fit: ask again when drained */
    char *backlog;        /* malloc; what the socket did not take yet */
    size_t backlog_len, backlog_cap;
    const char *const *final_events;
    apr_int64_t session_id;
    apr_time_t opened, moved; /* moved: when the socket last took something */
    apr_uint64_t events, bytes;
    wall_host_t *host;
    wall_hub_place_t place;
    char *names; /* malloc; of the members' channels, each with its NUL, until filed */
    char request_id[WALL_HUB_ID_MAX];
    unsigned joining;    /* members that are */
    unsigned next_asked; /* whose turn it is to read a history */
    unsigned count;
    hub_member_t members[];
} hub_stream_t;

struct hub_channel_t {
    hub_site_t *site;
    hub_member_t *members;
    int subscribed;
    char name[]; /* without the site's prefix */
};

/** A round of session checks, handed from the hub to the checker and back. */
typedef struct hub_round_t {
    apr_pool_t *pool; /* of its own; whoever has the round uses it */
    struct hub_round_site_t *sites;
} hub_round_t;

typedef struct hub_round_site_t {
    hub_site_t *site;
    wall_buf_t ids;            /* JSON array of session ids */
    apr_array_header_t *ended; /* of apr_int64_t: those that are over; NULL = could not ask */
    struct hub_round_site_t *next;
} hub_round_site_t;

typedef struct hub_t {
    apr_pool_t *pool; /* own allocator; hub's thread only */
    const wall_logger_t *logger;
    int epoll_fd, wake_fd;
    hub_tag_t wake_tag;
    pthread_t thread, checker;
    pthread_mutex_t mutex;
    pthread_cond_t round_ready;
    /* under mutex: */
    hub_stream_t *queue;
    hub_round_t *round_out, *round_in; /* to and from the checker */
    int stopping;                      /* 1: no streams any more; 2: end the threads */
    /* the hub's thread: */
    hub_site_t *sites;
    hub_stream_t *wheel[HUB_WHEEL];
    unsigned turn;
    apr_time_t turned;
    apr_hash_t *tickets; /* apr_uint64_t → hub_stream_t that waits for its history */
    apr_uint64_t last_ticket;
    hub_stream_t *dead;
    unsigned round_age; /* seconds since the last round was begun */
    int round_busy;
    int running;
} hub_t;

/* hub_stream.c */
void hub_stream_write(hub_t *hub, hub_stream_t *stream, const char *data, size_t len);
/** The socket takes data again. */
void hub_stream_drain(hub_t *hub, hub_stream_t *stream);
/** The client sent something (thrown away) or went. */
void hub_stream_input(hub_t *hub, hub_stream_t *stream);
/** 1 when another @a len bytes are welcome. */
int hub_stream_has_room(const hub_stream_t *stream, size_t len);
/** Heartbeat, or the end of a client that takes nothing any more. */
void hub_stream_beat(hub_t *hub, hub_stream_t *stream);
/** Frees a stream that is filed nowhere. */
void hub_stream_free(hub_stream_t *stream);
/** Ends a stream; it may be used until the round of events is over. */
void hub_stream_close(hub_t *hub, hub_stream_t *stream, const char *reason);

/* hub_channel.c */
/** Files a new stream under its site and channels and begins the first history. */
void hub_channel_enter(hub_t *hub, hub_stream_t *stream);
/** Takes it out of all of them. */
void hub_channel_leave(hub_t *hub, hub_stream_t *stream);
/** Reads the next history, if one is wanted, none is being read and there is room for it. */
void hub_channel_join(hub_t *hub, hub_stream_t *stream);

/* hub_places.c */
void hub_places_open(void);
/** No more are given out. */
void hub_places_close(void);

/* hub_sessions.c */
void *hub_sessions_main(void *baton);
/** Once a second: begins a round when one is due. */
void hub_sessions_turn(hub_t *hub);
/** Closes what a finished round found. */
void hub_sessions_apply(hub_t *hub, hub_round_t *round);

#endif
