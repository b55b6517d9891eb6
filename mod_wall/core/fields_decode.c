/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fields.h"

#include <apr_strings.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/fields_text.h"
#include "core/json.h"
#include "core/timefmt.h"

#define PROBLEMS_MAX  50  /* named; more help nobody and would echo a hostile body */
#define ECHO_MAX      64  /* bytes of an unknown name that are repeated to its sender */
#define STRS_ITEM_MAX 200 /* characters of one text in a STRS */
#define EXACT_MAX     9007199254740992.0 /* 2^53: whole numbers a double holds exactly */

typedef struct decode_t {
    wall_cx_t *cx;
    int problems;
} decode_t;

static void object(decode_t *d, const wall_shape_t *shape, json_object *json, const char *prefix,
                   char *out);

int wall_enum_index(const char *const *names, const char *text)
{
    int i;

    for (i = 0; text != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0)
            return i;
    }
    return -1;
}

static void problem(decode_t *d, const char *name, wall_why_t why)
{
    if (d->problems++ < PROBLEMS_MAX)
        wall_fail(d->cx, WALL_E_VALIDATION, name, why);
}

static int is_bounded(const wall_field_t *field)
{
    return field->min != 0 || field->max != 0;
}

/* ---- one value, from wherever it came ---- */

static wall_why_t check_number(const wall_field_t *field, apr_int64_t value)
{
    if (!is_bounded(field))
        return WALL_NO_WHY;
    if (value < field->min)
        return WALL_WHY(TOO_SMALL, .n = field->min);
    if (value > field->max)
        return WALL_WHY(TOO_LARGE, .n = field->max);
    return WALL_NO_WHY;
}

static wall_why_t put_number(decode_t *d, const wall_field_t *field, apr_int64_t value, char *at)
{
    wall_why_t why = check_number(field, value);

    if (why.reason != WALL_WHY_NONE)
        return why;
    if (field->type == WALL_T_OPT_I64)
        *(apr_int64_t **)(void *)at = apr_pmemdup(d->cx->pool, &value, sizeof(value));
    else
        *(apr_int64_t *)(void *)at = value;
    return WALL_NO_WHY;
}

static wall_why_t put_name(decode_t *d, const wall_field_t *field, const char *text, char *at)
{
    int index = wall_enum_index(field->names, text);
    const char *all = "";
    int i;

    if (index >= 0) {
        *(int *)(void *)at = index;
        return WALL_NO_WHY;
    }
    for (i = 0; field->names[i] != NULL; i++)
        all = apr_pstrcat(d->cx->pool, all, i ? ", " : "", field->names[i], NULL);
    return WALL_WHY(NOT_ONE_OF, .text = all);
}

static wall_why_t put_time(const char *text, char *at)
{
    apr_time_t t = wall_time_from_rfc3339(text);

    if (t == 0)
        return WALL_WHY(NOT_TIME);
    *(apr_time_t *)(void *)at = t;
    return WALL_NO_WHY;
}

static wall_why_t put_real(const wall_field_t *field, double value, char *at)
{
    if (!isfinite(value))
        return WALL_WHY(NOT_NUMBER);
    if (is_bounded(field) && (value < (double)field->min || value > (double)field->max))
        return WALL_WHY(OUT_OF_RANGE);
    *(double *)(void *)at = value;
    return WALL_NO_WHY;
}

/* ---- from text: path segments and query parameters ---- */

static int whole_number(const char *text, apr_int64_t *value)
{
    const char *digits = text + (*text == '-');
    size_t len = strlen(digits);

    if (len == 0 || len > 19 || strspn(digits, "0123456789") != len ||
        (digits[0] == '0' && (len > 1 || digits != text)))
        return 0;
    errno = 0;
    *value = apr_strtoi64(text, NULL, 10);
    return errno == 0;
}

static wall_why_t real_from_text(decode_t *d, const wall_field_t *field, const char *text,
                                  char *at)
{
    wall_bytes_t bytes = { text, strlen(text) };
    json_object *json = wall_json_parse_pool(d->cx->pool, bytes);

    if (!json_object_is_type(json, json_type_int) && !json_object_is_type(json, json_type_double))
        return WALL_WHY(NOT_NUMBER);
    return put_real(field, json_object_get_double(json), at);
}

