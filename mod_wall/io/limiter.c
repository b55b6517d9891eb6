/* SPDX-License-Identifier: Apache-2.0 */
#include "io/limiter.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/site.h"
#include "io/redis.h"

#define BATCH      20  /* most tokens prepaid at once */
#define SHARDS     64
#define SHARD_MAX  512 /* entries; one goes when another has to come in */
#define SHARD_SIZE 256 /* hash chains */

typedef struct class_t {
    int count, period, burst, local;
    int batched;
} class_t;

static const class_t classes[WALL_RATE__COUNT] = {
#define X(sym, count, period, burst, local)                                                        \
    [WALL_RATE_##sym] = { count, period, burst, local, WALL_RATE_##sym == WALL_RATE_READ },
    WALL_RATES(X)
#undef X
};

static const char *const names[] = {
    [WALL_RATE_READ] = "read",     [WALL_RATE_WRITE] = "write",   [WALL_RATE_AUTH] = "auth",
    [WALL_RATE_CODE] = "code",     [WALL_RATE_SPEND] = "spend",   [WALL_RATE_UPLOAD] = "upload", [WALL_RATE_GENERATE] = "generate",
    [WALL_RATE_WEBHOOK] = "webhook",
};

/* ---- the algorithm ---- */

static apr_int64_t seconds_up(double us)
{
    return us > 0 ? (apr_int64_t)((us + 999999) / 1e6) : 0;
}

int wall_gcra_take(const wall_gcra_t *rule, double now, int want, double *tat, wall_limit_t *state)
{
    const double depth = rule->interval * rule->burst;
    double at = *tat < now ? now : *tat > now + depth ? now + depth : *tat;
    /* A hair's breadth of slack: n intervals added up may be a rounding error above n × interval. */
    apr_int64_t room = (apr_int64_t)((now + depth - at) / rule->interval + 1e-6);
    int granted = room < want ? (int)room : want;
    at += granted * rule->interval;
    *tat = at;
    state->remaining = room - granted;
    state->reset = seconds_up(at - now);
    state->retry_after = granted > 0 ? 0 : seconds_up(at + rule->interval - depth - now);
    if (granted == 0 && state->retry_after == 0) {
        state->retry_after = 1;
    }
    return granted;
}

/* The same in Redis' time. KEYS: bucket; ARGV: interval, burst, want. Times are counted from 2023
 * (1.7e15 µs), which leaves doubles enough digits for intervals below a microsecond. */
static const wall_script_t take_script = {
    "take",
    "local t = redis.call('TIME')\n"
    "local now = (t[1] - 1700000000) * 1000000 + t[2]\n"
    "local interval, want = tonumber(ARGV[1]), tonumber(ARGV[3])\n"
    "local depth = interval * ARGV[2]\n"
    "local at = tonumber(redis.call('GET', KEYS[1]) or now)\n"
    "at = math.min(math.max(at, now), now + depth)\n"
    "local room = math.floor((now + depth - at) / interval + 0.000001)\n"
    "local granted = math.min(room, want)\n"
    "if granted > 0 then\n"
    "  at = at + granted * interval\n"
    "  redis.call('SET', KEYS[1], string.format('%.3f', at),\n"
    "             'PX', math.ceil((at - now) / 1000) + 1)\n"
    "end\n"
    "return { granted, room - granted, math.ceil(at - now),\n"
    "         math.ceil(at + interval - depth - now) }\n"
};

/** @param wait microseconds until one would pass; 0 when one did */
static wall_rc_t take_remote(wall_cx_t *cx, const char *key, const wall_gcra_t *rule, int want,
                             int *granted, apr_time_t *wait, wall_limit_t *state)
{
    char interval[32], burst[32], count[16];
    wall_redis_value_t value = { .kind = WALL_REDIS_NIL };
    const wall_bytes_t args[] = {
        { interval, (size_t)apr_snprintf(interval, sizeof(interval), "%.6f", rule->interval) },
        { burst, (size_t)apr_snprintf(burst, sizeof(burst), "%.0f", rule->burst) },
        { count, (size_t)apr_snprintf(count, sizeof(count), "%d", want) },
    };
    wall_rc_t rc = wall_redis_script(cx, &take_script, 1, &key, 3, args, &value);
    if (rc != WALL_OK) {
        return rc;
    }
    if (value.kind != WALL_REDIS_LIST || value.count != 4) {
        return WALL_E_REDIS_UNAVAILABLE;
    }
    *granted = (int)value.items[0].number;
    state->remaining = value.items[1].number;
    state->reset = seconds_up((double)value.items[2].number);
    *wait = *granted > 0 ? 0 : value.items[3].number > 1 ? value.items[3].number : 1;
    state->retry_after = seconds_up((double)*wait);
    return WALL_OK;
}

/* ---- what this process remembers: prepaid tokens, refusals, buckets while Redis is away ---- */

typedef struct entry_t {
    struct entry_t *next;
    apr_time_t until;   /* worth nothing afterwards */
    int tokens;         /* prepaid and unspent */
    int batch;          /* size of the last batch; 0 = none yet */
    apr_time_t refused; /* until then Redis would say no */
    apr_time_t reset;   /* when the full burst is back, as Redis last said */
    apr_int64_t remaining;
    double tat; /* of the local bucket */
    char key[]; /* site, class, who */
} entry_t;

typedef struct shard_t {
    pthread_mutex_t lock;
    int count;
    entry_t *chains[SHARD_SIZE];
} shard_t;

static shard_t shards[SHARDS] = { [0 ... SHARDS - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER } };

static unsigned hash_of(const char *key)
{
    unsigned hash = 2166136261u; /* FNV-1a */
    for (; *key; key++) {
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    }
    return hash;
}

/** Drops everything out of date, or at least the entry that goes first. */
static void make_room(shard_t *shard, apr_time_t now)
{
    entry_t **oldest = NULL;
    for (int i = 0; i < SHARD_SIZE; i++) {
        for (entry_t **at = &shard->chains[i]; *at;) {
            entry_t *entry = *at;
            if (entry->until <= now) {
                if (oldest == &entry->next) {
                    oldest = at;
                }
                *at = entry->next;
                free(entry);
                shard->count--;
                continue;
            }
            if (!oldest || entry->until < (*oldest)->until) {
                oldest = at;
            }
            at = &entry->next;
        }
    }
    if (shard->count >= SHARD_MAX && oldest) {
        entry_t *entry = *oldest;
        *oldest = entry->next;
        free(entry);
        shard->count--;
    }
}

/** The entry of @a key, zeroed when new or out of date. The shard is locked by the caller. */
static entry_t *entry_of(shard_t *shard, unsigned hash, const char *key, apr_time_t now)
{
    entry_t **chain = &shard->chains[hash / SHARDS % SHARD_SIZE];
    entry_t *entry = *chain;
    size_t len = strlen(key) + 1;
    while (entry && strcmp(entry->key, key) != 0) {
        entry = entry->next;
    }
    if (!entry) {
        if (shard->count >= SHARD_MAX) {
            make_room(shard, now);
        }
        entry = calloc(1, sizeof(*entry) + len);
        if (!entry) {
            abort();
        }
        memcpy(entry->key, key, len);
        entry->next = *chain;
        *chain = entry;
        shard->count++;
    } else if (entry->until <= now) {
        memset((char *)entry + offsetof(entry_t, until), 0,
               offsetof(entry_t, key) - offsetof(entry_t, until));
    }
    return entry;
}

/** Redis is away: a bucket of this process alone. */
static wall_rc_t take_local(const char *key, const wall_gcra_t *rule, apr_time_t now,
                            wall_limit_t *state)
{
    unsigned hash = hash_of(key);
    shard_t *shard = &shards[hash % SHARDS];
    pthread_mutex_lock(&shard->lock);
    entry_t *entry = entry_of(shard, hash, key, now);
    int granted = wall_gcra_take(rule, (double)now, 1, &entry->tat, state);
    apr_time_t until = (apr_time_t)entry->tat + 1;
    entry->until = entry->until > until ? entry->until : until;
    pthread_mutex_unlock(&shard->lock);
    return granted ? WALL_OK : WALL_E_RATE_LIMITED;
}

/**
 * Spends a prepaid token.
 * @return 1 decided (*rc and state are set), 0 ask Redis for *want tokens
 */
static int take_prepaid(const char *key, apr_time_t now, int *want, wall_limit_t *state,
                        wall_rc_t *rc)
{
    unsigned hash = hash_of(key);
    shard_t *shard = &shards[hash % SHARDS];
    int decided = 1;
    pthread_mutex_lock(&shard->lock);
    entry_t *entry = entry_of(shard, hash, key, now);
    state->remaining = entry->remaining;
    state->reset = seconds_up((double)(entry->reset - now));
    state->retry_after = 0;
    if (entry->tokens > 0) {
        entry->tokens--;
        state->remaining += entry->tokens;
        *rc = WALL_OK;
    } else if (entry->refused > now) {
        state->retry_after = seconds_up((double)(entry->refused - now));
        *rc = WALL_E_RATE_LIMITED;
    } else {
        entry->batch = entry->batch == 0 ? 1 : entry->batch * 2 > BATCH ? BATCH : entry->batch * 2;
        *want = entry->batch;
        decided = 0;
    }
    pthread_mutex_unlock(&shard->lock);
    return decided;
}

static void keep_prepaid(const char *key, apr_time_t now, apr_time_t until, int want, int granted,
                         apr_time_t wait, const wall_limit_t *state)
{
    unsigned hash = hash_of(key);
    shard_t *shard = &shards[hash % SHARDS];
    pthread_mutex_lock(&shard->lock);
    entry_t *entry = entry_of(shard, hash, key, now);
    entry->batch = want;
    entry->tokens += granted > 0 ? granted - 1 : 0;
    entry->remaining = state->remaining;
    entry->reset = now + apr_time_from_sec(state->reset);
    /* 0, not now: a request that arrived a moment before this one may come here after it. */
    entry->refused = wait > 0 ? now + wait : 0;
    entry->until = until;
    pthread_mutex_unlock(&shard->lock);
}

/* ---- the interface ---- */

const char *wall_rate_name(wall_rate_t rate)
{
    _Static_assert(sizeof(names) / sizeof(names[0]) == WALL_RATE__COUNT, "a class has no name");
    return (unsigned)rate < WALL_RATE__COUNT ? names[rate] : NULL;
}

const char *wall_limit_who(wall_cx_t *cx)
{
    /* All keys of a person share one budget beside their owner's: a program that asks too much does not
     * lock its owner out, and making more keys allows nobody more. */
    if (cx->viewer.key_id)
        return apr_psprintf(cx->pool, "k:%" APR_INT64_T_FMT, cx->viewer.user_id);
    return cx->viewer.user_id ? apr_psprintf(cx->pool, "u:%" APR_INT64_T_FMT, cx->viewer.user_id)
                              : wall_limit_address(cx);
}

const char *wall_limit_address(wall_cx_t *cx)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291 §2.5.5.2 */
    const char *ip = cx->client_ip ? cx->client_ip : "unknown";
    unsigned char addr[16];
    char text[INET6_ADDRSTRLEN];
    if (!strchr(ip, ':') || inet_pton(AF_INET6, ip, addr) != 1) {
        return apr_pstrcat(cx->pool, "a:", ip, NULL);
    }
    if (memcmp(addr, mapped, sizeof(mapped)) == 0) {
        inet_ntop(AF_INET, addr + 12, text, sizeof(text));
        return apr_pstrcat(cx->pool, "a:", text, NULL);
    }
    memset(addr + 8, 0, 8);
    inet_ntop(AF_INET6, addr, text, sizeof(text));
    return apr_pstrcat(cx->pool, "a:", text, "/64", NULL);
}

