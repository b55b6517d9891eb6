/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/weburl.h"

void test_weburl__accepted(void)
{
    static const char *const good[] = {
        "https://khanglaze.org", "https://khanglaze.org/", "HTTPS://Khanglaze.org/a?b=c#d",
        "https://a.example:8443/x", "https://m\xc3\xbcnchen.de/stra\xc3\x9f" "e", "https://xn--mnchen-3ya.de",
        "https://192.0.2.7/", "https://a-b.c1.example/%20;v=1,2!$&'()*+",
    };

    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CU_ASSERT_TRUE(wall_weburl_ok(cx.pool, good[i]));
    apr_pool_destroy(cx.pool);
}

void test_weburl__refused(void)
{
    static const char *const bad[] = {
        "", "khanglaze.org", "//khanglaze.org", "http://khanglaze.org", "https:khanglaze.org",
        "https:/khanglaze.org", "https://", "https:///x", "https://localhost", "https://a..example",
        "https://.example.org", "https://example.org.", "https://-a.example", "https://a_b.example",
        "javascript:alert(1)//https://a.example", "javascript:alert(1)", "data:text/html,x",
        "https://user@a.example", "https://user:pass@a.example", "https://a.example@evil.example",
        "https://a.example:0", "https://a.example:", "https://a.example:99999", "https://a.example:8x",
        "https://[::1]/", "https://a.example/x y", "https://a.example/\"onclick", "https://a.example/<b>",
        "https://a.example\\@evil.example", "https://a.example/\t", "https://a.example/\x7f",
        "https://a.example/\xe2\x80\xae" "gpj", "https://a.example/\xc2\xa0", "https://a.example/\xe3\x80\x80",
        " https://a.example",
    };

    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CU_ASSERT_FALSE(wall_weburl_ok(cx.pool, bad[i]));
    }
    apr_pool_destroy(cx.pool);
}
