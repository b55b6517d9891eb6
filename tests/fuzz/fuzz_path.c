/* SPDX-License-Identifier: Apache-2.0 */
/* The router and what it hands to the decoder: any path, any percent-encoding. */
#include <apr_strings.h>
#include <string.h>

#include "core/route.h"
#include "fuzz.h"

typedef struct in_t {
    const char *wall;
    apr_int64_t post_id;
} in_t;

static const wall_field_t wall_fields[] = {
    WALL_STR(in_t, wall, .from = WALL_FROM_PATH, .format = WALL_FMT_SLUG),
    WALL_FIELDS_END
};
static const wall_shape_t wall_in = WALL_SHAPE_OF("WallIn", in_t, wall_fields);
static const wall_field_t both_fields[] = {
    WALL_STR(in_t, wall, .from = WALL_FROM_PATH, .format = WALL_FMT_LINE, .max = 50),
    WALL_I64(in_t, post_id, .from = WALL_FROM_PATH, .min = 1, .max = INT64_MAX),
    WALL_FIELDS_END
};
static const wall_shape_t both_in = WALL_SHAPE_OF("BothIn", in_t, both_fields);

static wall_rc_t nothing(wall_cx_t *cx, const void *in, void *out)
{
    return WALL_OK;
}

#define ROUTE(name, route_path, shape)                                                             \
    { .id = name, .method = WALL_GET, .path = route_path, .auth = WALL_AUTH_NONE,                  \
      .rate = WALL_RATE_READ, .in = shape, .action = nothing, .doc = "Test." }

static const wall_route_t routes[] = {
    ROUTE("list", "/walls", NULL),
    ROUTE("mine", "/walls/mine", NULL),
    ROUTE("one", "/walls/{wall}", &wall_in),
    ROUTE("post", "/walls/{wall}/posts/{post_id}", &both_in),
    ROUTE("first", "/walls/{wall}/posts/first", &wall_in),
    WALL_ROUTES_END
};
static const wall_route_t *const tables[] = { routes, NULL };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    wall_cx_t cx = { .pool = pool };
    wall_bytes_t none = { NULL, 0 };
    const char *why;
    const struct wall_router_t *router = wall_router_make(pool, tables, &why);
    char *path = apr_pstrmemdup(pool, (const char *)data, size);
    wall_match_t match;
    in_t in;
    int i;

    ALWAYS(router != NULL);
    match = wall_router_match(router, pool, WALL_GET, path);
    ALWAYS((match.route == NULL) == (match.allowed == 0));
    if (match.route != NULL) {
        wall_rc_t rc = wall_fields_decode(&cx, match.route->in, none, match.params, &in);

        ALWAYS(rc == WALL_OK || rc == WALL_E_VALIDATION);
        for (i = 0; i < match.params->nelts; i++)
            ALWAYS(*APR_ARRAY_IDX(match.params, i, wall_param_t).value != '\0');
    }
    ALWAYS(wall_router_match(router, pool, WALL_POST, path).route == NULL);
    apr_pool_destroy(pool);
    return 0;
}
