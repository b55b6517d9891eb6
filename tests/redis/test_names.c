/* SPDX-License-Identifier: Apache-2.0 */
/* A server that has a name, and a DNS that takes its time: the thread of the streams does not wait for it. */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

/** What the DNS does with redis.test. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int silent; /* it does not answer */
    int unknown;
    int asked;
    int awaited; /* somebody waited for it as long as it took, with nobody else at work */
} dns = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

/** The test's server, as one address in a block that freeaddrinfo() frees. */
static struct addrinfo *server_address(void)
{
    struct {
        struct addrinfo info;
        struct sockaddr_un at;
    } *found = calloc(1, sizeof(*found));
    found->at.sun_family = AF_UNIX;
    apr_snprintf(found->at.sun_path, sizeof(found->at.sun_path), "%s/redis.sock",
                 getenv("WALL_TEST_REDIS_DIR"));
    found->info.ai_family = AF_UNIX;
    found->info.ai_socktype = SOCK_STREAM;
    found->info.ai_addr = (struct sockaddr *)&found->at;
    found->info.ai_addrlen = sizeof(found->at);
    return &found->info;
}

/* In front of the C library's, for the whole program. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    typedef int real_t(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    real_t *real;
    struct timespec patience;
    int unknown;
    if (strcmp(name, "redis.test") != 0 || (hints && (hints->ai_flags & AI_NUMERICHOST))) {
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
        return real(name, service, hints, out);
    }
    pthread_mutex_lock(&dns.lock);
    dns.asked++;
    clock_gettime(CLOCK_REALTIME, &patience);
    patience.tv_sec += 30;
    while (dns.silent && !dns.awaited) {
        dns.awaited = pthread_cond_timedwait(&dns.changed, &dns.lock, &patience) != 0;
    }
    unknown = dns.unknown;
    pthread_mutex_unlock(&dns.lock);
    *out = unknown ? NULL : server_address();
    return unknown ? EAI_NONAME : 0;
}

static void dns_is(int silent, int unknown)
{
    pthread_mutex_lock(&dns.lock);
    dns.silent = silent;
    dns.unknown = unknown;
    pthread_cond_broadcast(&dns.changed);
    pthread_mutex_unlock(&dns.lock);
}

static int times_asked(void)
{
    pthread_mutex_lock(&dns.lock);
    int asked = dns.asked;
    pthread_mutex_unlock(&dns.lock);
    return asked;
}

static int subscribed;

static void on_message(void *baton, const char *channel, const char *id, const char *event,
                       wall_bytes_t data)
{
}

static void on_subscribed(void *baton, const char *channel)
{
    subscribed++;
}

static void on_history(void *baton, const char *channel, apr_uint64_t ticket, const char *id,
                       const char *event, wall_bytes_t data)
{
}

static wall_subscriber_t *open_named(wall_cx_t *cx, int epoll)
{
    static int tag;
    const wall_subscriber_calls_t calls = { on_message, on_subscribed, on_history, NULL };
    wall_site_t *site = server_site(cx->pool, "test");
    site->redis = "redis.test:6379";
    subscribed = 0;
    wall_subscriber_t *sub = wall_subscriber_new(cx->pool, site, epoll, &tag, &calls, cx->logger);
    wall_subscriber_add(sub, "job:1");
    return sub;
}

/** One round of the hub's loop. */
static void round_of(wall_subscriber_t *sub, int epoll)
{
    struct epoll_event events[8];
    int n = epoll_wait(epoll, events, 8, 20);
    for (int i = 0; i < n; i++) {
        wall_subscriber_ready(sub, events[i].events);
    }
    wall_subscriber_tick(sub, apr_time_now());
}

static void run_until_subscribed(wall_subscriber_t *sub, int epoll, int enough)
{
    long long end = server_ms() + 20000;
    while (subscribed < enough && server_ms() < end) {
        round_of(sub, epoll);
    }
    CU_ASSERT_EQUAL(subscribed, enough);
}

static void *answer_later(void *unused)
{
    usleep(300000);
    dns_is(0, 0);
    return NULL;
}

void test_names__a_silent_dns_holds_nobody_up(void)
{
    wall_cx_t *cx = server_cx();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    dns_is(1, 0);
    wall_subscriber_t *sub = open_named(cx, epoll);
    round_of(sub, epoll);
    round_of(sub, epoll);
    CU_ASSERT_EQUAL(subscribed, 0);
    dns_is(0, 0); /* only now: whoever waited for it would not have come here */
    CU_ASSERT_EQUAL(dns.awaited, 0);
    run_until_subscribed(sub, epoll, 1);
    /* Both connections were found by one question; one that is lost is looked for anew. */
    CU_ASSERT_EQUAL(times_asked(), 1);
    server_say(cx, "CLIENT KILL TYPE pubsub");
    run_until_subscribed(sub, epoll, 2);
    CU_ASSERT_EQUAL(times_asked(), 2);
    wall_subscriber_close(sub);
    close(epoll);
    server_cx_free(cx);
}

void test_names__a_name_that_comes_to_be_known(void)
{
    wall_cx_t *cx = server_cx();
    int epoll = epoll_create1(EPOLL_CLOEXEC), before = times_asked(), lines = server_log_lines();
    dns_is(0, 1);
    wall_subscriber_t *sub = open_named(cx, epoll);
    long long end = server_ms() + 20000;
    while (times_asked() < before + 3 && server_ms() < end) {
        round_of(sub, epoll);
    }
    CU_ASSERT(times_asked() >= before + 3); /* again and again */
    CU_ASSERT_EQUAL(server_log_lines(), lines + 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(server_last_log(), "Redis at redis.test:6379 is away for streams: "));
    dns_is(0, 0);
    run_until_subscribed(sub, epoll, 1);
    wall_subscriber_close(sub);
    close(epoll);
    server_cx_free(cx);
}

void test_names__closed_while_nobody_answers(void)
{
    wall_cx_t *cx = server_cx();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    pthread_t later;
    dns_is(1, 0);
    pthread_create(&later, NULL, answer_later, NULL);
    wall_subscriber_close(open_named(cx, epoll)); /* the thread is awaited: its code may go away */
    CU_ASSERT_EQUAL(dns.silent, 0);
    pthread_join(later, NULL);
    close(epoll);
    server_cx_free(cx);
}
