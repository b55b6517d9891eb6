/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/session_cache.h"

#include <pthread.h>
#include <string.h>

#include "app/auth/auth.h"

#define HASH_LEN 64
#define SITE_LEN 32 /* WallSite's bound */
#define SHARDS   16
#define SETS     64
#define WAYS     4

/* A token belongs to one site; hosts of several sites may share the process. */
typedef struct entry_t {
    char token_hash[HASH_LEN + 1];
    char site[SITE_LEN + 1];
    apr_time_t seen; /* 0: free */
    auth_session_t session;
} entry_t;

typedef struct shard_t {
    pthread_mutex_t mutex;
    entry_t entries[SETS][WAYS];
} shard_t;

static shard_t shards[SHARDS] = { [0 ... SHARDS - 1] = { .mutex = PTHREAD_MUTEX_INITIALIZER } };

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10) & 15U;
}

/* The hash is uniform already: its first digits choose. Locks the shard; NULL, and nothing locked, where
 * a name is too long to be kept. */
static entry_t *lock_set(const char *site, const char *token_hash, shard_t **shard)
{
    unsigned set;

    if (strlen(token_hash) != HASH_LEN || strlen(site) > SITE_LEN)
        return NULL;
    set = digit(token_hash[1]) << 4 | digit(token_hash[2]);
    *shard = &shards[digit(token_hash[0])];
    pthread_mutex_lock(&(*shard)->mutex);
    return (*shard)->entries[set % SETS];
}

static entry_t *find(entry_t *set, const char *site, const char *token_hash)
{
    for (int i = 0; i < WAYS; i++) {
        if (set[i].seen != 0 && memcmp(set[i].token_hash, token_hash, HASH_LEN) == 0 &&
            strcmp(set[i].site, site) == 0)
            return &set[i];
    }
    return NULL;
}

int auth_cache_get(const char *site, const char *token_hash, apr_time_t now, auth_session_t *out)
{
    const entry_t *entry;
    shard_t *shard;
    entry_t *set = lock_set(site, token_hash, &shard);
    int fresh;

    if (set == NULL)
        return 0;
    entry = find(set, site, token_hash);
    fresh = entry != NULL && now - entry->seen <= apr_time_from_sec(AUTH_CACHE_SECONDS) &&
            entry->session.expires_us > now;
    if (fresh)
        *out = entry->session;
    pthread_mutex_unlock(&shard->mutex);
    return fresh;
}

void auth_cache_put(const char *site, const char *token_hash, apr_time_t seen,
                    const auth_session_t *session)
{
    entry_t *entry;
    shard_t *shard;
    entry_t *set = lock_set(site, token_hash, &shard);

    if (set == NULL)
        return;
    entry = find(set, site, token_hash);
    if (entry == NULL) {
        entry = &set[0];
        for (int i = 1; i < WAYS; i++) {
            if (set[i].seen < entry->seen)
                entry = &set[i];
        }
    }
    memcpy(entry->token_hash, token_hash, HASH_LEN + 1);
    memcpy(entry->site, site, strlen(site) + 1);
    entry->seen = seen;
    entry->session = *session;
    pthread_mutex_unlock(&shard->mutex);
}

void auth_cache_drop(const char *site, const char *token_hash)
{
    entry_t *entry;
    shard_t *shard;
    entry_t *set = lock_set(site, token_hash, &shard);

    if (set == NULL)
        return;
    entry = find(set, site, token_hash);
    if (entry != NULL)
        entry->seen = 0;
    pthread_mutex_unlock(&shard->mutex);
}
