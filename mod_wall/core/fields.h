/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_FIELDS_H
#define WALL_CORE_FIELDS_H

/**
 * @file fields.h
 * A shape describes a struct once and is used four times: JSON/query/path → struct with
 * validation, database row → struct, struct → JSON, OpenAPI schema. Unknown input fields are
 * refused; only fields listed in an output shape leave the server.
 *
 * Member types (a wrong one does not compile):
 *   I64 apr_int64_t · BOOL int (0/1) · F64 double · STR const char * · TIME apr_time_t (µs; 0 = null)
 *   ENUM int, index into a NULL-terminated name list · OPT_I64 apr_int64_t * (NULL = null)
 *   OBJ a struct member by value · OPT_OBJ pointer to struct (NULL = null)
 *   LIST apr_array_header_t * of structs by value (NULL = empty) · STRS apr_array_header_t * of
 *   const char * · RAW const char *, already JSON (output only) · RICH const char *, a text that is
 *   sent as HTML (core/richtext.h; output only, made from a member that has a field of its own)
 */
#include <apr_time.h>
#include <apr_tables.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/cx.h"

typedef enum wall_type_t {
    WALL_T_I64,
    WALL_T_BOOL,
    WALL_T_F64,
    WALL_T_STR,
    WALL_T_TIME,
    WALL_T_ENUM,
    WALL_T_OPT_I64,
    WALL_T_OBJ,
    WALL_T_OPT_OBJ,
    WALL_T_LIST,
    WALL_T_STRS,
    WALL_T_RAW,
    WALL_T_RICH
} wall_type_t;

/** Where an input field comes from. Default: the JSON body. */
typedef enum wall_from_t { WALL_FROM_BODY, WALL_FROM_PATH, WALL_FROM_QUERY } wall_from_t;

/** Extra rule for a STR. Source in fields_text.c beside each check. */
typedef enum wall_format_t {
    WALL_FMT_NONE,     /* any text without C0 controls but \n and \t; valid UTF-8 always */
    WALL_FMT_LINE,     /* no controls at all */
    WALL_FMT_USERNAME, /* 3–30 of a-z 0-9 _ -, starts with a letter; input is lower-cased */
    WALL_FMT_SLUG,     /* as a username but up to 100, or a positive decimal id */
    WALL_FMT_EMAIL,    /* RFC 5321 shape, lower-cased domain */
    WALL_FMT_UUID,     /* RFC 9562 text form, lower-case */
    WALL_FMT_DATE,     /* RFC 3339 full-date, "2026-11-21", a day there is; from 1970 on. An empty
                          query parameter counts as absent: forms send it so. */
    WALL_FMT_URL,      /* an https address people may be sent to, see core/weburl.h */
    WALL_FMT_SECRET    /* any characters; never echoed, never trimmed */
} wall_format_t;

struct wall_shape_t;

typedef struct wall_field_t {
    const char *name; /* JSON key, query/path parameter and column label */
    wall_type_t type;
    size_t offset;
    wall_from_t from;
    wall_format_t format;
    int required;   /* input: must be present and not null; output STR, TIME, OPT_*: never null */
    int trim;       /* input STR: surrounding white space removed before the bounds */
    apr_int64_t min; /* I64: value; STR: code points; LIST/STRS: count */
    apr_int64_t max; /* 0 with min 0 = no bound on output; input STR and I64 must have one */
    size_t given;   /* input from the body: offsetof an int set to 1 when a value was sent, or null for a
                       STR: what is left out of a partial update stays as it is; 0 = nobody asks */
    apr_int64_t fallback;           /* input I64/BOOL/ENUM default when absent */
    const char *const *names;       /* ENUM */
    const struct wall_shape_t *shape; /* OBJ, OPT_OBJ, LIST */
    const char *doc;                /* one sentence; goes to OpenAPI */
    const char *example;            /* JSON text, optional */
} wall_field_t;

/** Field list ends with { .name = NULL }. @c name becomes the OpenAPI component. */
typedef struct wall_shape_t {
    const char *name;
    size_t size; /* sizeof the struct */
    const wall_field_t *fields;
    /* Output: offset of a wall_bytes_t; when its data is set, the object is encoded already and
     * these are its bytes. 0 = there is none. */
    size_t encoded;
} wall_shape_t;

/* Compile error when the member has not the C type the field type promises. */
#define WALL_OFF(T, member, ctype)                                                                 \
    (offsetof(T, member) + 0 * sizeof(_Generic(((T *)0)->member, ctype: 1)))
