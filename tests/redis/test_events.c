/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/events.h"
#include "io/queue.h"
#include "server.h"

/** A hub for one test: writes down what comes, one line each. */
typedef struct hub_t {
    wall_cx_t *cx;
    wall_subscriber_t *sub;
    int epoll;
    char log[65536];
    char last_id[16][64]; /* of a channel, by its name's last letter */
    int messages, subscriptions, ends;
    int resume; /* asks for the history whenever a subscription is confirmed */
} hub_t;

static hub_t *hub; /* one at a time */

static void note(const char *what, const char *channel, const char *event, wall_bytes_t data)
{
    size_t len = strlen(hub->log);
    snprintf(hub->log + len, sizeof(hub->log) - len, "%s %s %s %.*s\n", what, channel,
             event ? event : "", (int)data.len, data.data ? data.data : "");
}

static char *last_id(const char *channel)
{
    return hub->last_id[channel[strlen(channel) - 1] % 16];
}

/** As the real hub: an event already seen, by live message or history, is not taken twice. */
static void take(const char *what, const char *channel, const char *id, const char *event,
                 wall_bytes_t data)
{
    if (*id) {
        unsigned long long a = 0, b = 0, c = 0, d = 0;
        sscanf(id, "%llu-%llu", &a, &b);
        sscanf(last_id(channel), "%llu-%llu", &c, &d);
        if (a < c || (a == c && b <= d)) {
            return;
        }
        snprintf(last_id(channel), sizeof(hub->last_id[0]), "%s", id);
    }
    hub->messages++;
    note(what, channel, event, data);
}

static void on_message(void *baton, const char *channel, const char *id, const char *event,
                       wall_bytes_t data)
{
    CU_ASSERT_PTR_EQUAL(baton, hub);
    take("live", channel, id, event, data);
}

static void on_subscribed(void *baton, const char *channel)
{
    hub->subscriptions++;
    if (hub->resume) {
        const char *id = last_id(channel);
        wall_subscriber_history(hub->sub, channel, *id ? id : NULL, 7);
    }
}

static void on_history(void *baton, const char *channel, apr_uint64_t ticket, const char *id,
                       const char *event, wall_bytes_t data)
{
    CU_ASSERT(ticket >= 1 && ticket <= 9);
    if (!id) {
        hub->ends++;
        return;
    }
    take("past", channel, id, event, data);
}

static void hub_open(void)
{
    static hub_t the_hub;
    const wall_subscriber_calls_t calls = { on_message, on_subscribed, on_history, &the_hub };
    hub = &the_hub;
    memset(hub, 0, sizeof(*hub));
    hub->cx = server_cx();
    server_flush(hub->cx);
    hub->epoll = epoll_create1(EPOLL_CLOEXEC);
    hub->sub = wall_subscriber_new(hub->cx->pool, hub->cx->site, hub->epoll, hub, &calls,
                                   hub->cx->logger);
}

static void hub_close(void)
{
    wall_subscriber_close(hub->sub);
    close(hub->epoll);
    server_cx_free(hub->cx);
}

/** Runs the poll loop until *what is @a enough or @a ms have passed. */
static void run_until(const int *what, int enough, int ms)
{
    long long end = server_ms() + ms;
    while ((!what || *what < enough) && server_ms() < end) {
        struct epoll_event events[8];
        int n = epoll_wait(hub->epoll, events, 8, 20);
        for (int i = 0; i < n; i++) {
            CU_ASSERT_PTR_EQUAL(events[i].data.ptr, hub);
            wall_subscriber_ready(hub->sub, events[i].events);
        }
        wall_subscriber_tick(hub->sub, apr_time_now());
    }
}

static void forget(void)
{
    hub->log[0] = '\0';
    memset(hub->last_id, 0, sizeof(hub->last_id));
}

static void publish(const char *channel, const char *event, const char *data)
{
    wall_publish(hub->cx, channel, event, (wall_bytes_t){ data, strlen(data) });
}

void test_events__live_and_in_order(void)
{
    hub_open();
    wall_subscriber_add(hub->sub, "job:1");
    wall_subscriber_add(hub->sub, "job:1");
    wall_subscriber_add(hub->sub, "wall:2");
    run_until(&hub->subscriptions, 2, 1000);
    CU_ASSERT_EQUAL(hub->subscriptions, 2);
    publish("job:1", "job.started", "{\"attempt\":1}");
    publish("job:3", "job.started", "{}"); /* nobody asked */
    publish("wall:2", "post", "{\"a\":\"line\\nbreak\"}");
    wall_publish_passing(hub->cx, "job:1", "job.queued", (wall_bytes_t){ "{}", 2 });
    publish("job:1", "job.completed", "two\nlines");
    run_until(&hub->messages, 4, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "live job:1 job.started {\"attempt\":1}\n"
                                     "live wall:2 post {\"a\":\"line\\nbreak\"}\n"
                                     "live job:1 job.queued {}\n"
                                     "live job:1 job.completed two\nlines\n");
    hub_close();
}

