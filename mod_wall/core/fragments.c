/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fragments.h"

#include <apr_strings.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 64
#define SETS   32
#define WAYS   4

typedef struct piece_t {
    wall_fragment_key_t key;
    unsigned long used; /* the shard's count when it was used last; 0: free */
    size_t len, room;
    char *data;
} piece_t;

typedef struct shard_t {
    pthread_mutex_t lock;
    unsigned long uses;
    piece_t pieces[SETS][WAYS];
} shard_t;

static shard_t shards[SHARDS] = { [0 ... SHARDS - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER } };

static int same(const piece_t *piece, const wall_fragment_key_t *key)
{
    return piece->used != 0 && piece->key.id == key->id && piece->key.owner == key->owner &&
           piece->key.kind == key->kind;
}

/* Locks the shard of @a key and returns its set. */
static piece_t *set_of(const wall_fragment_key_t *key, shard_t **shard)
{
    uint64_t mix = ((uint64_t)key->id ^ (uint64_t)(uintptr_t)key->kind << 20 ^
                    (uint64_t)(uintptr_t)key->owner) * 0x9E3779B97F4A7C15u;

    *shard = &shards[mix >> 58];
    pthread_mutex_lock(&(*shard)->lock);
    return (*shard)->pieces[(mix >> 48) % SETS];
}

static piece_t *find(piece_t *set, const wall_fragment_key_t *key)
{
    for (int i = 0; i < WAYS; i++) {
        if (same(&set[i], key))
            return &set[i];
    }
    return NULL;
}

int wall_fragment_known(const wall_fragment_key_t *key)
{
    shard_t *shard;
    piece_t *set = set_of(key, &shard);
    int known = find(set, key) != NULL;

    pthread_mutex_unlock(&shard->lock);
    return known;
}

int wall_fragment_get(const wall_fragment_key_t *key, apr_pool_t *pool, wall_bytes_t *out)
{
    shard_t *shard;
    piece_t *piece = find(set_of(key, &shard), key);
    int found = piece != NULL && memcmp(piece->key.version, key->version, sizeof key->version) == 0;

    if (found) {
        piece->used = ++shard->uses;
        out->data = apr_pmemdup(pool, piece->data, piece->len);
        out->len = piece->len;
    }
    pthread_mutex_unlock(&shard->lock);
    return found;
}

void wall_fragment_put(const wall_fragment_key_t *key, wall_bytes_t bytes)
{
    shard_t *shard;
    piece_t *set, *piece;

    if (bytes.len > WALL_FRAGMENT_MAX)
        return;
    set = set_of(key, &shard);
    piece = find(set, key);
    for (int i = 0; piece == NULL && i < WAYS; i++) {
        int oldest = 1;

        for (int k = 0; k < WAYS; k++)
            oldest &= set[i].used <= set[k].used;
        if (oldest)
            piece = &set[i];
    }
    if (piece->room < bytes.len || piece->data == NULL) {
        size_t room = (bytes.len | 255) + 1; /* so that the next version mostly fits */
        char *data = realloc(piece->data, room);

        if (data == NULL)
            abort(); /* as APR does */
        piece->data = data;
        piece->room = room;
    }
    if (bytes.len > 0)
        memcpy(piece->data, bytes.data, bytes.len);
    piece->len = bytes.len;
    piece->key = *key;
    piece->used = ++shard->uses;
    pthread_mutex_unlock(&shard->lock);
}
