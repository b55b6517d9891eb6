/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "context.h"
#include "core/timefmt.h"

void test_timefmt__known_instants(void)
{
    wall_cx_t cx = test_context();
    char text[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(text, cx.now);
    CU_ASSERT_STRING_EQUAL(text, "2026-11-21T08:15:00.123Z");
    CU_ASSERT_STRING_EQUAL(wall_time_sql(cx.pool, cx.now), "2026-11-21 08:15:00.123456");
    CU_ASSERT_PTR_NULL(wall_time_sql(cx.pool, 0));
    CU_ASSERT_EQUAL(wall_time_from_sql("2026-11-21 08:15:00.123456"), cx.now);
    CU_ASSERT_EQUAL(wall_time_from_sql("2026-11-21 08:15:00.1"), cx.now - 23456);
    CU_ASSERT_EQUAL(wall_time_from_sql("2026-11-21 08:15:00"), cx.now - 123456);
    wall_time_rfc3339(text, -1);
    CU_ASSERT_STRING_EQUAL(text, "1969-12-31T23:59:59.999Z");
    wall_time_rfc3339(text, APR_INT64_MAX);
    CU_ASSERT_STRING_EQUAL(text + 4, "-12-31T23:59:59.775Z");
    apr_pool_destroy(cx.pool);
}

/* Against the C library, over leap years, centuries and both signs. */
void test_timefmt__agrees_with_gmtime(void)
{
    wall_cx_t cx = test_context();
    char text[WALL_RFC3339_LEN + 1], expected[64];

    for (long long day = -200000; day < 800000; day += 97) {
        time_t t = (time_t)(day * 86400 + (day * 7919 % 86400 + 86400) % 86400);
        struct tm tm;

        gmtime_r(&t, &tm);
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d.000Z",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        wall_time_rfc3339(text, (apr_time_t)t * APR_USEC_PER_SEC);
        CU_ASSERT_STRING_EQUAL(text, expected);
        CU_ASSERT_EQUAL(wall_time_from_rfc3339(text), (apr_time_t)t * APR_USEC_PER_SEC);
    }
    apr_pool_destroy(cx.pool);
}

void test_timefmt__refuses_what_is_no_time(void)
{
    static const char *const wrong[] = {
        "", "2026-11-21", "2026-11-21T08:15:00Z", "2026-13-01 00:00:00", "2026-00-01 00:00:00",
        "2026-02-29 00:00:00", "2026-02-30 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:60:00",
        "2026-01-01 00:00:60", "2026-01-01 00:00:00.", "2026-01-01 00:00:00 ", "2026-1-01 00:00:00",
        "0000-00-00 00:00:00", "12026-01-01 00:00:00",
    };
    static const char *const wrong_rfc[] = {
        "", "2026-11-21 08:15:00Z", "2026-11-21T08:15:00", "2026-11-21T08:15:00+0100",
        "2026-11-21T08:15:00+24:00", "2026-11-21T08:15:00z", "2026-11-21T08:15:00Zx",
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CU_ASSERT_EQUAL(wall_time_from_sql(wrong[i]), 0);
    for (size_t i = 0; i < sizeof(wrong_rfc) / sizeof(wrong_rfc[0]); i++)
        CU_ASSERT_EQUAL(wall_time_from_rfc3339(wrong_rfc[i]), 0);
    CU_ASSERT_EQUAL(wall_time_from_sql(NULL), 0);
    CU_ASSERT_EQUAL(wall_time_from_rfc3339("2026-11-21T09:15:00.1234567+01:00"),
                    1795248900123456LL);
    CU_ASSERT_EQUAL(wall_time_from_rfc3339("2026-11-21T03:45:00.123456-04:30"),
                    1795248900123456LL);
}
