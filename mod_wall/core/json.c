/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"

/* The grammar is RFC 8259; like I-JSON (RFC 7493) it refuses duplicate names and escapes of lone
 * surrogates, which readers understand differently. A NUL in a name is refused because the tree's
 * names are C strings: two names would become one. */

#define NAMES_INLINE 64

/* A member name: its raw bytes between the quotes. */
typedef struct name_t {
    const unsigned char *at, *end;
} name_t;

typedef struct reader_t {
    const unsigned char *at, *end;
    const char *why;
    int depth_left;
    name_t *names; /* of all open objects, as a stack */
    size_t count, room;
    name_t first_names[NAMES_INLINE];
} reader_t;

static int value(reader_t *r);

static int refuse(reader_t *r, const char *why)
{
    r->why = why;
    return 0;
}

/* Bytes of the code point at @a p, 0 when malformed (Unicode 15, table 3-7). */
static size_t utf8_step(const unsigned char *p, const unsigned char *end)
{
    size_t left = (size_t)(end - p), len, i;
    unsigned char low = 0x80, high = 0xbf;

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (left < len)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0; /* overlong */
    else if (p[0] == 0xed)
        high = 0x9f; /* surrogates */
    else if (p[0] == 0xf0)
        low = 0x90; /* overlong */
    else if (p[0] == 0xf4)
        high = 0x8f; /* above U+10FFFF */
    if (p[1] < low || p[1] > high)
        return 0;
    for (i = 2; i < len; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
    }
    return len;
}

int wall_utf8_valid(const char *str, size_t len)
{
    const unsigned char *p = (const unsigned char *)str, *end = p + len;
    size_t step;

    while (p < end) {
        step = utf8_step(p, end);
        if (step == 0)
            return 0;
        p += step;
    }
    return 1;
}

size_t wall_utf8_length(const char *str)
{
    size_t count = 0;

    for (; *str != '\0'; str++)
        count += ((unsigned char)*str & 0xc0) != 0x80;
    return count;
}

/* ---- lexemes ---- */

