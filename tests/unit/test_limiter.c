/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "core/site.h"
#include "io/limiter.h"

static const wall_gcra_t rule = { .interval = 2e6, .burst = 5 }; /* one in 2 s, five at once */

void test_limiter__every_class_has_its_name(void)
{
    static const char *const symbols[] = {
#define X(sym, count, period, burst, local) [WALL_RATE_##sym] = #sym,
        WALL_RATES(X)
#undef X
    };
    CU_ASSERT_PTR_NULL(wall_rate_name(WALL_RATE_NONE));
    CU_ASSERT_PTR_NULL(wall_rate_name(WALL_RATE_UNSET));
    CU_ASSERT_PTR_NULL(wall_rate_name(WALL_RATE__COUNT));
    for (int i = WALL_RATE_NONE + 1; i < WALL_RATE__COUNT; i++) {
        const char *name = wall_rate_name((wall_rate_t)i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(name);
        CU_ASSERT_EQUAL(strcasecmp(name, symbols[i]), 0);
        CU_ASSERT_EQUAL(strspn(name, "abcdefghijklmnopqrstuvwxyz"), strlen(name));
    }
}

void test_limiter__burst_then_pace(void)
{
    wall_limit_t state;
    double tat = 0, now = 1e15;
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(wall_gcra_take(&rule, now, 1, &tat, &state), 1);
        CU_ASSERT_EQUAL(state.remaining, 4 - i);
        CU_ASSERT_EQUAL(state.reset, 2 * (i + 1));
        CU_ASSERT_EQUAL(state.retry_after, 0);
    }
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, now, 1, &tat, &state), 0);
    CU_ASSERT_EQUAL(state.remaining, 0);
    CU_ASSERT_EQUAL(state.retry_after, 2);
    CU_ASSERT_EQUAL(state.reset, 10);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, now + 1.5e6, 1, &tat, &state), 0);
    CU_ASSERT_EQUAL(state.retry_after, 1);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, now + 2e6, 1, &tat, &state), 1);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, now + 2e6, 1, &tat, &state), 0);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, now + 1e9, 1, &tat, &state), 1);
    CU_ASSERT_EQUAL(state.remaining, 4);
}

void test_limiter__never_more_than_the_rule(void)
{
    wall_limit_t state;
    double tat = 0;
    int passed = 0;
    for (double now = 1e15; now < 1e15 + 100e6; now += 33333) { /* 100 s, 30 tries a second */
        passed += wall_gcra_take(&rule, now, 1, &tat, &state);
    }
    CU_ASSERT(passed == 54 || passed == 55); /* 5 + 100/2 - 1, or one at the very end */
}

void test_limiter__gives_what_there_is(void)
{
    wall_limit_t state;
    double tat = 0;
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, 1e15, 3, &tat, &state), 3);
    CU_ASSERT_EQUAL(state.remaining, 2);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, 1e15, 3, &tat, &state), 2);
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, 1e15, 3, &tat, &state), 0);
}

void test_limiter__clock_set_back(void)
{
    wall_limit_t state;
    double tat = 0;
    while (wall_gcra_take(&rule, 1e15, 1, &tat, &state)) {
    }
    /* An hour earlier: refused no longer than a full bucket takes. */
    CU_ASSERT_EQUAL(wall_gcra_take(&rule, 1e15 - 3600e6, 1, &tat, &state), 0);
    CU_ASSERT(state.retry_after <= 2);
}

static const char *who(apr_pool_t *pool, apr_int64_t user, const char *ip)
{
    wall_cx_t cx = { .pool = pool, .client_ip = ip };
    cx.viewer.user_id = user;
    return wall_limit_who(&cx);
}

void test_limiter__who(void)
{
    apr_pool_t *pool;
    apr_pool_create(&pool, NULL);
    CU_ASSERT_STRING_EQUAL(who(pool, 12, "203.0.113.9"), "u:12");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, "203.0.113.9"), "a:203.0.113.9");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, "2001:db8:1:2:3:4:5:6"), "a:2001:db8:1:2::/64");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, "2001:db8:1:2::1"), "a:2001:db8:1:2::/64");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, "::1"), "a:::/64");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, "::ffff:203.0.113.9"), "a:203.0.113.9");
    CU_ASSERT_STRING_EQUAL(who(pool, 0, NULL), "a:unknown");
    apr_pool_destroy(pool);
}

