/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_pools.h>
#include <string.h>

#include "worker/ndjson.h"

static int collect(void *baton, wall_bytes_t line)
{
    wall_buf_t *out = baton;

    wall_buf_add(out, line.data, line.len);
    wall_buf_char(out, '|');
    return 0;
}

static int stop_at_b(void *baton, wall_bytes_t line)
{
    collect(baton, line);
    return line.data[0] == 'b' ? 7 : 0;
}

void test_ndjson__every_split(void)
{
    static const char text[] = "{\"a\":1}\n\n{\"b\":\"\xc3\xa9\"}\r\n{}\nlast";
    size_t len = sizeof text - 1, first, second;
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    for (first = 0; first <= len; first++) {
        for (second = first; second <= len; second++) {
            ndjson_t reader;
            wall_buf_t out;
            wall_buf_init(&out, pool, 64);
            ndjson_init(&reader, pool, 100, collect, &out);
            CU_ASSERT_EQUAL(ndjson_feed(&reader, text, first), 0);
            CU_ASSERT_EQUAL(ndjson_feed(&reader, text + first, second - first), 0);
            CU_ASSERT_EQUAL(ndjson_feed(&reader, text + second, len - second), 0);
            CU_ASSERT_EQUAL(ndjson_end(&reader), 0);
            CU_ASSERT_STRING_EQUAL(out.data, "{\"a\":1}|{\"b\":\"\xc3\xa9\"}|{}|last|");
        }
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
}

void test_ndjson__line_too_long(void)
{
    apr_pool_t *pool;
    ndjson_t reader;
    wall_buf_t out;

    apr_pool_create(&pool, NULL);
    wall_buf_init(&out, pool, 64);
    ndjson_init(&reader, pool, 4, collect, &out);
    CU_ASSERT_EQUAL(ndjson_feed(&reader, "1234\n12", 7), 0);
    CU_ASSERT_EQUAL(ndjson_feed(&reader, "345", 3), -1);
    CU_ASSERT_EQUAL(reader.too_long, 1);
    CU_ASSERT_STRING_EQUAL(out.data, "1234|");
    apr_pool_destroy(pool);
}

void test_ndjson__stops_where_told(void)
{
    apr_pool_t *pool;
    ndjson_t reader;
    wall_buf_t out;

    apr_pool_create(&pool, NULL);
    wall_buf_init(&out, pool, 64);
    ndjson_init(&reader, pool, 100, stop_at_b, &out);
    CU_ASSERT_EQUAL(ndjson_feed(&reader, "a\nb\nc\n", 6), 7);
    CU_ASSERT_STRING_EQUAL(out.data, "a|b|");
    apr_pool_destroy(pool);
}
