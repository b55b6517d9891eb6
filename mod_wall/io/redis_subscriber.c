/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "core/site.h"
#include "io/redis.h"
#include "io/redis_wire.h"

#define BACKOFF_MIN  apr_time_from_msec(50)
#define BACKOFF_MAX  apr_time_from_sec(2)
#define CONNECT_WAIT apr_time_from_msec(500)
#define ANSWER_WAIT  apr_time_from_sec(2) /* for a reply that is due */
#define PING_AFTER   apr_time_from_sec(5) /* of silence */
#define ARGS_MAX     512                  /* channels in one SUBSCRIBE */

typedef enum line_state_t { LINE_DOWN, LINE_CONNECTING, LINE_UP } line_state_t;

/** One of the two connections. */
typedef struct line_t {
    wall_wire_t *wire;
    line_state_t state;
    unsigned watching;   /* epoll events asked for */
    int greeted;         /* its first PING was answered */
    apr_time_t retry_at; /* when down */
    apr_time_t backoff;
    apr_time_t due;      /* when a reply is overdue; 0 = none is awaited */
    apr_time_t heard;    /* last bytes */
} line_t;

/** A question about a channel's history, answered in the order asked. */
typedef struct question_t {
    struct question_t *next;
    apr_uint64_t ticket;
    char *after; /* stream id, or NULL */
    char key[];  /* EVENTS and the channel */
} question_t;

#define EVENTS     "events:"
#define EVENTS_LEN (sizeof(EVENTS) - 1)

struct wall_subscriber_t {
    const char *address;
    const char *prefix;
    size_t prefix_len;
    int epoll_fd;
    void *tag;
    wall_subscriber_calls_t calls;
    const wall_logger_t *logger;
    apr_hash_t *channels; /* name → its malloc'ed copy */
    line_t news;          /* in subscribe mode */
    line_t past;          /* XRANGE */
    question_t *first, **last;
    unsigned sent;        /* questions sent and not answered, from the first on */
    int quiet;            /* an outage has been logged */
    int named;            /* the address has a name, to be looked up beside this thread */
    wall_lookup_t *lookup;      /* under way */
    struct addrinfo *addresses; /* found, until a line goes down */
};

static void *xmalloc(size_t size)
{
    void *p = malloc(size);
    if (!p) {
        abort(); /* as APR does */
    }
    return p;
}

static char *copy(const char *text)
{
    size_t len = strlen(text) + 1;
    return memcpy(xmalloc(len), text, len);
}

/* ---- connections ---- */

static void line_down(wall_subscriber_t *sub, line_t *line, const char *why)
{
    if (!sub->quiet) {
        wall_log(sub->logger, WALL_LOG_WARN, WALLNO(00210) "Redis at %s is away for streams: %s",
                 sub->address, why);
        sub->quiet = 1;
    }
    if (line->wire && line->wire->fd >= 0) {
        epoll_ctl(sub->epoll_fd, EPOLL_CTL_DEL, line->wire->fd, NULL);
    }
    wall_wire_close(line->wire);
    line->wire = NULL;
    line->state = LINE_DOWN;
    line->greeted = 0;
    line->due = 0;
    line->backoff *= 2;
    line->backoff = line->backoff < BACKOFF_MIN   ? BACKOFF_MIN
                    : line->backoff > BACKOFF_MAX ? BACKOFF_MAX
                                                  : line->backoff;
    line->retry_at = apr_time_now() + line->backoff;
    if (line == &sub->past) {
        sub->sent = 0; /* all of them are asked again */
    }
    if (sub->addresses) { /* it may have another by now */
        freeaddrinfo(sub->addresses);
        sub->addresses = NULL;
    }
}

/**
 * Makes epoll wait for room as long as there is something to send. Sending is left to the poll loop,
 * so that a hundred subscriptions made in one turn go out in one packet.
 */
static void watch(wall_subscriber_t *sub, line_t *line)
{
    unsigned events = EPOLLIN;
    if (line->state == LINE_CONNECTING || line->wire->out_len > line->wire->out_sent) {
        events |= EPOLLOUT;
    }
    if (events != line->watching) {
        struct epoll_event event = { .events = events, .data.ptr = sub->tag };
        epoll_ctl(sub->epoll_fd, line->watching ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, line->wire->fd,
                  &event);
        line->watching = events;
    }
}

/** Begins to look up the server's name, unless that is under way. */
static void look_up(wall_subscriber_t *sub, line_t *line)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = sub->tag };
    if (sub->lookup) {
        return;
    }
    sub->lookup = wall_lookup_begin(sub->address);
    if (sub->lookup) {
        epoll_ctl(sub->epoll_fd, EPOLL_CTL_ADD, wall_lookup_fd(sub->lookup), &event);
    } else {
        line_down(sub, line, "its name cannot be looked up");
    }
}

