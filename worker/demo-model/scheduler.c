/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif

typedef struct waiter {
    struct waiter *next;
    long num_ctx;
    bool load_only;
    bool needs_load;    /* counted against max_queue: Ollama bounds only these */
    bool granted, must_load;
    int event_fd;
} waiter_t;

/* One model, one lock. Everybody waits in one line, first in, first out. */
static struct {
    pthread_mutex_t lock;
    sched_config_t config;
    waiter_t *first;
    bool loaded, loading, unload_when_idle;
    long num_ctx;
    int64_t expires_ns;         /* monotonic; KEEP_FOREVER */
    sched_stats_t stats;
} S = { .lock = PTHREAD_MUTEX_INITIALIZER };

wait_t watch_until(const watch_t *watch, int64_t deadline_ns, int event_fd)
{
    struct pollfd fds[3] = { { watch->client_fd, POLLRDHUP, 0 },
                             { watch->stop_fd, POLLIN, 0 },
                             { event_fd, POLLIN, 0 } };
    for (;;) {
        struct timespec left = { 0, 0 };
        int64_t ns = deadline_ns - clock_mono_ns();
        if (ns > 0)
            left = (struct timespec){ ns / 1000000000, ns % 1000000000 };
        int n = ppoll(fds, 3, deadline_ns < 0 ? NULL : &left, NULL);
        if (n < 0 && errno != EINTR)
            return WAIT_GONE;
        if (n > 0 && (fds[0].revents || fds[1].revents))
            return WAIT_GONE;
        if (n > 0)
            return WAIT_EVENT;
        if (n == 0 && clock_mono_ns() >= deadline_ns)
            return WAIT_TIME;
    }
}

void sched_init(const sched_config_t *config)
{
    S.config = *config;
}

static void expire(void)
{
    if (!S.loaded || S.loading || S.stats.active > 0)
        return;
    if (S.unload_when_idle || clock_mono_ns() >= S.expires_ns) {
        S.loaded = false;
        S.unload_when_idle = false;
    }
}

/* Lets the head of the line in as long as it fits. Called with the lock held after every change. */
static void admit(void)
{
    expire();
    while (S.first && !S.loading) {
        waiter_t *w = S.first;
        bool ready = S.loaded && S.num_ctx == w->num_ctx;
        if (ready ? !w->load_only && S.stats.active >= S.config.slots : S.stats.active > 0)
            return;
        S.first = w->next;
        w->granted = true;
        w->must_load = !ready;
        if (!ready) {
            S.loading = true;
            S.loaded = false;
            S.num_ctx = w->num_ctx;
        }
        S.stats.waiting--;
        if (!w->load_only || w->must_load) {
            if (++S.stats.active > S.stats.max_active)
                S.stats.max_active = S.stats.active;
        }
        uint64_t one = 1;
        if (write(w->event_fd, &one, sizeof(one)) < 0)
            abort();
    }
}

static bool enqueue(waiter_t *w)
{
    expire();
    int loads = 0;
    waiter_t **end = &S.first;
    for (; *end; end = &(*end)->next)
        loads += (*end)->needs_load;
    w->needs_load = !((S.loaded || S.loading) && S.num_ctx == w->num_ctx);
    bool at_once = !S.first && !S.loading && S.stats.active == 0;
    if (w->needs_load && !at_once && loads >= S.config.max_queue)
        return false;
    *end = w;
    S.stats.waiting++;
    admit();
    return true;
}

/* The client left: out of the line, or back with what was granted a moment ago. */
static void give_up(waiter_t *w)
{
    for (waiter_t **at = &S.first; !w->granted && *at; at = &(*at)->next) {
        if (*at == w) {
            *at = w->next;
            S.stats.waiting--;
            break;
        }
    }
    if (w->granted && w->must_load)
        S.loading = false;
    if (w->granted && (!w->load_only || w->must_load))
        S.stats.active--;
    admit();
}

/* The one who was let in first loads for all; a client that leaves meanwhile aborts the load. */
static bool load(const watch_t *watch, const waiter_t *w)
{
    bool done = watch_until(watch, clock_mono_ns() + S.config.load_ns, -1) == WAIT_TIME;
    pthread_mutex_lock(&S.lock);
    S.loading = false;
    S.loaded = done;
    S.unload_when_idle = false;
    S.expires_ns = KEEP_FOREVER;
    if (!done || w->load_only)
        S.stats.active--;
    admit();
    pthread_mutex_unlock(&S.lock);
    return done;
}

turn_t sched_enter(const watch_t *watch, long num_ctx, bool load_only, int64_t *load_ns)
{
    int64_t start = clock_mono_ns();
    waiter_t w = { .num_ctx = num_ctx, .load_only = load_only,
                   .event_fd = eventfd(0, EFD_CLOEXEC) };
    if (w.event_fd < 0)
        return TURN_BUSY;
    pthread_mutex_lock(&S.lock);
    bool queued = enqueue(&w);
    pthread_mutex_unlock(&S.lock);
    turn_t turn = queued ? TURN_OK : TURN_BUSY;
    if (queued) {
        bool gone = watch_until(watch, -1, w.event_fd) == WAIT_GONE;
        pthread_mutex_lock(&S.lock);    /* also waits until whoever let us in is done with w */
        if (gone) {
            give_up(&w);
            turn = TURN_GONE;
        }
        pthread_mutex_unlock(&S.lock);
    }
    int64_t scheduled = clock_mono_ns();
    if (turn == TURN_OK && w.must_load && !load(watch, &w))
        turn = TURN_GONE;
    /* Waiting for a slot is nobody's duration in Ollama; waiting to load is load_duration. */
    *load_ns = clock_mono_ns() - (w.needs_load ? start : scheduled);
    close(w.event_fd);
    return turn;
}

static void keep(int64_t keep_alive_ns)
{
    int64_t now = clock_mono_ns();
    S.unload_when_idle = keep_alive_ns == 0;
    S.expires_ns = keep_alive_ns < 0 || keep_alive_ns > KEEP_FOREVER - now ? KEEP_FOREVER
                                                                           : now + keep_alive_ns;
}

void sched_leave(int64_t keep_alive_ns)
{
    pthread_mutex_lock(&S.lock);
    S.stats.active--;
    keep(keep_alive_ns);
    admit();
    pthread_mutex_unlock(&S.lock);
}

void sched_keep(int64_t keep_alive_ns)
{
    pthread_mutex_lock(&S.lock);
    keep(keep_alive_ns);
    admit();
    pthread_mutex_unlock(&S.lock);
}

void sched_model(sched_model_t *out)
{
    pthread_mutex_lock(&S.lock);
    expire();
    int64_t now = clock_mono_ns(), unix_now = clock_unix_ns();
    int64_t left = S.expires_ns > now ? S.expires_ns - now : 0;
    out->loaded = S.loaded;
    out->num_ctx = S.num_ctx;
    out->expires_unix_ns = left > KEEP_FOREVER - unix_now ? KEEP_FOREVER : unix_now + left;
    pthread_mutex_unlock(&S.lock);
}

void sched_count(count_t what)
{
    pthread_mutex_lock(&S.lock);
    long *const counters[] = { &S.stats.requests, &S.stats.completed, &S.stats.cancelled };
    (*counters[what])++;
    pthread_mutex_unlock(&S.lock);
}

void sched_stats(sched_stats_t *out)
{
    pthread_mutex_lock(&S.lock);
    *out = S.stats;
    pthread_mutex_unlock(&S.lock);
}
