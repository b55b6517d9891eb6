/* SPDX-License-Identifier: Apache-2.0 */
#include "io/redis.h"

#include <apr_sha1.h>
#include <apr_strings.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/site.h"
#include "io/redis_wire.h"

#define CONNECT_MS  250  /* connecting and the first PING */
#define COMMAND_MS  1000 /* sending a command and reading its reply */
#define BACKOFF_MIN 50
#define BACKOFF_MAX 2000
#define SHA_LEN     40 /* hexadecimal digits */
#define SHA_CACHE   16

struct wall_redis_t {
    const char *address;
    const char *prefix; /* "wall:<site>:" */
};

/**
 * What this process knows about one server. Once a call has failed, everybody fails at once until
 * retry_at, when one thread tries; so a frozen server costs one time-out per back-off, not one per
 * request.
 */
typedef struct health_t {
    struct health_t *next;
    atomic_llong retry_at; /* ms of the monotonic clock; 0 = well */
    atomic_int backoff;    /* ms */
    atomic_llong logged_at;
    char address[];
} health_t;

/** A thread's connection to one server. */
typedef struct link_t {
    struct link_t *next;
    health_t *health;
    wall_wire_t *wire; /* NULL: not connected */
    pid_t pid;         /* that opened it: a fork's child must not speak on it */
    int trying;        /* this thread is the one that tries whether the server is back */
} link_t;

typedef struct sha_t {
    const wall_script_t *script;
    char hex[SHA_LEN + 1];
} sha_t;

typedef struct thread_t {
    link_t *links;
    sha_t shas[SHA_CACHE];
    int sha_next;
} thread_t;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_key;
static pthread_mutex_t health_lock = PTHREAD_MUTEX_INITIALIZER;
static health_t *health_list; /* grows by one per configured server, never shrinks */

static long long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void *zalloc(size_t size)
{
    void *p = calloc(1, size);
    if (!p) {
        abort(); /* as APR does */
    }
    return p;
}

/* ---- servers and connections ---- */

static health_t *health_of(const char *address)
{
    pthread_mutex_lock(&health_lock);
    health_t *health = health_list;
    while (health && strcmp(health->address, address) != 0) {
        health = health->next;
    }
    if (!health) {
        size_t len = strlen(address) + 1;
        health = zalloc(sizeof(*health) + len);
        memcpy(health->address, address, len);
        health->next = health_list;
        health_list = health;
    }
    pthread_mutex_unlock(&health_lock);
    return health;
}

static void thread_free(void *data)
{
    thread_t *thread = data;
    for (link_t *link = thread->links, *next; link; link = next) {
        next = link->next;
        wall_wire_close(link->wire);
        free(link);
    }
    free(thread);
}

static void make_key(void)
{
    if (pthread_key_create(&thread_key, thread_free) != 0) {
        abort();
    }
}

static thread_t *this_thread(void)
{
    pthread_once(&once, make_key);
    thread_t *thread = pthread_getspecific(thread_key);
    if (!thread) {
        thread = zalloc(sizeof(*thread));
        pthread_setspecific(thread_key, thread);
    }
    return thread;
}

static link_t *link_of(thread_t *thread, const char *address)
{
    link_t *link = thread->links;
    while (link && strcmp(link->health->address, address) != 0) {
        link = link->next;
    }
    if (!link) {
        link = zalloc(sizeof(*link));
        link->health = health_of(address);
        link->next = thread->links;
        thread->links = link;
    }
    return link;
}

/** 1 once a second for this server. */
static int may_log(health_t *health)
{
    long long now = now_ms(), last = atomic_load(&health->logged_at);
    return (last == 0 || now - last >= 1000) &&
           atomic_compare_exchange_strong(&health->logged_at, &last, now);
}

