/* SPDX-License-Identifier: Apache-2.0 */
/* What a route may answer: its success, and the errors dispatch and its action can end in. */
#include <apr_strings.h>
#include <string.h>

#include "core/openapi_parts.h"

/* ---- which errors a route can answer ---- */

/* What dispatch does before and around every action decides these; no table repeats them. */
static void implied_errors(const wall_route_t *route, unsigned char *can)
{
    can[WALL_E_INTERNAL] = can[WALL_E_BAD_REQUEST] = 1;
    if (route->raw == WALL_RAW_NONE)
        can[WALL_E_NOT_ACCEPTABLE] = 1;
    if (route->raw == WALL_RAW_STREAM)
        can[WALL_E_BUSY] = 1;
    if (route->rate != WALL_RATE_NONE) {
        can[WALL_E_RATE_LIMITED] = 1;
        can[WALL_E_DB_UNAVAILABLE] = can[WALL_E_SCHEMA_VERSION] = 1;
    }
    can[WALL_E_VALIDATION] = 1; /* an unknown parameter, where nothing else can be wrong */
    if (wall_route_is_unsafe(route))
        can[WALL_E_BAD_JSON] = can[WALL_E_TOO_LARGE] = can[WALL_E_UNSUPPORTED_MEDIA_TYPE] = 1;
    if (route->verbatim) /* what the body has to be is the action's to say */
        can[WALL_E_BAD_JSON] = can[WALL_E_UNSUPPORTED_MEDIA_TYPE] = 0;
    if (route->auth >= WALL_AUTH_OPTIONAL) /* a bearer token that is nobody's */
        can[WALL_E_UNAUTHENTICATED] = 1;
    if (route->step_up)
        can[WALL_E_STEP_UP] = 1;
    if (route->auth > WALL_AUTH_USER)
        can[WALL_E_FORBIDDEN] = 1;
    if (route->auth >= WALL_AUTH_USER || route->scope != NULL)
        can[WALL_E_SCOPE] = 1;
    if (wall_route_is_unsafe(route)) /* signing in, too, must not be done by a foreign page */
        can[WALL_E_CSRF] = 1;
    if (route->idempotent != WALL_KEY_NONE)
        can[WALL_E_IDEMPOTENCY_MISMATCH] = 1;
    if (route->idempotent == WALL_KEY_REQUIRED)
        can[WALL_E_IDEMPOTENCY_REQUIRED] = 1;
}

static void possible_errors(const wall_route_t *route, unsigned char *can)
{
    const wall_rc_t *rc;

    memset(can, 0, WALL_E__COUNT);
    implied_errors(route, can);
    for (rc = route->errors; rc != NULL && *rc != WALL_OK; rc++)
        can[*rc] = 1;
}

/* ---- the answers of one route ---- */

static int is_list(const wall_route_t *route)
{
    const wall_field_t *field;

    for (field = route->out ? route->out->fields : NULL; field && field->name != NULL; field++) {
        if (strcmp(field->name, "next_cursor") == 0)
            return 1;
    }
    return 0;
}

static void envelope(out_t *o, const wall_route_t *route)
{
    out_open(o, "schema", '{');
    out_str(o, "type", "object");
    out_raw(o, "additionalProperties", "false");
    out_open(o, "required", '[');
    out_str(o, NULL, "success");
    out_str(o, NULL, "data");
    out_close(o, ']');
    out_open(o, "properties", '{');
    out_open(o, "success", '{');
    out_raw(o, "const", "true");
    out_close(o, '}');
    if (route->out != NULL) {
        out_ref(o, "data", apr_pstrcat(o->buf->pool, "schemas/", route->out->name, NULL));
    } else {
        out_open(o, "data", '{');
        out_str(o, "type", "null");
        out_close(o, '}');
    }
    out_open(o, "message", '{');
    out_str(o, "type", "string");
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, '}');
}

static const char *const content_types[] = {
    [WALL_RAW_NONE] = "application/json",
    [WALL_RAW_STREAM] = "text/event-stream",
    [WALL_RAW_BODY] = "*/*",
    [WALL_RAW_PAGE] = "text/html",
};

static void success(out_t *o, const wall_route_t *route, int status)
{
    out_open(o, apr_itoa(o->buf->pool, status), '{');
    out_str(o, "description",
            route->raw == WALL_RAW_REDIRECT ? "Go on at the address in Location."
            : status == 201                 ? "Made." : status < 400 ? "Done." : "Done, and the answer is no.");
    out_open(o, "headers", '{');
    out_ref(o, "X-Request-Id", "headers/RequestId");
    if (is_list(route))
        out_ref(o, "Link", "headers/Link");
    if (route->raw == WALL_RAW_REDIRECT)
        out_ref(o, "Location", "headers/Location");
    out_close(o, '}');
    if (route->raw == WALL_RAW_REDIRECT) {
        out_close(o, '}');
        return;
    }
    out_open(o, "content", '{');
    out_open(o, content_types[route->raw], '{');
    if (route->raw == WALL_RAW_NONE) {
        envelope(o, route);
    } else {
        out_open(o, "schema", '{');
        if (route->raw == WALL_RAW_STREAM)
            out_str(o, "type", "string");
        out_close(o, '}');
    }
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, '}');
}

