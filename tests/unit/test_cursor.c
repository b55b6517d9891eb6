/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "context.h"
#include "core/cursor.h"
#include "core/site.h"

typedef struct row_t {
    int other;
    apr_int64_t id;
} row_t;

static apr_array_header_t *rows(apr_pool_t *pool, int count)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(row_t));

    for (int i = 0; i < count; i++)
        ((row_t *)apr_array_push(list))->id = 1000 - i;
    return list;
}

static wall_cx_t with_site(void)
{
    wall_cx_t cx = test_context();
    wall_site_t *site = wall_site_new(cx.pool);

    memset(site->secret, 7, sizeof(site->secret));
    cx.site = site;
    return cx;
}

void test_cursor__pages(void)
{
    wall_cx_t cx = with_site();
    wall_page_t page;
    apr_int64_t key;

    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", NULL, &key), WALL_OK);
    CU_ASSERT_EQUAL(key, APR_INT64_MAX);
    wall_page_finish(&cx, "posts:1", rows(cx.pool, 21), 20, offsetof(row_t, id), &page);
    CU_ASSERT_EQUAL(page.items->nelts, 20);
    CU_ASSERT_PTR_NOT_NULL_FATAL(page.next_cursor);
    CU_ASSERT_PTR_EQUAL(cx.reply.next_cursor, page.next_cursor);
    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", page.next_cursor, &key), WALL_OK);
    CU_ASSERT_EQUAL(key, 1000 - 19);
    wall_page_finish(&cx, "posts:1", rows(cx.pool, 20), 20, offsetof(row_t, id), &page);
    CU_ASSERT_EQUAL(page.items->nelts, 20);
    CU_ASSERT_PTR_NULL(page.next_cursor);
    CU_ASSERT_PTR_NULL(cx.reply.next_cursor);
    wall_page_finish(&cx, "posts:1", rows(cx.pool, 0), 20, offsetof(row_t, id), &page);
    CU_ASSERT_EQUAL(page.items->nelts, 0);
    apr_pool_destroy(cx.pool);
}

void test_cursor__goes_on_where_it_stopped_looking(void)
{
    wall_cx_t cx = with_site();
    wall_page_t page;
    apr_int64_t key;

    wall_page_finish(&cx, "posts:1", rows(cx.pool, 0), 20, offsetof(row_t, id), &page);
    CU_ASSERT_PTR_NULL(page.next_cursor);
    wall_page_continue(&cx, "posts:1", 77, &page);
    CU_ASSERT_PTR_EQUAL(cx.reply.next_cursor, page.next_cursor);
    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", page.next_cursor, &key), WALL_OK);
    CU_ASSERT_EQUAL(key, 77);
    apr_pool_destroy(cx.pool);
}

void test_cursor__cannot_be_made_or_moved(void)
{
    wall_cx_t cx = with_site();
    wall_page_t page;
    apr_int64_t key;
    char *copy;

    wall_page_finish(&cx, "posts:1", rows(cx.pool, 3), 2, offsetof(row_t, id), &page);
    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:2", page.next_cursor, &key), WALL_E_BAD_CURSOR);
    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "", "", &key), WALL_E_BAD_CURSOR);
    for (size_t i = 0; page.next_cursor[i] != '\0'; i++) {
        copy = apr_pstrdup(cx.pool, page.next_cursor);
        copy[i] = copy[i] == '0' ? '1' : '0';
        CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", copy, &key), WALL_E_BAD_CURSOR);
        copy[i] = '\0';
        CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", copy, &key), WALL_E_BAD_CURSOR);
    }
    ((wall_site_t *)cx.site)->secret[0] ^= 1;
    CU_ASSERT_EQUAL(wall_cursor_read(&cx, "posts:1", page.next_cursor, &key), WALL_E_BAD_CURSOR);
    apr_pool_destroy(cx.pool);
}
