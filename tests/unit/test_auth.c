/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/auth/auth.h"
#include "app/auth/common_passwords.h"
#include "app/auth/session_cache.h"
#include "app/users/users.h"
#include "context.h"

#define NOW      (1000 * APR_USEC_PER_SEC)
#define CAPACITY (16 * 64 * 4)

static const char *hash_of(char *out, unsigned number)
{
    /* Spread like a real hash, so that all shards and sets are used. */
    snprintf(out, 65, "%08x%056x", number * 2654435761U, number);
    return out;
}

static auth_session_t session_of(apr_int64_t id)
{
    return (auth_session_t){ .session_id = id, .user_id = id + 1, .expires_us = NOW * 2 };
}

void test_auth__cached_session_is_found_for_a_second(void)
{
    auth_session_t session = session_of(7), found = { 0 };
    char hash[65];

    hash_of(hash, 7);
    auth_cache_put("one", hash, NOW, &session);
    CU_ASSERT_TRUE(auth_cache_get("one", hash, NOW, &found));
    CU_ASSERT_EQUAL(found.session_id, 7);
    CU_ASSERT_EQUAL(found.user_id, 8);
    CU_ASSERT_TRUE(auth_cache_get("one", hash, NOW + APR_USEC_PER_SEC, &found));
    CU_ASSERT_FALSE(auth_cache_get("one", hash, NOW + APR_USEC_PER_SEC + 1, &found));
}

void test_auth__cached_session_belongs_to_its_site(void)
{
    auth_session_t session = session_of(8), found = { 0 };
    char hash[65];

    hash_of(hash, 8);
    auth_cache_put("one", hash, NOW, &session);
    CU_ASSERT_FALSE(auth_cache_get("two", hash, NOW, &found));
}

void test_auth__cached_session_ends_with_its_expiry(void)
{
    auth_session_t session = session_of(9), found = { 0 };
    char hash[65];

    hash_of(hash, 9);
    session.expires_us = NOW + 10;
    auth_cache_put("one", hash, NOW, &session);
    CU_ASSERT_TRUE(auth_cache_get("one", hash, NOW + 9, &found));
    CU_ASSERT_FALSE(auth_cache_get("one", hash, NOW + 10, &found));
}

void test_auth__dropped_session_is_gone(void)
{
    auth_session_t session = session_of(10), found = { 0 };
    char hash[65];

    hash_of(hash, 10);
    auth_cache_put("one", hash, NOW, &session);
    auth_cache_drop("one", hash);
    CU_ASSERT_FALSE(auth_cache_get("one", hash, NOW, &found));
}

void test_auth__cache_is_bounded_and_keeps_the_newest(void)
{
    auth_session_t found;
    char hash[65];
    unsigned kept = 0;

    for (unsigned i = 0; i < 4 * CAPACITY; i++) {
        auth_session_t session = session_of(i);

        auth_cache_put("many", hash_of(hash, i), NOW + i, &session);
        CU_ASSERT_TRUE(auth_cache_get("many", hash, NOW + i, &found));
        CU_ASSERT_EQUAL(found.session_id, i);
    }
    for (unsigned i = 0; i < 4 * CAPACITY; i++)
        kept += (unsigned)auth_cache_get("many", hash_of(hash, i), NOW + i, &found);
    CU_ASSERT_TRUE(kept <= CAPACITY);
    CU_ASSERT_TRUE(kept > CAPACITY / 2);
}

void test_auth__cache_refuses_what_is_no_hash(void)
{
    auth_session_t session = session_of(1), found;

    auth_cache_put("one", "short", NOW, &session);
    CU_ASSERT_FALSE(auth_cache_get("one", "short", NOW, &found));
    auth_cache_drop("one", "");
}

/* Searched by halving: one entry out of order would hide others. */
void test_auth__common_passwords_are_in_order(void)
{
    for (size_t i = 0; i < auth_common_password_count; i++) {
        CU_ASSERT_TRUE(strlen(auth_common_passwords[i]) >= 10);
        for (const char *c = auth_common_passwords[i]; *c != '\0'; c++)
            CU_ASSERT_FALSE(isupper((unsigned char)*c));
        if (i > 0)
            CU_ASSERT_TRUE(strcmp(auth_common_passwords[i - 1], auth_common_passwords[i]) < 0);
    }
}

void test_auth__reserved_usernames(void)
{
    static const char *const kept[] = { "about",  "admin",     "Admin",  "api",      "app",
                                        "apps",   "assets",    "bricks", "feed",     "health",
                                        "help",   "login",     "me",     "moderator", "null",
                                        "posts",  "register",  "root",   "settings", "support",
                                        "system", "undefined", "users",  "wall",     "www" };

    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        CU_ASSERT_TRUE(users_name_reserved(kept[i]));
    CU_ASSERT_FALSE(users_name_reserved("ada"));
    CU_ASSERT_FALSE(users_name_reserved("admin1"));
    CU_ASSERT_FALSE(users_name_reserved("zzz"));
}

void test_auth__password_rules(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_EQUAL(auth_password_rules(&cx, "four walls and a door", "ada", "a@b.c", "Grace"), WALL_OK);
    CU_ASSERT_EQUAL(auth_password_rules(&cx, "PassWord123", "ada", "a@b.c", "Grace"), WALL_E_VALIDATION);
    CU_ASSERT_EQUAL(auth_password_rules(&cx, "four ADA walls", "ada", "a@b.c", "Grace"), WALL_E_VALIDATION);
    CU_ASSERT_EQUAL(auth_password_rules(&cx, "four Love walls", "ada", "love@b.c", "Grace"),
                    WALL_E_VALIDATION);
    CU_ASSERT_EQUAL(auth_password_rules(&cx, "saving grace walls", "ada", "a@b.c", "Grace"),
                    WALL_E_VALIDATION);
    /* One letter before the @ says nothing about anybody. */
    CU_ASSERT_EQUAL(auth_password_rules(&cx, "a long enough one", "bob", "a@b.c", "Grace"), WALL_OK);
    apr_pool_destroy(cx.pool);
}
