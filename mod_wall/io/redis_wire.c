/* SPDX-License-Identifier: Apache-2.0 */
#include "io/redis_wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define OUT_KEEP 65536 /* a larger send buffer is given back once it is empty */

static int failed(wall_wire_t *wire, const char *what, const char *why)
{
    /* Cut if too long: it is a sentence for the log. */
    snprintf(wire->problem, sizeof(wire->problem), "%.32s: %.80s", what, why);
    return -1;
}

static int open_unix(wall_wire_t *wire, const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    size_t len = strlen(path);
    if (len >= sizeof(addr.sun_path)) {
        return failed(wire, "connect", "the socket's path is too long");
    }
    memcpy(addr.sun_path, path, len + 1);
    wire->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (wire->fd < 0 || connect(wire->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
        return failed(wire, "connect", strerror(errno));
    }
    return 0;
}

/** The addresses of "host:port". @return NULL, or what went wrong */
static const char *resolve(const char *address, int flags, struct addrinfo **list)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };
    const char *colon = strrchr(address, ':');
    char host[256];
    size_t len = colon ? (size_t)(colon - address) : 0;
    *list = NULL;
    if (len == 0 || len >= sizeof(host)) {
        return "the address is not host:port";
    }
    int bracketed = address[0] == '[' && address[len - 1] == ']';
    snprintf(host, sizeof(host), "%.*s", (int)(len - (bracketed ? 2 : 0)),
             address + (bracketed ? 1 : 0));
    int rc = getaddrinfo(host, colon + 1, &hints, list);
    return rc != 0 ? gai_strerror(rc) : NULL;
}

static int open_inet(wall_wire_t *wire, const struct addrinfo *list)
{
    int rc = failed(wire, "connect", "no address");
    for (const struct addrinfo *ai = list; ai && rc != 0; ai = ai->ai_next) {
        wire->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (wire->fd >= 0 &&
            (connect(wire->fd, ai->ai_addr, ai->ai_addrlen) == 0 || errno == EINPROGRESS)) {
            const int on = 1;
            setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            rc = 0;
        } else {
            failed(wire, "connect", strerror(errno));
            if (wire->fd >= 0) {
                close(wire->fd);
                wire->fd = -1;
            }
        }
    }
    return rc;
}

static int open_named(wall_wire_t *wire, const char *address)
{
    struct addrinfo *list;
    const char *problem = resolve(address, 0, &list);
    if (problem) {
        return failed(wire, "connect", problem);
    }
    int rc = open_inet(wire, list);
    freeaddrinfo(list);
    return rc;
}

static wall_wire_t *new_wire(void)
{
    wall_wire_t *wire = calloc(1, sizeof(*wire));
    if (!wire) {
        abort();
    }
    wire->fd = -1;
    wire->reader = redisReaderCreate();
    if (!wire->reader) {
        abort();
    }
    return wire;
}

wall_wire_t *wall_wire_open(const char *address)
{
    wall_wire_t *wire = new_wire();
    int rc = strncmp(address, "unix:", 5) == 0 ? open_unix(wire, address + 5)
                                               : open_named(wire, address);
    if (rc != 0 && wire->fd >= 0) {
        close(wire->fd);
        wire->fd = -1;
    }
    return wire;
}

wall_wire_t *wall_wire_open_at(const struct addrinfo *addresses)
{
    wall_wire_t *wire = new_wire();
    (void)open_inet(wire, addresses); /* what failed is closed */
    return wire;
}

void wall_wire_close(wall_wire_t *wire)
{
    if (!wire) {
        return;
    }
    if (wire->fd >= 0) {
        close(wire->fd);
    }
    redisReaderFree(wire->reader);
    free(wire->out);
    free(wire);
}

int wall_wire_connected(wall_wire_t *wire)
{
    int error = 0;
    socklen_t len = sizeof(error);
    if (getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
        error = errno;
    }
    return error ? failed(wire, "connect", strerror(error)) : 0;
}

static void append(wall_wire_t *wire, const char *data, size_t len)
{
    if (wire->out_len + len > wire->out_cap) {
        size_t cap = wire->out_cap ? wire->out_cap : 1024;
        while (cap < wire->out_len + len) {
            cap *= 2;
        }
        char *grown = realloc(wire->out, cap);
        if (!grown) {
            abort();
        }
        wire->out = grown;
        wire->out_cap = cap;
    }
    if (len) {
        memcpy(wire->out + wire->out_len, data, len);
    }
    wire->out_len += len;
}

