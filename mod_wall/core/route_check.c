/* SPDX-License-Identifier: Apache-2.0 */
#include "core/route.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "core/fields_text.h"
#include "core/scopes.h"

#define NESTING_MAX 8

/* What has been met so far; every rule answers NULL or a sentence. */
typedef struct check_t {
    apr_pool_t *pool;
    const wall_route_t *route;
    apr_hash_t *ids;    /* id → route */
    apr_hash_t *places; /* "method /path/{}" → route */
    apr_hash_t *ins;    /* shape name → shape, of input */
    apr_hash_t *outs;   /* and of output */
} check_t;

static const char *say(const check_t *c, const char *what)
{
    return apr_psprintf(c->pool, "route %s: %s", c->route->id, what);
}

static const char *say_field(const check_t *c, const wall_shape_t *shape, const char *field,
                             const char *what)
{
    return apr_psprintf(c->pool, "route %s: %s.%s %s", c->route->id, shape->name, field, what);
}

/* ---- the route itself ---- */

static int is_empty(const char *text)
{
    return text == NULL || *text == '\0';
}

static const char *check_parts(const check_t *c)
{
    const wall_route_t *route = c->route;

    if (strspn(route->id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") !=
        strlen(route->id))
        return say(c, "its id may have letters and digits only");
    if (route->method <= WALL_METHOD_UNSET || route->method > WALL_DELETE)
        return say(c, "it has no method");
    if (route->auth <= WALL_AUTH_UNSET || route->auth > WALL_AUTH_ADMIN)
        return say(c, "it has no auth");
    if (route->rate <= WALL_RATE_UNSET || route->rate >= WALL_RATE__COUNT)
        return say(c, "it has no rate");
    if (route->rate == WALL_RATE_NONE && (wall_route_is_unsafe(route) || route->auth != WALL_AUTH_NONE))
        return say(c, "WALL_RATE_NONE is for reading without a session");
    if (route->verbatim && (route->method != WALL_POST || route->idempotent != WALL_KEY_NONE))
        return say(c, "a verbatim route is a POST without an Idempotency-Key");
    if (route->step_up && route->auth < WALL_AUTH_USER)
        return say(c, "step_up is for routes that need a session");
    if (route->scope != NULL && wall_scope_bit(route->scope) == 0)
        return say(c, "its scope is not in core/scopes.h");
    if (route->scope != NULL && route->auth == WALL_AUTH_NONE)
        return say(c, "a scope is for routes that look at who asks");
    if (route->scope != NULL && (route->step_up || route->auth > WALL_AUTH_USER))
        return say(c, "a key neither steps up nor looks after the site");
    if (is_empty(route->doc))
        return say(c, "it has no doc");
    if (route->action == NULL)
        return say(c, "it has no action");
    if (route->status != 0 && (route->status < 200 || route->status > 299))
        return say(c, "its status is not one of success");
    return NULL;
}

static const char *check_key(const check_t *c)
{
    const wall_route_t *route = c->route;

    if (route->idempotent != WALL_KEY_NONE && route->method != WALL_POST)
        return say(c, "only a POST takes an Idempotency-Key");
    if (route->method == WALL_POST && route->idempotent != WALL_KEY_REQUIRED &&
        (route->rate == WALL_RATE_SPEND || route->rate == WALL_RATE_GENERATE))
        return say(c, "what spends needs WALL_KEY_REQUIRED");
    if (route->outbound && route->idempotent != WALL_KEY_REQUIRED)
        return say(c, "an outbound route needs WALL_KEY_REQUIRED");
    return NULL;
}

static const char *check_raw(const check_t *c)
{
    const wall_route_t *route = c->route;

    if (route->raw == WALL_RAW_NONE)
        return NULL;
    if (route->raw > WALL_RAW_PAGE)
        return say(c, "its raw is unknown");
    if (route->out != NULL)
        return say(c, "a raw route has no output shape");
    if (route->idempotent != WALL_KEY_NONE)
        return say(c, "a raw answer cannot be stored for an Idempotency-Key");
    if ((route->raw == WALL_RAW_STREAM || route->raw == WALL_RAW_REDIRECT) &&
        route->method != WALL_GET)
        return say(c, "a stream is a GET, and so is a redirect");
    return NULL;
}

/* Without both, two people who edit the same text overwrite each other. */
static const char *check_changes(const check_t *c)
{
    const wall_route_t *route = c->route, *of = route->changes;
    const wall_rc_t *rc = route->errors;

    if (route->method != WALL_PATCH)
        return of != NULL || route->lock != NULL ? say(c, "only a PATCH changes a GET's answer") : NULL;
    if (of == NULL || route->lock == NULL)
        return say(c, "a PATCH says which GET's answer it changes and how that is locked");
    if (of->method != WALL_GET || of->out == NULL || of->out != route->out ||
        strcmp(of->path, route->path) != 0)
        return say(c, "what it changes is no GET of its own path with its own output");
    for (; rc != NULL && *rc != WALL_OK && *rc != WALL_E_PRECONDITION_FAILED; rc++)
        ;
    return rc == NULL || *rc == WALL_OK ? say(c, "a PATCH can fail with WALL_PRECONDITION_FAILED")
                                        : NULL;
}

static const char *check_errors(const check_t *c)
{
    const wall_rc_t *rc = c->route->errors;
    unsigned char seen[WALL_E__COUNT] = { 0 };

    for (; rc != NULL && *rc != WALL_OK; rc++) {
        if ((unsigned)*rc >= WALL_E__COUNT)
            return say(c, "its errors do not end with WALL_OK");
        if (seen[*rc]++)
            return say(c, apr_psprintf(c->pool, "%s is listed twice (or the list does not end)",
                                       wall_error_code(*rc)));
    }
    return NULL;
}

/* ---- path ---- */

static const wall_field_t *path_field(const wall_shape_t *shape, const char *name, size_t len)
{
    const wall_field_t *field;

    for (field = shape != NULL ? shape->fields : NULL; field && field->name != NULL; field++) {
        if (field->from == WALL_FROM_PATH && strlen(field->name) == len &&
            memcmp(field->name, name, len) == 0)
            return field;
    }
    return NULL;
}

/* One segment; *open is what it looks like to the router: every parameter the same. */
static const char *check_segment(const check_t *c, const char *at, size_t len, const char **open)
{
    *open = apr_pstrmemdup(c->pool, at, len);
    if (len == 0)
        return say(c, "its path has an empty segment");
    if (at[0] != '{') {
        if (strcspn(*open, "{}%?#") != len)
            return say(c, "a path segment is either literal or one {parameter}");
        return NULL;
    }
    if (at[len - 1] != '}' || len < 3 ||
        strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_") != len - 2)
        return say(c, "a path segment is either literal or one {parameter}");
    if (path_field(c->route->in, at + 1, len - 2) == NULL)
        return say(c, apr_psprintf(c->pool, "%s has no path field in its input", *open));
    if (strstr(at + len, *open) != NULL)
        return say(c, apr_psprintf(c->pool, "%s stands twice in its path", *open));
    *open = "{}";
    return NULL;
}

static const char *check_path(const check_t *c)
{
    const char *at = c->route->path, *open, *why;
    char *place = apr_psprintf(c->pool, "%d ", (int)c->route->method);
    int segments = 0;

    if (at == NULL || *at != '/')
        return say(c, "its path does not begin with /");
    while (*at == '/' && strcmp(c->route->path, "/") != 0) {
        size_t len = strcspn(++at, "/");

        why = check_segment(c, at, len, &open);
        if (why != NULL)
            return why;
        if (++segments > 16)
            return say(c, "its path has more than 16 segments");
        place = apr_pstrcat(c->pool, place, "/", open, NULL);
        at += len;
    }
    if (apr_hash_get(c->places, place, APR_HASH_KEY_STRING) != NULL)
        return say(c, apr_psprintf(c->pool, "another route has its method and path %s",
                                   c->route->path));
    apr_hash_set(c->places, place, APR_HASH_KEY_STRING, c->route);
    return NULL;
}

/* ---- shapes ---- */

static int same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int same_names(const char *const *a, const char *const *b)
{
    if (a == b)
        return 1;
    if (a == NULL || b == NULL)
        return 0;
    for (; *a != NULL && *b != NULL; a++, b++) {
        if (strcmp(*a, *b) != 0)
            return 0;
    }
    return *a == *b;
}

static int same_field(const wall_field_t *a, const wall_field_t *b)
{
    return same_text(a->name, b->name) && a->type == b->type && a->from == b->from &&
           a->format == b->format && a->required == b->required && a->min == b->min &&
           a->max == b->max && a->fallback == b->fallback && same_names(a->names, b->names) &&
           same_text(a->shape ? a->shape->name : NULL, b->shape ? b->shape->name : NULL) &&
           same_text(a->doc, b->doc) && same_text(a->example, b->example);
}

static int same_shape(const wall_shape_t *a, const wall_shape_t *b)
{
    const wall_field_t *x = a->fields, *y = b->fields;

    if (x == y)
        return 1;
    for (; x->name != NULL && y->name != NULL; x++, y++) {
        if (!same_field(x, y))
            return 0;
    }
    return x->name == y->name;
}

static int is_scalar(wall_type_t type)
{
    return type != WALL_T_OBJ && type != WALL_T_OPT_OBJ && type != WALL_T_LIST &&
           type != WALL_T_STRS && type != WALL_T_RAW && type != WALL_T_RICH;
}

static const char *check_input_field(const check_t *c, const wall_shape_t *shape,
                                     const wall_field_t *field, int nested)
{
    int has_bounds = field->min != 0 || field->max != 0;

    if (field->type == WALL_T_RAW || field->type == WALL_T_RICH)
        return say_field(c, shape, field->name, "is RAW or RICH, which are for output");
    if (field->type == WALL_T_STR && field->max <= 0 && wall_format_max(field->format) == 0)
        return say_field(c, shape, field->name, "is input text without .max");
    if ((field->type == WALL_T_I64 || field->type == WALL_T_OPT_I64) && !has_bounds)
        return say_field(c, shape, field->name, "is an input number without .min and .max");
    if ((field->type == WALL_T_LIST || field->type == WALL_T_STRS) && field->max <= 0)
        return say_field(c, shape, field->name, "is an input list without .max");
    if (nested && field->from != WALL_FROM_BODY)
        return say_field(c, shape, field->name, "is nested and cannot come from path or query");
    if (field->from == WALL_FROM_BODY)
        return c->route->method == WALL_GET || c->route->method == WALL_DELETE || c->route->verbatim
                   ? say_field(c, shape, field->name, "is a body field, but the route has no body")
                   : NULL;
    if (!is_scalar(field->type))
        return say_field(c, shape, field->name, "cannot come from path or query");
    if (field->from == WALL_FROM_PATH &&
        strstr(c->route->path, apr_pstrcat(c->pool, "{", field->name, "}", NULL)) == NULL)
        return say_field(c, shape, field->name, "is not in the path");
    return NULL;
}

static const char *check_field(const check_t *c, const wall_shape_t *shape,
                               const wall_field_t *field)
{
    const wall_field_t *other;

    for (other = shape->fields; other != field; other++) {
        if (strcmp(other->name, field->name) == 0)
            return say_field(c, shape, field->name, "is there twice");
    }
    if (field->type == WALL_T_ENUM && (field->names == NULL || field->names[0] == NULL))
        return say_field(c, shape, field->name, "is an ENUM without names");
    if (field->max < field->min && (field->max != 0 || field->min < 0))
        return say_field(c, shape, field->name, "has .max below .min");
    if ((field->type == WALL_T_OBJ || field->type == WALL_T_OPT_OBJ ||
         field->type == WALL_T_LIST) && field->shape == NULL)
        return say_field(c, shape, field->name, "has no shape");
    return NULL;
}

/* A name is one component of the API document, so it means one thing everywhere. */
static const char *check_name(const check_t *c, const wall_shape_t *shape, int input, int *known)
{
    apr_hash_t *mine = input ? c->ins : c->outs, *others = input ? c->outs : c->ins;
    const wall_shape_t *first;

    if (is_empty(shape->name) || shape->fields == NULL || shape->size == 0)
        return say(c, "a shape lacks its name, size or fields");
    first = apr_hash_get(mine, shape->name, APR_HASH_KEY_STRING);
    *known = first != NULL;
    if (first != NULL && !same_shape(first, shape))
        return say(c, apr_psprintf(c->pool, "shape %s has other fields elsewhere", shape->name));
    if (apr_hash_get(others, shape->name, APR_HASH_KEY_STRING) != NULL)
        return say(c, apr_psprintf(c->pool, "shape %s is used for input and for output",
                                   shape->name));
    apr_hash_set(mine, shape->name, APR_HASH_KEY_STRING, shape);
    return NULL;
}

static const char *check_shape(const check_t *c, const wall_shape_t *shape, int input, int depth)
{
    const wall_field_t *field;
    const char *why;
    int known = 0;

    if (depth > NESTING_MAX)
        return say(c, apr_psprintf(c->pool, "shape %s is nested too deeply", shape->name));
    why = check_name(c, shape, input, &known);
    if (why != NULL || (known && (!input || depth > 0)))
        return why;
    for (field = shape->fields; field->name != NULL; field++) {
        why = check_field(c, shape, field);
        if (why == NULL && input)
            why = check_input_field(c, shape, field, depth > 0);
        else if (why == NULL && field->from != WALL_FROM_BODY)
            why = say_field(c, shape, field->name, "is output and comes from nowhere");
        if (why == NULL && field->shape != NULL)
            why = check_shape(c, field->shape, input, depth + 1);
        if (why != NULL)
            return why;
    }
    return NULL;
}

/* ---- all of it ---- */

static const char *check_route(check_t *c)
{
    const wall_route_t *route = c->route;
    const char *why;

    if (apr_hash_get(c->ids, route->id, APR_HASH_KEY_STRING) != NULL)
        return say(c, "its id is used twice");
    apr_hash_set(c->ids, route->id, APR_HASH_KEY_STRING, route);
    if ((why = check_parts(c)) != NULL || (why = check_path(c)) != NULL ||
        (why = check_key(c)) != NULL || (why = check_raw(c)) != NULL ||
        (why = check_changes(c)) != NULL ||
        (why = check_errors(c)) != NULL)
        return why;
    if (route->in != NULL && (why = check_shape(c, route->in, 1, 0)) != NULL)
        return why;
    return route->out != NULL ? check_shape(c, route->out, 0, 0) : NULL;
}

const char *wall_routes_check(apr_pool_t *pool, const wall_route_t *const *tables)
{
    check_t c = { .pool = pool };
    const char *why;

    c.ids = apr_hash_make(pool);
    c.places = apr_hash_make(pool);
    c.ins = apr_hash_make(pool);
    c.outs = apr_hash_make(pool);
    for (; *tables != NULL; tables++) {
        for (c.route = *tables; c.route->id != NULL; c.route++) {
            why = check_route(&c);
            if (why != NULL)
                return why;
        }
    }
    return NULL;
}
