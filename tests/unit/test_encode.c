/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "context.h"
#include "core/fields.h"
#include "core/json.h"

typedef struct inner_t {
    const char *text;
} inner_t;

typedef struct outer_t {
    apr_int64_t id;
    int yes, colour;
    double real;
    const char *text, *raw;
    apr_time_t when;
    apr_int64_t *maybe;
    inner_t one;
    inner_t *other;
    apr_array_header_t *list, *words;
} outer_t;

static const char *const colours[] = { "red", "green", NULL };
static const wall_field_t inner_fields[] = { WALL_STR(inner_t, text), WALL_FIELDS_END };
static const wall_shape_t inner_shape = WALL_SHAPE_OF("Inner", inner_t, inner_fields);
static const wall_field_t outer_fields[] = {
    WALL_I64(outer_t, id),       WALL_BOOL(outer_t, yes),
    WALL_ENUM(outer_t, colour, colours), WALL_F64(outer_t, real),
    WALL_STR(outer_t, text),     WALL_RAW(outer_t, raw),
    WALL_TIME(outer_t, when),    WALL_OPT_I64(outer_t, maybe),
    WALL_OBJ(outer_t, one, &inner_shape), WALL_OPT_OBJ(outer_t, other, &inner_shape),
    WALL_LIST(outer_t, list, &inner_shape), WALL_STRS(outer_t, words),
    WALL_FIELDS_END
};
static const wall_shape_t outer_shape = WALL_SHAPE_OF("Outer", outer_t, outer_fields);

static const char *encoded(apr_pool_t *pool, const outer_t *outer)
{
    wall_buf_t buf;

    wall_buf_init(&buf, pool, 0);
    wall_fields_encode(&buf, &outer_shape, outer);
    CU_ASSERT_EQUAL(strlen(buf.data), buf.len);
    return buf.data;
}

void test_encode__nothing_set(void)
{
    wall_cx_t cx = test_context();
    outer_t outer = { 0 };

    CU_ASSERT_STRING_EQUAL(
        encoded(cx.pool, &outer),
        "{\"id\":0,\"yes\":false,\"colour\":\"red\",\"real\":0,\"text\":null,\"raw\":null,"
        "\"when\":null,\"maybe\":null,\"one\":{\"text\":null},\"other\":null,\"list\":[],"
        "\"words\":[]}");
    apr_pool_destroy(cx.pool);
}

void test_encode__everything_set(void)
{
    wall_cx_t cx = test_context();
    apr_int64_t maybe = APR_INT64_MIN;
    inner_t other = { "o" };
    outer_t outer = { .id = APR_INT64_MAX, .yes = 7, .colour = 1, .real = 0.1, .text = "t",
                      .raw = "[1]", .when = cx.now, .maybe = &maybe, .one = { "1" },
                      .other = &other };

    outer.list = apr_array_make(cx.pool, 2, sizeof(inner_t));
    ((inner_t *)apr_array_push(outer.list))->text = "a";
    ((inner_t *)apr_array_push(outer.list))->text = "b";
    outer.words = apr_array_make(cx.pool, 2, sizeof(const char *));
    *(const char **)apr_array_push(outer.words) = "x";
    *(const char **)apr_array_push(outer.words) = "y";
    CU_ASSERT_STRING_EQUAL(
        encoded(cx.pool, &outer),
        "{\"id\":9223372036854775807,\"yes\":true,\"colour\":\"green\",\"real\":0.1,\"text\":\"t\","
        "\"raw\":[1],\"when\":\"2026-11-21T08:15:00.123Z\",\"maybe\":-9223372036854775808,"
        "\"one\":{\"text\":\"1\"},\"other\":{\"text\":\"o\"},\"list\":[{\"text\":\"a\"},"
        "{\"text\":\"b\"}],\"words\":[\"x\",\"y\"]}");
    outer.colour = 2;
    outer.real = INFINITY;
    CU_ASSERT_PTR_NOT_NULL(strstr(encoded(cx.pool, &outer), "\"colour\":null,\"real\":null"));
    apr_pool_destroy(cx.pool);
}

static const char *string(apr_pool_t *pool, const char *text)
{
    wall_buf_t buf;

    wall_buf_init(&buf, pool, 0);
    wall_json_string(&buf, text);
    CU_ASSERT_EQUAL(strlen(buf.data), buf.len);
    return buf.data;
}

void test_encode__escapes(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_STRING_EQUAL(string(cx.pool, NULL), "null");
    CU_ASSERT_STRING_EQUAL(string(cx.pool, ""), "\"\"");
    CU_ASSERT_STRING_EQUAL(string(cx.pool, "\"\\/\b\t\n\f\r\x01\x0b\x1f\x7f"),
                           "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u000b\\u001f\x7f\"");
    CU_ASSERT_STRING_EQUAL(string(cx.pool, "</script>&"), "\"\\u003c/script\\u003e\\u0026\"");
    CU_ASSERT_STRING_EQUAL(string(cx.pool, "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa7\xe2\x82\xac"),
                           "\"\\u2028\\u2029\xe2\x80\xa7\xe2\x82\xac\"");
    apr_pool_destroy(cx.pool);
}

/* Each byte at each place of a block, so that the fast look and the slow one agree. */
void test_encode__finds_specials_anywhere(void)
{
    wall_cx_t cx = test_context();
    apr_pool_t *pool;
    char text[42];

    apr_pool_create(&pool, cx.pool);
    for (int c = 1; c < 128; c++) {
        for (size_t at = 0; at < sizeof(text) - 1; at++) {
            wall_bytes_t bytes;
            json_object *tree;

            memset(text, 'x', sizeof(text) - 1);
            text[sizeof(text) - 1] = '\0';
            text[at] = (char)c;
            bytes.data = string(pool, text);
            bytes.len = strlen(bytes.data);
            tree = wall_json_parse_pool(pool, bytes);
            CU_ASSERT_STRING_EQUAL(json_object_get_string(tree), text);
            CU_ASSERT_PTR_NULL(strpbrk(bytes.data, "<>&\n"));
            apr_pool_clear(pool);
        }
    }
    apr_pool_destroy(cx.pool);
}

/* The HTML has no member of its own: it is made of the text, and NULL stays null. */
void test_encode__rich_text(void)
{
    static const wall_field_t fields[] = { WALL_STR(inner_t, text),
                                           WALL_RICH(inner_t, text_html, text), WALL_FIELDS_END };
    static const wall_shape_t shape = WALL_SHAPE_OF("Rich", inner_t, fields);
    wall_cx_t cx = test_context();
    inner_t in = { "*a* <b>" };
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 0);
    wall_fields_encode(&buf, &shape, &in);
    in.text = NULL;
    wall_fields_encode(&buf, &shape, &in);
    CU_ASSERT_STRING_EQUAL(buf.data,
                           "{\"text\":\"*a* \\u003cb\\u003e\",\"text_html\":\"\\u003cp\\u003e"
                           "\\u003cem\\u003ea\\u003c/em\\u003e \\u0026lt;b\\u0026gt;\\u003c/p\\u003e\"}"
                           "{\"text\":null,\"text_html\":null}");
    apr_pool_destroy(cx.pool);
}