static wall_why_t from_text(decode_t *d, const wall_field_t *field, const char *text, char *at)
{
    wall_bytes_t bytes = { text, strlen(text) };
    apr_int64_t value;

    switch (field->type) {
    case WALL_T_I64:
    case WALL_T_OPT_I64:
        return whole_number(text, &value) ? put_number(d, field, value, at)
                                          : WALL_WHY(NOT_WHOLE);
    case WALL_T_BOOL:
        *(int *)(void *)at = strcmp(text, "true") == 0;
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? WALL_NO_WHY
                                                                       : WALL_WHY(NOT_BOOL);
    case WALL_T_F64:
        return real_from_text(d, field, text, at);
    case WALL_T_STR:
        return wall_text_accept(d->cx->pool, field, bytes, (const char **)(void *)at);
    case WALL_T_TIME:
        return put_time(text, at);
    case WALL_T_ENUM:
        return put_name(d, field, text, at);
    default:
        return WALL_WHY(NOT_HERE);
    }
}

/* ---- from JSON ---- */

static wall_bytes_t bytes_of(json_object *json)
{
    wall_bytes_t bytes = { json_object_get_string(json), (size_t)json_object_get_string_len(json) };

    return bytes;
}

static wall_why_t number_from_json(decode_t *d, const wall_field_t *field, json_object *json,
                                    char *at)
{
    double real;

    if (json_object_is_type(json, json_type_int)) {
        /* json-c clamps what does not fit; only its unsigned reading tells. */
        if (json_object_get_uint64(json) > INT64_MAX)
            return WALL_WHY(OUT_OF_RANGE);
        return put_number(d, field, json_object_get_int64(json), at);
    }
    /* 1.0 is an integer for JSON Schema, which is what the API document is written in. */
    real = json_object_is_type(json, json_type_double) ? json_object_get_double(json) : 0.5;
    if (fabs(real) > EXACT_MAX || real != (double)(apr_int64_t)real)
        return WALL_WHY(NOT_WHOLE);
    return put_number(d, field, (apr_int64_t)real, at);
}

static wall_why_t count_problem(decode_t *d, const wall_field_t *field, size_t count)
{
    if (count == 0 && field->min > 0)
        return WALL_WHY(EMPTY);
    if (count < (size_t)field->min)
        return WALL_WHY(TOO_FEW, .n = field->min);
    if (field->max > 0 && count > (size_t)field->max)
        return WALL_WHY(TOO_MANY, .n = field->max);
    return WALL_NO_WHY;
}

static wall_why_t list_from_json(decode_t *d, const wall_field_t *field, json_object *json,
                                  const char *name, char *at)
{
    size_t count, i;
    wall_why_t why;
    apr_array_header_t *list;

    if (!json_object_is_type(json, json_type_array))
        return WALL_WHY(NOT_LIST);
    count = json_object_array_length(json);
    why = count_problem(d, field, count);
    if (why.reason != WALL_WHY_NONE)
        return why;
    list = apr_array_make(d->cx->pool, (int)count + 1, (int)field->shape->size);
    for (i = 0; i < count; i++) {
        char *item = apr_array_push(list);

        object(d, field->shape, json_object_array_get_idx(json, i),
               apr_psprintf(d->cx->pool, "%s[%lu]", name, (unsigned long)i), item);
    }
    *(apr_array_header_t **)(void *)at = list;
    return WALL_NO_WHY;
}

static wall_why_t strs_from_json(decode_t *d, const wall_field_t *field, json_object *json,
                                  const char *name, char *at)
{
    wall_field_t item = { .type = WALL_T_STR, .format = field->format, .trim = field->trim,
                          .min = 1, .max = STRS_ITEM_MAX };
    apr_array_header_t *list;
    size_t count, i;
    wall_why_t why;

    if (!json_object_is_type(json, json_type_array))
        return WALL_WHY(NOT_LIST);
    count = json_object_array_length(json);
    why = count_problem(d, field, count);
    if (why.reason != WALL_WHY_NONE)
        return why;
    list = apr_array_make(d->cx->pool, (int)count + 1, sizeof(const char *));
    for (i = 0; i < count; i++) {
        json_object *text = json_object_array_get_idx(json, i);

        why = json_object_is_type(text, json_type_string)
                  ? wall_text_accept(d->cx->pool, &item, bytes_of(text), apr_array_push(list))
                  : WALL_WHY(NOT_TEXT);
        if (why.reason != WALL_WHY_NONE)
            problem(d, apr_psprintf(d->cx->pool, "%s[%lu]", name, (unsigned long)i), why);
    }
    *(apr_array_header_t **)(void *)at = list;
    return WALL_NO_WHY;
}

