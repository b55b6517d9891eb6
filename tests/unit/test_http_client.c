/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/http_client.h"

/* ---- a server of a hundred lines: what it does is the path's business ---- */

typedef struct server_t {
    pthread_t thread;
    int listener;
    int port;
    atomic_int current;     /* the connection being served, or -1 */
    atomic_int connections; /* accepted */
    atomic_int closed;      /* of those, seen to be closed by the client */
    char request[65536];    /* the last one */
} server_t;

static long long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void say(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
        return;
    }
}

/** Waits for the client to go. */
static void wait_closed(int fd, int ms)
{
    long long end = now_ms() + ms;
    char byte;
    while (now_ms() < end) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (poll(&p, 1, 20) > 0 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

/** 1 when the connection may be used again. */
static int answer(int fd, const char *path)
{
    char piece[10001];
    if (strcmp(path, "/small") == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        return 1;
    }
    if (strcmp(path, "/missing") == 0) {
        say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
        return 1;
    }
    if (strcmp(path, "/redirect") == 0) {
        say(fd, "HTTP/1.1 302 Found\r\nLocation: /small\r\nContent-Length: 0\r\n\r\n");
        return 1;
    }
    if (strcmp(path, "/large") == 0) {
        memset(piece, 'x', 10000);
        piece[10000] = '\0';
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            say(fd, piece);
        }
        return 1;
    }
    if (strcmp(path, "/chunks") == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 5; i++) {
            usleep(30000);
            say(fd, "3\r\nabc\r\n");
        }
        say(fd, "0\r\n\r\n");
        return 1;
    }
    if (strcmp(path, "/broken-chunks") == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    } else if (strcmp(path, "/short") == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!");
    } else if (strcmp(path, "/silent") == 0) {
        wait_closed(fd, 3000);
    } else if (strcmp(path, "/stalls") == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!");
        wait_closed(fd, 3000);
    } else if (strcmp(path, "/late") == 0) {
        usleep(400000);
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        return 1;
    }
    return 0; /* "/nothing" and the rest: just close */
}

static int read_request(server_t *server, int fd)
{
    size_t len = 0, body = 0;
    char *end = NULL;
    while (len < sizeof(server->request) - 1) {
        ssize_t n = recv(fd, server->request + len, sizeof(server->request) - 1 - len, 0);
        if (n <= 0) {
            return 0;
        }
        len += (size_t)n;
        server->request[len] = '\0';
        if (!end && (end = strstr(server->request, "\r\n\r\n"))) {
            const char *length = strcasestr(server->request, "\r\nContent-Length:");
            body = length ? strtoul(length + 17, NULL, 10) : 0;
        }
        if (end && len >= (size_t)(end + 4 - server->request) + body) {
            return 1;
        }
    }
    return 0;
}

static void *serve(void *data)
{
    server_t *server = data;
    for (;;) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        server->connections++;
        server->current = fd;
        for (int more = 1; more && read_request(server, fd);) {
            char path[64];
            more = sscanf(server->request, "%*s %63s", path) == 1 && answer(fd, path);
        }
        server->current = -1;
        close(fd);
        server->closed++;
    }
}

static server_t *server_start(void)
{
    server_t *server = calloc(1, sizeof(*server));
    struct sockaddr_in addr = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(addr);
    server->current = -1;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
        listen(server->listener, 16) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&addr, &len) != 0) {
        abort();
    }
    server->port = ntohs(addr.sin_port);
    pthread_create(&server->thread, NULL, serve, server);
    return server;
}

static void server_stop(server_t *server)
{
    shutdown(server->listener, SHUT_RDWR);
    shutdown(server->current, SHUT_RDWR); /* it may wait for a request on a kept connection */
    pthread_join(server->thread, NULL);
    close(server->listener);
    free(server);
}

/* ---- a call ---- */

typedef struct call_t {
    wall_cx_t cx;
    server_t *server;
    wall_http_request_t request;
    wall_http_response_t response;
    int ticks, stop_at_tick, pieces, stop_at_piece, status;
    char data[64];
} call_t;

static int on_tick(void *baton)
{
    call_t *call = baton;
    return ++call->ticks == call->stop_at_tick;
}

