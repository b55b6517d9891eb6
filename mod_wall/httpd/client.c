/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/client.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "httpd/policy.h"

/** Addresses the client shows something at; a name that ends in '/' stands for all below it. */
static const char *const pages[] = { "/",         "/w/",    "/p/", "/a/", "/login",
                                     "/register", "/bricks", NULL };

static const struct {
    const char *suffix, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".webp", "image/webp" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { NULL, NULL },
};

static int is_page(const char *uri)
{
    for (int i = 0; pages[i]; i++) {
        size_t len = strlen(pages[i]);

        if (!strcmp(uri, pages[i])
            || (len > 1 && pages[i][len - 1] == '/' && !strncmp(uri, pages[i], len))) {
            return 1;
        }
    }
    return 0;
}

/** "name-0a1b2c3d4e.js": a dash and at least eight hexadecimal digits before the suffix. */
static int is_hashed(const char *uri)
{
    const char *dash = strrchr(uri, '-');
    size_t digits = 0;

    while (dash && apr_isxdigit(dash[1 + digits])) {
        digits++;
    }
    return digits >= 8 && dash[1 + digits] == '.';
}

wall_client_file_t wall_client_find(request_rec *r, const wall_site_t *site)
{
    wall_client_file_t kind;
    const char *name = r->uri + 1;

    if (is_page(r->uri)) {
        kind = WALL_CLIENT_PAGE;
        name = "index.html";
    } else if (!strncmp(r->uri, "/assets/", 8) && !strstr(r->uri, "/.")) {
        kind = is_hashed(r->uri) ? WALL_CLIENT_HASHED : WALL_CLIENT_ASSET;
    } else {
        return WALL_CLIENT_MISSING;
    }
    r->filename = apr_pstrcat(r->pool, site->client_root, "/", name, NULL);
    r->canonical_filename = r->filename;
    if (apr_stat(&r->finfo, r->filename, APR_FINFO_MIN, r->pool) != APR_SUCCESS
        || r->finfo.filetype != APR_REG) {
        memset(&r->finfo, 0, sizeof(r->finfo));
        return WALL_CLIENT_MISSING;
    }
    return kind;
}

void wall_client_headers(request_rec *r, const wall_host_t *host, wall_client_file_t file)
{
    const char *suffix = r->filename ? strrchr(r->filename, '.') : NULL;

    wall_policy_page_headers(r, host->site, host->page_csp);
    apr_table_setn(r->headers_out, "Cache-Control",
                   file == WALL_CLIENT_HASHED ? "public, max-age=31536000, immutable" : "no-cache");
    /* With nosniff the type decides; do not depend on how mod_mime is set up. */
    for (int i = 0; suffix && file != WALL_CLIENT_MISSING && types[i].suffix; i++) {
        if (!strcmp(suffix, types[i].suffix)) {
            ap_set_content_type(r, types[i].type);
        }
    }
}

int wall_client_missing(request_rec *r)
{
    static const char page[] =
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<title>Nothing here</title>\n<h1>There is nothing at this address</h1>\n"
        "<p><a href=\"/\">To the start page</a></p>\n</html>\n";

    r->status = HTTP_NOT_FOUND;
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_set_content_length(r, sizeof(page) - 1);
    ap_rwrite(page, sizeof(page) - 1, r);
    return OK;
}