void test_limiter__keys_of_one_person_are_one(void)
{
    apr_pool_t *pool;
    wall_cx_t cx = { .viewer = { .user_id = 12, .key_id = 3 } };
    apr_pool_create(&pool, NULL);
    cx.pool = pool;
    CU_ASSERT_STRING_EQUAL(wall_limit_who(&cx), "k:12");
    cx.viewer.key_id = 4;
    CU_ASSERT_STRING_EQUAL(wall_limit_who(&cx), "k:12");
    apr_pool_destroy(pool);
}

/** A context without Redis. */
static wall_cx_t *away(apr_pool_t *pool, const char *name, apr_int64_t factor)
{
    wall_cx_t *cx = apr_pcalloc(pool, sizeof(*cx));
    wall_site_t *site = wall_site_new(pool);
    site->site = name;
    site->rate_factor = factor;
    cx->pool = pool;
    cx->site = site;
    cx->now = apr_time_from_sec(1800000000);
    return cx;
}

void test_limiter__without_redis(void)
{
    apr_pool_t *pool;
    wall_limit_t state;
    apr_pool_create(&pool, NULL);
    wall_cx_t *cx = away(pool, "alone", 1), *other = away(pool, "other", 1);
    for (int i = 0; i < 15; i++) { /* AUTH: 30 in 300 s, 15 at once */
        CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_AUTH, "a:1", &state), WALL_OK);
        CU_ASSERT_EQUAL(state.remaining, 14 - i);
    }
    CU_ASSERT_EQUAL(state.limit, 30);
    CU_ASSERT_EQUAL(state.period, 300);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_AUTH, "a:1", &state), WALL_E_RATE_LIMITED);
    CU_ASSERT_EQUAL(state.retry_after, 10);
    CU_ASSERT_EQUAL(cx->failed, WALL_OK);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_AUTH, "a:2", &state), WALL_OK);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_GENERATE, "a:1", &state), WALL_OK);
    CU_ASSERT_EQUAL(wall_limit_take(other, WALL_RATE_AUTH, "a:1", &state), WALL_OK);
    cx->now += apr_time_from_sec(10);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_AUTH, "a:1", &state), WALL_OK);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_AUTH, "a:1", &state), WALL_E_RATE_LIMITED);
    for (int i = 0; i < 1000; i++) { /* reads go on */
        CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_READ, "a:1", &state), WALL_OK);
    }
    CU_ASSERT_EQUAL(state.limit, 600);
    CU_ASSERT_EQUAL(wall_limit_take(cx, WALL_RATE_NONE, "a:1", &state), WALL_OK);
    CU_ASSERT_EQUAL(state.limit, 0);
    apr_pool_destroy(pool);
}

void test_limiter__factor(void)
{
    apr_pool_t *pool;
    wall_limit_t state;
    int passed = 0;
    apr_pool_create(&pool, NULL);
    wall_cx_t *cx = away(pool, "factor", 4);
    while (passed < 1000 && wall_limit_take(cx, WALL_RATE_AUTH, "a:1", &state) == WALL_OK) {
        passed++;
    }
    CU_ASSERT_EQUAL(passed, 60);
    CU_ASSERT_EQUAL(state.limit, 120);
    apr_pool_destroy(pool);
}

void test_limiter__memory_is_bounded(void)
{
    apr_pool_t *pool, *each;
    wall_limit_t state;
    apr_pool_create(&pool, NULL);
    apr_pool_create(&each, pool);
    wall_cx_t *cx = away(pool, "many", 1);
    cx->pool = each;
    for (int i = 0; i < 100000; i++) { /* 32,768 fit; each new one must still be counted */
        wall_limit_take(cx, WALL_RATE_AUTH, apr_psprintf(each, "a:%d", i), &state);
        if (state.remaining != 14) {
            CU_FAIL("a new visitor found an old bucket");
            break;
        }
        apr_pool_clear(each);
    }
    apr_pool_destroy(pool);
}