static void line_open(wall_subscriber_t *sub, line_t *line, apr_time_t now)
{
    if (sub->named && !sub->addresses) {
        look_up(sub, line);
        return; /* looked_up() comes back */
    }
    line->wire = sub->named ? wall_wire_open_at(sub->addresses) : wall_wire_open(sub->address);
    line->watching = 0;
    if (line->wire->fd < 0) {
        line_down(sub, line, line->wire->problem);
        return;
    }
    line->state = LINE_CONNECTING;
    line->due = now + CONNECT_WAIT;
    watch(sub, line);
}

/** The name's addresses, or that it has none, for the lines that waited. */
static void looked_up(wall_subscriber_t *sub)
{
    line_t *const lines[] = { &sub->news, &sub->past };
    apr_time_t now = apr_time_now();
    const char *problem;
    if (!sub->lookup || !wall_lookup_done(sub->lookup)) {
        return;
    }
    sub->addresses = wall_lookup_end(sub->lookup, &problem); /* its descriptor leaves epoll by itself */
    sub->lookup = NULL;
    for (int i = 0; i < 2; i++) {
        if (lines[i]->state == LINE_DOWN && now >= lines[i]->retry_at) {
            if (problem) {
                line_down(sub, lines[i], problem);
            } else {
                line_open(sub, lines[i], now);
            }
        }
    }
}

static void part(line_t *line, const char *text)
{
    wall_wire_part(line->wire, NULL, text, strlen(text));
}

/** SUBSCRIBE or UNSUBSCRIBE of one channel. */
static void say_one(wall_subscriber_t *sub, const char *command, const char *channel)
{
    if (sub->news.state != LINE_UP) {
        return; /* line_up() subscribes to what is wanted then */
    }
    wall_wire_begin(sub->news.wire, 2);
    part(&sub->news, command);
    wall_wire_part(sub->news.wire, sub->prefix, channel, strlen(channel));
    watch(sub, &sub->news);
}

static void subscribe_all(wall_subscriber_t *sub)
{
    int left = (int)apr_hash_count(sub->channels), room = 0;
    for (apr_hash_index_t *i = apr_hash_first(NULL, sub->channels); i; i = apr_hash_next(i)) {
        const char *channel = apr_hash_this_val(i);
        if (room == 0) {
            room = left < ARGS_MAX ? left : ARGS_MAX;
            wall_wire_begin(sub->news.wire, 1 + room);
            part(&sub->news, "SUBSCRIBE");
        }
        wall_wire_part(sub->news.wire, sub->prefix, channel, strlen(channel));
        room--;
        left--;
    }
}

static void ask(wall_subscriber_t *sub, const question_t *question)
{
    const char *from = question->after ? question->after : "-";
    line_t *past = &sub->past;
    wall_wire_begin(past->wire, 4);
    part(past, "XRANGE");
    wall_wire_part(past->wire, sub->prefix, question->key, strlen(question->key));
    wall_wire_part(past->wire, question->after ? "(" : NULL, from, strlen(from));
    part(past, "+");
    sub->sent++;
    if (past->due == 0) {
        past->due = apr_time_now() + ANSWER_WAIT;
    }
}

static void line_up(wall_subscriber_t *sub, line_t *line)
{
    if (wall_wire_connected(line->wire) != 0) {
        line_down(sub, line, line->wire->problem);
        return;
    }
    line->state = LINE_UP;
    line->greeted = 0;
    line->heard = apr_time_now();
    /* A frozen server accepts connections too, and one that loads its data answers them with errors:
     * the line counts as good once a PING was answered well. */
    line->due = line->heard + ANSWER_WAIT;
    wall_wire_begin(line->wire, 1);
    part(line, "PING");
    if (line == &sub->news) {
        subscribe_all(sub);
    } else {
        for (const question_t *q = sub->first; q; q = q->next) {
            ask(sub, q);
        }
    }
}

static void heard_from(wall_subscriber_t *sub, line_t *line)
{
    line->heard = apr_time_now();
    line->due = line == &sub->past && sub->sent > 0 ? line->heard + ANSWER_WAIT : 0;
    line->backoff = 0;
    if (sub->quiet && sub->news.greeted && sub->past.greeted) {
        wall_log(sub->logger, WALL_LOG_NOTICE, WALLNO(00211) "Redis at %s feeds streams again",
                 sub->address);
        sub->quiet = 0;
    }
}

/* ---- what comes in ---- */

