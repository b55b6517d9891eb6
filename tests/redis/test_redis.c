/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static wall_bytes_t bytes(const char *text)
{
    return (wall_bytes_t){ text, strlen(text) };
}

void test_redis__get_set_del(void)
{
    wall_cx_t *cx = server_cx();
    wall_bytes_t out;
    server_flush(cx);
    CU_ASSERT_EQUAL(wall_redis_get(cx, "k", &out), WALL_OK);
    CU_ASSERT_PTR_NULL(out.data);
    CU_ASSERT_EQUAL(wall_redis_set(cx, "k", (wall_bytes_t){ "a\0b\r\n", 5 }, 100), WALL_OK);
    CU_ASSERT_EQUAL(wall_redis_get(cx, "k", &out), WALL_OK);
    CU_ASSERT_EQUAL_FATAL(out.len, 5);
    CU_ASSERT_EQUAL(memcmp(out.data, "a\0b\r\n", 6), 0); /* with the NUL behind */
    CU_ASSERT_EQUAL(server_say(cx, "TTL wall:test:k").number, 100);
    CU_ASSERT_EQUAL(wall_redis_set(cx, "k", bytes(""), 0), WALL_OK);
    CU_ASSERT_EQUAL(server_say(cx, "TTL wall:test:k").number, -1);
    CU_ASSERT_EQUAL(wall_redis_get(cx, "k", &out), WALL_OK);
    CU_ASSERT_PTR_NOT_NULL(out.data);
    CU_ASSERT_EQUAL(out.len, 0);
    CU_ASSERT_EQUAL(server_say(cx, "DEL wall:test:k").number, 1);
    CU_ASSERT_EQUAL(wall_redis_get(cx, "k", &out), WALL_OK);
    CU_ASSERT_PTR_NULL(out.data);
    server_cx_free(cx);
}

void test_redis__bell(void)
{
    wall_cx_t *cx = server_cx();
    long long start;
    server_flush(cx);
    wall_redis_ring(cx, "bell");
    wall_redis_ring(cx, "bell");
    start = server_ms();
    wall_redis_wait(cx, "bell", 20000);
    CU_ASSERT(server_ms() - start < 19000); /* it was rung before */
    start = server_ms();
    wall_redis_wait(cx, "bell", 300);
    CU_ASSERT(server_ms() - start >= 299); /* and is heard once */
    wall_redis_ring(cx, "other");
    start = server_ms();
    wall_redis_wait(cx, "bell", 300);
    CU_ASSERT(server_ms() - start >= 299);
    cx->redis = NULL;
    start = server_ms();
    wall_redis_wait(cx, "bell", 300);
    CU_ASSERT(server_ms() - start >= 299);
    server_cx_free(cx);
}

void test_redis__large_value(void)
{
    wall_cx_t *cx = server_cx();
    const size_t size = 3000000;
    char *data = apr_palloc(cx->pool, size);
    wall_bytes_t out;
    for (size_t i = 0; i < size; i++) {
        data[i] = (char)(i * 7);
    }
    CU_ASSERT_EQUAL(wall_redis_set(cx, "big", (wall_bytes_t){ data, size }, 10), WALL_OK);
    CU_ASSERT_EQUAL(wall_redis_get(cx, "big", &out), WALL_OK);
    CU_ASSERT_EQUAL_FATAL(out.len, size);
    CU_ASSERT_EQUAL(memcmp(out.data, data, size), 0);
    server_cx_free(cx);
}

void test_redis__error_reply_is_a_failure(void)
{
    wall_cx_t *cx = server_cx();
    wall_bytes_t out;
    server_say(cx, "LPUSH wall:test:list x");
    CU_ASSERT_EQUAL(wall_redis_get(cx, "list", &out), WALL_E_REDIS_UNAVAILABLE);
    CU_ASSERT_EQUAL(cx->failed, WALL_OK);
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_OK); /* the connection is still good */
    server_cx_free(cx);
}

