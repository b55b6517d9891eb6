/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>

#include "context.h"
#include "core/buf.h"

void test_buf__grows_and_stays_terminated(void)
{
    wall_cx_t cx = test_context();
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 0);
    CU_ASSERT_STRING_EQUAL(buf.data, "");
    for (int i = 0; i < 10000; i++) {
        wall_buf_char(&buf, (char)('a' + i % 26));
        CU_ASSERT_FATAL(buf.len < buf.cap);
        CU_ASSERT_EQUAL(buf.data[buf.len], '\0');
    }
    CU_ASSERT_EQUAL(buf.len, 10000);
    CU_ASSERT(strncmp(buf.data + 2600, "abcdefghij", 10) == 0);
    wall_buf_add(&buf, NULL, 0);
    wall_buf_str(&buf, NULL);
    CU_ASSERT_EQUAL(buf.len, 10000);
    apr_pool_destroy(cx.pool);
}

/* Every length around the capacity: one byte too few would be seen here or by the sanitizer. */
void test_buf__fits_to_the_byte(void)
{
    wall_cx_t cx = test_context();
    char text[200];
    wall_buf_t buf;

    memset(text, 'x', sizeof(text));
    for (size_t len = 0; len < sizeof(text); len++) {
        wall_buf_init(&buf, cx.pool, 64);
        wall_buf_add(&buf, text, len);
        CU_ASSERT(buf.len < buf.cap);
        wall_buf_fmt(&buf, "%.*s|", (int)len, text);
        CU_ASSERT_EQUAL(buf.len, len * 2 + 1);
        CU_ASSERT(buf.len < buf.cap);
        CU_ASSERT_EQUAL(strlen(buf.data), buf.len);
    }
    apr_pool_destroy(cx.pool);
}

void test_buf__integers(void)
{
    static const long long values[] = { 0, 1, -1, 9, 10, -10, 1234567890, LLONG_MAX, LLONG_MIN };
    wall_cx_t cx = test_context();
    char expected[32];
    wall_buf_t buf;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        wall_buf_init(&buf, cx.pool, 0);
        wall_buf_i64(&buf, values[i]);
        snprintf(expected, sizeof(expected), "%lld", values[i]);
        CU_ASSERT_STRING_EQUAL(buf.data, expected);
    }
    apr_pool_destroy(cx.pool);
}

void test_buf__html(void)
{
    wall_cx_t cx = test_context();
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 0);
    wall_buf_html(&buf, "<a href=\"x\">'&amp;'</a>");
    CU_ASSERT_STRING_EQUAL(buf.data, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;");
    wall_buf_html(&buf, NULL);
    apr_pool_destroy(cx.pool);
}
