/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"

static char last_line[4096];

static void keep(void *baton, wall_log_level_t level, const char *line)
{
    strncpy(last_line, line, sizeof(last_line) - 1);
}

void test_cx__the_same_failure_adds_another_replaces(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_EQUAL(wall_fail(&cx, WALL_E_VALIDATION, "a", WALL_WHY(TOO_LONG, .n = 1)), WALL_E_VALIDATION);
    wall_fail(&cx, WALL_E_VALIDATION, "b", WALL_NO_WHY);
    wall_fail(&cx, WALL_E_VALIDATION, "c", WALL_WHY(TOO_SMALL, .n = -5000000000LL));
    CU_ASSERT_EQUAL(cx.details->nelts, 3);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "c"), "This must be at least -5000000000.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "a"), "Use at most 1 characters.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "b"), wall_error_message(WALL_E_VALIDATION));
    CU_ASSERT_PTR_NULL(cx.failure_message);

    wall_fail(&cx, WALL_E_CONFLICT, NULL, WALL_WHY(JOB_ENDED));
    CU_ASSERT_EQUAL(cx.failed, WALL_E_CONFLICT);
    CU_ASSERT_PTR_NULL(cx.details);
    CU_ASSERT_STRING_EQUAL(cx.failure_message, "The job has ended already.");
    wall_fail_clear(&cx);
    CU_ASSERT_EQUAL(cx.failed, WALL_OK);
    CU_ASSERT_PTR_NULL(cx.failure_message);
    apr_pool_destroy(cx.pool);
}

void test_cx__numbers_survive_the_failure_they_belong_to(void)
{
    wall_cx_t cx = test_context();

    wall_fail_number(&cx, "required", 55);
    wall_fail(&cx, WALL_E_INSUFFICIENT_BRICKS, NULL, WALL_NO_WHY);
    wall_fail_number(&cx, "available", 3);
    CU_ASSERT_EQUAL(cx.details->nelts, 2);
    CU_ASSERT_EQUAL(APR_ARRAY_IDX(cx.details, 0, wall_detail_t).number, 55);
    CU_ASSERT_PTR_NULL(APR_ARRAY_IDX(cx.details, 1, wall_detail_t).text);
    apr_pool_destroy(cx.pool);
}

void test_cx__log_lines_stay_lines(void)
{
    wall_cx_t cx = test_context();
    wall_logger_t logger = { .write = keep, .max_level = WALL_LOG_INFO };

    cx.logger = &logger;
    CU_ASSERT_EQUAL(wall_fail_log(&cx, WALL_E_INTERNAL, WALLNO(00000) "it was %s", "a\nb\r\x1b[1m"),
                    WALL_E_INTERNAL);
    CU_ASSERT_STRING_EQUAL(last_line, "WALL00000: it was a b  [1m");
    wall_cx_log(&cx, WALL_LOG_DEBUG, "not kept");
    CU_ASSERT_STRING_EQUAL(last_line, "WALL00000: it was a b  [1m");
    wall_log(NULL, WALL_LOG_ERR, "dropped");
    apr_pool_destroy(cx.pool);
}

void test_cx__errors_know_their_status(void)
{
    CU_ASSERT_EQUAL(wall_error_status(WALL_OK), 200);
    CU_ASSERT_EQUAL(wall_error_status(WALL_E_INSUFFICIENT_BRICKS), 402);
    CU_ASSERT_STRING_EQUAL(wall_error_code(WALL_E_NOT_FOUND), "WALL_NOT_FOUND");
    CU_ASSERT_EQUAL(wall_error_status((wall_rc_t)9999), 500);
    for (int rc = 2; rc < WALL_E__COUNT; rc++) /* openapi.c groups by it */
        CU_ASSERT(wall_error_status((wall_rc_t)rc) >= wall_error_status((wall_rc_t)(rc - 1)));
}

void test_cx__reads_cookies(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_STRING_EQUAL(wall_cookie_value(cx.pool, "a=1; bb=2;c=3", "bb"), "2");
    CU_ASSERT_STRING_EQUAL(wall_cookie_value(cx.pool, "a=1; bb=2;c=3", "c"), "3");
    CU_ASSERT_STRING_EQUAL(wall_cookie_value(cx.pool, "a=", "a"), "");
    CU_ASSERT_PTR_NULL(wall_cookie_value(cx.pool, "xa=1; a", "a"));
    CU_ASSERT_PTR_NULL(wall_cookie_value(cx.pool, NULL, "a"));
    apr_pool_destroy(cx.pool);
}
