/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_pools.h>
#include <string.h>

#include "app/apps/apps.h"

static void titled(const char *prompt, const char *title)
{
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_STRING_EQUAL(apps_title(pool, prompt), title);
    apr_pool_destroy(pool);
}

void test_apps__title(void)
{
    titled("a kitchen timer", "A kitchen timer");
    titled("  Split \n a bill,  please ", "Split a bill, please");
    titled("One two three four five six seven", "One two three four five six");
    titled("Dice. Two of them, with a history", "Dice");
    titled("", "App");
    titled("...", ".");
    titled("short Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenhalter", "Short");
    /* 70 code points without a space are cut between two of them */
    titled("ああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ",
           "ああああああああああああああああああああああああああああああああああああああああああああああああああああああああああああ");
}

static const char *document(apr_pool_t *pool, const char *html, const char *css, const char *js)
{
    apps_code_t code = { .title = "<T>", .html_content = html, .css_content = css, .js_content = js };
    wall_buf_t out;

    wall_buf_init(&out, pool, 1024);
    apps_document(&out, &code, "https://wall.example");
    return out.data;
}

void test_apps__guard_comes_first(void)
{
    apr_pool_t *pool;
    const char *page, *guard, *script;

    apr_pool_create(&pool, NULL);
    page = document(pool, "<!doctype html><html lang=de><head><script>first()</script></head></html>",
                    "b{}", "last()");
    guard = strstr(page, "RTCPeerConnection");
    script = strstr(page, "<script>");
    CU_ASSERT_PTR_NOT_NULL_FATAL(guard);
    CU_ASSERT(script < guard && guard < strstr(script + 1, "<script>"));
    CU_ASSERT(guard < strstr(page, "first()") && strstr(page, "first()") < strstr(page, "last()"));
    CU_ASSERT_PTR_NULL(strstr(page, "lang=\"en\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "\"https://wall.example\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "&lt;T&gt;"));
    apr_pool_destroy(pool);
}

void test_apps__code_cannot_end_its_element(void)
{
    apr_pool_t *pool;
    const char *page;

    apr_pool_create(&pool, NULL);
    page = document(pool, "<b>", "a{content:'</Style>'}", "x='</SCRIPT>';y='<!-- <script>';z=a<b");
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "a{content:'<\\/Style>'}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "x='<\\/SCRIPT>';y='<\\!-- <script>';z=a<b"));
    apr_pool_destroy(pool);
}
