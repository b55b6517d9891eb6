/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "app/events/events.h"
#include "app/events/topics.h"
#include "context.h"

#define UUID "0198c0de-0000-7000-8000-00000000000a"

static apr_pool_t *pool; /* of one case */

static const char *read_topics(const char *text, apr_array_header_t **topics)
{
    wall_cx_t cx = { .pool = pool };

    *topics = NULL;
    return wall_why_text(&cx, events_topics_read(pool, text, topics));
}

static const events_topic_t *topic_at(const apr_array_header_t *topics, int i)
{
    return &APR_ARRAY_IDX(topics, i, events_topic_t);
}

void test_topics__each_kind(void)
{
    apr_array_header_t *topics;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_PTR_NULL(read_topics("job:" UUID ",wall:7,user:999999999999999999", &topics));
    CU_ASSERT_EQUAL_FATAL(topics->nelts, 3);
    CU_ASSERT_EQUAL(topic_at(topics, 0)->kind, EVENTS_JOB);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 0)->name, "job:" UUID);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 0)->uuid, UUID);
    CU_ASSERT_PTR_NULL(topic_at(topics, 0)->after);
    CU_ASSERT_EQUAL(topic_at(topics, 1)->kind, EVENTS_WALL);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 1)->name, "wall:7");
    CU_ASSERT_EQUAL(topic_at(topics, 1)->id, 7);
    CU_ASSERT_PTR_NULL(topic_at(topics, 1)->uuid);
    CU_ASSERT_EQUAL(topic_at(topics, 2)->kind, EVENTS_USER);
    CU_ASSERT_EQUAL(topic_at(topics, 2)->id, 999999999999999999);
    apr_pool_destroy(pool);
}

void test_topics__each_where_it_was_left(void)
{
    apr_array_header_t *topics;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_PTR_NULL(
        read_topics("job:" UUID "@1795248900123-4,wall:7,user:1@0-999999999999999", &topics));
    CU_ASSERT_EQUAL_FATAL(topics->nelts, 3);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 0)->name, "job:" UUID);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 0)->uuid, UUID);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 0)->after, "1795248900123-4");
    CU_ASSERT_PTR_NULL(topic_at(topics, 1)->after);
    CU_ASSERT_STRING_EQUAL(topic_at(topics, 2)->after, "0-999999999999999");
    CU_ASSERT_EQUAL(topic_at(topics, 2)->id, 1);
    apr_pool_destroy(pool);
}

void test_topics__anything_else_is_refused(void)
{
    static const char *const wrong[] = {
        "", ",", "wall", "wall:", "wall:0", "wall:07", "wall:-1", "wall:+1", "wall:1x", "wall:x",
        "wall: 1", " wall:1", "wall:1 ", "Wall:1", "wall:1,", ",wall:1", "wall:1,,wall:2", "wall:1;wall:2",
        "wall:1000000000000000000", "wall:99999999999999999999999", "walls:1", "post:1", "wall:" UUID,
        "user:", "user:ada", "job:", "job:1", "job:" UUID "0", "job:0198c0de-0000-7000-8000-00000000000",
        "job:0198C0DE-0000-7000-8000-00000000000A", "job:0198c0de-0000-7000-8000_00000000000a",
        "job:0198c0de00007000800000000000000a0000", "job:0198c0de-0000-7000-8000-00000000000g",
        "wall:1@", "wall:1@1", "wall:1@1-", "wall:1@-1", "wall:1@1-1-1", "wall:1@1-1@2-2", "wall:1@$",
        "wall:1@(1-1", "wall:1@+1-1", "wall:1@ 1-1", "wall:1@1795248900123-0 ", "wall@1-1:1", "@1-1",
        "wall:1@1000000000000000-1", "wall:1@1-1000000000000000", "wall:1\n", "*", "wall:*",
    };

    apr_pool_create(&pool, NULL);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        apr_array_header_t *topics;
        const char *why = read_topics(wrong[i], &topics);

        if (why == NULL || strncmp(why, "Give job:", 9) != 0) {
            CU_FAIL(wrong[i]);
            printf("\n    not refused: %s", wrong[i]);
        }
        CU_ASSERT_PTR_NULL(topics);
    }
    apr_pool_destroy(pool);
}

void test_topics__each_once(void)
{
    apr_array_header_t *topics;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_STRING_EQUAL(read_topics("wall:1,wall:2,wall:1", &topics), "This is given more than once.");
    CU_ASSERT_STRING_EQUAL(read_topics("wall:1,wall:1@1-1", &topics), "This is given more than once.");
    CU_ASSERT_PTR_NULL(read_topics("wall:1,user:1,wall:11", &topics));
    apr_pool_destroy(pool);
}

void test_topics__no_more_than_fifty(void)
{
    apr_array_header_t *topics;
    const char *text = "user:1";

    apr_pool_create(&pool, NULL);
    for (int i = 2; i <= EVENTS_TOPICS_MAX; i++) {
        text = apr_psprintf(pool, "%s,wall:%d", text, i);
    }
    CU_ASSERT_PTR_NULL(read_topics(text, &topics));
    CU_ASSERT_EQUAL(topics->nelts, EVENTS_TOPICS_MAX);
    text = apr_pstrcat(pool, text, ",wall:1", NULL);
    CU_ASSERT_STRING_EQUAL(read_topics(text, &topics), "Give at most 50 items.");
    apr_pool_destroy(pool);
}