void test_redis__without_redis(void)
{
    wall_cx_t *cx = server_cx();
    cx->redis = NULL;
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_E_REDIS_UNAVAILABLE);
    server_cx_free(cx);
}

void test_redis__script_forgotten_by_the_server(void)
{
    static const wall_script_t script = {
        "echo", "return { KEYS[1], ARGV[1], 7, false, { 'in', 'side' } }"
    };
    wall_cx_t *cx = server_cx();
    for (int i = 0; i < 3; i++) {
        const char *keys[] = { "key" };
        const wall_bytes_t args[] = { { "arg", 3 } };
        wall_redis_value_t v;
        if (i < 2) {
            server_say(cx, "SCRIPT FLUSH");
        }
        CU_ASSERT_EQUAL_FATAL(wall_redis_script(cx, &script, 1, keys, 1, args, &v), WALL_OK);
        CU_ASSERT_EQUAL_FATAL(v.kind, WALL_REDIS_LIST);
        CU_ASSERT_EQUAL_FATAL(v.count, 5);
        CU_ASSERT_STRING_EQUAL(v.items[0].bytes.data, "wall:test:key");
        CU_ASSERT_STRING_EQUAL(v.items[1].bytes.data, "arg");
        CU_ASSERT_EQUAL(v.items[2].number, 7);
        CU_ASSERT_EQUAL(v.items[3].kind, WALL_REDIS_NIL);
        CU_ASSERT_STRING_EQUAL(v.items[4].items[1].bytes.data, "side");
    }
    server_cx_free(cx);
}

/** Milliseconds until a PING succeeds; gives up after 5 s. */
static long long until_back(wall_cx_t *cx)
{
    long long start = server_ms();
    while (wall_redis_ping(cx) != WALL_OK && server_ms() - start < 5000) {
        usleep(5000);
    }
    return server_ms() - start;
}

void test_redis__restart(void)
{
    wall_cx_t *cx = server_cx();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_OK);
    server_stop();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_E_REDIS_UNAVAILABLE);
    long long start = server_ms();
    for (int i = 0; i < 1000; i++) {
        wall_redis_ping(cx);
    }
    CU_ASSERT(server_ms() - start < 100); /* away: microseconds a call */
    server_start();
    CU_ASSERT(until_back(cx) < 2500);
    server_cx_free(cx);
}

void test_redis__restart_between_two_calls(void)
{
    static wall_cx_t *cx;
    cx = server_cx();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_OK);
    /* Nobody calls while it is away, so nobody notices: the old connection is found to be dead
     * before anything is sent on it. (server_start() pings, on this thread's connection.) */
    server_stop();
    pid_t pid = fork();
    if (pid == 0) {
        server_start();
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_OK);
    server_cx_free(cx);
}

void test_redis__frozen_server(void)
{
    wall_cx_t *cx = server_cx();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_OK);
    server_freeze();
    long long start = server_ms();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_E_REDIS_UNAVAILABLE);
    long long first = server_ms() - start;
    CU_ASSERT(first >= 900 && first <= 1200);
    start = server_ms();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_E_REDIS_UNAVAILABLE);
    CU_ASSERT(server_ms() - start < 20);
    usleep(120000); /* past the back-off: a new connection is tried, and proved, for 250 ms */
    start = server_ms();
    CU_ASSERT_EQUAL(wall_redis_ping(cx), WALL_E_REDIS_UNAVAILABLE);
    CU_ASSERT(server_ms() - start <= 350);
    server_thaw();
    CU_ASSERT(until_back(cx) < 2500);
    server_cx_free(cx);
}

