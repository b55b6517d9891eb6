/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "core/fields_text.h"
#include "core/openapi_parts.h"

/* ---- the writer ---- */

static void begin(out_t *o, const char *name)
{
    int i;

    if (o->started)
        wall_buf_char(o->buf, ',');
    if (o->depth > 0)
        wall_buf_char(o->buf, '\n');
    for (i = 0; i < o->depth; i++)
        wall_buf_add(o->buf, "  ", 2);
    if (name != NULL) {
        wall_json_string(o->buf, name);
        wall_buf_add(o->buf, ": ", 2);
    }
    o->started = 1;
}

void out_open(out_t *o, const char *name, char bracket)
{
    begin(o, name);
    wall_buf_char(o->buf, bracket);
    o->depth++;
    o->started = 0;
}

void out_close(out_t *o, char bracket)
{
    int empty = !o->started, i;

    o->depth--;
    if (!empty) {
        wall_buf_char(o->buf, '\n');
        for (i = 0; i < o->depth; i++)
            wall_buf_add(o->buf, "  ", 2);
    }
    wall_buf_char(o->buf, bracket);
    o->started = 1;
}

void out_str(out_t *o, const char *name, const char *value)
{
    begin(o, name);
    wall_json_string(o->buf, value);
}

void out_i64(out_t *o, const char *name, apr_int64_t value)
{
    begin(o, name);
    wall_buf_i64(o->buf, value);
}

void out_raw(out_t *o, const char *name, const char *json)
{
    begin(o, name);
    wall_buf_str(o->buf, json);
}

void out_ref(out_t *o, const char *name, const char *path)
{
    out_open(o, name, '{');
    out_str(o, "$ref", apr_pstrcat(o->buf->pool, "#/components/", path, NULL));
    out_close(o, '}');
}

/* ---- fields ---- */

static int may_be_null(const wall_field_t *field, int input)
{
    if (input)
        return !field->required && field->from == WALL_FROM_BODY;
    return !field->required && (field->type == WALL_T_STR || field->type == WALL_T_RICH || field->type == WALL_T_TIME ||
                                field->type == WALL_T_OPT_I64 || field->type == WALL_T_OPT_OBJ);
}

static void type_of(out_t *o, const char *type, int or_null)
{
    if (!or_null) {
        out_str(o, "type", type);
        return;
    }
    out_open(o, "type", '[');
    out_str(o, NULL, type);
    out_str(o, NULL, "null");
    out_close(o, ']');
}

static void text_schema(out_t *o, const wall_field_t *field, int input, int or_null)
{
    const char *pattern = input ? wall_format_pattern(field->format) : NULL;
    apr_int64_t most = wall_format_max(field->format);

    if (field->max > 0 && (most == 0 || field->max < most))
        most = field->max;
    type_of(o, "string", or_null);
    if (field->format == WALL_FMT_EMAIL)
        out_str(o, "format", "email");
    else if (field->format == WALL_FMT_UUID)
        out_str(o, "format", "uuid");
    else if (field->format == WALL_FMT_DATE)
        out_str(o, "format", "date");
    else if (field->format == WALL_FMT_SECRET)
        out_str(o, "format", "password");
    if (pattern != NULL)
        out_str(o, "pattern", pattern);
    if (field->min > 0)
        out_i64(o, "minLength", field->min);
    if (most > 0)
        out_i64(o, "maxLength", most);
}

static void number_schema(out_t *o, const wall_field_t *field, int input, int or_null)
{
    int is_real = field->type == WALL_T_F64;

    type_of(o, is_real ? "number" : "integer", or_null);
    out_str(o, "format", is_real ? "double" : "int64");
    if (field->min != 0 || field->max != 0) {
        out_i64(o, "minimum", field->min);
        out_i64(o, "maximum", field->max);
    }
    if (input && field->type == WALL_T_I64 && field->fallback != 0)
        out_i64(o, "default", field->fallback);
}

static void enum_schema(out_t *o, const wall_field_t *field, int input, int or_null)
{
    int i;

    type_of(o, "string", or_null);
    out_open(o, "enum", '[');
    for (i = 0; field->names[i] != NULL; i++)
        out_str(o, NULL, field->names[i]);
    if (or_null)
        out_raw(o, NULL, "null");
    out_close(o, ']');
    if (input && !field->required && field->given == 0)
        out_str(o, "default", field->names[field->fallback]);
}

static void list_schema(out_t *o, const wall_field_t *field, int or_null)
{
    type_of(o, "array", or_null);
    if (field->type == WALL_T_LIST) {
        out_ref(o, "items", apr_pstrcat(o->buf->pool, "schemas/", field->shape->name, NULL));
    } else {
        out_open(o, "items", '{');
        out_str(o, "type", "string");
        out_close(o, '}');
    }
    if (field->min > 0)
        out_i64(o, "minItems", field->min);
    if (field->max > 0)
        out_i64(o, "maxItems", field->max);
}

