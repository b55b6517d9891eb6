/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "context.h"
#include "core/cursor.h"
#include "core/fields.h"

typedef struct tag_t {
    const char *label;
    apr_int64_t weight;
} tag_t;

typedef struct thing_t {
    apr_int64_t thing_id, count;
    int loud, colour;
    double ratio;
    const char *text, *line, *name, *slug, *mail, *uuid, *secret, *date;
    apr_time_t when;
    apr_int64_t *maybe;
    tag_t main;
    tag_t *extra;
    apr_array_header_t *tags, *words;
    wall_page_in_t page;
} thing_t;

static const char *const colours[] = { "red", "green", NULL };

static const wall_field_t tag_fields[] = {
    WALL_STR(tag_t, label, .required = 1, .min = 1, .max = 5),
    WALL_I64(tag_t, weight, .min = 0, .max = 9, .fallback = 4),
    WALL_FIELDS_END
};
static const wall_shape_t tag_shape = WALL_SHAPE_OF("Tag", tag_t, tag_fields);

static const wall_field_t thing_fields[] = {
    WALL_I64(thing_t, thing_id, .from = WALL_FROM_PATH, .min = 1, .max = APR_INT64_MAX),
    WALL_I64(thing_t, count, .min = 3, .max = 12, .fallback = 7),
    WALL_BOOL(thing_t, loud, .fallback = 1),
    WALL_F64(thing_t, ratio, .min = 0, .max = 10),
    WALL_STR(thing_t, text, .trim = 1, .min = 3, .max = 10),
    WALL_STR(thing_t, line, .format = WALL_FMT_LINE, .max = 10),
    WALL_STR(thing_t, name, .format = WALL_FMT_USERNAME),
    WALL_STR(thing_t, slug, .from = WALL_FROM_QUERY, .format = WALL_FMT_SLUG),
    WALL_STR(thing_t, mail, .format = WALL_FMT_EMAIL, .trim = 1),
    WALL_STR(thing_t, uuid, .format = WALL_FMT_UUID),
    WALL_STR(thing_t, date, .format = WALL_FMT_DATE, .max = 10),
    WALL_STR(thing_t, secret, .format = WALL_FMT_SECRET, .trim = 1, .max = 20),
    WALL_TIME(thing_t, when),
    WALL_ENUM(thing_t, colour, colours, .fallback = 1),
    WALL_OPT_I64(thing_t, maybe, .min = -5, .max = 5),
    WALL_OBJ(thing_t, main, &tag_shape, .required = 1),
    WALL_OPT_OBJ(thing_t, extra, &tag_shape),
    WALL_LIST(thing_t, tags, &tag_shape, .max = 2),
    WALL_STRS(thing_t, words, .min = 1, .max = 2, .trim = 1),
    WALL_FIELDS_END
};
static const wall_shape_t thing_shape = WALL_SHAPE_OF("Thing", thing_t, thing_fields);

static wall_rc_t decode(wall_cx_t *cx, const char *body, thing_t *out)
{
    wall_fail_clear(cx);
    return wall_fields_decode(cx, &thing_shape, (wall_bytes_t){ body, strlen(body) }, NULL, out);
}

/* One body with one fault: what is said of @a field. */
static const char *why(wall_cx_t *cx, const char *field, const char *members)
{
    thing_t thing;
    const char *body = apr_psprintf(cx->pool, "{\"main\":{\"label\":\"x\"},%s}", members);

    if (decode(cx, body, &thing) == WALL_OK)
        return "";
    if (cx->details == NULL || cx->details->nelts != 1)
        return "(more than one problem)";
    return test_detail(cx, field);
}

