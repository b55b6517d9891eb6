/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_OPENAPI_PARTS_H
#define WALL_CORE_OPENAPI_PARTS_H

/**
 * @file openapi_parts.h
 * Private to openapi*.c: an indenting JSON writer and the schemas of shapes.
 */
#include <apr_hash.h>

#include "core/buf.h"
#include "core/fields.h"
#include "core/route.h"

/** Writes members one after the other; @c name is NULL inside arrays and at the top. */
typedef struct out_t {
    wall_buf_t *buf;
    int depth;
    int started; /* the open object or array has a member */
} out_t;

void out_open(out_t *o, const char *name, char bracket);
void out_close(out_t *o, char bracket);
void out_str(out_t *o, const char *name, const char *value);
void out_i64(out_t *o, const char *name, apr_int64_t value);
/** @a json is written as it is: a number, true, an example. */
void out_raw(out_t *o, const char *name, const char *json);
/** { "$ref": "#/components/<path>" } */
void out_ref(out_t *o, const char *name, const char *path);

/** The schema object of one field, as member @a name. @a input: what is accepted, else sent. */
void openapi_field(out_t *o, const char *name, const wall_field_t *field, int input);
/** 1 when the shape has fields that come from the body. */
int openapi_has_body(const wall_shape_t *shape);
/** Each shape reachable from the tables as one component schema, by name. */
void openapi_shapes(out_t *o, apr_pool_t *pool, const wall_route_t *const *tables);
/** Member "responses" of an operation: its success, and a reference for each status of an error. */
void openapi_responses(out_t *o, const wall_route_t *route);
/** Component "responses": what those references mean, each set of codes once. */
void openapi_shared_responses(out_t *o, const wall_route_t *const *tables);
/** Schemas, responses' headers and security schemes that every document has. */
void openapi_fixed_schemas(out_t *o);
void openapi_fixed_components(out_t *o);

#endif