static int on_data(void *baton, int status, const char *data, size_t len)
{
    call_t *call = baton;
    size_t have = strlen(call->data);
    call->status = status;
    snprintf(call->data + have, sizeof(call->data) - have, "%.*s", (int)len, data);
    return ++call->pieces == call->stop_at_piece;
}

static call_t *open_call(void)
{
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    call_t *call = apr_pcalloc(pool, sizeof(*call));
    call->cx.pool = pool;
    call->server = server_start();
    call->request = (wall_http_request_t){ .method = "GET", .trusted = 1, .idle_timeout_ms = 2000,
                                           .on_tick = on_tick, .baton = call };
    CU_ASSERT_EQUAL(wall_http_init(), 0);
    return call;
}

static wall_rc_t go(call_t *call, const char *path)
{
    call->request.url = apr_psprintf(call->cx.pool, "http://127.0.0.1:%d%s", call->server->port,
                                     path);
    return wall_http(&call->cx, &call->request, &call->response);
}

static void close_call(call_t *call)
{
    server_stop(call->server);
    apr_pool_destroy(call->cx.pool);
}

void test_http_client__collects_and_keeps_the_connection(void)
{
    call_t *call = open_call();
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(go(call, "/small"), WALL_OK);
        CU_ASSERT_EQUAL(call->response.status, 200);
        CU_ASSERT_EQUAL(call->response.body.len, 5);
        CU_ASSERT_STRING_EQUAL(call->response.body.data, "hello");
        CU_ASSERT_PTR_NULL(call->response.problem);
    }
    CU_ASSERT_EQUAL(go(call, "/missing"), WALL_OK);
    CU_ASSERT_EQUAL(call->response.status, 404);
    CU_ASSERT_STRING_EQUAL(call->response.body.data, "no");
    CU_ASSERT_EQUAL(call->server->connections, 1);
    close_call(call);
}