void test_fields__decodes_everything(void)
{
    wall_cx_t cx = test_context();
    thing_t t;

    CU_ASSERT_EQUAL(
        decode(&cx,
               "{\"count\":5,\"loud\":false,\"ratio\":0.5,\"text\":\"  \\u00e9a\\r\\nb \","
               "\"line\":\"a b\",\"name\":\"Ada_L\",\"mail\":\" Ada.L@Example.ORG\","
               "\"uuid\":\"01890A5D-AC96-774B-BCCE-B302099A8057\",\"secret\":\" p \","
               "\"when\":\"2026-11-21T08:15:00.123456Z\",\"colour\":\"red\",\"maybe\":-5,"
               "\"main\":{\"label\":\"m\",\"weight\":9},\"extra\":{\"label\":\"e\"},"
               "\"tags\":[{\"label\":\"t\"},{\"label\":\"u\",\"weight\":0}],\"words\":[\" w \"]}",
               &t),
        WALL_OK);
    CU_ASSERT(t.count == 5 && t.loud == 0 && t.ratio == 0.5 && t.colour == 0);
    CU_ASSERT_STRING_EQUAL(t.text, "\xc3\xa9" "a\nb");
    CU_ASSERT_STRING_EQUAL(t.name, "ada_l");
    CU_ASSERT_STRING_EQUAL(t.mail, "Ada.L@example.org");
    CU_ASSERT_STRING_EQUAL(t.uuid, "01890a5d-ac96-774b-bcce-b302099a8057");
    CU_ASSERT_STRING_EQUAL(t.secret, " p ");
    CU_ASSERT_EQUAL(t.when, cx.now);
    CU_ASSERT_EQUAL(*t.maybe, -5);
    CU_ASSERT_EQUAL(t.main.weight, 9);
    CU_ASSERT_EQUAL(t.extra->weight, 4);
    CU_ASSERT_EQUAL(APR_ARRAY_IDX(t.tags, 1, tag_t).weight, 0);
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(t.words, 0, const char *), "w");
    apr_pool_destroy(cx.pool);
}

void test_fields__absent_and_null_are_the_same(void)
{
    wall_cx_t cx = test_context();
    thing_t t;

    CU_ASSERT_EQUAL(decode(&cx,
                           "{\"main\":{\"label\":\"m\"},\"count\":null,\"text\":null,"
                           "\"maybe\":null,\"extra\":null,\"tags\":null,\"loud\":null}",
                           &t),
                    WALL_OK);
    CU_ASSERT(t.count == 7 && t.loud == 1 && t.colour == 1 && t.when == 0);
    CU_ASSERT(t.text == NULL && t.maybe == NULL && t.extra == NULL && t.tags == NULL);
    CU_ASSERT_STRING_EQUAL(why(&cx, "main.label", "\"extra\":null,\"main2\":1"), "");
    CU_ASSERT_EQUAL(decode(&cx, "{\"main\":{\"label\":null}}", &t), WALL_E_VALIDATION);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "main.label"), "This is needed.");
    apr_pool_destroy(cx.pool);
}

typedef struct change_t {
    const char *text;
    int text_given, colour, colour_given;
} change_t;

static const wall_field_t change_fields[] = {
    WALL_STR(change_t, text, .max = 10, .given = offsetof(change_t, text_given)),
    WALL_ENUM(change_t, colour, colours, .given = offsetof(change_t, colour_given)),
    WALL_FIELDS_END
};
static const wall_shape_t change_shape = WALL_SHAPE_OF("Change", change_t, change_fields);

void test_fields__what_is_given(void)
{
    static const struct {
        const char *body;
        int text, colour;
    } cases[] = {
        { "{}", 0, 0 },
        { "{\"text\":null,\"colour\":null}", 1, 0 }, /* an enum has nothing to become */
        { "{\"text\":\"a\"}", 1, 0 },
        { "{\"colour\":\"green\"}", 0, 1 },
    };
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const wall_bytes_t body = { cases[i].body, strlen(cases[i].body) };
        change_t c;

        CU_ASSERT_EQUAL(wall_fields_decode(&cx, &change_shape, body, NULL, &c), WALL_OK);
        CU_ASSERT_EQUAL(c.text_given, cases[i].text);
        CU_ASSERT_EQUAL(c.colour_given, cases[i].colour);
    }
    apr_pool_destroy(cx.pool);
}

void test_fields__collects_every_problem(void)
{
    wall_cx_t cx = test_context();
    thing_t t;

    CU_ASSERT_EQUAL(decode(&cx,
                           "{\"count\":13,\"text\":\" ab \",\"colour\":\"blue\",\"nope\":1,"
                           "\"tags\":[{\"label\":\"\"},{\"label\":\"a\",\"x\":1}],\"words\":[1]}",
                           &t),
                    WALL_E_VALIDATION);
    CU_ASSERT_EQUAL(cx.details->nelts, 8);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "count"), "This must be at most 12.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "text"), "Use at least 3 characters.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "colour"), "This must be one of red, green.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "main"), "This is needed.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "tags[0].label"), "This must not be empty.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "tags[1].x"), "This request has no such field.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "words[0]"), "This must be text.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "nope"), "This request has no such field.");
    CU_ASSERT_PTR_NULL(cx.failure_message);
    apr_pool_destroy(cx.pool);
}

