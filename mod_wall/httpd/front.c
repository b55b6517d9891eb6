/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/front.h"

#include <http_config.h>
#include <http_request.h>
#include <string.h>

#include "httpd/apps_host.h"
#include "httpd/client.h"
#include "httpd/config.h"
#include "httpd/dispatch.h"
#include "httpd/metrics.h"
#include "httpd/page.h"

/** What answers. */
typedef enum front_kind_t { FRONT_API, FRONT_APP, FRONT_FILE, FRONT_PAGE, FRONT_METRICS } front_kind_t;

/** A request's note in its request_config; absent when Wall has nothing to do with it. */
typedef struct front_t {
    wall_host_t *host;
    front_kind_t kind;
    wall_client_file_t file; /* FRONT_FILE */
    const wall_route_t *route; /* FRONT_API, FRONT_PAGE: once it is known */
} front_t;

static front_t *front_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &wall_module);
}

static int is_api(const char *uri)
{
    return !strncmp(uri, "/api", 4) && (uri[4] == '/' || uri[4] == '\0');
}

int wall_front_translate(request_rec *r)
{
    wall_host_t *host = wall_host(r->server);
    front_t *front;

    if (!host->site->engine || r->proxyreq || r->uri[0] != '/') {
        return DECLINED;
    }
    front = apr_pcalloc(r->pool, sizeof(*front));
    front->host = host;
    if (wall_apps_host_matches(r, host)) {
        front->kind = FRONT_APP;
    } else if (is_api(r->uri)) {
        front->kind = FRONT_API;
    } else if (!strcmp(r->uri, "/metrics")) {
        front->kind = FRONT_METRICS;
    } else {
        front->file = wall_client_find(r, host->site);
        front->kind = front->file == WALL_CLIENT_NONE ? FRONT_PAGE : FRONT_FILE;
    }
    if (front->kind != FRONT_FILE) {
        r->filename = r->uri; /* never looked up; the log and other modules want something */
        r->handler = "wall"; /* keeps FallbackResource and the like away */
    }
    ap_set_module_config(r->request_config, &wall_module, front);
    return OK;
}

int wall_front_map_to_storage(request_rec *r)
{
    /* No <Directory> applies and no .htaccess is looked for; <Location> does apply. */
    return front_of(r) ? OK : DECLINED;
}

int wall_front_fixups(request_rec *r)
{
    const front_t *front = front_of(r);

    if (front && front->kind == FRONT_FILE) {
        wall_client_headers(r, front->host, front->file);
    }
    return DECLINED;
}

int wall_front_handler(request_rec *r)
{
    const front_t *front = front_of(r);

    if (!front) {
        return DECLINED;
    }
    switch (front->kind) {
    case FRONT_API:
        return wall_dispatch(r, front->host);
    case FRONT_APP:
        return wall_apps_host_serve(r, front->host);
    case FRONT_PAGE:
        return wall_page_serve(r, front->host);
    case FRONT_METRICS:
        return wall_metrics_serve(r, front->host);
    case FRONT_FILE:
        break;
    }
    return DECLINED; /* files are sent by httpd itself */
}

void wall_front_route(const request_rec *r, const wall_route_t *route)
{
    front_t *front = front_of(r);

    if (front) {
        front->route = route;
    }
}

int wall_front_logged(request_rec *r)
{
    const front_t *front = front_of(r);

    if (front) {
        wall_metrics_request(front->host, front->route,
                             front->kind == FRONT_APP    ? WALL_OTHER_APP
                             : front->kind == FRONT_FILE ? WALL_OTHER_FILE
                                                         : WALL_OTHER_NONE,
                             r);
    }
    return DECLINED;
}
