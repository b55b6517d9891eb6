/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app/auth/agents.h"
#include "app/auth/api_key.h"
#include "context.h"
#include "core/crypto.h"
#include "core/route.h"
#include "core/scopes.h"

static const struct {
    const char *agent, *browser, *system;
} agents[] = {
    { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge", "Windows" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Safari/537.36", "Chrome", "Windows" },
    { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/17.5 Safari/605.1.15", "Safari", "macOS" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iOS" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome", "iOS" },
    { "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
      "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet", "Android" },
    { "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Safari/537.36 OPR/112.0", "Opera", "ChromeOS" },
    { "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 "
      "YaBrowser/24.6 Safari/537.36", "Yandex Browser", "Windows" },
    { "curl/8.5.0", "curl", NULL },
    { "python-requests/2.28.1", "Python", NULL },
    /* What cannot be told is not made up. */
    { "Mozilla/5.0 (Linux; U; Android 4.0) AppleWebKit/534.30 Mobile Safari/534.30", NULL, "Android" },
    { "Mozilla/5.0", NULL, NULL },
    { "", NULL, NULL },
    { NULL, NULL, NULL },
};

static int same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void test_devices__agents_are_read_for_what_they_say(void)
{
    for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
        auth_agent_t agent = auth_agent_read(agents[i].agent);

        CU_ASSERT_TRUE(same(agent.browser, agents[i].browser));
        CU_ASSERT_TRUE(same(agent.system, agents[i].system));
    }
}

/* The check value of CRC-32/ISO-HDLC. */
void test_devices__checksum_is_the_one_of_zip(void)
{
    CU_ASSERT_EQUAL(auth_key_crc32("123456789", 9), 0xcbf43926U);
    CU_ASSERT_EQUAL(auth_key_crc32("", 0), 0U);
}

void test_devices__api_keys_can_be_told_from_other_text(void)
{
    wall_cx_t cx = test_context();
    const char *key, *other;

    CU_ASSERT_EQUAL_FATAL(wall_crypto_init(), 0);
    key = auth_key_make(cx.pool);
    other = auth_key_make(cx.pool);
    CU_ASSERT_EQUAL(strlen(key), AUTH_KEY_LEN);
    CU_ASSERT_EQUAL(strncmp(key, "wall_", 5), 0);
    CU_ASSERT_EQUAL(strspn(key + 5, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
                    AUTH_KEY_LEN - 5);
    CU_ASSERT_TRUE(auth_key_valid(key));
    CU_ASSERT_STRING_NOT_EQUAL(key, other);
    apr_pool_destroy(cx.pool);
}

/* One character wrong anywhere, one too few, one too many. */
void test_devices__mistyped_api_key_is_noticed(void)
{
    wall_cx_t cx = test_context();
    char text[AUTH_KEY_LEN + 2];

    CU_ASSERT_EQUAL_FATAL(wall_crypto_init(), 0);
    for (size_t i = 0; i < AUTH_KEY_LEN; i++) {
        memcpy(text, auth_key_make(cx.pool), AUTH_KEY_LEN + 1);
        text[i] = text[i] == 'a' ? 'b' : 'a';
        CU_ASSERT_FALSE(auth_key_valid(text));
    }
    memcpy(text, auth_key_make(cx.pool), AUTH_KEY_LEN + 1);
    text[AUTH_KEY_LEN - 1] = '\0';
    CU_ASSERT_FALSE(auth_key_valid(text));
    memcpy(text, auth_key_make(cx.pool), AUTH_KEY_LEN + 1);
    memcpy(text + AUTH_KEY_LEN, "0", 2);
    CU_ASSERT_FALSE(auth_key_valid(text));
    CU_ASSERT_FALSE(auth_key_valid(""));
    apr_pool_destroy(cx.pool);
}

void test_devices__scopes_are_sets_of_names(void)
{
    unsigned scopes = wall_scopes_read("posts:write gone:read bricks:read");

    CU_ASSERT_TRUE(wall_scopes_allow(scopes, "posts:write"));
    CU_ASSERT_TRUE(wall_scopes_allow(scopes, "bricks:read"));
    CU_ASSERT_FALSE(wall_scopes_allow(scopes, "posts:read"));
    CU_ASSERT_FALSE(wall_scopes_allow(scopes, "gone:read"));
    CU_ASSERT_EQUAL(wall_scopes_read(""), 0U);
    CU_ASSERT_EQUAL(wall_scope_bit("posts"), 0U);
}

void test_devices__read_all_reads_and_does_not_write(void)
{
    unsigned all = wall_scopes_read("read:*");

    for (int i = 0; wall_scope_names[i] != NULL; i++) {
        const char *name = wall_scope_names[i];
        int reads = strstr(name, ":read") != NULL || strcmp(name, "read:*") == 0;

        CU_ASSERT_EQUAL(wall_scopes_allow(all, name), reads);
    }
}

/* wall_routes_check() refuses a scope that is not in the list; that one exists at all is this. */
void test_devices__every_scope_opens_some_route(void)
{
    unsigned used = wall_scopes_read("read:*");

    for (const wall_route_t *const *table = wall_route_tables; *table != NULL; table++) {
        for (const wall_route_t *route = *table; route->id != NULL; route++)
            used |= route->scope != NULL ? wall_scope_bit(route->scope) : 0;
    }
    CU_ASSERT_EQUAL(used, (1U << WALL_SCOPE__COUNT) - 1);
}