wall_rc_t wall_limit_take(wall_cx_t *cx, wall_rate_t rate, const char *who, wall_limit_t *state)
{
    memset(state, 0, sizeof(*state));
    const char *name = wall_rate_name(rate);
    if (!name) {
        return WALL_OK;
    }
    const class_t *class = &classes[rate];
    const double factor = cx->site->rate_factor > 0 ? (double)cx->site->rate_factor : 1;
    const double count = class->count * factor;
    const wall_gcra_t rule = { class->period * 1e6 / count, class->burst * factor };
    const apr_time_t now = cx->now ? cx->now : apr_time_now();
    const char *key = apr_pstrcat(cx->pool, "rate:", name, ":", who, NULL);
    const char *mine = apr_pstrcat(cx->pool, cx->site->site, ":", key, NULL);
    int want = 1, granted = 0;
    apr_time_t wait = 0;
    wall_rc_t rc;
    state->limit = (apr_int64_t)count;
    state->period = class->period;
    if (class->batched && take_prepaid(mine, now, &want, state, &rc)) {
        return rc;
    }
    if (take_remote(cx, key, &rule, want, &granted, &wait, state) != WALL_OK) {
        if (class->local) {
            return take_local(mine, &rule, now, state);
        }
        state->remaining = (apr_int64_t)rule.burst;
        return WALL_OK;
    }
    if (class->batched) {
        /* Kept for a whole period: letting prepaid tokens lapse sooner would make a slow visitor of
         * many processes pay for tokens nobody uses. */
        keep_prepaid(mine, now, now + apr_time_from_sec(class->period), want, granted, wait, state);
        state->remaining += granted > 0 ? granted - 1 : 0;
    }
    return granted > 0 ? WALL_OK : WALL_E_RATE_LIMITED;
}

wall_rc_t wall_limit_refuse(wall_cx_t *cx, const wall_limit_t *state, wall_why_t why)
{
    cx->reply.retry_after = state->retry_after;
    return wall_fail(cx, WALL_E_RATE_LIMITED, NULL, why);
}

wall_rc_t wall_limit_take_own(wall_cx_t *cx, const wall_limit_own_t *own, const char *who)
{
    const double burst = (double)own->count * (cx->site->rate_factor > 0 ? (double)cx->site->rate_factor : 1);
    const wall_gcra_t rule = { (double)own->period * 1e6 / burst, burst };
    const char *key = apr_pstrcat(cx->pool, "rate:", own->name, ":", who, NULL);
    wall_limit_t state = { 0 };
    apr_time_t wait = 0;
    int granted = 0;
    if (take_remote(cx, key, &rule, 1, &granted, &wait, &state) != WALL_OK) {
        wall_fail_clear(cx);
        granted = take_local(apr_pstrcat(cx->pool, cx->site->site, ":", key, NULL), &rule,
                             cx->now ? cx->now : apr_time_now(), &state) == WALL_OK;
    }
    return granted > 0 ? WALL_OK : wall_limit_refuse(cx, &state, own->why);
}