void test_events__remove(void)
{
    hub_open();
    wall_subscriber_add(hub->sub, "job:1");
    wall_subscriber_add(hub->sub, "job:2");
    run_until(&hub->subscriptions, 2, 1000);
    wall_subscriber_remove(hub->sub, "job:1");
    wall_subscriber_remove(hub->sub, "job:1");
    wall_subscriber_remove(hub->sub, "never");
    run_until(NULL, 0, 50);
    publish("job:1", "x", "1");
    publish("job:2", "x", "2");
    run_until(&hub->messages, 1, 1000);
    wall_subscriber_add(hub->sub, "job:1"); /* and again */
    run_until(&hub->subscriptions, 3, 1000);
    publish("job:1", "x", "3");
    run_until(&hub->messages, 2, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "live job:2 x 2\nlive job:1 x 3\n");
    hub_close();
}

void test_events__history(void)
{
    hub_open();
    run_until(NULL, 0, 20);
    for (int i = 0; i < 5; i++) {
        publish("job:1", "x", apr_itoa(hub->cx->pool, i));
    }
    wall_publish_passing(hub->cx, "job:1", "job.queued", (wall_bytes_t){ "no", 2 });
    wall_redis_value_t all = server_say(hub->cx, "XRANGE wall:test:events:job:1 - +");
    CU_ASSERT_EQUAL_FATAL(all.count, 5);
    CU_ASSERT_EQUAL(server_say(hub->cx, "TTL wall:test:events:job:1").number, WALL_EVENTS_TTL);
    wall_subscriber_history(hub->sub, "job:1", all.items[2].items[0].bytes.data, 1);
    run_until(&hub->ends, 1, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "past job:1 x 3\npast job:1 x 4\n");
    forget();
    wall_subscriber_history(hub->sub, "job:1", NULL, 2);
    wall_subscriber_history(hub->sub, "job:none", NULL, 3);
    wall_subscriber_history(hub->sub, "job:1", "99999999999999-0", 4);
    run_until(&hub->ends, 4, 1000);
    CU_ASSERT_EQUAL(hub->ends, 4);
    CU_ASSERT_STRING_EQUAL(hub->log, "past job:1 x 0\npast job:1 x 1\npast job:1 x 2\n"
                                     "past job:1 x 3\npast job:1 x 4\n");
    static const char *const hostile[] = { "", "-", "+", "x", "1-", "1-2-3", "1 + COUNT",
                                           "99999999999999999999-1", "0-1\r\nFLUSHALL\r\n" };
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        forget();
        hub->messages = 0;
        wall_subscriber_history(hub->sub, "job:1", hostile[i], 5);
        run_until(&hub->ends, 5 + (int)i, 1000);
        CU_ASSERT_EQUAL(hub->messages, 5);
    }
    hub_close();
}

void test_events__reset_never_goes_back(void)
{
    hub_open();
    server_say(hub->cx, "XADD wall:test:events:job:1 99999999999999-0 e x d old"); /* clock ahead */
    wall_events_reset(hub->cx, "job:1");
    wall_events_reset(hub->cx, "job:none");
    publish("job:1", "x", "new");
    wall_subscriber_history(hub->sub, "job:1", NULL, 1);
    run_until(&hub->ends, 1, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "past job:1 x new\n");
    CU_ASSERT_STRING_EQUAL(last_id("job:1"), "99999999999999-1");
    CU_ASSERT_EQUAL(server_say(hub->cx, "EXISTS wall:test:events:job:none").number, 0);
    hub_close();
}

void test_events__history_is_capped(void)
{
    hub_open();
    for (int i = 0; i < WALL_EVENTS_KEEP + 500; i++) {
        publish("job:1", "x", "y");
    }
    apr_int64_t length = server_say(hub->cx, "XLEN wall:test:events:job:1").number;
    CU_ASSERT(length >= WALL_EVENTS_KEEP && length <= WALL_EVENTS_KEEP + 200);
    hub_close();
}

void test_events__flag(void)
{
    wall_cx_t *cx = server_cx();
    const wall_bytes_t data = { "{}", 2 };
    int flag = 9;
    server_flush(cx);
    CU_ASSERT_EQUAL(wall_publish_checked(cx, "job:1", "x", data, "cancel:1", &flag), WALL_OK);
    CU_ASSERT_EQUAL(flag, 0);
    wall_redis_set(cx, "cancel:1", (wall_bytes_t){ "1", 1 }, 60);
    CU_ASSERT_EQUAL(wall_publish_checked(cx, "job:1", "x", data, "cancel:1", &flag), WALL_OK);
    CU_ASSERT_EQUAL(flag, 1);
    CU_ASSERT_EQUAL(wall_publish_checked(cx, "job:1", "x", data, "cancel:2", &flag), WALL_OK);
    CU_ASSERT_EQUAL(flag, 0);
    CU_ASSERT_EQUAL(wall_publish_checked(cx, "job:1", "x", data, NULL, NULL), WALL_OK);
    server_cx_free(cx);
}

