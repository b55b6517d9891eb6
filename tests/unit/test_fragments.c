/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "context.h"
#include "core/fragments.h"

static const char kind[] = "test", other_kind[] = "other";

static wall_fragment_key_t key(apr_int64_t id, apr_time_t version)
{
    return (wall_fragment_key_t){ .owner = kind, .kind = kind, .id = id,
                                  .version = { 1, version, 3 } };
}

void test_fragments__only_its_own_version(void);
void test_fragments__only_its_own_version(void)
{
    wall_cx_t cx = test_context();
    wall_fragment_key_t one = key(1, 10), newer = key(1, 11), other = one, elsewhere = one;
    wall_bytes_t out = { NULL, 0 };

    CU_ASSERT_FALSE(wall_fragment_known(&one));
    wall_fragment_put(&one, (wall_bytes_t){ "abc", 3 });
    CU_ASSERT_TRUE(wall_fragment_known(&newer));
    CU_ASSERT_TRUE_FATAL(wall_fragment_get(&one, cx.pool, &out));
    CU_ASSERT(out.len == 3 && memcmp(out.data, "abc", 3) == 0);
    CU_ASSERT_FALSE(wall_fragment_get(&newer, cx.pool, &out));
    other.kind = other_kind;
    elsewhere.owner = other_kind;
    CU_ASSERT_FALSE(wall_fragment_get(&other, cx.pool, &out));
    CU_ASSERT_FALSE(wall_fragment_get(&elsewhere, cx.pool, &out));
    CU_ASSERT_FALSE(wall_fragment_known(&elsewhere));

    wall_fragment_put(&newer, (wall_bytes_t){ "longer than before", 18 });
    CU_ASSERT_FALSE(wall_fragment_get(&one, cx.pool, &out));
    CU_ASSERT(wall_fragment_get(&newer, cx.pool, &out) && out.len == 18);
    apr_pool_destroy(cx.pool);
}

void test_fragments__the_copy_is_ones_own(void);
void test_fragments__the_copy_is_ones_own(void)
{
    wall_cx_t cx = test_context();
    wall_fragment_key_t one = key(2, 10), newer = key(2, 11);
    wall_bytes_t out = { NULL, 0 };

    wall_fragment_put(&one, (wall_bytes_t){ "first", 5 });
    CU_ASSERT_TRUE_FATAL(wall_fragment_get(&one, cx.pool, &out));
    wall_fragment_put(&newer, (wall_bytes_t){ "other", 5 });
    CU_ASSERT(memcmp(out.data, "first", 5) == 0);
    apr_pool_destroy(cx.pool);
}

void test_fragments__bounded(void);
void test_fragments__bounded(void)
{
    wall_cx_t cx = test_context();
    wall_bytes_t out = { NULL, 0 };
    char *large = apr_pcalloc(cx.pool, WALL_FRAGMENT_MAX + 1);
    wall_fragment_key_t k = key(3, 1);
    int kept = 0, mixed_up = 0;

    wall_fragment_put(&k, (wall_bytes_t){ large, WALL_FRAGMENT_MAX + 1 });
    CU_ASSERT_FALSE(wall_fragment_known(&k));
    wall_fragment_put(&k, (wall_bytes_t){ "", 0 });
    CU_ASSERT(wall_fragment_get(&k, cx.pool, &out) && out.len == 0);

    for (apr_int64_t id = 1000; id < 31000; id++) {
        k = key(id, 1);
        wall_fragment_put(&k, (wall_bytes_t){ (const char *)&id, sizeof id });
        CU_ASSERT_TRUE(wall_fragment_known(&k));
    }
    for (apr_int64_t id = 1000; id < 31000; id++) {
        k = key(id, 1);
        if (wall_fragment_get(&k, cx.pool, &out)) {
            kept++;
            mixed_up += memcmp(out.data, &id, sizeof id) != 0;
        }
    }
    CU_ASSERT(kept > 4000 && kept <= 8192);
    CU_ASSERT_EQUAL(mixed_up, 0);
    apr_pool_destroy(cx.pool);
}
