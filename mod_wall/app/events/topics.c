/* SPDX-License-Identifier: Apache-2.0 */
#include "app/events/topics.h"

#include <apr_strings.h>
#include <string.h>

#include "app/events/events.h"

#define UUID_LEN      36
#define ID_DIGITS     18 /* any number of so many digits is an apr_int64_t */
#define AFTER_DIGITS  15 /* of each half; Redis has 13 and few */

static const char digits[] = "0123456789";

static const struct {
    const char *prefix;
    events_kind_t kind;
} kinds[] = {
    { "job:", EVENTS_JOB },
    { "wall:", EVENTS_WALL },
    { "user:", EVENTS_USER },
};

/* RFC 9562 §4, lower case only. */
static int is_uuid(const char *text)
{
    for (size_t i = 0; i < UUID_LEN; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (text[i] == '\0' || !strchr(dash ? "-" : "0123456789abcdef", text[i])) {
            return 0;
        }
    }
    return text[UUID_LEN] == '\0';
}

/** A positive number without leading zeros. */
static int read_id(const char *text, apr_int64_t *id)
{
    size_t len = strlen(text);

    if (len == 0 || len > ID_DIGITS || text[0] == '0' || strspn(text, digits) != len) {
        return 0;
    }
    *id = apr_atoi64(text);
    return 1;
}

static int is_event_id(const char *text)
{
    size_t ms = strspn(text, digits), seq;

    if (ms == 0 || ms > AFTER_DIGITS || text[ms] != '-') {
        return 0;
    }
    seq = strspn(text + ms + 1, digits);
    return seq > 0 && seq <= AFTER_DIGITS && text[ms + 1 + seq] == '\0';
}

/** @param text one topic, which is taken apart */
static int read_topic(char *text, events_topic_t *topic)
{
    char *at = strchr(text, '@');

    memset(topic, 0, sizeof(*topic));
    if (at) {
        *at++ = '\0';
        topic->after = at;
    }
    topic->name = text;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t len = strlen(kinds[i].prefix);

        if (strncmp(text, kinds[i].prefix, len) == 0) {
            topic->kind = kinds[i].kind;
            topic->uuid = topic->kind == EVENTS_JOB ? text + len : NULL;
            return (topic->uuid ? is_uuid(topic->uuid) : read_id(text + len, &topic->id))
                   && (!at || is_event_id(at));
        }
    }
    return 0;
}

static int is_there(const apr_array_header_t *topics, const char *name)
{
    for (int i = 0; i < topics->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(topics, i, events_topic_t).name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

wall_why_t events_topics_read(apr_pool_t *pool, const char *text, apr_array_header_t **out)
{
    apr_array_header_t *topics = apr_array_make(pool, 4, sizeof(events_topic_t));
    events_topic_t topic;

    for (;;) {
        size_t len = strcspn(text, ",");

        if (topics->nelts == EVENTS_TOPICS_MAX) {
            return WALL_WHY(TOO_MANY, .n = EVENTS_TOPICS_MAX);
        }
        if (!read_topic(apr_pstrmemdup(pool, text, len), &topic)) {
            return WALL_WHY(TOPICS_MALFORMED);
        }
        if (is_there(topics, topic.name)) {
            return WALL_WHY(GIVEN_TWICE);
        }
        *(events_topic_t *)apr_array_push(topics) = topic;
        if (text[len] == '\0') {
            *out = topics;
            return WALL_NO_WHY;
        }
        text += len + 1;
    }
}