static void successes(out_t *o, const wall_route_t *route)
{
    if (route->raw == WALL_RAW_REDIRECT) {
        success(o, route, 302);
        return;
    }
    success(o, route, route->status != 0 ? route->status : 200);
    if (route->also_status != 0)
        success(o, route, route->also_status);
    if (route->method == WALL_GET && route->raw != WALL_RAW_STREAM) {
        out_open(o, "304", '{');
        out_str(o, "description", "It has not changed since the ETag in If-None-Match.");
        out_close(o, '}');
    }
}

static void codes_of(out_t *o, const unsigned char *can, int status)
{
    int rc;

    out_open(o, "enum", '[');
    for (rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++) {
        if (can[rc] && wall_error_status((wall_rc_t)rc) == status)
            out_str(o, NULL, wall_error_code((wall_rc_t)rc));
    }
    out_close(o, ']');
}

/* One of the two forms of an error: the general schema, narrowed to the codes of this status. */
static void error_content(out_t *o, const unsigned char *can, int status, int is_problem)
{
    out_open(o, is_problem ? "application/problem+json" : "application/json", '{');
    out_open(o, "schema", '{');
    out_open(o, "allOf", '[');
    out_ref(o, NULL, is_problem ? "schemas/Problem" : "schemas/Error");
    out_open(o, NULL, '{');
    out_open(o, "properties", '{');
    if (!is_problem) {
        out_open(o, "error", '{');
        out_open(o, "properties", '{');
    }
    out_open(o, "code", '{');
    codes_of(o, can, status);
    out_close(o, '}');
    if (!is_problem) {
        out_close(o, '}');
        out_close(o, '}');
    }
    out_close(o, '}');
    out_close(o, '}');
    out_close(o, ']');
    out_close(o, '}');
    out_close(o, '}');
}

/* "403-CSRF-FORBIDDEN": the same status with the same codes is one component. */
static const char *response_name(apr_pool_t *pool, const unsigned char *can, int status)
{
    const char *name = apr_itoa(pool, status);
    int rc;

    for (rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++) {
        if (can[rc] && wall_error_status((wall_rc_t)rc) == status)
            name = apr_pstrcat(pool, name, "-", wall_error_code((wall_rc_t)rc) + strlen("WALL_"),
                               NULL);
    }
    return name;
}

static void error_response(out_t *o, const unsigned char *can, int status)
{
    wall_buf_t text;
    int rc;

    wall_buf_init(&text, o->buf->pool, 128);
    for (rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++) {
        if (can[rc] && wall_error_status((wall_rc_t)rc) == status) {
            wall_buf_str(&text, text.len > 0 ? " / " : "");
            wall_buf_str(&text, wall_error_message((wall_rc_t)rc));
        }
    }
    out_open(o, response_name(o->buf->pool, can, status), '{');
    out_str(o, "description", text.data);
    out_open(o, "headers", '{');
    out_ref(o, "X-Request-Id", "headers/RequestId");
    if (status == 429 || status == 503)
        out_ref(o, "Retry-After", "headers/RetryAfter");
    out_close(o, '}');
    out_open(o, "content", '{');
    error_content(o, can, status, 0);
    error_content(o, can, status, 1);
    out_close(o, '}');
    out_close(o, '}');
}

typedef void (*each_status_t)(out_t *o, const unsigned char *can, int status, apr_hash_t *done);

static void each_status(out_t *o, const wall_route_t *route, apr_hash_t *done, each_status_t write)
{
    unsigned char can[WALL_E__COUNT];
    int rc, status, last = 0;

    possible_errors(route, can);
    /* The catalogue is in order of status. */
    for (rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++) {
        status = wall_error_status((wall_rc_t)rc);
        if (can[rc] && status != last) {
            write(o, can, status, done);
            last = status;
        }
    }
}

static void refer(out_t *o, const unsigned char *can, int status, apr_hash_t *done)
{
    apr_pool_t *pool = o->buf->pool;

    out_ref(o, apr_itoa(pool, status),
            apr_pstrcat(pool, "responses/", response_name(pool, can, status), NULL));
}

static void define(out_t *o, const unsigned char *can, int status, apr_hash_t *done)
{
    const char *name = response_name(o->buf->pool, can, status);

    if (apr_hash_get(done, name, APR_HASH_KEY_STRING) != NULL)
        return;
    apr_hash_set(done, name, APR_HASH_KEY_STRING, name);
    error_response(o, can, status);
}

void openapi_shared_responses(out_t *o, const wall_route_t *const *tables)
{
    apr_hash_t *done = apr_hash_make(o->buf->pool);
    const wall_route_t *route;

    out_open(o, "responses", '{');
    for (; *tables != NULL; tables++) {
        for (route = *tables; route->id != NULL; route++)
            each_status(o, route, done, define);
    }
    out_close(o, '}');
}

void openapi_responses(out_t *o, const wall_route_t *route)
{
    out_open(o, "responses", '{');
    successes(o, route);
    each_status(o, route, NULL, refer);
    out_close(o, '}');
}
