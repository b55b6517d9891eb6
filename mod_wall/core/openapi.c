/* SPDX-License-Identifier: Apache-2.0 */
#include "core/openapi.h"

#include <apr_strings.h>
#include <string.h>

#include "core/ascii.h"
#include "core/openapi_parts.h"

static const char *const method_names[] = {
    [WALL_GET] = "get",     [WALL_POST] = "post",     [WALL_PUT] = "put",
    [WALL_PATCH] = "patch", [WALL_DELETE] = "delete",
};

static const char *const auth_names[] = {
    [WALL_AUTH_NONE] = "none", [WALL_AUTH_OPTIONAL] = "optional", [WALL_AUTH_USER] = "user",
    [WALL_AUTH_MODERATOR] = "moderator", [WALL_AUTH_ADMIN] = "admin",
};

static const struct {
    const char *name;
    int count, period, burst;
} rates[] = {
#define X(sym, requests, seconds, at_once, local)                                                  \
    [WALL_RATE_##sym] = { #sym, requests, seconds, at_once },
    WALL_RATES(X)
#undef X
};

/* ---- an operation ---- */

static void parameter(out_t *o, const wall_field_t *field)
{
    wall_field_t bare = *field;

    bare.doc = bare.example = NULL;
    out_open(o, NULL, '{');
    out_str(o, "name", field->name);
    out_str(o, "in", field->from == WALL_FROM_PATH ? "path" : "query");
    out_raw(o, "required", field->from == WALL_FROM_PATH || field->required ? "true" : "false");
    if (field->doc != NULL)
        out_str(o, "description", field->doc);
    openapi_field(o, "schema", &bare, 1);
    if (field->example != NULL)
        out_raw(o, "example", field->example);
    out_close(o, '}');
}

static void parameters(out_t *o, const wall_route_t *route)
{
    const wall_field_t *field;

    out_open(o, "parameters", '[');
    for (field = route->in ? route->in->fields : NULL; field && field->name != NULL; field++) {
        if (field->from != WALL_FROM_BODY)
            parameter(o, field);
    }
    if (wall_route_is_unsafe(route) && route->auth != WALL_AUTH_NONE)
        out_ref(o, NULL, "parameters/CsrfToken");
    if (route->idempotent == WALL_KEY_OPTIONAL)
        out_ref(o, NULL, "parameters/IdempotencyKey");
    else if (route->idempotent == WALL_KEY_REQUIRED)
        out_ref(o, NULL, "parameters/IdempotencyKeyRequired");
    if (route->changes != NULL)
        out_ref(o, NULL, "parameters/IfMatch");
    if (route->raw == WALL_RAW_STREAM)
        out_ref(o, NULL, "parameters/LastEventId");
    out_close(o, ']');
}

static int needs_body(const wall_shape_t *shape)
{
    const wall_field_t *field;

    for (field = shape->fields; field->name != NULL; field++) {
        if (field->from == WALL_FROM_BODY && field->required)
            return 1;
    }
    return 0;
}

static void request_body(out_t *o, const wall_route_t *route)
{
    if (route->verbatim) {
        out_open(o, "requestBody", '{');
        out_raw(o, "required", "true");
        out_open(o, "content", '{');
        out_open(o, "*/*", '{');
        out_open(o, "schema", '{');
        out_close(o, '}');
        out_close(o, '}');
        out_close(o, '}');
        out_close(o, '}');
        return;
    }
    if (!openapi_has_body(route->in))
        return;
    out_open(o, "requestBody", '{');
    out_raw(o, "required", needs_body(route->in) ? "true" : "false");
    out_open(o, "content", '{');
    out_open(o, "application/json", '{');
    out_ref(o, "schema", apr_pstrcat(o->buf->pool, "schemas/", route->in->name, NULL));
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, '}');
}

static void security(out_t *o, const wall_route_t *route)
{
    static const char *const schemes[] = { "cookie", "bearer" };
    int i;

    out_open(o, "security", '[');
    if (route->auth == WALL_AUTH_OPTIONAL) {
        out_open(o, NULL, '{');
        out_close(o, '}');
    }
    for (i = 0; route->auth != WALL_AUTH_NONE && i < 2; i++) {
        out_open(o, NULL, '{');
        out_open(o, schemes[i], '[');
        out_close(o, ']');
        out_close(o, '}');
    }
    if (route->scope != NULL) {
        out_open(o, NULL, '{');
        out_open(o, "apiKey", '[');
        out_str(o, NULL, route->scope);
        out_close(o, ']');
        out_close(o, '}');
    }
    out_close(o, ']');
}

