/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/site.h"

static const char *set(wall_site_t *site, apr_pool_t *pool, wall_directive_t which,
                       const char *value)
{
    return wall_site_set(site, pool, which, value, "/etc/wall", "wall.conf:7");
}

static wall_site_t *complete(apr_pool_t *pool)
{
    wall_site_t *site = wall_site_new(pool);

    CU_ASSERT_PTR_NULL(set(site, pool, WALL_D_engine, "On"));
    CU_ASSERT_PTR_NULL(set(site, pool, WALL_D_site, "main"));
    CU_ASSERT_PTR_NULL(set(site, pool, WALL_D_base_url, "HTTPS://Wall.Example.org:8443/"));
    CU_ASSERT_PTR_NULL(set(site, pool, WALL_D_apps_host, "Apps.example.org:8443"));
    CU_ASSERT_PTR_NULL(set(site, pool, WALL_D_secret_file, "secret"));
    return site;
}

void test_site__finishes(void)
{
    wall_cx_t cx = test_context();
    wall_site_t *site = complete(cx.pool);

    CU_ASSERT_PTR_NULL(wall_site_finish(site, cx.pool));
    CU_ASSERT_STRING_EQUAL(site->origin, "https://wall.example.org:8443");
    CU_ASSERT_STRING_EQUAL(site->apps_host, "apps.example.org:8443");
    CU_ASSERT_STRING_EQUAL(site->apps_scheme, "https");
    CU_ASSERT_STRING_EQUAL(site->secret_file, "/etc/wall/secret");
    CU_ASSERT_EQUAL(site->secure, 1);
    CU_ASSERT_EQUAL(site->bricks_welcome, 500);
    CU_ASSERT_EQUAL(site->set[WALL_D_bricks_welcome], 0);
    CU_ASSERT_STRING_EQUAL(site->where[WALL_D_site], "wall.conf:7");
    apr_pool_destroy(cx.pool);
}

void test_site__defaults_are_valid_without_an_engine(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_PTR_NULL(wall_site_finish(wall_site_new(cx.pool), cx.pool));
    apr_pool_destroy(cx.pool);
}

void test_site__names_what_is_missing(void)
{
    static const wall_directive_t needed[] = { WALL_D_site, WALL_D_base_url, WALL_D_apps_host,
                                               WALL_D_secret_file };
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        wall_site_t *site = complete(cx.pool);
        const char *name = wall_directives[needed[i]].name, *why;

        site->set[needed[i]] = 0;
        why = wall_site_finish(site, cx.pool);
        CU_ASSERT_PTR_NOT_NULL_FATAL(why);
        CU_ASSERT(strncmp(why, name, strlen(name)) == 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, "is missing"));
    }
    apr_pool_destroy(cx.pool);
}

typedef struct value_case_t {
    wall_directive_t which;
    const char *value;
} value_case_t;

void test_site__refuses_wrong_values(void)
{
    static const value_case_t cases[] = {
        { WALL_D_engine, "yes" }, { WALL_D_engine, "" }, { WALL_D_site, "" },
        { WALL_D_site, "Main" }, { WALL_D_site, "a b" }, { WALL_D_site, "a:b" },
        { WALL_D_site, "abcdefghijklmnopqrstuvwxyzabcdefg" },
        { WALL_D_base_url, "wall.example.org" }, { WALL_D_base_url, "ftp://wall.example.org" },
        { WALL_D_base_url, "https://" }, { WALL_D_base_url, "https://a@b.org" },
        { WALL_D_base_url, "https://a.org?x" }, { WALL_D_base_url, "https://a.org/#x" },
        { WALL_D_base_url, "https://a..org" }, { WALL_D_base_url, "https://-a.org" },
        { WALL_D_base_url, "https://a.org:0" }, { WALL_D_base_url, "https://a.org:65536" },
        { WALL_D_base_url, "https://a.org:" }, { WALL_D_base_url, "https://a.org /" },
        { WALL_D_apps_host, "https://apps.org" }, { WALL_D_apps_host, "apps.org/" },
        { WALL_D_apps_host, "*.apps.org" }, { WALL_D_apps_host, "" },
        { WALL_D_redis, "localhost" }, { WALL_D_redis, "unix:" },
        { WALL_D_redis, "unix:redis.sock" },
        { WALL_D_redis, "[::1]" }, { WALL_D_redis, ":6379" },
        { WALL_D_media_root, "" }, { WALL_D_ollama_context, "2047" },
        { WALL_D_ollama_context, "262145" }, { WALL_D_ollama_context, "4k" },
        { WALL_D_ollama_context, "-4096" }, { WALL_D_ollama_context, "" },
        { WALL_D_ollama_context, "99999999999999999999" }, { WALL_D_ollama_model, "" },
        { WALL_D_ollama_model, "a\nb" }, { WALL_D_log_level, "verbose" },
    };
    wall_cx_t cx = test_context();
    wall_site_t *site = wall_site_new(cx.pool);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *why = set(site, cx.pool, cases[i].which, cases[i].value);

        if (why == NULL)
            fprintf(stderr, "%s accepts \"%s\"\n", wall_directives[cases[i].which].name,
                    cases[i].value);
        CU_ASSERT_PTR_NOT_NULL(why);
        CU_ASSERT_EQUAL(site->set[cases[i].which], 0);
    }
    CU_ASSERT_PTR_NOT_NULL(
        wall_site_set(site, cx.pool, WALL_D_media_root, "media", NULL, NULL));
    apr_pool_destroy(cx.pool);
}