static wall_rc_t gone(wall_cx_t *cx, link_t *link, const char *why)
{
    health_t *health = link->health;
    /* Threads that fail together count as one failure. */
    if (link->trying || atomic_load(&health->retry_at) == 0) {
        int backoff = atomic_load(&health->backoff) * 2;
        backoff = backoff < BACKOFF_MIN ? BACKOFF_MIN : backoff > BACKOFF_MAX ? BACKOFF_MAX : backoff;
        atomic_store(&health->backoff, backoff);
        atomic_store(&health->retry_at, now_ms() + backoff);
    }
    link->trying = 0;
    if (may_log(health)) {
        wall_cx_log(cx, WALL_LOG_WARN, WALLNO(00201) "Redis at %s is away: %s", health->address,
                    why);
    }
    wall_fail_count(cx, WALL_E_REDIS_UNAVAILABLE);
    wall_wire_close(link->wire);
    link->wire = NULL;
    return WALL_E_REDIS_UNAVAILABLE;
}

/** Waits until the descriptor is ready. 1 ready, 0 the deadline passed. */
static int wait_for(wall_wire_t *wire, short events, long long deadline)
{
    struct pollfd p = { .fd = wire->fd, .events = events };
    for (;;) {
        long long left = deadline - now_ms();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);
        if (n > 0) {
            return 1;
        }
        if (n == 0 || errno != EINTR) {
            return 0;
        }
    }
}

/** Sends the buffered command and reads one reply. NULL with *why when that failed. */
static redisReply *roundtrip(wall_wire_t *wire, long long deadline, const char **why)
{
    redisReply *reply;
    int rc;
    *why = wire->problem;
    while ((rc = wall_wire_send(wire)) == 0) {
        if (!wait_for(wire, POLLOUT, deadline)) {
            *why = "it takes no command";
            return NULL;
        }
    }
    if (rc < 0) {
        return NULL;
    }
    while (wall_wire_next(wire, &reply) == 0) {
        if (!wait_for(wire, POLLIN, deadline)) {
            *why = "no reply in time";
            return NULL;
        }
        if (wall_wire_receive(wire) < 0) {
            return NULL;
        }
    }
    return reply;
}

static wall_rc_t connect_now(wall_cx_t *cx, link_t *link)
{
    long long deadline = now_ms() + CONNECT_MS;
    const char *why;
    link->wire = wall_wire_open(link->health->address);
    link->pid = getpid();
    if (link->wire->fd < 0) {
        return gone(cx, link, link->wire->problem);
    }
    if (!wait_for(link->wire, POLLOUT, deadline)) {
        return gone(cx, link, "connecting took too long");
    }
    if (wall_wire_connected(link->wire) != 0) {
        return gone(cx, link, link->wire->problem);
    }
    /* A frozen server still accepts connections: only an answer proves that it lives. */
    wall_wire_begin(link->wire, 1);
    wall_wire_part(link->wire, NULL, "PING", 4);
    redisReply *reply = roundtrip(link->wire, deadline, &why);
    if (!reply) {
        return gone(cx, link, why);
    }
    wall_rc_t rc = WALL_OK;
    if (reply->type == REDIS_REPLY_ERROR) { /* loading its data, or wants a password */
        rc = gone(cx, link, reply->str);
    }
    freeReplyObject(reply);
    return rc;
}

static void drop(link_t *link)
{
    wall_wire_close(link->wire);
    link->wire = NULL;
}

/** A connected link in *out, or WALL_E_REDIS_UNAVAILABLE. */
static wall_rc_t borrow(wall_cx_t *cx, link_t **out)
{
    if (!cx->redis) {
        return WALL_E_REDIS_UNAVAILABLE;
    }
    link_t *link = link_of(this_thread(), cx->redis->address);
    health_t *health = link->health;
    long long retry_at = atomic_load(&health->retry_at);
    if (link->wire && link->pid != getpid()) {
        drop(link); /* only this process's copy of the descriptor */
    }
    if (retry_at != 0) {
        long long now = now_ms();
        if (now < retry_at || !atomic_compare_exchange_strong(&health->retry_at, &retry_at,
                                                              now + BACKOFF_MAX)) {
            return WALL_E_REDIS_UNAVAILABLE;
        }
        link->trying = 1;
        drop(link); /* whatever it is, an old connection proves nothing */
    } else if (link->wire && wall_wire_stale(link->wire)) {
        drop(link);
    }
    if (!link->wire && connect_now(cx, link) != WALL_OK) {
        return WALL_E_REDIS_UNAVAILABLE;
    }
    if (link->trying) {
        link->trying = 0;
        atomic_store(&health->backoff, 0);
        atomic_store(&health->retry_at, 0);
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00202) "Redis at %s answers again",
                    health->address);
    }
    *out = link;
    return WALL_OK;
}

