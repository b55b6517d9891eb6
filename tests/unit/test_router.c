/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/route.h"

typedef struct in_t {
    const char *wall, *text;
    apr_int64_t id;
} in_t;

#define WALL_PATH WALL_STR(in_t, wall, .from = WALL_FROM_PATH, .format = WALL_FMT_SLUG)
#define ID_PATH   WALL_I64(in_t, id, .from = WALL_FROM_PATH, .min = 1, .max = 99)
#define TEXT_BODY WALL_STR(in_t, text, .required = 1, .max = 10)

static const wall_field_t wall_fields[] = { WALL_PATH, WALL_FIELDS_END };
static const wall_field_t both_fields[] = { WALL_PATH, ID_PATH, WALL_FIELDS_END };
static const wall_field_t body_fields[] = { TEXT_BODY, WALL_FIELDS_END };
static const wall_field_t out_fields[] = { WALL_STR(in_t, text), WALL_FIELDS_END };
static const wall_shape_t wall_in = WALL_SHAPE_OF("WallIn", in_t, wall_fields);
static const wall_shape_t both_in = WALL_SHAPE_OF("BothIn", in_t, both_fields);
static const wall_field_t no_fields[] = { WALL_FIELDS_END };
static const wall_shape_t body_in = WALL_SHAPE_OF("BodyIn", in_t, body_fields);
static const wall_shape_t out_shape = WALL_SHAPE_OF("Out", in_t, out_fields);

static wall_rc_t nothing(wall_cx_t *cx, const void *in, void *out)
{
    return WALL_OK;
}

#define ROUTE(name, verb, where, ...)                                                              \
    { .id = name, .method = verb, .path = where, .auth = WALL_AUTH_USER, .rate = WALL_RATE_READ,   \
      .action = nothing, .doc = "Does it.", __VA_ARGS__ }

static const wall_shape_t none_in = WALL_SHAPE_OF("NoneIn", in_t, no_fields);
static const wall_rc_t stale_error[] = { WALL_E_PRECONDITION_FAILED, WALL_OK };
static const wall_route_t get_text = ROUTE("getText", WALL_GET, "/text", .in = &none_in,
                                           .out = &out_shape);
static const wall_route_t get_x = ROUTE("getX", WALL_GET, "/x", .in = &none_in, .out = &out_shape);

/* Parameters stand before literals here, and tables before their better ones: no matter. */
static const wall_route_t first[] = {
    ROUTE("getOne", WALL_GET, "/walls/{wall}", .in = &wall_in),
    ROUTE("putOne", WALL_PUT, "/walls/{wall}", .in = &wall_in),
    ROUTE("getDeep", WALL_GET, "/walls/{wall}/posts/{id}", .in = &both_in),
    ROUTE("getText", WALL_GET, "/text", .in = &none_in, .out = &out_shape),
    ROUTE("setText", WALL_PATCH, "/text", .in = &body_in, .out = &out_shape, .errors = stale_error,
          .changes = &get_text, .lock = nothing),
    ROUTE("getRoot", WALL_GET, "/", .out = &out_shape),
    WALL_ROUTES_END
};
static const wall_route_t second[] = {
    ROUTE("getMine", WALL_GET, "/walls/mine"),
    ROUTE("getNewest", WALL_GET, "/walls/{wall}/posts/newest", .in = &wall_in),
    ROUTE("list", WALL_GET, "/walls"),
    ROUTE("make", WALL_POST, "/walls", .in = &body_in),
    ROUTE("document", WALL_GET, "/openapi.json"),
    WALL_ROUTES_END
};
static const wall_route_t *const tables[] = { first, second, NULL };

static const char *matched(apr_pool_t *pool, wall_method_t method, const char *path,
                           wall_match_t *match)
{
    const char *why;
    const struct wall_router_t *router = wall_router_make(pool, tables, &why);

    CU_ASSERT_PTR_NOT_NULL_FATAL(router);
    *match = wall_router_match(router, pool, method, path);
    return match->route != NULL ? match->route->id : "";
}

void test_router__literals_win(void)
{
    wall_cx_t cx = test_context();
    wall_match_t m;

    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/walls/mine", &m), "getMine");
    CU_ASSERT_EQUAL(m.params->nelts, 0);
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/walls/minx", &m), "getOne");
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_PUT, "/walls/mine", &m), "putOne");
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/walls/mine/posts/7", &m), "getDeep");
    CU_ASSERT_EQUAL(m.params->nelts, 2);
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(m.params, 0, wall_param_t).name, "wall");
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(m.params, 0, wall_param_t).value, "mine");
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(m.params, 1, wall_param_t).name, "id");
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(m.params, 1, wall_param_t).value, "7");
    CU_ASSERT_EQUAL(APR_ARRAY_IDX(m.params, 1, wall_param_t).from, WALL_FROM_PATH);
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/walls/a/posts/newest", &m), "getNewest");
    CU_ASSERT_EQUAL(m.params->nelts, 1);
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/", &m), "getRoot");
    apr_pool_destroy(cx.pool);
}