#define WALL_OFF_PTR(T, member) (offsetof(T, member) + 0 * sizeof(*((T *)0)->member))

#define WALL_I64(T, m, ...)                                                                        \
    { .name = #m, .type = WALL_T_I64, .offset = WALL_OFF(T, m, apr_int64_t), __VA_ARGS__ }
#define WALL_BOOL(T, m, ...)                                                                       \
    { .name = #m, .type = WALL_T_BOOL, .offset = WALL_OFF(T, m, int), __VA_ARGS__ }
#define WALL_F64(T, m, ...)                                                                        \
    { .name = #m, .type = WALL_T_F64, .offset = WALL_OFF(T, m, double), __VA_ARGS__ }
#define WALL_STR(T, m, ...)                                                                        \
    { .name = #m, .type = WALL_T_STR, .offset = WALL_OFF(T, m, const char *), __VA_ARGS__ }
#define WALL_TIME(T, m, ...)                                                                       \
    { .name = #m, .type = WALL_T_TIME, .offset = WALL_OFF(T, m, apr_time_t), __VA_ARGS__ }
#define WALL_ENUM(T, m, list, ...)                                                                 \
    { .name = #m, .type = WALL_T_ENUM, .offset = WALL_OFF(T, m, int), .names = (list), __VA_ARGS__ }
#define WALL_OPT_I64(T, m, ...)                                                                    \
    { .name = #m, .type = WALL_T_OPT_I64, .offset = WALL_OFF(T, m, apr_int64_t *), __VA_ARGS__ }
#define WALL_OBJ(T, m, sub, ...)                                                                   \
    { .name = #m, .type = WALL_T_OBJ, .offset = offsetof(T, m), .shape = (sub), __VA_ARGS__ }
#define WALL_OPT_OBJ(T, m, sub, ...)                                                               \
    { .name = #m, .type = WALL_T_OPT_OBJ, .offset = WALL_OFF_PTR(T, m), .shape = (sub), __VA_ARGS__ }
#define WALL_LIST(T, m, sub, ...)                                                                  \
    { .name = #m, .type = WALL_T_LIST, .offset = WALL_OFF(T, m, apr_array_header_t *),             \
      .shape = (sub), __VA_ARGS__ }
#define WALL_STRS(T, m, ...)                                                                       \
    { .name = #m, .type = WALL_T_STRS, .offset = WALL_OFF(T, m, apr_array_header_t *), __VA_ARGS__ }
#define WALL_RAW(T, m, ...)                                                                        \
    { .name = #m, .type = WALL_T_RAW, .offset = WALL_OFF(T, m, const char *), __VA_ARGS__ }
/* `html` is the name it is sent by, `m` the member with the text. */
#define WALL_RICH(T, html, m, ...)                                                                 \
    { .name = #html, .type = WALL_T_RICH, .offset = WALL_OFF(T, m, const char *), __VA_ARGS__ }
#define WALL_FIELDS_END { .name = NULL }

#define WALL_SHAPE_OF(shape_name, T, field_list)                                                   \
    { .name = (shape_name), .size = sizeof(T), .fields = (field_list) }

/** Index of @a text in the NULL-terminated @a names, or -1. */
int wall_enum_index(const char *const *names, const char *text);

/** One input value by name: a path segment or a query parameter (both percent-decoded). */
typedef struct wall_param_t {
    const char *name;
    const char *value;
    wall_from_t from;
} wall_param_t;

/**
 * Fills @a out (zeroed first) from @a body and @a params, applying every rule of @a shape.
 * All problems are collected: cx->details then names each field at fault.
 * @param body    the JSON body's bytes; len 0 = none. Must be one object if the shape has body fields.
 * @param params  of wall_param_t; unknown query parameters are refused like unknown body fields
 * @param shape   NULL for a request that takes nothing; @a out is then not touched
 * @return WALL_OK, WALL_E_BAD_JSON, WALL_E_VALIDATION
 * An optional field that is null counts as absent. Line ends of WALL_FMT_NONE are stored as \n.
 * Strings in @a out live in cx->pool.
 */
wall_rc_t wall_fields_decode(wall_cx_t *cx, const wall_shape_t *shape, wall_bytes_t body,
                             const apr_array_header_t *params, void *out);

/** Appends @a in as a JSON object. Strings must be UTF-8; they are escaped, also < > & U+2028/9. */
void wall_fields_encode(wall_buf_t *buf, const wall_shape_t *shape, const void *in);

/** Appends @a str as a JSON string with quotes. NULL becomes null. */
void wall_json_string(wall_buf_t *buf, const char *str);

#endif
