/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/access.h"

#include <string.h>

#include "app/auth/auth.h"
#include "app/factors/factors.h"
#include "core/crypto.h"
#include "core/scopes.h"

const char *wall_access_cookie_name(const wall_site_t *site)
{
    return site->secure ? "__Host-wall" : "wall";
}

/** Token of an "Authorization: Bearer" header (RFC 6750), or NULL. */
static const char *bearer_token(const wall_exchange_t *x)
{
    const char *value = wall_exchange_header(x, "Authorization");

    if (!value || strncasecmp(value, "Bearer ", 7)) {
        return NULL;
    }
    return value + 7 + strspn(value + 7, " ");
}

/** A key opens what its scopes name, and nothing that names no scope. */
static wall_rc_t use_key(wall_exchange_t *x)
{
    wall_cx_t *cx = x->cx;
    const char *scope = x->route->scope;
    wall_rc_t rc = auth_resolve_key(cx, x->token);

    if (rc != WALL_OK) {
        x->token = NULL;
        return rc;
    }
    if (!scope && x->route->auth == WALL_AUTH_OPTIONAL) { /* as public to a key as to anybody */
        x->token = NULL;
        memset(&cx->viewer, 0, sizeof(cx->viewer));
        return WALL_OK;
    }
    cx->viewer.via = WALL_VIA_BEARER;
    if (scope && wall_scopes_allow(cx->viewer.scopes, scope)) {
        return WALL_OK;
    }
    return scope ? wall_fail(cx, WALL_E_SCOPE, "scope", WALL_WHY(SCOPE_NEEDED, .text = scope))
                 : wall_fail(cx, WALL_E_SCOPE, NULL, WALL_WHY(SCOPE_NONE));
}

wall_rc_t wall_access_authenticate(wall_exchange_t *x)
{
    wall_auth_via_t via = WALL_VIA_BEARER;
    wall_rc_t rc;

    if (x->route->auth == WALL_AUTH_NONE) {
        return WALL_OK;
    }
    x->token = bearer_token(x);
    if (!x->token) {
        via = WALL_VIA_COOKIE;
        x->token = wall_exchange_cookie(x, wall_access_cookie_name(x->host->site));
    }
    if (!x->token || !*x->token) {
        x->token = NULL;
        return x->route->auth == WALL_AUTH_OPTIONAL ? WALL_OK : WALL_E_UNAUTHENTICATED;
    }
    if (via == WALL_VIA_BEARER && auth_is_key(x->token)) {
        return use_key(x);
    }
    rc = auth_resolve(x->cx, x->token, x->route->raw != WALL_RAW_STREAM);
    if (rc == WALL_OK) {
        x->cx->viewer.via = via;
        return WALL_OK;
    }
    x->token = NULL;
    /* A browser goes on sending the cookie of a session that has ended; it is a visitor then. */
    if (rc == WALL_E_UNAUTHENTICATED && via == WALL_VIA_COOKIE
        && x->route->auth == WALL_AUTH_OPTIONAL) {
        wall_fail_clear(x->cx);
        return WALL_OK;
    }
    return rc;
}

wall_rc_t wall_access_authorise(wall_exchange_t *x)
{
    wall_role_t role = x->cx->viewer.role;

    if ((x->route->auth == WALL_AUTH_MODERATOR && role < WALL_ROLE_MODERATOR)
        || (x->route->auth == WALL_AUTH_ADMIN && role < WALL_ROLE_ADMIN)) {
        return WALL_E_FORBIDDEN;
    }
    return WALL_OK;
}

/** What the browser says about the page that sent the request. */
typedef enum sender_t { SENDER_UNKNOWN, SENDER_SELF, SENDER_FOREIGN } sender_t;

static sender_t sender_of(const wall_exchange_t *x)
{
    const char *fetch_site = wall_exchange_header(x, "Sec-Fetch-Site");
    const char *origin = wall_exchange_header(x, "Origin");

    if ((fetch_site && strcasecmp(fetch_site, "same-origin"))
        || (origin && strcasecmp(origin, x->host->site->origin))) {
        return SENDER_FOREIGN;
    }
    return fetch_site || origin ? SENDER_SELF : SENDER_UNKNOWN;
}

int wall_access_same_origin(const wall_exchange_t *x)
{
    return sender_of(x) == SENDER_SELF;
}

wall_rc_t wall_access_origin(wall_exchange_t *x)
{
    const wall_viewer_t *viewer = &x->cx->viewer;
    const char *token;
    sender_t sender;

    if (x->route->method == WALL_GET || viewer->via == WALL_VIA_BEARER) {
        return WALL_OK;
    }
    sender = sender_of(x);
    if (viewer->via == WALL_VIA_NONE) {
        /* Nobody's cookie is used, but signing somebody in or up must not be done to them by a
         * foreign page either. Programs send neither header. */
        return sender == SENDER_FOREIGN ? WALL_E_CSRF : WALL_OK;
    }
    token = wall_exchange_header(x, "X-CSRF-Token");
    if (sender != SENDER_SELF || !token || !viewer->csrf_token
        || !wall_equal_secret(token, viewer->csrf_token)) {
        return WALL_E_CSRF;
    }
    return WALL_OK;
}

wall_rc_t wall_access_step_up(wall_exchange_t *x)
{
    return x->route->step_up ? factors_step_up(x->cx) : WALL_OK;
}

wall_rc_t wall_access_again(wall_exchange_t *x)
{
    static wall_rc_t (*const steps[])(wall_exchange_t *) = {
        wall_access_authenticate, wall_access_authorise, wall_access_step_up,
    };
    apr_time_t now = apr_time_now();
    wall_rc_t rc = WALL_OK;

    if (!x->token || now - x->cx->now < apr_time_from_sec(AUTH_CACHE_SECONDS)) {
        return WALL_OK;
    }
    x->cx->now = now;
    memset(&x->cx->viewer, 0, sizeof(x->cx->viewer));
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == WALL_OK; i++) {
        rc = steps[i](x);
    }
    return rc;
}

wall_rc_t wall_access_rate(wall_exchange_t *x)
{
    if (x->route->rate == WALL_RATE_NONE) {
        return WALL_OK;
    }
    x->limited = 1;
    return wall_limit_take(x->cx, x->route->rate, wall_limit_who(x->cx), &x->limit);
}
