/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/apps_host.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "app/apps/apps.h"
#include "httpd/exchange.h"
#include "httpd/policy.h"
#include "httpd/respond.h"

#define PUBLIC_NAME_LEN 32 /* hexadecimal digits of a 128-bit name */

/** Length of the label in front of WallAppsHost; -1 when the name is not below it. */
static int label_length(const request_rec *r, const wall_host_t *host)
{
    const char *name = r->hostname ? r->hostname : "";
    size_t len = strlen(name), tail = strlen(host->apps_name);

    if (len < tail || strcasecmp(name + len - tail, host->apps_name)) {
        return -1;
    }
    if (len == tail) {
        return 0;
    }
    return name[len - tail - 1] == '.' ? (int)(len - tail - 1) : -1;
}

int wall_apps_host_matches(const request_rec *r, const wall_host_t *host)
{
    return label_length(r, host) >= 0;
}

/** The app a request is for, or NULL. */
static const char *public_name(request_rec *r, const wall_host_t *host)
{
    char *name;

    if (label_length(r, host) != PUBLIC_NAME_LEN || strcmp(r->uri, "/")
        || r->method_number != M_GET) {
        return NULL;
    }
    name = apr_pstrmemdup(r->pool, r->hostname, PUBLIC_NAME_LEN);
    ap_str_tolower(name);
    return strspn(name, "0123456789abcdef") == PUBLIC_NAME_LEN ? name : NULL;
}

int wall_apps_host_serve(request_rec *r, wall_host_t *host)
{
    static const char missing[] = "There is no app at this address.\n";
    const char *name = public_name(r, host);
    const char *page = NULL;

    wall_policy_app_headers(r, host->app_csp);
    if (name) {
        wall_cx_t *cx = wall_exchange_context(r, host);
        wall_rc_t rc = apps_page(cx, name, &page);

        wall_db_release(cx);
        if (rc == WALL_OK) {
            apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
            return wall_send_tagged(r, "text/html; charset=utf-8",
                                    (wall_bytes_t){ page, strlen(page) });
        }
        if (wall_error_status(rc) >= 500) {
            return wall_error_status(rc);
        }
    }
    return wall_send(r, HTTP_NOT_FOUND, "text/plain; charset=utf-8",
                     (wall_bytes_t){ missing, sizeof(missing) - 1 });
}
