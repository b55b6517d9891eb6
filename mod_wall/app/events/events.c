/* SPDX-License-Identifier: Apache-2.0 */
#include "app/events/events.h"

#include <string.h>

#include "app/apps/apps.h"
#include "app/events/events_actions.h"
#include "app/events/topics.h"
#include "io/db.h"
#include "io/sql_statements.h"

/** The ids of all topics of a kind as a JSON array; NULL when there are none. */
static const char *ids_of(wall_cx_t *cx, const apr_array_header_t *topics, events_kind_t kind)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 128);
    for (int i = 0; i < topics->nelts; i++) {
        const events_topic_t *topic = &APR_ARRAY_IDX(topics, i, events_topic_t);

        if (topic->kind != kind) {
            continue;
        }
        wall_buf_char(&json, json.len ? ',' : '[');
        if (topic->uuid) {
            wall_json_string(&json, topic->uuid);
        } else {
            wall_buf_i64(&json, topic->id);
        }
    }
    if (!json.len) {
        return NULL;
    }
    wall_buf_char(&json, ']');
    return json.data;
}

static wall_rc_t add_jobs(wall_cx_t *cx, const apr_array_header_t *topics, wall_stream_t *stream)
{
    const char *ids = ids_of(cx, topics, EVENTS_JOB);

    return ids ? apps_watch_jobs(cx, ids, stream) : WALL_OK;
}

typedef struct seen_t {
    const char *topic;
} seen_t;
static const wall_field_t seen_fields[] = { WALL_STR(seen_t, topic), WALL_FIELDS_END };
static const wall_shape_t seen_shape = WALL_SHAPE_OF("SeenTopic", seen_t, seen_fields);

static wall_rc_t add_walls(wall_cx_t *cx, const apr_array_header_t *topics, wall_stream_t *stream)
{
    const char *ids = ids_of(cx, topics, EVENTS_WALL);
    apr_array_header_t *seen;
    wall_rc_t rc;

    if (!ids) {
        return WALL_OK;
    }
    rc = wall_db_list(cx, sql_events_walls_seen(ids, cx->viewer.user_id), &seen_shape, &seen);
    for (int i = 0; rc == WALL_OK && i < seen->nelts; i++) {
        wall_stream_add(cx->pool, stream, APR_ARRAY_IDX(seen, i, seen_t).topic);
    }
    return rc;
}

/** What concerns one person is for nobody else's ears, so there is nothing to ask the database. */
static wall_rc_t add_self(wall_cx_t *cx, const apr_array_header_t *topics, wall_stream_t *stream)
{
    for (int i = 0; i < topics->nelts; i++) {
        const events_topic_t *topic = &APR_ARRAY_IDX(topics, i, events_topic_t);

        if (topic->kind == EVENTS_USER && topic->id == cx->viewer.user_id) {
            wall_stream_add(cx->pool, stream, topic->name);
        }
    }
    return WALL_OK;
}

/** Each channel goes on where its topic says. */
static void resume(const apr_array_header_t *topics, wall_stream_t *stream)
{
    for (int i = 0; i < stream->channels->nelts; i++) {
        wall_stream_channel_t *channel =
            &APR_ARRAY_IDX(stream->channels, i, wall_stream_channel_t);

        for (int k = 0; k < topics->nelts && !channel->after; k++) {
            const events_topic_t *topic = &APR_ARRAY_IDX(topics, k, events_topic_t);

            if (strcmp(topic->name, channel->name) == 0) {
                channel->after = topic->after;
            }
        }
    }
}

wall_rc_t events_watch(wall_cx_t *cx, const events_watch_in_t *in, wall_stream_t *out)
{
    static wall_rc_t (*const add[])(wall_cx_t *, const apr_array_header_t *, wall_stream_t *) = {
        add_jobs, add_walls, add_self
    };
    apr_array_header_t *topics;
    const wall_why_t why = events_topics_read(cx->pool, in->topics, &topics);
    wall_rc_t rc = WALL_OK;

    if (why.reason != WALL_WHY_NONE) {
        return wall_fail(cx, WALL_E_VALIDATION, "topics", why);
    }
    for (size_t i = 0; i < sizeof(add) / sizeof(add[0]) && rc == WALL_OK; i++) {
        rc = add[i](cx, topics, out);
    }
    if (rc != WALL_OK) {
        return rc;
    }
    if (!out->channels) {
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    }
    out->multiplexed = 1;
    out->final_events = apps_final_events;
    resume(topics, out);
    return WALL_OK;
}
