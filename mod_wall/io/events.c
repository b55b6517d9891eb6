/* SPDX-License-Identifier: Apache-2.0 */
#include "io/events.h"

#include <apr_strings.h>
#include <string.h>

#include "io/redis.h"

#define STRINGIFY(n) #n
#define NUMBER(n)    STRINGIFY(n)

/* KEYS: history, channel[, flag]; ARGV: event, data. */
static const wall_script_t publish_script = {
    "publish",
    "local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', " NUMBER(WALL_EVENTS_KEEP) ", '*',"
    " 'e', ARGV[1], 'd', ARGV[2])\n"
    "redis.call('EXPIRE', KEYS[1], " NUMBER(WALL_EVENTS_TTL) ")\n"
    "redis.call('PUBLISH', KEYS[2], id .. '\\n' .. ARGV[1] .. '\\n' .. ARGV[2])\n"
    "return KEYS[3] and redis.call('EXISTS', KEYS[3]) or 0\n"
};

wall_rc_t wall_publish_checked(wall_cx_t *cx, const char *channel, const char *event,
                               wall_bytes_t json, const char *flag_key, int *flag)
{
    const char *keys[] = { apr_pstrcat(cx->pool, "events:", channel, NULL), channel, flag_key };
    const wall_bytes_t args[] = { { event, strlen(event) }, json };
    wall_redis_value_t value = { .number = 0 };
    wall_rc_t rc = wall_redis_script(cx, &publish_script, flag_key ? 3 : 2, keys, 2, args, &value);
    if (flag) {
        *flag = rc == WALL_OK && value.number != 0;
    }
    return rc;
}

void wall_publish(wall_cx_t *cx, const char *channel, const char *event, wall_bytes_t json)
{
    wall_publish_checked(cx, channel, event, json, NULL, NULL);
}

void wall_publish_passing(wall_cx_t *cx, const char *channel, const char *event, wall_bytes_t json)
{
    wall_buf_t payload;
    wall_buf_init(&payload, cx->pool, strlen(event) + json.len + 3);
    wall_buf_char(&payload, '\n');
    wall_buf_str(&payload, event);
    wall_buf_char(&payload, '\n');
    wall_buf_add(&payload, json.data, json.len);
    const wall_bytes_t argv[] = { { "PUBLISH", 7 },
                                  { channel, strlen(channel) },
                                  { payload.data, payload.len } };
    wall_redis_command(cx, 3, argv, 1u << 1, 0, NULL);
}

void wall_events_reset(wall_cx_t *cx, const char *channel)
{
    /* Trimmed, not deleted: the stream remembers its last id, so ids never go back. */
    const char *key = apr_pstrcat(cx->pool, "events:", channel, NULL);
    const wall_bytes_t argv[] = { { "XTRIM", 5 }, { key, strlen(key) }, { "MAXLEN", 6 }, { "0", 1 } };
    wall_redis_command(cx, 4, argv, 1u << 1, 0, NULL);
}

/** [id, [field, value, …]] of XRANGE; fields as publish_script writes them. 0 when it is not ours. */
static int event_of(const wall_redis_value_t *entry, wall_event_t *event)
{
    const wall_redis_value_t *fields;

    if (entry->kind != WALL_REDIS_LIST || entry->count != 2 || entry->items[1].count != 4) {
        return 0;
    }
    fields = entry->items[1].items;
    event->id = entry->items[0].bytes.data;
    event->name = fields[1].bytes.data;
    event->data = fields[3].bytes;
    return 1;
}

wall_rc_t wall_events_read(wall_cx_t *cx, const char *channel, const char *after_id, int max,
                           apr_array_header_t **out)
{
    const char *key = apr_pstrcat(cx->pool, "events:", channel, NULL);
    const char *from = after_id ? apr_pstrcat(cx->pool, "(", after_id, NULL) : "-";
    const char *count = apr_itoa(cx->pool, max);
    const wall_bytes_t argv[] = { { "XRANGE", 6 },         { key, strlen(key) },
                                  { from, strlen(from) },  { "+", 1 },
                                  { "COUNT", 5 },          { count, strlen(count) } };
    wall_redis_value_t reply = { .count = 0 };
    wall_rc_t rc = wall_redis_command(cx, 6, argv, 1u << 1, 0, &reply);

    *out = apr_array_make(cx->pool, 64, sizeof(wall_event_t));
    for (int i = 0; rc == WALL_OK && reply.kind == WALL_REDIS_LIST && i < reply.count; i++) {
        wall_event_t event;

        if (event_of(&reply.items[i], &event)) {
            *(wall_event_t *)apr_array_push(*out) = event;
        }
    }
    return rc;
}
