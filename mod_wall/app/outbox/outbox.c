/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"

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

void outbox_ring(wall_cx_t *cx)
{
    wall_redis_ring(cx, OUTBOX_BELL);
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