void test_fields__problems_are_bounded(void)
{
    wall_cx_t cx = test_context();
    wall_buf_t buf;
    thing_t t;

    wall_buf_init(&buf, cx.pool, 0);
    wall_buf_str(&buf, "{\"");
    for (int i = 0; i < 1000; i++)
        wall_buf_str(&buf, "\xc3\xa9");
    wall_buf_str(&buf, "\":0");
    for (int i = 0; i < 500; i++)
        wall_buf_fmt(&buf, ",\"n%d\":0", i);
    wall_buf_str(&buf, "}");
    CU_ASSERT_EQUAL(decode(&cx, buf.data, &t), WALL_E_VALIDATION);
    CU_ASSERT(cx.details->nelts <= 51);
    for (int i = 0; i < cx.details->nelts; i++)
        CU_ASSERT(strlen(APR_ARRAY_IDX(cx.details, i, wall_detail_t).name) <= 64);
    apr_pool_destroy(cx.pool);
}

typedef struct fault_t {
    const char *field, *members, *sentence;
} fault_t;

static const fault_t faults[] = {
    { "count", "\"count\":2", "This must be at least 3." },
    { "count", "\"count\":4.5", "This must be a whole number." },
    { "count", "\"count\":\"4\"", "This must be a whole number." },
    { "count", "\"count\":1e300", "This must be a whole number." },
    { "count", "\"count\":18446744073709551615", "This number is out of its range." },
    { "count", "\"count\":-99999999999999999999", "This must be at least 3." },
    { "maybe", "\"maybe\":6", "This must be at most 5." },
    { "loud", "\"loud\":1", "This must be true or false." },
    { "ratio", "\"ratio\":\"1\"", "This must be a number." },
    { "ratio", "\"ratio\":10.5", "This number is out of its range." },
    { "ratio", "\"ratio\":1e999", "This must be a number." },
    { "text", "\"text\":7", "This must be text." },
    { "text", "\"text\":\"12345678901\"", "Use at most 10 characters." },
    { "text", "\"text\":\"abc\\u0001\"", "This must not contain control characters." },
    { "text", "\"text\":\"abc\\u0000d\"", "This must not contain control characters." },
    { "text", "\"text\":\"\\u00a0 \\u3000\"", "This must not be empty." },
    { "line", "\"line\":\"a\\nb\"", "This must not contain control characters." },
    { "line", "\"line\":\"a\\tb\"", "This must not contain control characters." },
    { "line", "\"line\":\"a\\u2028b\"", "This must not contain control characters." },
    { "line", "\"line\":\"a\\u202eb\"", "This must not contain control characters." },
    { "line", "\"line\":\"a\\u0085b\"", "This must not contain control characters." },
    { "name", "\"name\":\"1ab\"",
      "Use the letters a to z, digits, - and _, and begin with a letter." },
    { "name", "\"name\":\"a b\"",
      "Use the letters a to z, digits, - and _, and begin with a letter." },
    { "name", "\"name\":\"ab\"", "Use at least 3 characters." },
    { "name", "\"name\":\"abcdefghijabcdefghijabcdefghijk\"", "Use at most 30 characters." },
    { "mail", "\"mail\":\"a\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"@b.org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a@b\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a@b..org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a@-b.org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a..b@c.org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\".a@c.org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a b@c.org\"", "This must be an e-mail address." },
    { "mail", "\"mail\":\"a@c.org\\nBcc: x@y.org\"", "This must be an e-mail address." },
    { "date", "\"date\":\"2026-02-29\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"1900-02-29\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"2026-13-01\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"2026-04-31\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"2026-1-01\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"2026-11-2x\"", "This must be a day such as 2026-11-21." },
    { "date", "\"date\":\"1969-12-31\"", "This must be a day such as 2026-11-21." },
    { "uuid", "\"uuid\":\"01890a5dac96774bbcceb302099a8057\"", "This must be a UUID." },
    { "uuid", "\"uuid\":\"01890a5d-ac96-774b-bcce-b302099a805g\"", "This must be a UUID." },
    { "secret", "\"secret\":\"a\\u0000b\"", "This must not contain control characters." },
    { "when", "\"when\":1", "This must be a time such as 2026-11-21T08:15:00Z." },
    { "when", "\"when\":\"2026-02-30T00:00:00Z\"", "This must be a time such as 2026-11-21T08:15:00Z." },
    { "colour", "\"colour\":0", "This must be one of red, green." },
    { "extra", "\"extra\":[]", "This must be an object." },
    { "extra.label", "\"extra\":{}", "This is needed." },
    { "tags", "\"tags\":{}", "This must be a list." },
    { "tags", "\"tags\":[1,2,3]", "Give at most 2 items." },
    { "tags[0]", "\"tags\":[1]", "This must be an object." },
    { "tags[0]", "\"tags\":[null]", "This must be an object." },
    { "words", "\"words\":[]", "This must not be empty." },
    { "words[1]", "\"words\":[\"a\",\" \"]", "This must not be empty." },
    { "thing_id", "\"thing_id\":1", "This request has no such field." },
};

