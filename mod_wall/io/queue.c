/* SPDX-License-Identifier: Apache-2.0 */
#include "io/queue.h"

#include <apr_strings.h>
#include <string.h>

#include "io/redis.h"

/*
 * Keys of a queue, all passed to every script in this order:
 *   1 queue:<q>        zset job id → score = (7 - priority) * 2^40 + tag
 *   2 queue:<q>:vtime  hash class → virtual time: the highest tag popped
 *   3 queue:<q>:tags   hash "<class>:<user>" → the user's last tag, "job:<id>" → "<class>:<user>"
 *   4 queue:<q>:eta    milliseconds of one job
 *   5 job:             what a job's channel starts with
 * A class is 7 - priority: virtual time is kept per class, or the tags that premium jobs use up would
 * push ordinary newcomers behind ordinary heavy users. tags holds only users with waiting jobs: the
 * last tag of anybody else is not above the virtual time and so without effect.
 */
#define KEY_COUNT 5

#define CLASS_BITS "1099511627776" /* 2^40 */

#define LUA_ANNOUNCE                                                                               \
    "local function announce()\n"                                                                  \
    "  local total = redis.call('ZCARD', KEYS[1])\n"                                               \
    "  if total == 0 then return end\n"                                                            \
    "  local eta = tonumber(redis.call('GET', KEYS[4]) or '')\n"                                   \
    "  for n, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, 99)) do\n"                             \
    "    redis.call('PUBLISH', KEYS[5] .. id, string.format(\n"                                    \
    "      '\\njob.queued\\n{\"position\":%d,\"total\":%d,\"eta_s\":%s}', n, total,\n"             \
    "      eta and string.format('%d', math.ceil(n * eta / 1000)) or 'null'))\n"                   \
    "  end\n"                                                                                      \
    "end\n"

/* Takes a job out of the books; hands back its owner's field and its tag. */
#define LUA_FORGET                                                                                 \
    "local function forget(id, score)\n"                                                           \
    "  local class = math.floor(score / " CLASS_BITS ")\n"                                         \
    "  local tag = score - class * " CLASS_BITS "\n"                                               \
    "  local owner = redis.call('HGET', KEYS[3], 'job:' .. id)\n"                                  \
    "  redis.call('HDEL', KEYS[3], 'job:' .. id)\n"                                                \
    "  if redis.call('EXISTS', KEYS[1]) == 0 then\n"                                               \
    "    redis.call('DEL', KEYS[2], KEYS[3])\n"                                                    \
    "    return nil, class, tag\n"                                                                 \
    "  end\n"                                                                                      \
    "  if owner and tonumber(redis.call('HGET', KEYS[3], owner) or -1) ~= tag then owner = nil end\n" \
    "  return owner or nil, class, tag\n"                                                          \
    "end\n"

/* ARGV: job, user, class. */
static const wall_script_t ring_script = {
    "ring",
    LUA_ANNOUNCE
    "if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end\n"
    "local owner = ARGV[3] .. ':' .. ARGV[2]\n"
    "local vtime = tonumber(redis.call('HGET', KEYS[2], ARGV[3]) or 0)\n"
    "local last = tonumber(redis.call('HGET', KEYS[3], owner) or 0)\n"
    "local tag = string.format('%.0f', math.max(vtime, last) + 1)\n"
    "local score = string.format('%.0f', tonumber(ARGV[3]) * " CLASS_BITS " + tag)\n"
    "redis.call('ZADD', KEYS[1], 'NX', score, ARGV[1])\n"
    "redis.call('HSET', KEYS[3], owner, tag, 'job:' .. ARGV[1], owner)\n"
    "announce()\n"
    "return 1\n"
};

/* ARGV: job, its score. The job has left the zset: it is in service, so the time moves on to it. */
static const wall_script_t popped_script = {
    "popped",
    LUA_FORGET
    "local owner, class, tag = forget(ARGV[1], tonumber(ARGV[2]))\n"
    "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end\n"
    "local vtime = tonumber(redis.call('HGET', KEYS[2], class) or 0)\n"
    "if tag > vtime then redis.call('HSET', KEYS[2], class, string.format('%.0f', tag)) end\n"
    "if owner then redis.call('HDEL', KEYS[3], owner) end\n" /* nothing of theirs waits */
    "return 1\n"
};

/* ARGV: job. A cancelled last job gives its tag back, or cancelling would cost its owner a turn. */
static const wall_script_t remove_script = {
    "remove",
    LUA_ANNOUNCE LUA_FORGET
    "local score = redis.call('ZSCORE', KEYS[1], ARGV[1])\n"
    "if not score then return 0 end\n"
    "redis.call('ZREM', KEYS[1], ARGV[1])\n"
    "local owner, class, tag = forget(ARGV[1], tonumber(score))\n"
    "local vtime = tonumber(redis.call('HGET', KEYS[2], class) or 0)\n"
    "if owner and tag - 1 > vtime then\n"
    "  redis.call('HSET', KEYS[3], owner, string.format('%.0f', tag - 1))\n"
    "elseif owner then redis.call('HDEL', KEYS[3], owner) end\n"
    "announce()\n"
    "return 1\n"
};

