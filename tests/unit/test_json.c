/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>

#include "context.h"
#include "core/json.h"

static wall_bytes_t bytes(const char *text)
{
    return (wall_bytes_t){ text, strlen(text) };
}

static wall_bytes_t read_all(apr_pool_t *pool, const char *path)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_size_t size;
    char *data;

    if (apr_file_open(&file, path, APR_FOPEN_READ, 0, pool) != APR_SUCCESS ||
        apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS)
        return (wall_bytes_t){ NULL, 0 };
    size = (apr_size_t)info.size;
    data = apr_palloc(pool, size + 1);
    apr_file_read_full(file, data, size, &size);
    apr_file_close(file);
    return (wall_bytes_t){ data, size };
}

/* tests/fuzz/json: y_* is accepted by reader and tree, n_* is refused. */
void test_json__corpus(void)
{
    wall_cx_t cx = test_context();
    const char *root = getenv("WALL_SRCDIR"), *folder, *why;
    apr_finfo_t entry;
    apr_dir_t *dir;
    int good = 0, bad = 0;
    size_t at;

    folder = apr_pstrcat(cx.pool, root ? root : ".", "/tests/fuzz/json", NULL);
    CU_ASSERT_EQUAL_FATAL(apr_dir_open(&dir, folder, cx.pool), APR_SUCCESS);
    while (apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        wall_bytes_t text;
        json_object *tree;
        int valid, expected = entry.name[0] == 'y';

        if (entry.name[0] != 'y' && entry.name[0] != 'n')
            continue;
        text = read_all(cx.pool, apr_pstrcat(cx.pool, folder, "/", entry.name, NULL));
        valid = wall_json_valid(text, WALL_JSON_MAX_DEPTH, &why, &at);
        if (valid != expected)
            fprintf(stderr, "%s: %s\n", entry.name, valid ? "accepted" : why);
        CU_ASSERT_EQUAL(valid, expected);
        CU_ASSERT_EQUAL(wall_json_parse(&cx, text, &tree), expected ? WALL_OK : WALL_E_BAD_JSON);
        wall_fail_clear(&cx);
        good += expected;
        bad += !expected;
    }
    apr_dir_close(dir);
    CU_ASSERT(good >= 75);
    CU_ASSERT(bad >= 190);
    apr_pool_destroy(cx.pool);
}

void test_json__says_where(void)
{
    wall_cx_t cx = test_context();
    json_object *tree;
    const char *why;
    size_t at;

    CU_ASSERT_FALSE(wall_json_valid(bytes("{\"a\":1,\"a\":2}"), 32, &why, &at));
    CU_ASSERT_EQUAL(at, 8);
    CU_ASSERT_FALSE(wall_json_valid(bytes("[1,,2]"), 32, &why, &at));
    CU_ASSERT_EQUAL(at, 3);
    CU_ASSERT_EQUAL(wall_json_parse(&cx, bytes("[1,,2]"), &tree), WALL_E_BAD_JSON);
    CU_ASSERT_STRING_EQUAL(cx.failure_message,
                           "The request body is not valid JSON: a value is expected, at byte 3.");
    CU_ASSERT(wall_json_valid(bytes("[[1]]"), 2, &why, &at));
    CU_ASSERT_FALSE(wall_json_valid(bytes("[[[1]]]"), 2, &why, &at));
    apr_pool_destroy(cx.pool);
}

/* 40,000 members: pairwise comparison would take seconds. */
void test_json__many_members_are_cheap(void)
{
    wall_cx_t cx = test_context();
    wall_buf_t buf;
    const char *why;
    size_t at;
    apr_time_t begin;

    wall_buf_init(&buf, cx.pool, 0);
    wall_buf_char(&buf, '{');
    for (int i = 0; i < 40000; i++)
        wall_buf_fmt(&buf, "%s\"commonprefix%d\":0", i ? "," : "", i);
    wall_buf_char(&buf, '}');
    begin = apr_time_now();
    CU_ASSERT(wall_json_valid((wall_bytes_t){ buf.data, buf.len }, 2, &why, &at));
    CU_ASSERT(apr_time_now() - begin < 2 * APR_USEC_PER_SEC);
    apr_pool_destroy(cx.pool);
}

void test_json__tree_of_bytes_without_end(void)
{
    wall_cx_t cx = test_context();
    char text[3] = { '1', '2', '3' };
    json_object *tree = wall_json_parse_pool(cx.pool, (wall_bytes_t){ text, 2 });

    CU_ASSERT_EQUAL(json_object_get_int(tree), 12);
    CU_ASSERT_PTR_NULL(wall_json_parse_pool(cx.pool, bytes("{")));
    tree = wall_json_parse_pool(cx.pool, bytes("{\"a\":[1,{\"b\":\"\\u00e9\"}]}"));
    CU_ASSERT_STRING_EQUAL(json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN),
                           "{\"a\":[1,{\"b\":\"\xc3\xa9\"}]}");
    apr_pool_destroy(cx.pool);
}

void test_json__utf8(void)
{
    CU_ASSERT(wall_utf8_valid("a\xc3\xa9\xf0\x9f\xa7\xb1", 7));
    CU_ASSERT(wall_utf8_valid(NULL, 0));
    CU_ASSERT_FALSE(wall_utf8_valid("\xc3", 1));
    CU_ASSERT_FALSE(wall_utf8_valid("\xed\xa0\x80", 3));
    CU_ASSERT_EQUAL(wall_utf8_length("a\xc3\xa9\xf0\x9f\xa7\xb1"), 3);
    CU_ASSERT_EQUAL(wall_utf8_length(""), 0);
}