static void object_schema(out_t *o, const wall_field_t *field, int or_null)
{
    const char *path = apr_pstrcat(o->buf->pool, "schemas/", field->shape->name, NULL);

    if (!or_null) {
        out_str(o, "$ref", apr_pstrcat(o->buf->pool, "#/components/", path, NULL));
        return;
    }
    out_open(o, "anyOf", '[');
    out_ref(o, NULL, path);
    out_open(o, NULL, '{');
    out_str(o, "type", "null");
    out_close(o, '}');
    out_close(o, ']');
}

static void schema_of(out_t *o, const wall_field_t *field, int input, int or_null)
{
    switch (field->type) {
    case WALL_T_I64:
    case WALL_T_OPT_I64:
    case WALL_T_F64:
        number_schema(o, field, input, or_null);
        return;
    case WALL_T_BOOL:
        type_of(o, "boolean", or_null);
        if (input && !field->required && field->given == 0)
            out_raw(o, "default", field->fallback ? "true" : "false");
        return;
    case WALL_T_STR:
        text_schema(o, field, input, or_null);
        return;
    case WALL_T_TIME:
        type_of(o, "string", or_null);
        out_str(o, "format", "date-time");
        return;
    case WALL_T_ENUM:
        enum_schema(o, field, input, or_null);
        return;
    case WALL_T_LIST:
    case WALL_T_STRS:
        list_schema(o, field, or_null);
        return;
    case WALL_T_OBJ:
    case WALL_T_OPT_OBJ:
        object_schema(o, field, or_null);
        return;
    case WALL_T_RICH:
        type_of(o, "string", or_null);
        out_str(o, "contentMediaType", "text/html");
        return;
    case WALL_T_RAW:
        return; /* any JSON */
    }
}

void openapi_field(out_t *o, const char *name, const wall_field_t *field, int input)
{
    out_open(o, name, '{');
    schema_of(o, field, input, may_be_null(field, input));
    if (field->doc != NULL)
        out_str(o, "description", field->doc);
    if (field->example != NULL) {
        out_open(o, "examples", '[');
        out_raw(o, NULL, field->example);
        out_close(o, ']');
    }
    out_close(o, '}');
}

/* ---- shapes ---- */

int openapi_has_body(const wall_shape_t *shape)
{
    const wall_field_t *field;

    for (field = shape != NULL ? shape->fields : NULL; field && field->name != NULL; field++) {
        if (field->from == WALL_FROM_BODY)
            return 1;
    }
    return 0;
}

static void shape_schema(out_t *o, const wall_shape_t *shape, int input)
{
    const wall_field_t *field;

    out_open(o, shape->name, '{');
    out_str(o, "type", "object");
    out_raw(o, "additionalProperties", "false");
    out_open(o, "required", '[');
    for (field = shape->fields; field->name != NULL; field++) {
        /* What is sent always has every field, be it null. */
        if (field->from == WALL_FROM_BODY && (!input || field->required))
            out_str(o, NULL, field->name);
    }
    out_close(o, ']');
    out_open(o, "properties", '{');
    for (field = shape->fields; field->name != NULL; field++) {
        if (field->from == WALL_FROM_BODY)
            openapi_field(o, field->name, field, input);
    }
    out_close(o, '}');
    out_close(o, '}');
}

typedef struct component_t {
    const wall_shape_t *shape;
    int input;
} component_t;

static void collect(apr_pool_t *pool, apr_hash_t *seen, apr_array_header_t *all,
                    const wall_shape_t *shape, int input)
{
    const wall_field_t *field;

    if (shape == NULL || apr_hash_get(seen, shape->name, APR_HASH_KEY_STRING) != NULL)
        return;
    apr_hash_set(seen, shape->name, APR_HASH_KEY_STRING, shape);
    if (openapi_has_body(shape) || !input) {
        component_t *component = apr_array_push(all);

        component->shape = shape;
        component->input = input;
    }
    for (field = shape->fields; field->name != NULL; field++)
        collect(pool, seen, all, field->shape, input);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const component_t *)a)->shape->name, ((const component_t *)b)->shape->name);
}

void openapi_shapes(out_t *o, apr_pool_t *pool, const wall_route_t *const *tables)
{
    apr_hash_t *seen = apr_hash_make(pool);
    apr_array_header_t *all = apr_array_make(pool, 32, sizeof(component_t));
    const wall_route_t *route;
    int i;

    for (; *tables != NULL; tables++) {
        for (route = *tables; route->id != NULL; route++) {
            collect(pool, seen, all, route->in, 1);
            collect(pool, seen, all, route->out, 0);
        }
    }
    /* Sorted, so that moving a route does not move half the committed document. */
    qsort(all->elts, (size_t)all->nelts, sizeof(component_t), by_name);
    for (i = 0; i < all->nelts; i++) {
        const component_t *component = &APR_ARRAY_IDX(all, i, component_t);

        shape_schema(o, component->shape, component->input);
    }
}