static wall_why_t from_json(decode_t *d, const wall_field_t *field, json_object *json,
                             const char *name, char *at)
{
    int is_text = json_object_is_type(json, json_type_string);

    switch (field->type) {
    case WALL_T_I64:
    case WALL_T_OPT_I64:
        return number_from_json(d, field, json, at);
    case WALL_T_BOOL:
        *(int *)(void *)at = json_object_get_boolean(json);
        return json_object_is_type(json, json_type_boolean) ? WALL_NO_WHY : WALL_WHY(NOT_BOOL);
    case WALL_T_F64:
        if (!json_object_is_type(json, json_type_int) &&
            !json_object_is_type(json, json_type_double))
            return WALL_WHY(NOT_NUMBER);
        return put_real(field, json_object_get_double(json), at);
    case WALL_T_STR:
        return is_text ? wall_text_accept(d->cx->pool, field, bytes_of(json),
                                          (const char **)(void *)at)
                       : WALL_WHY(NOT_TEXT);
    case WALL_T_TIME:
        return put_time(is_text ? json_object_get_string(json) : NULL, at);
    case WALL_T_ENUM:
        return put_name(d, field, is_text ? json_object_get_string(json) : NULL, at);
    case WALL_T_OPT_OBJ:
        *(void **)(void *)at = apr_pcalloc(d->cx->pool, field->shape->size);
        object(d, field->shape, json, name, *(void **)(void *)at);
        return WALL_NO_WHY;
    case WALL_T_OBJ:
        object(d, field->shape, json, name, at);
        return WALL_NO_WHY;
    case WALL_T_LIST:
        return list_from_json(d, field, json, name, at);
    case WALL_T_STRS:
        return strs_from_json(d, field, json, name, at);
    case WALL_T_RAW:
    case WALL_T_RICH:
        break;
    }
    return WALL_WHY(NOT_HERE);
}

/* ---- shapes ---- */

static void fall_back(const wall_field_t *field, char *at)
{
    if (field->type == WALL_T_I64)
        *(apr_int64_t *)(void *)at = field->fallback;
    else if (field->type == WALL_T_BOOL || field->type == WALL_T_ENUM)
        *(int *)(void *)at = (int)field->fallback;
}

