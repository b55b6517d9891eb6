/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder and the encoder: what is accepted is encoded as valid JSON, and that is accepted
 * again and encoded the same, so stored text is in its final form after one pass. */
#include <string.h>

#include "core/fields.h"
#include "core/json.h"
#include "fuzz.h"

typedef struct inner_t {
    const char *line;
    apr_int64_t number;
} inner_t;

typedef struct every_t {
    apr_int64_t number;
    int flag;
    double real;
    const char *text, *line, *name, *slug, *mail, *uuid, *secret;
    apr_time_t when;
    int colour;
    apr_int64_t *maybe;
    inner_t one;
    inner_t *other;
    apr_array_header_t *list, *words;
} every_t;

static const char *const colours[] = { "red", "green", "blue", NULL };

static const wall_field_t inner_fields[] = {
    WALL_STR(inner_t, line, .format = WALL_FMT_LINE, .max = 20),
    WALL_I64(inner_t, number, .min = -5, .max = 5),
    WALL_FIELDS_END
};
static const wall_shape_t inner_shape = WALL_SHAPE_OF("Inner", inner_t, inner_fields);

static const wall_field_t fields[] = {
    WALL_I64(every_t, number, .min = INT64_MIN, .max = INT64_MAX),
    WALL_BOOL(every_t, flag, .fallback = 1),
    WALL_F64(every_t, real),
    WALL_STR(every_t, text, .trim = 1, .max = 100),
    WALL_STR(every_t, line, .format = WALL_FMT_LINE, .trim = 1, .max = 40),
    WALL_STR(every_t, name, .format = WALL_FMT_USERNAME),
    WALL_STR(every_t, slug, .format = WALL_FMT_SLUG),
    WALL_STR(every_t, mail, .format = WALL_FMT_EMAIL, .trim = 1),
    WALL_STR(every_t, uuid, .format = WALL_FMT_UUID),
    WALL_STR(every_t, secret, .format = WALL_FMT_SECRET, .max = 30),
    WALL_TIME(every_t, when),
    WALL_ENUM(every_t, colour, colours),
    WALL_OPT_I64(every_t, maybe, .min = 0, .max = 9),
    WALL_OBJ(every_t, one, &inner_shape, .required = 1),
    WALL_OPT_OBJ(every_t, other, &inner_shape),
    WALL_LIST(every_t, list, &inner_shape, .max = 3),
    WALL_STRS(every_t, words, .trim = 1, .max = 3),
    WALL_FIELDS_END
};
static const wall_shape_t shape = WALL_SHAPE_OF("Every", every_t, fields);

/* Times of years the text form cannot hold come back as another instant. */
static int is_ordinary(const every_t *in)
{
    return in->when > -62135596800LL * 1000000 && in->when / 1000 != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    wall_bytes_t body = { (const char *)data, size }, again;
    wall_cx_t cx = { .pool = pool };
    wall_buf_t first, second;
    const char *why;
    every_t in;
    size_t at;
    wall_rc_t rc = wall_fields_decode(&cx, &shape, body, NULL, &in);

    ALWAYS(rc == WALL_OK || rc == WALL_E_BAD_JSON || rc == WALL_E_VALIDATION);
    ALWAYS(rc == cx.failed);
    ALWAYS((rc == WALL_E_VALIDATION) == (cx.details != NULL));
    if (rc == WALL_OK) {
        wall_buf_init(&first, pool, 0);
        wall_fields_encode(&first, &shape, &in);
        again = (wall_bytes_t){ first.data, first.len };
        ALWAYS(strlen(first.data) == first.len);
        ALWAYS(wall_json_valid(again, WALL_JSON_MAX_DEPTH, &why, &at));
        if (in.when == 0 || is_ordinary(&in)) {
            ALWAYS(wall_fields_decode(&cx, &shape, again, NULL, &in) == WALL_OK);
            wall_buf_init(&second, pool, 0);
            wall_fields_encode(&second, &shape, &in);
            ALWAYS(strcmp(first.data, second.data) == 0);
        }
    }
    apr_pool_destroy(pool);
    return 0;
}