static void space(reader_t *r)
{
    while (r->at < r->end &&
           (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

static int digit(const reader_t *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static int digits(reader_t *r, const char *why)
{
    if (!digit(r))
        return refuse(r, why);
    while (digit(r))
        r->at++;
    return 1;
}

static int number(reader_t *r)
{
    if (*r->at == '-')
        r->at++;
    if (r->at < r->end && *r->at == '0') {
        r->at++;
        if (digit(r))
            return refuse(r, "a number begins with 0");
    } else if (!digits(r, "a digit is missing")) {
        return 0;
    }
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (!digits(r, "a digit is missing after the point"))
            return 0;
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        return digits(r, "a digit is missing in the exponent");
    }
    return 1;
}

/* The four digits at @a p as a number, -1 when they are not there. */
static long hex4(const unsigned char *p, const unsigned char *end)
{
    long unit = 0;
    int i;

    if (end - p < 4)
        return -1;
    for (i = 0; i < 4; i++) {
        int v = wall_hex_value(p[i]);

        if (v < 0)
            return -1;
        unit = unit * 16 + v;
    }
    return unit;
}

/* r->at is behind "\u". */
static int unicode_escape(reader_t *r, int is_name)
{
    long unit = hex4(r->at, r->end);

    if (unit < 0)
        return refuse(r, "an escape lacks its four digits");
    if (unit == 0 && is_name)
        return refuse(r, "a name contains NUL");
    r->at += 4;
    if (unit < 0xd800 || unit > 0xdfff)
        return 1;
    if (unit > 0xdbff || r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u')
        return refuse(r, "a surrogate stands alone");
    unit = hex4(r->at + 2, r->end);
    if (unit < 0xdc00 || unit > 0xdfff)
        return refuse(r, "a surrogate stands alone");
    r->at += 6;
    return 1;
}

static int escape(reader_t *r, int is_name)
{
    r->at++;
    if (r->at == r->end)
        return refuse(r, "a string does not end");
    switch (*r->at) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        r->at++;
        return 1;
    case 'u':
        r->at++;
        return unicode_escape(r, is_name);
    default:
        return refuse(r, "there is no such escape");
    }
}

/* r->at is at the opening quote. */
static int string(reader_t *r, name_t *name)
{
    r->at++;
    if (name != NULL)
        name->at = r->at;
    while (r->at < r->end) {
        unsigned char c = *r->at;
        size_t step;

        if (c == '"') {
            if (name != NULL)
                name->end = r->at;
            r->at++;
            return 1;
        }
        if (c == '\\') {
            if (!escape(r, name != NULL))
                return 0;
            continue;
        }
        if (c < 0x20)
            return refuse(r, "a control character stands in a string");
        step = utf8_step(r->at, r->end);
        if (step == 0)
            return refuse(r, "the text is not UTF-8");
        r->at += step;
    }
    return refuse(r, "a string does not end");
}

static int literal(reader_t *r, const char *word, size_t len)
{
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
        return refuse(r, "a value is expected");
    r->at += len;
    return 1;
}

/* ---- duplicate names ---- */

/* Next code point of a valid name, decoded; -1 at its end. */
static long next_point(name_t *n)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    unsigned char c;
    const char *letter;
    long point, low;

    if (n->at == n->end)
        return -1;
    c = *n->at++;
    if (c != '\\') {
        if (c < 0x80)
            return c;
        point = c < 0xe0 ? c & 0x1f : c < 0xf0 ? c & 0x0f : c & 0x07;
        while (n->at < n->end && (*n->at & 0xc0) == 0x80)
            point = (point << 6) | (*n->at++ & 0x3f);
        return point;
    }
    c = *n->at++;
    if (c != 'u') {
        letter = strchr(letters, c);
        return letter != NULL ? meanings[letter - letters] : c;
    }
    point = hex4(n->at, n->end);
    n->at += 4;
    if (point < 0xd800 || point > 0xdbff)
        return point;
    low = hex4(n->at + 2, n->end);
    n->at += 6;
    return 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
}

static int compare_names(const void *a, const void *b)
{
    name_t x = *(const name_t *)a, y = *(const name_t *)b;
    long px, py;

    do {
        px = next_point(&x);
        py = next_point(&y);
    } while (px == py && px >= 0);
    return px < py ? -1 : px > py;
}

static int push_name(reader_t *r, name_t name)
{
    if (r->count == r->room) {
        size_t bytes = r->room * sizeof(name_t);
        int is_first = r->names == r->first_names;
        name_t *more = realloc(is_first ? NULL : r->names, bytes * 2);

        if (more == NULL)
            return refuse(r, "it is too large");
        if (is_first)
            memcpy(more, r->first_names, bytes);
        r->names = more;
        r->room *= 2;
    }
    r->names[r->count++] = name;
    return 1;
}

/* Sorting keeps an object of 50,000 members from costing the square of that. */
static int names_differ(reader_t *r, size_t from)
{
    size_t i;

    qsort(r->names + from, r->count - from, sizeof(name_t), compare_names);
    for (i = from + 1; i < r->count; i++) {
        if (compare_names(&r->names[i - 1], &r->names[i]) == 0) {
            r->at = r->names[i].at > r->names[i - 1].at ? r->names[i].at : r->names[i - 1].at;
            return refuse(r, "a name is used twice in one object");
        }
    }
    r->count = from;
    return 1;
}

/* ---- structure ---- */

static int member(reader_t *r)
{
    name_t name;

    space(r);
    if (r->at == r->end || *r->at != '"')
        return refuse(r, "a name in quotes is expected");
    if (!string(r, &name) || !push_name(r, name))
        return 0;
    space(r);
    if (r->at == r->end || *r->at != ':')
        return refuse(r, "a colon is expected");
    r->at++;
    return value(r);
}

/* r->at is behind the opening bracket; @a item reads one element. */
static int items(reader_t *r, unsigned char close, int (*item)(reader_t *))
{
    space(r);
    if (r->at < r->end && *r->at == close) {
        r->at++;
        return 1;
    }
    for (;;) {
        if (!item(r))
            return 0;
        space(r);
        if (r->at == r->end)
            return refuse(r, "it ends too early");
        if (*r->at == close) {
            r->at++;
            return 1;
        }
        if (*r->at != ',')
            return refuse(r, "a comma or a closing bracket is expected");
        r->at++;
    }
}

static int container(reader_t *r)
{
    size_t from = r->count;
    int is_object = *r->at == '{', ok;

    if (r->depth_left == 0)
        return refuse(r, "it is nested too deeply");
    r->depth_left--;
    r->at++;
    if (is_object)
        ok = items(r, '}', member) && names_differ(r, from);
    else
        ok = items(r, ']', value);
    r->depth_left++;
    return ok;
}

static int value(reader_t *r)
{
    space(r);
    if (r->at == r->end)
        return refuse(r, "a value is expected");
    switch (*r->at) {
    case '{':
    case '[':
        return container(r);
    case '"':
        return string(r, NULL);
    case 't':
        return literal(r, "true", 4);
    case 'f':
        return literal(r, "false", 5);
    case 'n':
        return literal(r, "null", 4);
    default:
        if (*r->at == '-' || digit(r))
            return number(r);
        return refuse(r, "a value is expected");
    }
}

int wall_json_valid(wall_bytes_t bytes, int max_depth, const char **why, size_t *at)
{
    reader_t r;
    const unsigned char *start = (const unsigned char *)(bytes.len ? bytes.data : "");
    int ok;

    r.at = start;
    r.end = start + bytes.len;
    r.why = NULL;
    r.depth_left = max_depth;
    r.names = r.first_names;
    r.count = 0;
    r.room = NAMES_INLINE;
    ok = value(&r);
    if (ok) {
        space(&r);
        if (r.at != r.end)
            ok = refuse(&r, "something follows the end");
    }
    if (r.names != r.first_names)
        free(r.names);
    *why = r.why;
    *at = (size_t)(r.at - start);
    return ok;
}

/* ---- the tree ---- */

static apr_status_t put_tree(void *tree)
{
    json_object_put(tree);
    return APR_SUCCESS;
}

/* Builds the tree of bytes known to be valid. */
static json_object *build(apr_pool_t *pool, wall_bytes_t bytes, int *failed)
{
    json_tokener *tok = json_tokener_new_ex(WALL_JSON_MAX_DEPTH + 2);
    json_object *tree;

    *failed = 1;
    if (tok == NULL)
        return NULL;
    tree = json_tokener_parse_ex(tok, bytes.data, (int)bytes.len);
    /* A number at the top ends only with what follows it. */
    if (json_tokener_get_error(tok) == json_tokener_continue)
        tree = json_tokener_parse_ex(tok, "", 1);
    *failed = json_tokener_get_error(tok) != json_tokener_success;
    json_tokener_free(tok);
    if (tree != NULL)
        apr_pool_cleanup_register(pool, tree, put_tree, apr_pool_cleanup_null);
    return tree;
}

wall_rc_t wall_json_parse(wall_cx_t *cx, wall_bytes_t bytes, struct json_object **out)
{
    const char *why;
    size_t at;
    int failed;

    *out = NULL;
    if (bytes.len > INT32_MAX)
        return wall_fail(cx, WALL_E_TOO_LARGE, NULL, WALL_NO_WHY);
    if (!wall_json_valid(bytes, WALL_JSON_MAX_DEPTH, &why, &at))
        return wall_fail(cx, WALL_E_BAD_JSON, NULL,
                         WALL_WHY(BODY_NOT_JSON, .n = (apr_int64_t)at, .text = why));
    *out = build(cx->pool, bytes, &failed);
    if (failed)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00003) "json-c refused valid JSON");
    return WALL_OK;
}

struct json_object *wall_json_parse_pool(apr_pool_t *pool, wall_bytes_t bytes)
{
    const char *why;
    size_t at;
    int failed;

    if (bytes.len > INT32_MAX || !wall_json_valid(bytes, WALL_JSON_MAX_DEPTH, &why, &at))
        return NULL;
    return build(pool, bytes, &failed);
}