void test_router__knows_what_a_path_allows(void)
{
    wall_cx_t cx = test_context();
    wall_match_t m;

    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_DELETE, "/walls", &m), "");
    CU_ASSERT_EQUAL(m.allowed, 1U << WALL_GET | 1U << WALL_POST);
    matched(cx.pool, WALL_POST, "/walls/mine", &m);
    CU_ASSERT_EQUAL(m.allowed, 1U << WALL_GET | 1U << WALL_PUT);
    matched(cx.pool, WALL_GET, "/nothing", &m);
    CU_ASSERT(m.route == NULL && m.allowed == 0);
    matched(cx.pool, WALL_METHOD_UNSET, "/walls", &m);
    CU_ASSERT(m.route == NULL && m.allowed != 0);
    apr_pool_destroy(cx.pool);
}

void test_router__decodes_segments(void)
{
    wall_cx_t cx = test_context();
    wall_match_t m;

    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/w%61lls/m%69ne", &m), "getMine");
    CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, "/walls/a%2Fb%20c", &m), "getOne");
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(m.params, 0, wall_param_t).value, "a/b c");
    apr_pool_destroy(cx.pool);
}

void test_router__paths_that_are_none(void)
{
    static const char *const none[] = {
        "", "walls", "//", "/walls/", "//walls", "/walls//posts/7", "/walls/a/posts/7/",
        "/walls/%", "/walls/%4", "/walls/%zz", "/walls/a%00b",
        "/walls/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p",
        "/walls/a/posts", "/openapi",
    };
    wall_cx_t cx = test_context();
    wall_match_t m;

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        CU_ASSERT_STRING_EQUAL(matched(cx.pool, WALL_GET, none[i], &m), "");
        CU_ASSERT_EQUAL(m.allowed, 0);
    }
    apr_pool_destroy(cx.pool);
}

/* ---- the rules of a table ---- */