/* ---- replies ---- */

static void copy_reply(apr_pool_t *pool, const redisReply *reply, wall_redis_value_t *out)
{
    memset(out, 0, sizeof(*out));
    switch (reply->type) {
    case REDIS_REPLY_INTEGER:
        out->kind = WALL_REDIS_INT;
        out->number = reply->integer;
        break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
        out->kind = WALL_REDIS_STR;
        out->bytes.data = apr_pstrmemdup(pool, reply->str, reply->len);
        out->bytes.len = reply->len;
        break;
    case REDIS_REPLY_ARRAY:
        out->kind = WALL_REDIS_LIST;
        out->count = (int)reply->elements;
        out->items = apr_palloc(pool, (reply->elements + 1) * sizeof(*out->items));
        for (size_t i = 0; i < reply->elements; i++) {
            copy_reply(pool, reply->element[i], &out->items[i]);
        }
        break;
    default:
        out->kind = WALL_REDIS_NIL;
    }
}

/**
 * Runs the command whose parts are in the link's buffer.
 * @param passed an error reply starting with this is not logged; *is_passed is set instead
 */
static wall_rc_t run(wall_cx_t *cx, link_t *link, int timeout_ms, const char *passed,
                     int *is_passed, wall_redis_value_t *out)
{
    const char *why;
    redisReply *reply =
        roundtrip(link->wire, now_ms() + (timeout_ms ? timeout_ms : COMMAND_MS), &why);
    if (!reply) {
        return gone(cx, link, why);
    }
    wall_rc_t rc = WALL_OK;
    if (reply->type == REDIS_REPLY_ERROR) {
        rc = WALL_E_REDIS_UNAVAILABLE;
        if (passed && strncmp(reply->str, passed, strlen(passed)) == 0) {
            *is_passed = 1;
        } else if (may_log(link->health)) {
            wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00203) "Redis at %s refused a command: %s",
                        link->health->address, reply->str);
        }
    } else if (out) {
        copy_reply(cx->pool, reply, out);
    }
    freeReplyObject(reply);
    return rc;
}

/* ---- commands ---- */

wall_redis_t *wall_redis_new(apr_pool_t *pool, const wall_site_t *site)
{
    wall_redis_t *redis = apr_palloc(pool, sizeof(*redis));
    redis->address = site->redis;
    redis->prefix = apr_pstrcat(pool, "wall:", site->site, ":", NULL);
    return redis;
}

wall_rc_t wall_redis_command(wall_cx_t *cx, int argc, const wall_bytes_t *argv, unsigned keys,
                             int timeout_ms, wall_redis_value_t *out)
{
    link_t *link;
    wall_rc_t rc = borrow(cx, &link);
    if (rc != WALL_OK) {
        return rc;
    }
    wall_wire_begin(link->wire, argc);
    for (int i = 0; i < argc; i++) {
        int is_key = i < 32 && (keys >> i & 1u);
        wall_wire_part(link->wire, is_key ? cx->redis->prefix : NULL, argv[i].data, argv[i].len);
    }
    return run(cx, link, timeout_ms, NULL, NULL, out);
}

wall_rc_t wall_redis_get(wall_cx_t *cx, const char *key, wall_bytes_t *out)
{
    const wall_bytes_t argv[] = { { "GET", 3 }, { key, strlen(key) } };
    wall_redis_value_t value = { .kind = WALL_REDIS_NIL };
    wall_rc_t rc = wall_redis_command(cx, 2, argv, 1u << 1, 0, &value);
    *out = value.bytes;
    return rc;
}

wall_rc_t wall_redis_set(wall_cx_t *cx, const char *key, wall_bytes_t value, int ttl)
{
    const char *seconds = apr_itoa(cx->pool, ttl);
    const wall_bytes_t argv[] = { { "SET", 3 }, { key, strlen(key) }, value,
                                  { "EX", 2 }, { seconds, strlen(seconds) } };
    return wall_redis_command(cx, ttl > 0 ? 5 : 3, argv, 1u << 1, 0, NULL);
}