void test_http_client__posts(void)
{
    call_t *call = open_call();
    apr_table_t *headers = apr_table_make(call->cx.pool, 1);
    apr_table_set(headers, "X-Test", "yes");
    call->request.method = "POST";
    call->request.content_type = "application/json";
    call->request.body = (wall_bytes_t){ "{\"a\":1}", 7 };
    call->request.headers = headers;
    CU_ASSERT_EQUAL(go(call, "/small"), WALL_OK);
    const char *got = call->server->request;
    CU_ASSERT_EQUAL(strncmp(got, "POST /small HTTP/1.1\r\n", 22), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(got, "\r\nContent-Type: application/json\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(got, "\r\nX-Test: yes\r\n"));
    CU_ASSERT_PTR_NULL(strcasestr(got, "expect"));
    CU_ASSERT_PTR_NOT_NULL(strstr(got, "\r\n\r\n{\"a\":1}"));
    close_call(call);
}

void test_http_client__size_is_capped(void)
{
    call_t *call = open_call();
    call->request.max_size = 100000;
    CU_ASSERT_EQUAL(go(call, "/large"), WALL_OK);
    CU_ASSERT_EQUAL(call->response.body.len, 100000);
    call->request.max_size = 99999;
    CU_ASSERT_EQUAL(go(call, "/large"), WALL_E_INTERNAL);
    CU_ASSERT(call->response.truncated);
    CU_ASSERT(call->response.body.len <= 99999);
    CU_ASSERT_FALSE(call->response.incomplete);
    CU_ASSERT_PTR_NOT_NULL(call->response.problem);
    CU_ASSERT_EQUAL(call->cx.failed, WALL_OK);
    close_call(call);
}

void test_http_client__streams(void)
{
    call_t *call = open_call();
    call->request.on_data = on_data;
    CU_ASSERT_EQUAL(go(call, "/chunks"), WALL_OK);
    CU_ASSERT_STRING_EQUAL(call->data, "abcabcabcabcabc");
    CU_ASSERT_EQUAL(call->status, 200);
    CU_ASSERT(call->pieces >= 2);
    call->stop_at_piece = call->pieces + 2;
    call->data[0] = '\0';
    CU_ASSERT_EQUAL(go(call, "/chunks"), WALL_E_INTERNAL);
    CU_ASSERT(call->response.stopped);
    CU_ASSERT_STRING_EQUAL(call->data, "abcabc");
    close_call(call);
}

void test_http_client__silence(void)
{
    static const char *const paths[] = { "/silent", "/stalls" };
    for (int i = 0; i < 2; i++) { /* before and after the first byte */
        call_t *call = open_call();
        call->request.idle_timeout_ms = 700;
        long long start = now_ms();
        CU_ASSERT_EQUAL(go(call, paths[i]), WALL_E_INTERNAL);
        long long took = now_ms() - start;
        CU_ASSERT(took >= 690 && took < 1000);
        CU_ASSERT(call->response.timed_out);
        CU_ASSERT_EQUAL(call->response.status, i ? 200 : 0);
        CU_ASSERT(call->ticks >= 6);
        close_call(call);
    }
    call_t *call = open_call();
    call->request.idle_timeout_ms = 700;
    CU_ASSERT_EQUAL(go(call, "/late"), WALL_OK);
    call->request.idle_timeout_ms = 0;
    call->request.total_timeout_ms = 200;
    CU_ASSERT_EQUAL(go(call, "/late"), WALL_E_INTERNAL);
    CU_ASSERT(call->response.timed_out);
    close_call(call);
}

void test_http_client__closed_early(void)
{
    static const char *const paths[] = { "/short", "/broken-chunks", "/nothing" };
    for (int i = 0; i < 3; i++) {
        call_t *call = open_call();
        CU_ASSERT_EQUAL(go(call, paths[i]), WALL_E_INTERNAL);
        CU_ASSERT(call->response.incomplete);
        CU_ASSERT_FALSE(call->response.timed_out);
        CU_ASSERT_EQUAL(call->response.status, i < 2 ? 200 : 0);
        close_call(call);
    }
}

void test_http_client__cancel_closes_the_socket(void)
{
    call_t *call = open_call();
    call->stop_at_tick = 3;
    long long start = now_ms();
    CU_ASSERT_EQUAL(go(call, "/silent"), WALL_E_INTERNAL);
    CU_ASSERT(now_ms() - start < 400);
    CU_ASSERT(call->response.stopped);
    CU_ASSERT_FALSE(call->response.timed_out);
    for (int i = 0; i < 50 && call->server->closed == 0; i++) {
        usleep(10000);
    }
    CU_ASSERT_EQUAL(call->server->closed, 1); /* while our process goes on */
    call->stop_at_tick = 0;
    CU_ASSERT_EQUAL(go(call, "/small"), WALL_OK); /* and the handle is as new */
    close_call(call);
}

void test_http_client__redirect_is_an_answer(void)
{
    call_t *call = open_call();
    CU_ASSERT_EQUAL(go(call, "/redirect"), WALL_OK);
    CU_ASSERT_EQUAL(call->response.status, 302);
    CU_ASSERT_EQUAL(call->response.body.len, 0);
    close_call(call);
}

void test_http_client__untrusted_stays_outside(void)
{
    call_t *call = open_call();
    CU_ASSERT_EQUAL(go(call, "/small"), WALL_OK); /* a trusted connection is open now … */
    call->request.trusted = 0;
    CU_ASSERT_EQUAL(go(call, "/small"), WALL_E_INTERNAL); /* … and not for this one */
    CU_ASSERT_EQUAL(call->response.status, 0);
    CU_ASSERT_EQUAL(call->server->connections, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(call->response.problem);
    CU_ASSERT_STRING_EQUAL(call->response.problem, "its address is not on the public internet");
    static const char *const urls[] = { "http://localhost:%d/small", "http://0x7f.1:%d/small",
                                        "http://[::ffff:127.0.0.1]:%d/small",
                                        "http://0.0.0.0:%d/small" };
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        char url[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(url, sizeof(url), urls[i], call->server->port);
#pragma GCC diagnostic pop
        call->request.url = url;
        CU_ASSERT_EQUAL(wall_http(&call->cx, &call->request, &call->response), WALL_E_INTERNAL);
        CU_ASSERT_EQUAL(call->server->connections, 1);
    }
    close_call(call);
}

void test_http_client__other_protocols_and_nobody_there(void)
{
    call_t *call = open_call();
    static const char *const urls[] = { "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/",
                                        "http://127.0.0.1:1/", "nonsense://", "" };
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        call->request.url = urls[i];
        CU_ASSERT_EQUAL(wall_http(&call->cx, &call->request, &call->response), WALL_E_INTERNAL);
        CU_ASSERT_EQUAL(call->response.status, 0);
        CU_ASSERT_PTR_NOT_NULL(call->response.problem);
        CU_ASSERT_FALSE(call->response.incomplete);
    }
    close_call(call);
}

void test_http_client__environment_proxies_are_ignored(void)
{
    call_t *call = open_call();
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    CU_ASSERT_EQUAL(go(call, "/small"), WALL_OK);
    unsetenv("http_proxy");
    close_call(call);
}

/* ---- addresses ---- */

static int public(const char *text)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        return wall_http_address_public((const struct sockaddr *)&v4);
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        return wall_http_address_public((const struct sockaddr *)&v6);
    }
    return -1;
}

