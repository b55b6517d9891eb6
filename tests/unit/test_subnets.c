/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/site.h"
#include "core/subnets.h"

static const char *subnets(wall_cx_t *cx, const char *word, const apr_array_header_t **out)
{
    apr_array_header_t *lines = apr_array_make(cx->pool, 1, sizeof(wall_words_t));
    const char *where;

    *(wall_words_t *)apr_array_push(lines) =
        (wall_words_t){ .count = 1, .word = { word }, .where = "x:1" };
    return wall_subnets_read(cx->pool, lines, out, &where);
}

static int holds(wall_cx_t *cx, const char *word, const char *address)
{
    const apr_array_header_t *all;
    apr_sockaddr_t *addr;

    CU_ASSERT_PTR_NULL_FATAL(subnets(cx, word, &all));
    CU_ASSERT_EQUAL_FATAL(apr_sockaddr_info_get(&addr, address, APR_UNSPEC, 0, 0, cx->pool), 0);
    return wall_subnets_hold(all, addr);
}

void test_subnets__hold_addresses(void)
{
    wall_cx_t cx = test_context();
    const apr_array_header_t *none;
    const char *where;

    CU_ASSERT(holds(&cx, "127.0.0.1", "127.0.0.1"));
    CU_ASSERT(!holds(&cx, "127.0.0.1", "127.0.0.2"));
    CU_ASSERT(holds(&cx, "10.0.0.0/8", "10.200.3.4"));
    CU_ASSERT(!holds(&cx, "10.0.0.0/8", "11.0.0.1"));
    CU_ASSERT(holds(&cx, "::1", "::1"));
    CU_ASSERT(holds(&cx, "fd00::/8", "fd12::7"));
    CU_ASSERT(!holds(&cx, "fd00::/8", "fe80::7"));
    CU_ASSERT_PTR_NULL(wall_subnets_read(cx.pool, NULL, &none, &where));
    CU_ASSERT_EQUAL(none->nelts, 0);
    apr_pool_destroy(cx.pool);
}

void test_subnets__refuse_what_is_none(void)
{
    static const char *const words[] = { "localhost", "10", "10.0.0.0/33", "10.0.0.0/", "1.2.3.4.5",
                                         "example.org", "::g", "" };
    wall_cx_t cx = test_context();
    const apr_array_header_t *all;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        CU_ASSERT_PTR_NOT_NULL(subnets(&cx, words[i], &all));
    apr_pool_destroy(cx.pool);
}
