/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_FRAGMENTS_H
#define WALL_CORE_FRAGMENTS_H

/**
 * @file fragments.h
 * Encoded pieces of answers – one post, say – that this process has written before. A piece is found
 * by what it shows *and* by its version, which the database tells with each use; so a stale one is
 * never sent and nobody has to be told when something changes. Whether the viewer may see it is asked
 * in the same statement: a fragment holds nothing that depends on the viewer, and is looked up only
 * for what the statement returned.
 * Bounded: at most 8,192 pieces of at most 4 kB; the least recently used of a few gives way.
 */
#include <apr_pools.h>
#include <apr_time.h>

#include "core/buf.h"

#define WALL_FRAGMENT_MAX 4096

/**
 * What a piece shows. A version is the times its rows were changed, one by one: the latest of them
 * would not do, because a transaction may commit an earlier time later.
 */
typedef struct wall_fragment_key_t {
    const void *owner; /* the site, compared by address */
    const char *kind;  /* a constant, compared by address */
    apr_int64_t id;
    apr_time_t version[3];
} wall_fragment_key_t;

/** 1 when a version of it is kept, whichever: asking the database for the version may pay. */
int wall_fragment_known(const wall_fragment_key_t *key);
/** 1 with a copy of the piece in @a pool; 0 when this very version is not kept. */
int wall_fragment_get(const wall_fragment_key_t *key, apr_pool_t *pool, wall_bytes_t *out);
/** Keeps a copy; replaces another version. What is longer than WALL_FRAGMENT_MAX is not kept. */
void wall_fragment_put(const wall_fragment_key_t *key, wall_bytes_t bytes);

#endif