/* ARGV: job. */
static const wall_script_t place_script = {
    "place",
    "local rank = redis.call('ZRANK', KEYS[1], ARGV[1])\n"
    "return { rank and rank + 1 or 0, redis.call('ZCARD', KEYS[1]) }\n"
};

/* ARGV: milliseconds, 0 = unknown. */
static const wall_script_t announce_script = {
    "announce",
    LUA_ANNOUNCE
    "if ARGV[1] ~= '0' then redis.call('SET', KEYS[4], ARGV[1], 'EX', 3600) end\n"
    "announce()\n"
    "return 1\n"
};

static wall_rc_t run(wall_cx_t *cx, const wall_script_t *script, const char *queue, int nargs,
                     const char *const *texts, wall_redis_value_t *out)
{
    const char *zset = apr_pstrcat(cx->pool, "queue:", queue, NULL);
    const char *const keys[KEY_COUNT] = {
        zset,
        apr_pstrcat(cx->pool, zset, ":vtime", NULL),
        apr_pstrcat(cx->pool, zset, ":tags", NULL),
        apr_pstrcat(cx->pool, zset, ":eta", NULL),
        "job:",
    };
    wall_bytes_t args[3];
    for (int i = 0; i < nargs; i++) {
        args[i] = (wall_bytes_t){ texts[i], strlen(texts[i]) };
    }
    return wall_redis_script(cx, script, KEY_COUNT, keys, nargs, args, out);
}

wall_rc_t wall_queue_ring(wall_cx_t *cx, const char *queue, const char *job_id, apr_int64_t user_id,
                          int priority)
{
    const int clamped = priority < 0 ? 0 : priority > 7 ? 7 : priority;
    const char *const args[] = { job_id, apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, user_id),
                                 apr_itoa(cx->pool, 7 - clamped) };
    return run(cx, &ring_script, queue, 3, args, NULL);
}

wall_rc_t wall_queue_pop(wall_cx_t *cx, const char *queue, int timeout_ms, const char **job_id)
{
    const char *key = apr_pstrcat(cx->pool, "queue:", queue, NULL);
    const char *seconds = apr_psprintf(cx->pool, "%d.%03d", timeout_ms / 1000, timeout_ms % 1000);
    const wall_bytes_t wait[] = { { "BZPOPMIN", 8 },
                                  { key, strlen(key) },
                                  { seconds, strlen(seconds) } };
    const wall_bytes_t look[] = { { "ZPOPMIN", 7 }, { key, strlen(key) } };
    wall_redis_value_t value = { .kind = WALL_REDIS_NIL };
    wall_rc_t rc = timeout_ms > 0
                       ? wall_redis_command(cx, 3, wait, 1u << 1, timeout_ms + 1000, &value)
                       : wall_redis_command(cx, 2, look, 1u << 1, 0, &value);
    if (rc != WALL_OK) {
        return rc;
    }
    if (value.kind != WALL_REDIS_LIST || value.count < 2) {
        return WALL_E_NOT_FOUND;
    }
    /* BZPOPMIN answers key, member, score; ZPOPMIN member, score. */
    const wall_redis_value_t *member = &value.items[value.count - 2];
    const char *const args[] = { member->bytes.data, member[1].bytes.data };
    *job_id = member->bytes.data;
    run(cx, &popped_script, queue, 2, args, NULL); /* failing costs fairness, not the job */
    return WALL_OK;
}

wall_rc_t wall_queue_remove(wall_cx_t *cx, const char *queue, const char *job_id)
{
    return run(cx, &remove_script, queue, 1, &job_id, NULL);
}

wall_rc_t wall_queue_place(wall_cx_t *cx, const char *queue, const char *job_id,
                           wall_queue_place_t *place)
{
    wall_redis_value_t value = { .kind = WALL_REDIS_NIL };
    wall_rc_t rc = run(cx, &place_script, queue, 1, &job_id, &value);
    memset(place, 0, sizeof(*place));
    if (rc == WALL_OK && value.kind == WALL_REDIS_LIST && value.count == 2) {
        place->position = value.items[0].number;
        place->total = value.items[1].number;
    }
    return rc;
}

void wall_queue_announce(wall_cx_t *cx, const char *queue, apr_int64_t eta_ms)
{
    const char *const args[] = {
        apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, eta_ms > 0 ? eta_ms : 0)
    };
    run(cx, &announce_script, queue, 1, args, NULL);
}

apr_int64_t wall_queue_eta(wall_cx_t *cx, const char *queue)
{
    wall_bytes_t text = { NULL, 0 };
    wall_redis_get(cx, apr_pstrcat(cx->pool, "queue:", queue, ":eta", NULL), &text);
    return text.data ? apr_atoi64(text.data) : 0;
}
