/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_REDIS_WIRE_H
#define WALL_IO_REDIS_WIRE_H

/**
 * @file redis_wire.h
 * One non-blocking connection to Redis: commands out (RESP2 arrays of bulk strings, Redis protocol
 * specification), replies in through hiredis' reader. Private to redis.c and redis_subscriber.c.
 * hiredis' own contexts are not used: they write(2) without MSG_NOSIGNAL, restart their timeout on
 * every byte and cannot tell a stale connection before a command is sent.
 * Not thread-safe; belongs to the process that opened it.
 */
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <stddef.h>

typedef struct wall_wire_t {
    int fd;
    redisReader *reader;
    char *out; /* bytes not yet sent */
    size_t out_len, out_sent, out_cap;
    char problem[128]; /* why it failed, for the log */
} wall_wire_t;

/**
 * Starts connecting to @a address ("unix:/path" or "host:port", host possibly in brackets).
 * @return malloc'ed, to be closed; also when it failed (fd is -1 and problem says why).
 */
wall_wire_t *wall_wire_open(const char *address);
/** The same to the first of @a addresses that can be tried: no name is looked up. */
wall_wire_t *wall_wire_open_at(const struct addrinfo *addresses);
void wall_wire_close(wall_wire_t *wire);
/** After the descriptor became writable for the first time: 0, or -1 when connecting failed. */
int wall_wire_connected(wall_wire_t *wire);

/** Appends a command of @a argc parts to the buffer; every part follows with wall_wire_part(). */
void wall_wire_begin(wall_wire_t *wire, int argc);
/** One part: @a prefix (may be NULL) and @a data joined. */
void wall_wire_part(wall_wire_t *wire, const char *prefix, const char *data, size_t len);
/** Sends what it can. 1 nothing is left, 0 try again when writable, -1 failed. */
int wall_wire_send(wall_wire_t *wire);
/** Reads what has come. 1 something came, 0 nothing now, -1 closed or failed. */
int wall_wire_receive(wall_wire_t *wire);
/** Next complete reply, owned by the caller (freeReplyObject). 1 a reply, 0 none yet, -1 nonsense. */
int wall_wire_next(wall_wire_t *wire, redisReply **reply);
/** 1 when the peer has closed or sent something nobody asked for. */
int wall_wire_stale(wall_wire_t *wire);

/** A name that is being looked up by a thread of its own: the DNS may take as long as it likes. */
typedef struct wall_lookup_t wall_lookup_t;
/** 1 when opening @a address would look up a name. */
int wall_lookup_needed(const char *address);
/** @param address borrowed @return NULL when there is no thread or no descriptor left */
wall_lookup_t *wall_lookup_begin(const char *address);
/** Becomes readable when the answer is there, and stays so. */
int wall_lookup_fd(const wall_lookup_t *lookup);
int wall_lookup_done(const wall_lookup_t *lookup);
/**
 * Waits for the answer and frees @a lookup.
 * @return addresses for freeaddrinfo(), or NULL with *problem
 */
struct addrinfo *wall_lookup_end(wall_lookup_t *lookup, const char **problem);

#endif