/* ---- extensions: what a client or a test may want to know beyond OpenAPI ---- */

static void extensions(out_t *o, const wall_route_t *route)
{
    const wall_rc_t *rc;

    out_str(o, "x-wall-auth", auth_names[route->auth]);
    if (route->scope != NULL)
        out_str(o, "x-wall-scope", route->scope);
    if (route->step_up)
        out_i64(o, "x-wall-step-up", WALL_CONFIRMED_MINUTES);
    if (route->rate > WALL_RATE_NONE) {
        out_open(o, "x-wall-rate", '{');
        out_str(o, "class", wall_lower_copy(o->buf->pool, rates[route->rate].name));
        out_i64(o, "requests", rates[route->rate].count);
        out_i64(o, "period_s", rates[route->rate].period);
        out_i64(o, "burst", rates[route->rate].burst);
        out_close(o, '}');
    }
    out_open(o, "x-wall-errors", '[');
    for (rc = route->errors; rc != NULL && *rc != WALL_OK; rc++)
        out_str(o, NULL, wall_error_code(*rc));
    out_close(o, ']');
}

/* First sentence of @a doc without its full stop. */
static const char *summary_of(apr_pool_t *pool, const char *doc)
{
    const char *end = strstr(doc, ". ");
    size_t len = end != NULL ? (size_t)(end - doc) : strlen(doc);

    if (end == NULL && len > 0 && doc[len - 1] == '.')
        len--;
    return apr_pstrmemdup(pool, doc, len);
}

static void operation(out_t *o, const wall_route_t *route)
{
    apr_pool_t *pool = o->buf->pool;

    out_open(o, method_names[route->method], '{');
    out_str(o, "operationId", route->id);
    out_open(o, "tags", '[');
    out_str(o, NULL, apr_pstrmemdup(pool, route->path + 1, strcspn(route->path + 1, "/.")));
    out_close(o, ']');
    out_str(o, "summary", summary_of(pool, route->doc));
    out_str(o, "description", route->doc);
    security(o, route);
    parameters(o, route);
    request_body(o, route);
    openapi_responses(o, route);
    extensions(o, route);
    out_close(o, '}');
}

/* ---- the document ---- */

/* All methods of a path stand together, where its first route stands in the tables. */
static void paths(out_t *o, const wall_route_t *const *tables)
{
    apr_hash_t *done = apr_hash_make(o->buf->pool);
    const wall_route_t *const *t, *const *u;
    const wall_route_t *route, *other;

    out_open(o, "paths", '{');
    for (t = tables; *t != NULL; t++) {
        for (route = *t; route->id != NULL; route++) {
            if (apr_hash_get(done, route->path, APR_HASH_KEY_STRING) != NULL)
                continue;
            apr_hash_set(done, route->path, APR_HASH_KEY_STRING, route);
            out_open(o, route->path, '{');
            for (u = tables; *u != NULL; u++) {
                for (other = *u; other->id != NULL; other++) {
                    if (strcmp(other->path, route->path) == 0)
                        operation(o, other);
                }
            }
            out_close(o, '}');
        }
    }
    out_close(o, '}');
}

static void info(out_t *o)
{
    out_str(o, "openapi", "3.1.0");
    out_open(o, "info", '{');
    out_str(o, "title", "Wall");
    out_str(o, "version", "1");
    out_str(o, "description",
            "Times are RFC 3339 UTC, ids are integers (jobs: UUIDs), unknown fields are refused.");
    out_open(o, "license", '{');
    out_str(o, "name", "Apache-2.0");
    out_str(o, "identifier", "Apache-2.0");
    out_close(o, '}');
    out_close(o, '}');
    out_open(o, "servers", '[');
    out_open(o, NULL, '{');
    out_str(o, "url", "/api/v1");
    out_close(o, '}');
    out_close(o, ']');
}

void wall_openapi_write(wall_buf_t *buf, const wall_route_t *const *tables)
{
    out_t o = { .buf = buf, .depth = 0, .started = 0 };

    out_open(&o, NULL, '{');
    info(&o);
    paths(&o, tables);
    out_open(&o, "components", '{');
    out_open(&o, "schemas", '{');
    openapi_fixed_schemas(&o);
    openapi_shapes(&o, buf->pool, tables);
    out_close(&o, '}');
    openapi_shared_responses(&o, tables);
    openapi_fixed_components(&o);
    out_close(&o, '}');
    out_close(&o, '}');
    wall_buf_char(buf, '\n');
}