/** The channel without the prefix; NULL when it is not one of ours. */
static const char *own_channel(const wall_subscriber_t *sub, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_STRING || reply->len <= sub->prefix_len ||
        memcmp(reply->str, sub->prefix, sub->prefix_len) != 0) {
        return NULL;
    }
    const char *channel = reply->str + sub->prefix_len;
    return apr_hash_get(sub->channels, channel, APR_HASH_KEY_STRING) ? channel : NULL;
}

/** "<id>\n<event>\n<data>", taken apart in place. */
static void take_message(wall_subscriber_t *sub, const char *channel, const redisReply *payload)
{
    char *id = payload->str;
    char *event = memchr(id, '\n', payload->len);
    if (!event) {
        return;
    }
    *event++ = '\0';
    char *data = memchr(event, '\n', payload->len - (size_t)(event - id));
    if (!data) {
        return;
    }
    *data++ = '\0';
    wall_bytes_t bytes = { data, payload->len - (size_t)(data - id) };
    sub->calls.message(sub->calls.baton, channel, id, event, bytes);
}

static void take_news(wall_subscriber_t *sub, const redisReply *reply)
{
    if (reply->type == REDIS_REPLY_ERROR) {
        wall_log(sub->logger, WALL_LOG_ERR, WALLNO(00212) "Redis refused a subscription: %s",
                 reply->str);
        return;
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 ||
        reply->element[0]->type != REDIS_REPLY_STRING) {
        return; /* the answer to a PING */
    }
    const char *kind = reply->element[0]->str;
    const char *channel = own_channel(sub, reply->element[1]);
    if (!channel) {
        return; /* unsubscribed in the meantime */
    }
    if (strcmp(kind, "message") == 0 && reply->element[2]->type == REDIS_REPLY_STRING) {
        take_message(sub, channel, reply->element[2]);
    } else if (strcmp(kind, "subscribe") == 0) {
        sub->calls.subscribed(sub->calls.baton, channel);
    }
}

/** One entry of XRANGE: [id, ["e", event, "d", data]]. */
static void take_entry(wall_subscriber_t *sub, const question_t *question, const redisReply *entry)
{
    const redisReply *fields = entry->type == REDIS_REPLY_ARRAY && entry->elements == 2
                                   ? entry->element[1]
                                   : NULL;
    if (!fields || fields->type != REDIS_REPLY_ARRAY || fields->elements != 4) {
        return;
    }
    wall_bytes_t data = { fields->element[3]->str, fields->element[3]->len };
    sub->calls.history(sub->calls.baton, question->key + EVENTS_LEN, question->ticket,
                       entry->element[0]->str, fields->element[1]->str, data);
}

static void take_past(wall_subscriber_t *sub, const redisReply *reply)
{
    question_t *question = sub->first;
    if (reply->type == REDIS_REPLY_STATUS || sub->sent == 0) {
        return; /* the answer to a PING */
    }
    sub->first = question->next;
    if (!sub->first) {
        sub->last = &sub->first;
    }
    sub->sent--;
    if (reply->type == REDIS_REPLY_ERROR) {
        wall_log(sub->logger, WALL_LOG_ERR, WALLNO(00213) "Redis refused to tell a history: %s",
                 reply->str);
    }
    for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++) {
        take_entry(sub, question, reply->element[i]);
    }
    sub->calls.history(sub->calls.baton, question->key + EVENTS_LEN, question->ticket, NULL, NULL,
                       (wall_bytes_t){ NULL, 0 });
    free(question->after);
    free(question);
}

static void line_work(wall_subscriber_t *sub, line_t *line, unsigned events)
{
    if (line->state == LINE_CONNECTING && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
        line_up(sub, line);
    }
    if (line->state != LINE_UP) {
        return;
    }
    if (wall_wire_send(line->wire) < 0) {
        line_down(sub, line, line->wire->problem);
        return;
    }
    int got = wall_wire_receive(line->wire), rc = 0;
    redisReply *reply;
    while (got > 0 && (rc = wall_wire_next(line->wire, &reply)) > 0) {
        if (!line->greeted && reply->type == REDIS_REPLY_ERROR) {
            line_down(sub, line, reply->str);
            freeReplyObject(reply);
            return;
        }
        line->greeted = 1;
        if (line == &sub->news) {
            take_news(sub, reply);
        } else {
            take_past(sub, reply);
        }
        heard_from(sub, line); /* after it: what is still awaited is known now */
        freeReplyObject(reply);
    }
    if (got < 0 || rc < 0) {
        line_down(sub, line, line->wire->problem);
        return;
    }
    watch(sub, line);
}

/* ---- the interface ---- */