void test_events__restart_loses_no_later_event(void)
{
    hub_open();
    hub->resume = 1;
    wall_subscriber_add(hub->sub, "job:1");
    wall_subscriber_add(hub->sub, "job:2");
    run_until(&hub->ends, 2, 1000);
    publish("job:1", "x", "before");
    run_until(&hub->messages, 1, 1000);
    server_stop();
    run_until(NULL, 0, 150);
    wall_subscriber_remove(hub->sub, "job:2"); /* while it is away */
    wall_subscriber_add(hub->sub, "job:3");
    wall_subscriber_history(hub->sub, "job:1", NULL, 9);
    server_start();
    publish("job:1", "x", "missed"); /* published before the hub is back */
    run_until(&hub->subscriptions, 4, 4000); /* job:1 and job:3 */
    run_until(&hub->messages, 2, 1000);
    CU_ASSERT_EQUAL(hub->subscriptions, 4);
    publish("job:1", "x", "after");
    run_until(&hub->messages, 3, 1000);
    publish("job:2", "x", "unwanted");
    publish("job:3", "x", "other");
    run_until(&hub->messages, 4, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "live job:1 x before\npast job:1 x missed\n"
                                     "live job:1 x after\nlive job:3 x other\n");
    hub_close();
}

void test_events__frozen_server(void)
{
    hub_open();
    hub->resume = 1;
    wall_subscriber_add(hub->sub, "job:1");
    run_until(&hub->ends, 1, 1000);
    server_freeze();
    wall_subscriber_history(hub->sub, "job:1", NULL, 1); /* gives the outage away in 2 s */
    long long start = server_ms();
    run_until(NULL, 0, 2600);
    CU_ASSERT(server_ms() - start < 2800); /* never blocked */
    CU_ASSERT_PTR_NOT_NULL(strstr(server_last_log(), "no answer in time"));
    server_thaw();
    run_until(&hub->ends, 2, 4000);
    CU_ASSERT(hub->ends >= 2);
    publish("job:1", "x", "after");
    run_until(&hub->messages, 1, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log, "live job:1 x after\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(server_last_log(), "feeds streams again"));
    int lines = server_log_lines();
    run_until(NULL, 0, 2300); /* no answer is owed any more */
    CU_ASSERT_EQUAL(server_log_lines(), lines);
    hub_close();
}

void test_events__started_without_redis(void)
{
    server_stop();
    hub_open();
    wall_subscriber_add(hub->sub, "job:1");
    run_until(NULL, 0, 100);
    server_start();
    run_until(&hub->subscriptions, 1, 4000);
    CU_ASSERT_EQUAL(hub->subscriptions, 1);
    hub_close();
}

void test_events__thousand_channels(void)
{
    hub_open();
    for (int i = 0; i < 3000; i++) {
        wall_subscriber_add(hub->sub, apr_psprintf(hub->cx->pool, "job:%d", i));
    }
    run_until(&hub->subscriptions, 3000, 3000);
    CU_ASSERT_EQUAL(hub->subscriptions, 3000);
    server_say(hub->cx, "CLIENT KILL TYPE pubsub");
    run_until(&hub->subscriptions, 6000, 4000);
    CU_ASSERT_EQUAL(hub->subscriptions, 6000);
    for (int i = 0; i < 3000; i++) {
        wall_subscriber_remove(hub->sub, apr_psprintf(hub->cx->pool, "job:%d", i));
    }
    run_until(NULL, 0, 100);
    CU_ASSERT_EQUAL(server_say(hub->cx, "PUBSUB CHANNELS").count, 0);
    hub_close();
}

void test_events__queue_announces_positions(void)
{
    hub_open();
    wall_subscriber_add(hub->sub, "job:a");
    wall_subscriber_add(hub->sub, "job:b");
    run_until(&hub->subscriptions, 2, 1000);
    wall_queue_ring(hub->cx, "ai", "a", 1, 0);
    wall_queue_announce(hub->cx, "ai", 2500);
    wall_queue_ring(hub->cx, "ai", "b", 2, 0);
    wall_queue_ring(hub->cx, "ai", "b", 2, 0);
    wall_queue_remove(hub->cx, "ai", "a");
    run_until(&hub->messages, 5, 1000);
    CU_ASSERT_STRING_EQUAL(hub->log,
                           "live job:a job.queued {\"position\":1,\"total\":1,\"eta_s\":null}\n"
                           "live job:a job.queued {\"position\":1,\"total\":1,\"eta_s\":3}\n"
                           "live job:a job.queued {\"position\":1,\"total\":2,\"eta_s\":3}\n"
                           "live job:b job.queued {\"position\":2,\"total\":2,\"eta_s\":5}\n"
                           "live job:b job.queued {\"position\":1,\"total\":1,\"eta_s\":3}\n");
    hub_close();
}