void test_fields__says_what_is_wrong(void)
{
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        const char *said = why(&cx, faults[i].field, faults[i].members);

        if (strcmp(said, faults[i].sentence) != 0)
            fprintf(stderr, "%s: \"%s\"\n", faults[i].members, said);
        CU_ASSERT_STRING_EQUAL(said, faults[i].sentence);
    }
    apr_pool_destroy(cx.pool);
}

void test_fields__accepts_the_edges(void)
{
    static const char *const fine[] = {
        "\"count\":3", "\"count\":12.0", "\"text\":\"abc\"", "\"text\":\"1234567890\"",
        "\"text\":\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"",
        "\"text\":\"a\\n\\tb\"", "\"name\":\"abc\"", "\"name\":\"a-_\"", "\"ratio\":0",
        "\"ratio\":10",
        "\"mail\":\"o'neil+tag@mail.example.co\"", "\"line\":\"\"", "\"secret\":\"\\u0001\"",
    };
    wall_cx_t cx = test_context();

    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
        CU_ASSERT_STRING_EQUAL(why(&cx, "", fine[i]), "");
    CU_ASSERT_EQUAL(cx.failed, WALL_OK);
    apr_pool_destroy(cx.pool);
}

void test_fields__bodies_that_are_no_object(void)
{
    wall_cx_t cx = test_context();
    thing_t t;

    CU_ASSERT_EQUAL(decode(&cx, "[]", &t), WALL_E_BAD_JSON);
    CU_ASSERT_EQUAL(decode(&cx, "null", &t), WALL_E_BAD_JSON);
    CU_ASSERT_EQUAL(decode(&cx, "{", &t), WALL_E_BAD_JSON);
    CU_ASSERT_EQUAL(decode(&cx, "", &t), WALL_E_VALIDATION);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "main"), "This is needed.");
    wall_fail_clear(&cx);
    CU_ASSERT_EQUAL(wall_fields_decode(&cx, NULL, (wall_bytes_t){ "{}", 2 }, NULL, NULL), WALL_OK);
    CU_ASSERT_EQUAL(wall_fields_decode(&cx, NULL, (wall_bytes_t){ "{\"a\":1}", 7 }, NULL, NULL),
                    WALL_E_VALIDATION);
    apr_pool_destroy(cx.pool);
}

/* ---- parameters ---- */

typedef struct list_in_t {
    apr_int64_t thing_id;
    const char *wall;
    apr_int64_t limit;
    const char *cursor;
    int loud;
    double ratio;
    apr_time_t since;
    apr_int64_t *above;
    int colour;
} list_in_t;

static const wall_field_t list_fields[] = {
    WALL_I64(list_in_t, thing_id, .from = WALL_FROM_PATH, .min = 1, .max = APR_INT64_MAX),
    WALL_STR(list_in_t, wall, .from = WALL_FROM_QUERY, .format = WALL_FMT_SLUG),
    WALL_PAGE_FIELDS(list_in_t),
    WALL_BOOL(list_in_t, loud, .from = WALL_FROM_QUERY),
    WALL_F64(list_in_t, ratio, .from = WALL_FROM_QUERY),
    WALL_TIME(list_in_t, since, .from = WALL_FROM_QUERY),
    WALL_OPT_I64(list_in_t, above, .from = WALL_FROM_QUERY, .min = -9, .max = 9),
    WALL_ENUM(list_in_t, colour, colours, .from = WALL_FROM_QUERY),
    WALL_FIELDS_END
};
static const wall_shape_t list_shape = WALL_SHAPE_OF("ListIn", list_in_t, list_fields);