void test_http_client__addresses(void)
{
    static const struct {
        const char *text;
        int is_public;
    } table[] = {
        { "1.1.1.1", 1 },
        { "8.8.8.8", 1 },
        { "93.184.216.34", 1 },
        { "0.0.0.0", 0 },
        { "0.1.2.3", 0 },
        { "1.0.0.0", 1 },
        { "9.255.255.255", 1 },
        { "10.0.0.0", 0 },
        { "10.255.255.255", 0 },
        { "11.0.0.0", 1 },
        { "100.63.255.255", 1 },
        { "100.64.0.0", 0 },
        { "100.127.255.255", 0 },
        { "100.128.0.0", 1 },
        { "126.255.255.255", 1 },
        { "127.0.0.1", 0 },
        { "127.255.255.255", 0 },
        { "128.0.0.0", 1 },
        { "169.253.255.255", 1 },
        { "169.254.169.254", 0 },
        { "169.255.0.0", 1 },
        { "172.15.255.255", 1 },
        { "172.16.0.0", 0 },
        { "172.31.255.255", 0 },
        { "172.32.0.0", 1 },
        { "192.0.0.1", 0 },
        { "192.0.2.1", 0 },
        { "192.0.3.1", 1 },
        { "192.88.99.1", 0 },
        { "192.167.255.255", 1 },
        { "192.168.0.1", 0 },
        { "192.169.0.0", 1 },
        { "198.17.255.255", 1 },
        { "198.18.0.1", 0 },
        { "198.19.255.255", 0 },
        { "198.20.0.0", 1 },
        { "198.51.100.7", 0 },
        { "203.0.113.7", 0 },
        { "223.255.255.255", 1 },
        { "224.0.0.1", 0 },
        { "239.255.255.255", 0 },
        { "240.0.0.1", 0 },
        { "255.255.255.255", 0 },
        { "2606:4700:4700::1111", 1 },
        { "2a00:1450:4001::1", 1 },
        { "::", 0 },
        { "::1", 0 },
        { "::8.8.8.8", 0 },
        { "::ffff:127.0.0.1", 0 },
        { "::ffff:8.8.8.8", 0 },
        { "64:ff9b::8.8.8.8", 1 },
        { "64:ff9b::10.0.0.1", 0 },
        { "64:ff9b::127.0.0.1", 0 },
        { "64:ff9b::169.254.169.254", 0 },
        { "64:ff9b:1::8.8.8.8", 0 },
        { "100::1", 0 },
        { "2001::1", 0 },
        { "2001:1ff:ffff::1", 0 },
        { "2001:200::1", 1 },
        { "2001:db8::1", 0 },
        { "2001:db9::1", 1 },
        { "2002:7f00:1::1", 0 },
        { "2003::1", 1 },
        { "3fff::1", 0 },
        { "3fff:0fff::1", 0 },
        { "3fff:1000::1", 1 },
        { "4000::1", 0 },
        { "fc00::1", 0 },
        { "fd12:3456::1", 0 },
        { "fe80::1", 0 },
        { "fec0::1", 0 },
        { "ff02::1", 0 },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (public(table[i].text) != table[i].is_public) {
            fprintf(stderr, "%s\n", table[i].text);
            CU_FAIL("address judged wrongly");
        }
    }
    const struct sockaddr local = { .sa_family = AF_UNIX };
    CU_ASSERT_EQUAL(wall_http_address_public(&local), 0);
}
