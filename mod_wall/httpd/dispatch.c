/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/dispatch.h"

#include <apr_atomic.h>
#include <http_protocol.h>
#include <string.h>

#include "httpd/access.h"
#include "httpd/exchange.h"
#include "httpd/front.h"
#include "httpd/idempotency.h"
#include "httpd/respond.h"
#include "httpd/sse.h"
#include "io/migrate.h"

#define BASE            "/api/v1"
#define SCHEMA_RECHECK  2 /* seconds between looks at a schema version that is not ours */

static wall_rc_t match_route(wall_exchange_t *x)
{
    const char *path = x->r->parsed_uri.path;

    if (!path || strncmp(path, BASE "/", sizeof(BASE))) {
        return WALL_E_NOT_FOUND;
    }
    x->path = path + sizeof(BASE) - 1;
    x->match = wall_router_match(x->host->router, x->r->pool, wall_exchange_method(x->r), x->path);
    x->route = x->match.route;
    if (x->route) {
        return WALL_OK;
    }
    return x->match.allowed ? WALL_E_METHOD_NOT_ALLOWED : WALL_E_NOT_FOUND;
}

static wall_rc_t check_accept(wall_exchange_t *x)
{
    apr_pool_t *pool = x->r->pool;
    const char *accept = wall_exchange_header(x, "Accept");

    if (x->route->raw != WALL_RAW_NONE || wall_exchange_accepts(pool, accept, "application/json", 1)
        || wall_exchange_accepts(pool, accept, "application/problem+json", 0)) {
        return WALL_OK;
    }
    return WALL_E_NOT_ACCEPTABLE;
}

wall_rc_t wall_dispatch_schema(wall_exchange_t *x)
{
    wall_host_t *host = x->host;
    apr_uint32_t now = (apr_uint32_t)apr_time_sec(apr_time_now());
    wall_rc_t rc;

    if (apr_atomic_read32(&host->schema.agreed) || x->route->rate == WALL_RATE_NONE) {
        return WALL_OK;
    }
    if (now - apr_atomic_read32(&host->schema.refused_at) < SCHEMA_RECHECK) {
        return WALL_E_SCHEMA_VERSION;
    }
    rc = wall_schema_check(x->cx);
    if (rc == WALL_OK) {
        apr_atomic_set32(&host->schema.agreed, 1);
    } else if (rc == WALL_E_SCHEMA_VERSION) {
        apr_atomic_set32(&host->schema.refused_at, now);
    }
    return rc;
}

static wall_rc_t decode(wall_exchange_t *x)
{
    static const wall_field_t no_fields[] = { WALL_FIELDS_END };
    static const wall_shape_t nothing = { .name = "Nothing", .size = 1, .fields = no_fields };
    const wall_shape_t *shape = x->route->in ? x->route->in : &nothing;
    wall_rc_t rc = wall_exchange_query(x);

    if (rc != WALL_OK) {
        return rc;
    }
    if (x->route->raw == WALL_RAW_REDIRECT) {
        wall_exchange_known(x);
    }
    x->in = apr_pcalloc(x->r->pool, shape->size);
    return wall_fields_decode(x->cx, shape, x->body, x->match.params, x->in);
}

typedef wall_rc_t (*step_t)(wall_exchange_t *x);

/* The order is the design: nothing is read from somebody who may not ask, nothing is decoded from
 * somebody who asks too often. */
static const step_t pipeline[] = {
    match_route,
    check_accept,
    wall_dispatch_schema,
    wall_access_authenticate,
    wall_access_authorise,
    wall_access_rate,
    wall_access_origin,
    wall_access_step_up,
    wall_idempotency_key,
    wall_exchange_body,
    wall_access_again,
    decode,
    wall_idempotent, /* runs the action and encodes its result */
};

static wall_rc_t run(wall_exchange_t *x)
{
    wall_rc_t rc = WALL_OK;

    for (size_t i = 0; i < sizeof(pipeline) / sizeof(pipeline[0]) && rc == WALL_OK; i++) {
        rc = pipeline[i](x);
    }
    return rc;
}

int wall_dispatch(request_rec *r, wall_host_t *host)
{
    wall_exchange_t *x = apr_pcalloc(r->pool, sizeof(*x));
    wall_rc_t rc;

    x->r = r;
    x->host = host;
    x->cx = wall_exchange_context(r, host);
    wall_exchange_language(x);
    rc = run(x);
    wall_front_route(r, x->route);
    /* A connection must not wait for a slow reader. */
    wall_db_release(x->cx);
    if (x->answered) {
        return AP_FILTER_ERROR;
    }
    if (rc == WALL_E_METHOD_NOT_ALLOWED && r->method_number == M_OPTIONS) {
        return wall_respond_allow(x);
    }
    if (rc != WALL_OK) {
        return wall_respond_error(x, rc);
    }
    return x->route->raw == WALL_RAW_STREAM ? wall_sse_serve(x) : wall_respond(x);
}
