/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "context.h"
#include "core/cursor.h"
#include "core/json.h"
#include "core/openapi.h"

typedef struct in_t {
    const char *wall, *prompt;
    apr_int64_t limit;
    const char *cursor;
    int visibility;
} in_t;

typedef struct out_t {
    apr_int64_t id;
    const char *text, *name;
    apr_time_t when;
    struct out_t *parent;
} out_t;

static const char *const visibilities[] = { "public", "private", NULL };

static const wall_field_t list_fields[] = {
    WALL_STR(in_t, wall, .from = WALL_FROM_PATH, .format = WALL_FMT_SLUG, .doc = "Which wall."),
    WALL_PAGE_FIELDS(in_t),
    WALL_FIELDS_END
};
static const wall_shape_t list_in = WALL_SHAPE_OF("ListIn", in_t, list_fields);

static const wall_field_t new_fields[] = {
    WALL_STR(in_t, prompt, .required = 1, .min = 10, .max = 2000, .doc = "What it does.",
             .example = "\"A timer\""),
    WALL_ENUM(in_t, visibility, visibilities),
    WALL_FIELDS_END
};
static const wall_shape_t new_in = WALL_SHAPE_OF("NewIn", in_t, new_fields);

static const wall_shape_t out_shape;
static const wall_field_t out_fields[] = {
    WALL_I64(out_t, id),
    WALL_STR(out_t, text),
    WALL_STR(out_t, name, .required = 1, .format = WALL_FMT_EMAIL),
    WALL_TIME(out_t, when, .required = 1),
    WALL_OPT_OBJ(out_t, parent, &out_shape),
    WALL_FIELDS_END
};
static const wall_shape_t out_shape = WALL_SHAPE_OF("Thing", out_t, out_fields);
static const wall_field_t page_fields[] = { WALL_PAGE_OUT_FIELDS(&out_shape), WALL_FIELDS_END };
static const wall_shape_t page_shape = WALL_SHAPE_OF("ThingPage", wall_page_t, page_fields);

static const wall_rc_t errors[] = { WALL_E_INSUFFICIENT_BRICKS, WALL_OK };

static wall_rc_t nothing(wall_cx_t *cx, const void *in, void *out)
{
    return WALL_OK;
}

static const wall_route_t routes[] = {
    { .id = "list", .method = WALL_GET, .path = "/walls/{wall}/things", .auth = WALL_AUTH_OPTIONAL,
      .rate = WALL_RATE_READ, .in = &list_in, .out = &page_shape, .action = nothing,
      .doc = "Lists them. Newest first." },
    { .id = "generate", .method = WALL_POST, .path = "/things", .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_GENERATE, .idempotent = WALL_KEY_REQUIRED, .in = &new_in,
      .out = &out_shape, .status = 201, .errors = errors, .action = nothing, .doc = "Makes one." },
    { .id = "watch", .method = WALL_GET, .path = "/things/stream", .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ, .raw = WALL_RAW_STREAM, .action = nothing, .doc = "Watches." },
    WALL_ROUTES_END
};
static const wall_route_t *const tables[] = { routes, NULL };

static json_object *document(apr_pool_t *pool)
{
    wall_buf_t buf;

    CU_ASSERT_PTR_NULL(wall_routes_check(pool, tables));
    wall_buf_init(&buf, pool, 0);
    wall_openapi_write(&buf, tables);
    return wall_json_parse_pool(pool, (wall_bytes_t){ buf.data, buf.len });
}

/* The JSON at a JSON pointer (RFC 6901), "" when there is none. */
static const char *at(json_object *doc, const char *pointer)
{
    json_object *found = NULL;

    if (json_pointer_get(doc, pointer, &found) != 0)
        return "";
    return json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN |
                                                     JSON_C_TO_STRING_NOSLASHESCAPE);
}

#define LIST  "/paths/~1walls~1{wall}~1things/get"
#define MAKE  "/paths/~1things/post"
#define WATCH "/paths/~1things~1stream/get"
#define THING "/components/schemas/Thing"

typedef struct place_t {
    const char *pointer, *json;
} place_t;

