/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"

#include <apr_strings.h>
#include <string.h>

#include "app/auth/auth.h"
#include "io/db.h"
#include "io/events.h"
#include "io/redis.h"
#include "io/sql_statements.h"

#define BATCH 100

typedef struct outbox_row_t {
    apr_int64_t outbox_id;
    const char *topic;
    const char *channel;
    const char *payload;
} outbox_row_t;

static const wall_field_t outbox_fields[] = {
    WALL_I64(outbox_row_t, outbox_id),
    WALL_STR(outbox_row_t, topic),
    WALL_STR(outbox_row_t, channel),
    WALL_STR(outbox_row_t, payload),
    WALL_FIELDS_END
};
static const wall_shape_t outbox_shape = WALL_SHAPE_OF("OutboxRow", outbox_row_t, outbox_fields);

static const char bell[] = "outbox:bell";

static const wall_script_t ring_bell = {
    "ring_bell",
    "redis.call('LPUSH', KEYS[1], 1) redis.call('LTRIM', KEYS[1], 0, 0) return 1"
};

void outbox_ring(wall_cx_t *cx)
{
    const char *keys[] = { bell };

    (void)wall_redis_script(cx, &ring_bell, 1, keys, 0, NULL, NULL);
}

void outbox_wait(wall_cx_t *cx, int timeout_ms)
{
    const char *seconds = apr_psprintf(cx->pool, "%d.%03d", timeout_ms / 1000, timeout_ms % 1000);
    const wall_bytes_t argv[] = { { "BLPOP", 5 }, { bell, sizeof bell - 1 },
                                  { seconds, strlen(seconds) } };
    wall_redis_value_t value;

    if (wall_redis_command(cx, 3, argv, 1u << 1, timeout_ms + 1000, &value) != WALL_OK) {
        apr_sleep(timeout_ms * 1000);
    }
}

static wall_rc_t tell(wall_cx_t *cx, const outbox_row_t *row)
{
    if (strcmp(row->topic, AUTH_MARK_TOPIC) == 0)
        return auth_mark_again(cx, row->channel, row->payload);
    return wall_publish_checked(cx, row->channel, row->topic,
                                wall_bytes_of(row->payload), NULL, NULL);
}

wall_rc_t outbox_drain(wall_cx_t *cx, int *count)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_outbox_next(BATCH), &outbox_shape, &rows);

    *count = 0;
    for (; rc == WALL_OK && *count < rows->nelts; (*count)++) {
        const outbox_row_t *row = &APR_ARRAY_IDX(rows, *count, outbox_row_t);
        if (tell(cx, row) != WALL_OK) {
            break; /* told when Redis is back */
        }
        rc = wall_db_exec(cx, sql_outbox_done(row->outbox_id), NULL);
    }
    return rc;
}