static const wall_field_t unbounded_fields[] = { WALL_STR(in_t, text), WALL_FIELDS_END };
static const wall_shape_t unbounded_in = WALL_SHAPE_OF("UnboundedIn", in_t, unbounded_fields);
static const wall_field_t number_fields[] = { WALL_I64(in_t, id), WALL_FIELDS_END };
static const wall_shape_t number_in = WALL_SHAPE_OF("NumberIn", in_t, number_fields);
static const wall_field_t raw_fields[] = { WALL_RAW(in_t, text), WALL_FIELDS_END };
static const wall_shape_t raw_in = WALL_SHAPE_OF("RawIn", in_t, raw_fields);
static const wall_field_t twice_fields[] = { TEXT_BODY, TEXT_BODY, WALL_FIELDS_END };
static const wall_shape_t twice_in = WALL_SHAPE_OF("TwiceIn", in_t, twice_fields);
static const wall_shape_t other_out = WALL_SHAPE_OF("Out", in_t, number_fields);
static const wall_shape_t in_as_out = WALL_SHAPE_OF("BodyIn", in_t, body_fields);
static const wall_shape_t unnamed = WALL_SHAPE_OF(NULL, in_t, out_fields);
static const wall_rc_t same_error[] = { WALL_E_NOT_FOUND, WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t no_error[] = { WALL_E__COUNT, WALL_OK };

/* Each row takes a good route and overrides what is to be wrong. */
#pragma GCC diagnostic ignored "-Woverride-init"

typedef struct rule_t {
    const char *says;
    wall_route_t route;
} rule_t;

static const rule_t rules[] = {
    { "letters and digits", ROUTE("a b", WALL_GET, "/x") },
    { "id is used twice", ROUTE("list", WALL_GET, "/x") },
    { "no method", ROUTE("x", WALL_METHOD_UNSET, "/x") },
    { "no auth", ROUTE("x", WALL_GET, "/x", .auth = WALL_AUTH_UNSET) },
    { "no rate", ROUTE("x", WALL_GET, "/x", .rate = WALL_RATE_UNSET) },
    { "WALL_RATE_NONE", ROUTE("x", WALL_GET, "/x", .rate = WALL_RATE_NONE) },
    { "no doc", ROUTE("x", WALL_GET, "/x", .doc = "") },
    { "no action", ROUTE("x", WALL_GET, "/x", .action = NULL) },
    { "status", ROUTE("x", WALL_GET, "/x", .status = 404) },
    { "does not begin with /", ROUTE("x", WALL_GET, "x") },
    { "does not begin with /", ROUTE("x", WALL_GET, NULL) },
    { "empty segment", ROUTE("x", WALL_GET, "/x//y") },
    { "empty segment", ROUTE("x", WALL_GET, "/x/") },
    { "literal or one", ROUTE("x", WALL_GET, "/x{id}") },
    { "has no path field", ROUTE("x", WALL_GET, "/x/{id}", .in = &wall_in) },
    { "stands twice", ROUTE("x", WALL_GET, "/x/{wall}/{wall}", .in = &wall_in) },
    { "is not in the path", ROUTE("x", WALL_GET, "/x/{id}", .in = &both_in) },
    { "another route", ROUTE("x", WALL_GET, "/walls/{wall}", .in = &wall_in) },
    { "only a POST", ROUTE("x", WALL_PUT, "/x", .idempotent = WALL_KEY_OPTIONAL) },
    { "what spends", ROUTE("x", WALL_POST, "/x", .rate = WALL_RATE_SPEND) },
    { "what spends", ROUTE("x", WALL_POST, "/x", .rate = WALL_RATE_GENERATE,
                           .idempotent = WALL_KEY_OPTIONAL) },
    { "says which GET", ROUTE("x", WALL_PATCH, "/x", .in = &body_in, .out = &out_shape,
                              .errors = stale_error, .lock = nothing) },
    { "says which GET", ROUTE("x", WALL_PATCH, "/x", .in = &body_in, .out = &out_shape,
                              .errors = stale_error, .changes = &get_text) },
    { "its own path", ROUTE("x", WALL_PATCH, "/x", .in = &body_in, .out = &out_shape,
                            .errors = stale_error, .changes = &get_text, .lock = nothing) },
    { "can fail with", ROUTE("x", WALL_PATCH, "/x", .in = &body_in, .out = &out_shape,
                             .changes = &get_x, .lock = nothing) },
    { "only a PATCH", ROUTE("x", WALL_POST, "/x", .in = &body_in, .lock = nothing) },
    { "no output shape", ROUTE("x", WALL_GET, "/x", .raw = WALL_RAW_BODY, .out = &out_shape) },
    { "is a GET", ROUTE("x", WALL_POST, "/x", .raw = WALL_RAW_STREAM) },
    { "cannot be stored", ROUTE("x", WALL_POST, "/x", .raw = WALL_RAW_BODY,
                                .idempotent = WALL_KEY_OPTIONAL) },
    { "steps up", ROUTE("x", WALL_GET, "/x", .auth = WALL_AUTH_USER, .step_up = 1, .scope = "posts:read") },
    { "looks after the site", ROUTE("x", WALL_GET, "/x", .auth = WALL_AUTH_MODERATOR, .scope = "posts:read") },
    { "listed twice", ROUTE("x", WALL_GET, "/x", .errors = same_error) },
    { "do not end", ROUTE("x", WALL_GET, "/x", .errors = no_error) },
    { "has no body", ROUTE("x", WALL_GET, "/x", .in = &body_in) },
    { "text without .max", ROUTE("x", WALL_POST, "/x", .in = &unbounded_in) },
    { "without .min and .max", ROUTE("x", WALL_POST, "/x", .in = &number_in) },
    { "is RAW", ROUTE("x", WALL_POST, "/x", .in = &raw_in) },
    { "is there twice", ROUTE("x", WALL_POST, "/x", .in = &twice_in) },
    { "other fields elsewhere", ROUTE("x", WALL_GET, "/x", .out = &other_out) },
    { "input and for output", ROUTE("x", WALL_GET, "/x", .out = &in_as_out) },
    { "lacks its name", ROUTE("x", WALL_GET, "/x", .out = &unnamed) },
};

void test_router__refuses_tables_that_break_a_rule(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_PTR_NULL(wall_routes_check(cx.pool, tables));
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        wall_route_t broken[] = { rules[i].route, WALL_ROUTES_END };
        const wall_route_t *const all[] = { first, second, broken, NULL };
        const char *said = wall_routes_check(cx.pool, all), *why = NULL;

        if (said == NULL || strstr(said, rules[i].says) == NULL)
            fprintf(stderr, "%s: %s\n", rules[i].says, said ? said : "accepted");
        CU_ASSERT_PTR_NOT_NULL_FATAL(said);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, rules[i].says));
        CU_ASSERT_PTR_NULL(wall_router_make(cx.pool, all, &why));
        CU_ASSERT_STRING_EQUAL(why, said);
    }
    apr_pool_destroy(cx.pool);
}