void test_site__accepts_right_values(void)
{
    static const value_case_t cases[] = {
        { WALL_D_base_url, "http://localhost:8080" }, { WALL_D_base_url, "http://127.0.0.1" },
        { WALL_D_base_url, "http://[::1]:8080" }, { WALL_D_apps_host, "apps.localhost:8080" },
        { WALL_D_redis, "unix:/run/redis.sock" }, { WALL_D_redis, "127.0.0.1:6379" },
        { WALL_D_redis, "[::1]:6379" }, { WALL_D_redis, "redis.local:1" },
        { WALL_D_ollama_url, "http://gpu:11434/ollama/" }, { WALL_D_ollama_context, "2048" },
        { WALL_D_ollama_model, "qwen2.5-coder:7b" }, { WALL_D_log_level, "debug" },
        { WALL_D_engine, "OFF" },
    };
    wall_cx_t cx = test_context();
    wall_site_t *site = wall_site_new(cx.pool);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_PTR_NULL(set(site, cx.pool, cases[i].which, cases[i].value));
        CU_ASSERT_EQUAL(site->set[cases[i].which], 1);
    }
    CU_ASSERT_STRING_EQUAL(site->ollama_url, "http://gpu:11434/ollama");
    CU_ASSERT_PTR_NULL(set(site, cx.pool, WALL_D_media_root, "../media/./x"));
    CU_ASSERT_STRING_EQUAL(site->media_root, "/etc/media/x");
    apr_pool_destroy(cx.pool);
}

void test_site__apps_and_site_share_no_host(void)
{
    static const struct {
        const char *site, *apps;
        int fine;
    } cases[] = {
        { "https://wall.org", "wall.org", 0 },      { "https://wall.org", "wall.org:8443", 0 },
        { "https://x.apps.org", "apps.org", 0 },    { "https://wall.org", "apps.wall.org", 1 },
        { "https://myapps.org", "apps.org", 1 },    { "http://localhost:1", "apps.localhost:1", 1 },
    };
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        wall_site_t *site = complete(cx.pool);

        set(site, cx.pool, WALL_D_base_url, cases[i].site);
        set(site, cx.pool, WALL_D_apps_host, cases[i].apps);
        CU_ASSERT_EQUAL(wall_site_finish(site, cx.pool) == NULL, cases[i].fine);
    }
    apr_pool_destroy(cx.pool);
}

void test_site__base_url_has_no_path(void)
{
    wall_cx_t cx = test_context();
    wall_site_t *site = complete(cx.pool);

    set(site, cx.pool, WALL_D_base_url, "https://wall.org/sub");
    CU_ASSERT_STRING_EQUAL(wall_site_finish(site, cx.pool),
                           "WallBaseURL (wall.conf:7) must not have a path: a site has a host of "
                           "its own");
    apr_pool_destroy(cx.pool);
}

void test_site__host_wins_over_global(void)
{
    wall_cx_t cx = test_context();
    wall_site_t *global = wall_site_new(cx.pool), *host = wall_site_new(cx.pool), *site;

    set(global, cx.pool, WALL_D_ai_workers, "4");
    set(global, cx.pool, WALL_D_redis, "unix:/global");
    set(host, cx.pool, WALL_D_redis, "unix:/host");
    set(host, cx.pool, WALL_D_engine, "On");
    site = wall_site_merge(cx.pool, global, host);
    CU_ASSERT_EQUAL(site->ai_workers, 4);
    CU_ASSERT_STRING_EQUAL(site->redis, "unix:/host");
    CU_ASSERT_EQUAL(site->engine, 1);
    CU_ASSERT(site->set[WALL_D_ai_workers] && site->set[WALL_D_redis]);
    CU_ASSERT_FALSE(site->set[WALL_D_job_lease]);
    CU_ASSERT_EQUAL(global->engine, 0);
    apr_pool_destroy(cx.pool);
}

void test_site__secret(void)
{
    static const char digits[] = "00ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dFE";
    wall_cx_t cx = test_context();
    wall_site_t *site = wall_site_new(cx.pool);
    char text[80];

    CU_ASSERT_PTR_NULL(wall_site_secret(site, (wall_bytes_t){ digits, 64 }));
    CU_ASSERT(site->secret[0] == 0 && site->secret[1] == 255 && site->secret[31] == 254);
    snprintf(text, sizeof(text), "%s\r\n", digits);
    CU_ASSERT_PTR_NULL(wall_site_secret(site, (wall_bytes_t){ text, strlen(text) }));
    CU_ASSERT_PTR_NOT_NULL(wall_site_secret(site, (wall_bytes_t){ digits, 63 }));
    snprintf(text, sizeof(text), "%.63sg", digits);
    CU_ASSERT_PTR_NOT_NULL(wall_site_secret(site, (wall_bytes_t){ text, 64 }));
    snprintf(text, sizeof(text), "%s00", digits);
    CU_ASSERT_PTR_NOT_NULL(wall_site_secret(site, (wall_bytes_t){ text, 66 }));
    CU_ASSERT_PTR_NOT_NULL(wall_site_secret(site, (wall_bytes_t){ NULL, 0 }));
    apr_pool_destroy(cx.pool);
}