void wall_wire_begin(wall_wire_t *wire, int argc)
{
    char head[32];
    append(wire, head, (size_t)snprintf(head, sizeof(head), "*%d\r\n", argc));
}

void wall_wire_part(wall_wire_t *wire, const char *prefix, const char *data, size_t len)
{
    char head[32];
    size_t prefix_len = prefix ? strlen(prefix) : 0;
    append(wire, head, (size_t)snprintf(head, sizeof(head), "$%zu\r\n", prefix_len + len));
    append(wire, prefix, prefix_len);
    append(wire, data, len);
    append(wire, "\r\n", 2);
}

int wall_wire_send(wall_wire_t *wire)
{
    while (wire->out_sent < wire->out_len) {
        ssize_t n = send(wire->fd, wire->out + wire->out_sent, wire->out_len - wire->out_sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            wire->out_sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN) {
            return 0; /* ENOTCONN: a TCP connection still on its way */
        } else if (errno != EINTR) {
            return failed(wire, "send", strerror(errno));
        }
    }
    wire->out_len = wire->out_sent = 0;
    if (wire->out_cap > OUT_KEEP) {
        free(wire->out);
        wire->out = NULL;
        wire->out_cap = 0;
    }
    return 1;
}

int wall_wire_receive(wall_wire_t *wire)
{
    char chunk[16384];
    ssize_t n;
    do {
        n = recv(wire->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n == 0) {
        return failed(wire, "receive", "Redis closed the connection");
    }
    if (n < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0
                                                       : failed(wire, "receive", strerror(errno));
    }
    if (redisReaderFeed(wire->reader, chunk, (size_t)n) != REDIS_OK) {
        return failed(wire, "receive", wire->reader->errstr);
    }
    return 1;
}

int wall_wire_next(wall_wire_t *wire, redisReply **reply)
{
    void *got = NULL;
    *reply = NULL;
    if (redisReaderGetReply(wire->reader, &got) != REDIS_OK) {
        return failed(wire, "reply", wire->reader->errstr);
    }
    *reply = got;
    return got != NULL;
}

int wall_wire_stale(wall_wire_t *wire)
{
    char byte;
    ssize_t n = recv(wire->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return 0;
    }
    failed(wire, "idle", n == 0 ? "Redis closed the connection" : "unexpected bytes or error");
    return 1;
}

/* ---- names ---- */

struct wall_lookup_t {
    pthread_t thread;
    const char *address;
    struct addrinfo *list;
    const char *problem;
    int fd;
};

int wall_lookup_needed(const char *address)
{
    struct addrinfo *list;
    if (strncmp(address, "unix:", 5) == 0) {
        return 0;
    }
    if (resolve(address, AI_NUMERICHOST | AI_NUMERICSERV, &list) != NULL) {
        return 1;
    }
    freeaddrinfo(list);
    return 0;
}

static void *look_up(void *baton)
{
    wall_lookup_t *lookup = baton;
    lookup->problem = resolve(lookup->address, 0, &lookup->list);
    eventfd_write(lookup->fd, 1);
    return NULL;
}

wall_lookup_t *wall_lookup_begin(const char *address)
{
    wall_lookup_t *lookup = calloc(1, sizeof(*lookup));
    if (!lookup) {
        abort();
    }
    lookup->address = address;
    lookup->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (lookup->fd < 0 || pthread_create(&lookup->thread, NULL, look_up, lookup) != 0) {
        if (lookup->fd >= 0) {
            close(lookup->fd);
        }
        free(lookup);
        return NULL;
    }
    return lookup;
}

int wall_lookup_fd(const wall_lookup_t *lookup)
{
    return lookup->fd;
}

int wall_lookup_done(const wall_lookup_t *lookup)
{
    struct pollfd p = { .fd = lookup->fd, .events = POLLIN };
    return poll(&p, 1, 0) > 0;
}

struct addrinfo *wall_lookup_end(wall_lookup_t *lookup, const char **problem)
{
    struct addrinfo *list;
    pthread_join(lookup->thread, NULL);
    list = lookup->list;
    *problem = lookup->problem;
    close(lookup->fd);
    free(lookup);
    return list;
}