static const place_t places[] = {
    { "/openapi", "\"3.1.0\"" },
    { "/servers/0/url", "\"/api/v1\"" },
    { LIST "/summary", "\"Lists them\"" },
    { LIST "/security", "[{},{\"cookie\":[]},{\"bearer\":[]}]" },
    { LIST "/parameters/0/in", "\"path\"" },
    { LIST "/parameters/0/required", "true" },
    { LIST "/parameters/1/schema/maximum", "100" },
    { LIST "/parameters/1/schema/default", "20" },
    { LIST "/parameters/3", "" },
    { LIST "/requestBody", "" },
    { LIST "/responses/200/content/application~1json/schema/properties/data/$ref",
      "\"#/components/schemas/ThingPage\"" },
    { LIST "/responses/200/headers/Link/$ref", "\"#/components/headers/Link\"" },
    { LIST "/responses/304/description",
      "\"It has not changed since the ETag in If-None-Match.\"" },
    { LIST "/responses/401/$ref", "\"#/components/responses/401-UNAUTHENTICATED\"" },
    { MAKE "/security", "[{\"cookie\":[]},{\"bearer\":[]}]" },
    { MAKE "/parameters", "[{\"$ref\":\"#/components/parameters/CsrfToken\"},"
                          "{\"$ref\":\"#/components/parameters/IdempotencyKeyRequired\"}]" },
    { MAKE "/requestBody/required", "true" },
    { MAKE "/responses/201/content/application~1json/schema/required", "[\"success\",\"data\"]" },
    { MAKE "/responses/402/$ref", "\"#/components/responses/402-INSUFFICIENT_BRICKS\"" },
    { MAKE "/responses/403/$ref", "\"#/components/responses/403-SCOPE-CSRF\"" },
    { MAKE "/responses/428/$ref", "\"#/components/responses/428-IDEMPOTENCY_REQUIRED\"" },
    { MAKE "/x-wall-errors", "[\"WALL_INSUFFICIENT_BRICKS\"]" },
    { MAKE "/x-wall-rate",
      "{\"class\":\"generate\",\"requests\":30,\"period_s\":300,\"burst\":15}" },
    { WATCH "/security", "[]" },
    { WATCH "/responses/200/content/text~1event-stream/schema/type", "\"string\"" },
    { WATCH "/parameters/0/$ref", "\"#/components/parameters/LastEventId\"" },
    { "/components/responses/402-INSUFFICIENT_BRICKS/content/application~1json/schema/allOf/1/"
      "properties/error/properties/code/enum", "[\"WALL_INSUFFICIENT_BRICKS\"]" },
    { "/components/responses/402-INSUFFICIENT_BRICKS/content/application~1problem+json/schema/"
      "allOf/0/$ref", "\"#/components/schemas/Problem\"" },
    { "/components/schemas/NewIn/required", "[\"prompt\"]" },
    { "/components/schemas/NewIn/additionalProperties", "false" },
    { "/components/schemas/NewIn/properties/prompt/type", "\"string\"" },
    { "/components/schemas/NewIn/properties/prompt/minLength", "10" },
    { "/components/schemas/NewIn/properties/prompt/examples", "[\"A timer\"]" },
    { "/components/schemas/NewIn/properties/visibility/enum", "[\"public\",\"private\",null]" },
    { "/components/schemas/NewIn/properties/visibility/default", "\"public\"" },
    { "/components/schemas/ListIn", "" },
    { THING "/required", "[\"id\",\"text\",\"name\",\"when\",\"parent\"]" },
    { THING "/properties/id/type", "\"integer\"" },
    { THING "/properties/text/type", "[\"string\",\"null\"]" },
    { THING "/properties/name", "{\"type\":\"string\",\"format\":\"email\",\"maxLength\":254}" },
    { THING "/properties/when", "{\"type\":\"string\",\"format\":\"date-time\"}" },
    { THING "/properties/parent/anyOf",
      "[{\"$ref\":\"#/components/schemas/Thing\"},{\"type\":\"null\"}]" },
    { "/components/schemas/ThingPage/properties/items/items/$ref",
      "\"#/components/schemas/Thing\"" },
    { "/components/schemas/ThingPage/properties/next_cursor/type", "[\"string\",\"null\"]" },
    { "/components/securitySchemes/cookie/name", "\"__Host-wall\"" },
};

void test_openapi__says_what_the_tables_say(void)
{
    wall_cx_t cx = test_context();
    json_object *doc = document(cx.pool);

    CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *found = at(doc, places[i].pointer);

        if (strcmp(found, places[i].json) != 0)
            fprintf(stderr, "%s: %s\n", places[i].pointer, found);
        CU_ASSERT_STRING_EQUAL(found, places[i].json);
    }
    apr_pool_destroy(cx.pool);
}

/* Every $ref in the tree leads somewhere. */
static int follow(json_object *doc, json_object *node)
{
    int refs = 0;

    if (json_object_is_type(node, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(node); i++)
            refs += follow(doc, json_object_array_get_idx(node, i));
    } else if (json_object_is_type(node, json_type_object)) {
        json_object_object_foreach(node, name, value) {
            if (strcmp(name, "$ref") == 0) {
                CU_ASSERT_STRING_NOT_EQUAL(at(doc, json_object_get_string(value) + 1), "");
                refs++;
            }
            refs += follow(doc, value);
        }
    }
    return refs;
}

void test_openapi__references_lead_somewhere(void)
{
    wall_cx_t cx = test_context();
    json_object *doc = document(cx.pool);

    CU_ASSERT(follow(doc, doc) > 30);
    apr_pool_destroy(cx.pool);
}