/* name, value, …, NULL; the first is from the path. */
static wall_rc_t from_params(wall_cx_t *cx, list_in_t *out, const char *const *pairs)
{
    apr_array_header_t *params = apr_array_make(cx->pool, 4, sizeof(wall_param_t));

    wall_fail_clear(cx);
    for (int i = 0; pairs[i] != NULL; i += 2) {
        wall_param_t *param = apr_array_push(params);

        param->name = pairs[i];
        param->value = pairs[i + 1];
        param->from = i == 0 ? WALL_FROM_PATH : WALL_FROM_QUERY;
    }
    return wall_fields_decode(cx, &list_shape, (wall_bytes_t){ NULL, 0 }, params, out);
}

void test_fields__parameters(void)
{
    static const char *const most[] = { "thing_id", "9223372036854775807", "limit", "100", "wall",
                                        "Ada", "loud", "true", "ratio", "-1.5e1", "since",
                                        "2026-11-21T08:15:00.123456Z", "above", "-9", "colour",
                                        "green", NULL };
    static const char *const least[] = { "thing_id", "1", NULL };
    wall_cx_t cx = test_context();
    list_in_t in;

    CU_ASSERT_EQUAL(from_params(&cx, &in, most), WALL_OK);
    CU_ASSERT(in.thing_id == APR_INT64_MAX && in.limit == 100 && in.loud == 1 && in.colour == 1);
    CU_ASSERT(in.ratio == -15 && in.since == cx.now && *in.above == -9);
    CU_ASSERT_STRING_EQUAL(in.wall, "ada");
    CU_ASSERT_EQUAL(from_params(&cx, &in, least), WALL_OK);
    CU_ASSERT(in.limit == WALL_PAGE_DEFAULT && in.cursor == NULL && in.above == NULL);
    apr_pool_destroy(cx.pool);
}

void test_fields__wrong_parameters(void)
{
    static const char *const wrong[] = { "thing_id", "9223372036854775808", "limit", "0", "loud",
                                         "yes", "nope", "1", "wall", "\xc3(", "ratio", "x",
                                         "above", "07", "colour", "", NULL };
    static const char *const twice[] = { "thing_id", "+1", "limit", "1", "limit", "2", NULL };
    wall_cx_t cx = test_context();
    list_in_t in;

    CU_ASSERT_EQUAL(from_params(&cx, &in, wrong), WALL_E_VALIDATION);
    CU_ASSERT_EQUAL(cx.details->nelts, 8);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "thing_id"), "This must be a whole number.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "limit"), "This must be at least 1.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "loud"), "This must be true or false.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "nope"), "This request has no such parameter.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "wall"), "This must be valid UTF-8.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "ratio"), "This must be a number.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "above"), "This must be a whole number.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "colour"), "This must be one of red, green.");
    CU_ASSERT_EQUAL(from_params(&cx, &in, twice), WALL_E_VALIDATION);
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "limit"), "This is given more than once.");
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "thing_id"), "This must be a whole number.");
    apr_pool_destroy(cx.pool);
}

void test_fields__slugs(void)
{
    static const char *const good[] = { "abc", "1", "999999999999999999", "A-b_9" };
    static const char *const bad[] = { "",   "0",   "01",  "1a",
                                       "ab", "-ab", "a b", "1000000000000000000" };
    wall_cx_t cx = test_context();
    list_in_t in;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        const char *const pairs[] = { "thing_id", "1", "wall", good[i], NULL };

        CU_ASSERT_EQUAL(from_params(&cx, &in, pairs), WALL_OK);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *const pairs[] = { "thing_id", "1", "wall", bad[i], NULL };

        CU_ASSERT_EQUAL(from_params(&cx, &in, pairs), WALL_E_VALIDATION);
    }
    apr_pool_destroy(cx.pool);
}