wall_rc_t wall_redis_ping(wall_cx_t *cx)
{
    const wall_bytes_t argv[] = { { "PING", 4 } };
    return wall_redis_command(cx, 1, argv, 0, 0, NULL);
}

/* ---- scripts ---- */

/** The script's name on the server (SHA-1 because Redis says so, not for secrecy). */
static const char *script_sha(const wall_script_t *script)
{
    static const char digits[] = "0123456789abcdef";
    thread_t *thread = this_thread();
    for (int i = 0; i < SHA_CACHE; i++) {
        if (thread->shas[i].script == script) {
            return thread->shas[i].hex;
        }
    }
    sha_t *sha = &thread->shas[thread->sha_next++ % SHA_CACHE];
    unsigned char digest[APR_SHA1_DIGESTSIZE];
    apr_sha1_ctx_t context;
    apr_sha1_init(&context);
    apr_sha1_update(&context, script->source, (unsigned)strlen(script->source));
    apr_sha1_final(digest, &context);
    for (int i = 0; i < APR_SHA1_DIGESTSIZE; i++) {
        sha->hex[2 * i] = digits[digest[i] >> 4];
        sha->hex[2 * i + 1] = digits[digest[i] & 15];
    }
    sha->script = script;
    return sha->hex;
}

static void script_parts(wall_wire_t *wire, const char *prefix, const char *command,
                         const char *body, int nkeys, const char *const *keys, int nargs,
                         const wall_bytes_t *args)
{
    char count[16];
    int len = apr_snprintf(count, sizeof(count), "%d", nkeys);
    wall_wire_begin(wire, 3 + nkeys + nargs);
    wall_wire_part(wire, NULL, command, strlen(command));
    wall_wire_part(wire, NULL, body, strlen(body));
    wall_wire_part(wire, NULL, count, (size_t)len);
    for (int i = 0; i < nkeys; i++) {
        wall_wire_part(wire, prefix, keys[i], strlen(keys[i]));
    }
    for (int i = 0; i < nargs; i++) {
        wall_wire_part(wire, NULL, args[i].data, args[i].len);
    }
}

wall_rc_t wall_redis_script(wall_cx_t *cx, const wall_script_t *script, int nkeys,
                            const char *const *keys, int nargs, const wall_bytes_t *args,
                            wall_redis_value_t *out)
{
    int unknown = 0;
    link_t *link;
    wall_rc_t rc = borrow(cx, &link);
    if (rc != WALL_OK) {
        return rc;
    }
    const char *prefix = cx->redis->prefix;
    script_parts(link->wire, prefix, "EVALSHA", script_sha(script), nkeys, keys, nargs, args);
    rc = run(cx, link, 0, "NOSCRIPT", &unknown, out);
    if (unknown) {
        script_parts(link->wire, prefix, "EVAL", script->source, nkeys, keys, nargs, args);
        rc = run(cx, link, 0, NULL, NULL, out);
    }
    return rc;
}

/* ---- bells ---- */

static const wall_script_t ring_bell = {
    "ring_bell",
    "redis.call('LPUSH', KEYS[1], 1) redis.call('LTRIM', KEYS[1], 0, 0) return 1"
};

void wall_redis_ring(wall_cx_t *cx, const char *bell)
{
    (void)wall_redis_script(cx, &ring_bell, 1, &bell, 0, NULL, NULL);
}

void wall_redis_wait(wall_cx_t *cx, const char *bell, int timeout_ms)
{
    const char *seconds = apr_psprintf(cx->pool, "%d.%03d", timeout_ms / 1000, timeout_ms % 1000);
    const wall_bytes_t argv[] = { { "BLPOP", 5 }, { bell, strlen(bell) },
                                  { seconds, strlen(seconds) } };

    if (wall_redis_command(cx, 3, argv, 1u << 1, timeout_ms + 1000, NULL) != WALL_OK) {
        apr_sleep(apr_time_from_msec(timeout_ms));
    }
}