static const wall_field_t *find(const wall_shape_t *shape, const char *name, wall_from_t from)
{
    const wall_field_t *field;

    for (field = shape->fields; field->name != NULL; field++) {
        if (field->from == from && strcmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

static const char *name_in(decode_t *d, const char *prefix, const char *name)
{
    return prefix == NULL ? name : apr_pstrcat(d->cx->pool, prefix, ".", name, NULL);
}

/* As much of an unknown name as its sender needs to recognise it, cut between characters. */
static const char *echo(decode_t *d, const char *name)
{
    size_t len = strlen(name);

    if (len > ECHO_MAX) {
        for (len = ECHO_MAX; ((unsigned char)name[len] & 0xc0) == 0x80; len--)
            ;
    }
    return wall_utf8_valid(name, len) ? apr_pstrmemdup(d->cx->pool, name, len) : "?";
}

static void unknown_names(decode_t *d, const wall_shape_t *shape, json_object *json,
                          const char *prefix)
{
    json_object_object_foreach(json, name, ignored) {
        (void)ignored;
        if (find(shape, name, WALL_FROM_BODY) == NULL && d->problems < PROBLEMS_MAX)
            problem(d, name_in(d, prefix, echo(d, name)), WALL_WHY(UNKNOWN_FIELD));
    }
}

/* @a json NULL: no body at all, or null. */
static void object(decode_t *d, const wall_shape_t *shape, json_object *json, const char *prefix,
                   char *out)
{
    const wall_field_t *field;
    json_object *value;
    wall_why_t why;

    memset(out, 0, shape->size);
    if (prefix != NULL && !json_object_is_type(json, json_type_object)) {
        problem(d, prefix, WALL_WHY(NOT_OBJECT));
        return;
    }
    for (field = shape->fields; field->name != NULL; field++) {
        if (field->from != WALL_FROM_BODY)
            continue;
        value = NULL;
        if (json != NULL && json_object_object_get_ex(json, field->name, &value) &&
            field->given != 0 && (value != NULL || field->type == WALL_T_STR))
            *(int *)(void *)(out + field->given) = 1;
        if (value == NULL) {
            why = field->required ? WALL_WHY(REQUIRED) : WALL_NO_WHY;
            fall_back(field, out + field->offset);
        } else {
            why = from_json(d, field, value, name_in(d, prefix, field->name), out + field->offset);
        }
        if (why.reason != WALL_WHY_NONE)
            problem(d, name_in(d, prefix, field->name), why);
    }
    if (json != NULL)
        unknown_names(d, shape, json, prefix);
}

static const wall_param_t *given(const apr_array_header_t *params, const wall_field_t *field)
{
    const wall_param_t *found = NULL;
    int i;

    for (i = 0; params != NULL && i < params->nelts; i++) {
        const wall_param_t *param = &APR_ARRAY_IDX(params, i, wall_param_t);

        if (param->from == field->from && strcmp(param->name, field->name) == 0)
            found = param;
    }
    return found;
}

/* A form sends an empty text for a date nobody has chosen. */
static int left_out(const wall_field_t *field, const wall_param_t *param)
{
    return param == NULL || param->value == NULL ||
           (field->format == WALL_FMT_DATE && *param->value == '\0');
}

static void parameters(decode_t *d, const wall_shape_t *shape, const apr_array_header_t *params,
                       char *out)
{
    const wall_field_t *field;
    wall_why_t why;

    for (field = shape->fields; field->name != NULL; field++) {
        const wall_param_t *param;

        if (field->from == WALL_FROM_BODY)
            continue;
        param = given(params, field);
        if (left_out(field, param)) {
            why = field->required ? WALL_WHY(REQUIRED) : WALL_NO_WHY;
            fall_back(field, out + field->offset);
        } else {
            why = from_text(d, field, param->value, out + field->offset);
        }
        if (why.reason != WALL_WHY_NONE)
            problem(d, field->name, why);
    }
}

static void unknown_parameters(decode_t *d, const wall_shape_t *shape,
                               const apr_array_header_t *params)
{
    int i;

    for (i = 0; params != NULL && i < params->nelts; i++) {
        const wall_param_t *param = &APR_ARRAY_IDX(params, i, wall_param_t);
        const wall_field_t *field;

        if (param->from != WALL_FROM_QUERY || d->problems >= PROBLEMS_MAX)
            continue;
        field = find(shape, param->name, WALL_FROM_QUERY);
        if (field == NULL)
            problem(d, echo(d, param->name), WALL_WHY(UNKNOWN_PARAMETER));
        else if (given(params, field) != param)
            problem(d, field->name, WALL_WHY(GIVEN_TWICE));
    }
}

wall_rc_t wall_fields_decode(wall_cx_t *cx, const wall_shape_t *shape, wall_bytes_t body,
                             const apr_array_header_t *params, void *out)
{
    static const wall_field_t no_fields[] = { WALL_FIELDS_END };
    static const wall_shape_t nothing = { .name = "Nothing", .size = 0, .fields = no_fields };
    decode_t d = { .cx = cx, .problems = 0 };
    json_object *json = NULL;
    char unused;

    if (shape == NULL) {
        shape = &nothing;
        out = &unused;
    }
    if (body.len > 0) {
        wall_rc_t rc = wall_json_parse(cx, body, &json);

        if (rc != WALL_OK)
            return rc;
        if (!json_object_is_type(json, json_type_object))
            return wall_fail(cx, WALL_E_BAD_JSON, NULL, WALL_WHY(BODY_NOT_OBJECT));
    }
    object(&d, shape, json, NULL, out);
    parameters(&d, shape, params, out);
    unknown_parameters(&d, shape, params);
    return d.problems > 0 ? WALL_E_VALIDATION : WALL_OK;
}
