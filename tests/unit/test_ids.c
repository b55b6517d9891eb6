/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/crypto.h"
#include "core/ids.h"

void test_ids__uuid7_form_and_order(void)
{
    wall_cx_t cx = test_context();
    const char *last = "";

    CU_ASSERT_EQUAL(wall_crypto_init(), 0);
    for (int i = 0; i < 2000; i++) {
        const char *id = wall_uuid7(cx.pool, cx.now + i);

        CU_ASSERT_EQUAL(strlen(id), WALL_UUID_LEN);
        CU_ASSERT_EQUAL(id[14], '7');
        CU_ASSERT_PTR_NOT_NULL(strchr("89ab", id[19]));
        CU_ASSERT(id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-');
        CU_ASSERT(strncmp(last, id, 18) <= 0);
        CU_ASSERT(strcmp(last, id) != 0);
        last = id;
    }
    /* RFC 9562: the first 48 bits are the milliseconds. 1795248900123 = 0x1a1fd2c481b. */
    CU_ASSERT(strncmp(wall_uuid7(cx.pool, cx.now), "01a1fd2c-481b-7", 15) == 0);
    apr_pool_destroy(cx.pool);
}

void test_ids__random_names(void)
{
    wall_cx_t cx = test_context();
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *hex = wall_random_hex(cx.pool, 16), *token = wall_random_token(cx.pool, 32);

    CU_ASSERT_EQUAL(strlen(hex), 32);
    CU_ASSERT_EQUAL(strspn(hex, "0123456789abcdef"), 32);
    CU_ASSERT_EQUAL(strlen(token), 43);
    CU_ASSERT_EQUAL(strspn(token, alphabet), 43);
    CU_ASSERT_STRING_NOT_EQUAL(token, wall_random_token(cx.pool, 32));
    CU_ASSERT_STRING_NOT_EQUAL(hex, wall_random_hex(cx.pool, 16));
    apr_pool_destroy(cx.pool);
}

void test_ids__tokens_are_told_by_their_look(void)
{
    wall_cx_t cx = test_context();

    for (size_t bytes = 1; bytes < 40; bytes++) {
        const char *token = wall_random_token(cx.pool, bytes);

        CU_ASSERT_TRUE(wall_is_token(token, bytes));
        CU_ASSERT_FALSE(wall_is_token(token, bytes + 1));
        CU_ASSERT_FALSE(wall_is_token(token + 1, bytes));
    }
    CU_ASSERT_TRUE(wall_is_token("AZaz09-_AAA", 8));
    CU_ASSERT_FALSE(wall_is_token("AZaz09-_AA=", 8));
    CU_ASSERT_FALSE(wall_is_token("AZaz09-_A+A", 8));
    CU_ASSERT_FALSE(wall_is_token("AZaz09-_A A", 8));
    CU_ASSERT_FALSE(wall_is_token("", 8));
    CU_ASSERT_FALSE(wall_is_token(NULL, 8));
    apr_pool_destroy(cx.pool);
}