wall_subscriber_t *wall_subscriber_new(apr_pool_t *pool, const wall_site_t *site, int epoll_fd,
                                       void *tag, const wall_subscriber_calls_t *calls,
                                       const wall_logger_t *logger)
{
    wall_subscriber_t *sub = apr_pcalloc(pool, sizeof(*sub));
    sub->address = site->redis;
    sub->prefix = apr_pstrcat(pool, "wall:", site->site, ":", NULL);
    sub->prefix_len = strlen(sub->prefix);
    sub->epoll_fd = epoll_fd;
    sub->tag = tag;
    sub->calls = *calls;
    sub->logger = logger;
    sub->channels = apr_hash_make(pool);
    sub->last = &sub->first;
    sub->named = wall_lookup_needed(sub->address);
    line_open(sub, &sub->news, apr_time_now());
    line_open(sub, &sub->past, apr_time_now());
    return sub;
}

void wall_subscriber_ready(wall_subscriber_t *sub, unsigned epoll_events)
{
    looked_up(sub);
    line_work(sub, &sub->news, epoll_events);
    line_work(sub, &sub->past, epoll_events);
}

static void line_tick(wall_subscriber_t *sub, line_t *line, apr_time_t now)
{
    if (line->state == LINE_DOWN) {
        if (now >= line->retry_at) {
            line_open(sub, line, now);
        }
    } else if (line->due && now > line->due) {
        line_down(sub, line, "no answer in time");
    } else if (line->state == LINE_UP && line->due == 0 && now - line->heard > PING_AFTER) {
        line->due = now + ANSWER_WAIT;
        wall_wire_begin(line->wire, 1);
        part(line, "PING");
        watch(sub, line);
    }
}

void wall_subscriber_tick(wall_subscriber_t *sub, apr_time_t now)
{
    looked_up(sub);
    line_tick(sub, &sub->news, now);
    line_tick(sub, &sub->past, now);
}

void wall_subscriber_add(wall_subscriber_t *sub, const char *channel)
{
    if (!apr_hash_get(sub->channels, channel, APR_HASH_KEY_STRING)) {
        char *name = copy(channel);
        apr_hash_set(sub->channels, name, APR_HASH_KEY_STRING, name);
        say_one(sub, "SUBSCRIBE", channel);
    }
}

void wall_subscriber_remove(wall_subscriber_t *sub, const char *channel)
{
    char *name = apr_hash_get(sub->channels, channel, APR_HASH_KEY_STRING);
    if (name) {
        say_one(sub, "UNSUBSCRIBE", channel);
        apr_hash_set(sub->channels, name, APR_HASH_KEY_STRING, NULL);
        free(name);
    }
}

/** Last-Event-ID is what a client says: only digits, or digits-digits, reach Redis. */
static int is_stream_id(const char *id)
{
    size_t ms = strspn(id, "0123456789");
    size_t seq = id[ms] == '-' ? strspn(id + ms + 1, "0123456789") : 0;
    return ms > 0 && ms < 16 &&
           (id[ms] == '\0' || (id[ms] == '-' && seq > 0 && seq < 16 && id[ms + 1 + seq] == '\0'));
}

void wall_subscriber_history(wall_subscriber_t *sub, const char *channel, const char *after_id,
                             apr_uint64_t ticket)
{
    size_t len = strlen(channel) + 1;
    question_t *question = xmalloc(sizeof(*question) + EVENTS_LEN + len);
    question->next = NULL;
    question->ticket = ticket;
    question->after = after_id && is_stream_id(after_id) ? copy(after_id) : NULL;
    memcpy(question->key, EVENTS, EVENTS_LEN);
    memcpy(question->key + EVENTS_LEN, channel, len);
    *sub->last = question;
    sub->last = &question->next;
    if (sub->past.state == LINE_UP) {
        ask(sub, question);
        watch(sub, &sub->past);
    }
}

static void line_close(wall_subscriber_t *sub, line_t *line)
{
    if (line->wire && line->wire->fd >= 0) {
        epoll_ctl(sub->epoll_fd, EPOLL_CTL_DEL, line->wire->fd, NULL);
    }
    wall_wire_close(line->wire);
    line->wire = NULL;
    line->state = LINE_DOWN;
}

void wall_subscriber_close(wall_subscriber_t *sub)
{
    line_close(sub, &sub->news);
    line_close(sub, &sub->past);
    if (sub->lookup) {
        const char *problem;
        sub->addresses = wall_lookup_end(sub->lookup, &problem);
        sub->lookup = NULL;
    }
    if (sub->addresses) {
        freeaddrinfo(sub->addresses);
        sub->addresses = NULL;
    }
    for (apr_hash_index_t *i = apr_hash_first(NULL, sub->channels); i; i = apr_hash_next(i)) {
        free(apr_hash_this_val(i));
    }
    apr_hash_clear(sub->channels);
    for (question_t *question = sub->first, *next; question; question = next) {
        next = question->next;
        free(question->after);
        free(question);
    }
    sub->first = NULL;
    sub->last = &sub->first;
}