void test_redis__fork_has_its_own_connection(void)
{
    wall_cx_t *cx = server_cx();
    apr_int64_t mine = server_say(cx, "CLIENT ID").number;
    int pipes[2];
    CU_ASSERT_EQUAL_FATAL(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        apr_int64_t theirs = server_say(cx, "CLIENT ID").number;
        for (int i = 0; i < 200; i++) {
            server_say(cx, "SET wall:test:fork child");
        }
        _exit(write(pipes[1], &theirs, sizeof(theirs)) != sizeof(theirs));
    }
    for (int i = 0; i < 200; i++) {
        wall_bytes_t out;
        CU_ASSERT_EQUAL(wall_redis_get(cx, "nothing", &out), WALL_OK);
        CU_ASSERT_PTR_NULL(out.data);
    }
    apr_int64_t theirs = 0;
    CU_ASSERT_EQUAL(read(pipes[0], &theirs, sizeof(theirs)), sizeof(theirs));
    waitpid(pid, NULL, 0);
    close(pipes[0]);
    close(pipes[1]);
    CU_ASSERT_NOT_EQUAL(theirs, 0);
    CU_ASSERT_NOT_EQUAL(theirs, mine);
    CU_ASSERT_EQUAL(server_say(cx, "CLIENT ID").number, mine);
    server_cx_free(cx);
}

static void *ask_id(void *id)
{
    wall_cx_t *cx = server_cx();
    *(apr_int64_t *)id = server_say(cx, "CLIENT ID").number;
    server_cx_free(cx);
    return NULL;
}

void test_redis__thread_connection_ends_with_the_thread(void)
{
    wall_cx_t *cx = server_cx();
    apr_int64_t ids[8] = { 0 };
    for (int i = 0; i < 8; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, ask_id, &ids[i]);
        pthread_join(thread, NULL);
        CU_ASSERT_NOT_EQUAL(ids[i], 0);
        CU_ASSERT(i == 0 || ids[i] != ids[i - 1]);
    }
    usleep(50000);
    wall_redis_value_t list = server_say(cx, "CLIENT LIST");
    int clients = 0;
    for (const char *p = list.bytes.data; (p = strchr(p, '\n')); p++) {
        clients++;
    }
    CU_ASSERT_EQUAL(clients, 1);
    server_cx_free(cx);
}

typedef struct hammer_t {
    pthread_t thread;
    int number;
    int wrong, failed, recovered;
} hammer_t;

static void *hammer(void *data)
{
    hammer_t *own = data;
    char key[] = "thread:0";
    key[7] = (char)('0' + own->number);
    long long end = server_ms() + 2500;
    for (int i = 0; server_ms() < end; i++) {
        wall_cx_t *cx = server_cx();
        const char *text = apr_psprintf(cx->pool, "%d:%d", own->number, i);
        wall_bytes_t out;
        if (wall_redis_set(cx, key, bytes(text), 100) == WALL_OK &&
            wall_redis_get(cx, key, &out) == WALL_OK) {
            own->recovered = own->failed > 0;
            own->wrong += out.data && strcmp(out.data, text) != 0;
        } else {
            own->failed++;
            usleep(1000);
        }
        usleep(500);
        server_cx_free(cx);
    }
    return NULL;
}

void test_redis__threads_over_a_restart(void)
{
    hammer_t threads[8] = { { .number = 0 } };
    for (int i = 0; i < 8; i++) {
        threads[i].number = i;
        pthread_create(&threads[i].thread, NULL, hammer, &threads[i]);
    }
    usleep(200000);
    server_stop();
    usleep(100000);
    server_start();
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i].thread, NULL);
        CU_ASSERT_EQUAL(threads[i].wrong, 0);
        CU_ASSERT(threads[i].failed > 0);
        CU_ASSERT(threads[i].recovered);
    }
}

void test_redis__sites_do_not_meet(void)
{
    wall_cx_t *cx = server_cx(), *other = server_cx();
    wall_bytes_t out;
    other->site = server_site(other->pool, "other");
    other->redis = wall_redis_new(other->pool, other->site);
    wall_redis_set(cx, "who", bytes("test"), 10);
    CU_ASSERT_EQUAL(wall_redis_get(other, "who", &out), WALL_OK);
    CU_ASSERT_PTR_NULL(out.data);
    server_cx_free(other);
    server_cx_free(cx);
}
