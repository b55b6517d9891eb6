/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/client.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "httpd/exchange.h"
#include "httpd/policy.h"

/** Files beside assets/ that have to be at the root: a service worker's scope is its folder. */
static const char *const at_root[] = { "/sw.js", "/manifest.webmanifest", "/robots.txt", NULL };

static const struct {
    const char *suffix, *type;
} types[] = {
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".map", "application/json" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".txt", "text/plain; charset=utf-8" },
    { NULL, NULL },
};

static int is_ours(const char *uri)
{
    for (int i = 0; at_root[i]; i++) {
        if (!strcmp(uri, at_root[i])) {
            return 1;
        }
    }
    return !strncmp(uri, "/assets/", 8) && !strstr(uri, "/.");
}

/** "name-0a1B2c3D.js": the build's hash, at least eight letters or digits before the suffix. */
static int is_hashed(const char *uri)
{
    const char *dash = strrchr(uri, '-');
    size_t digits = 0;

    while (dash && apr_isalnum(dash[1 + digits])) {
        digits++;
    }
    return digits >= 8 && dash[1 + digits] == '.';
}

static int is_file(request_rec *r, const char *path)
{
    return apr_stat(&r->finfo, path, APR_FINFO_MIN, r->pool) == APR_SUCCESS
           && r->finfo.filetype == APR_REG;
}

/** Sets the content type, and serves the compressed copy in the best coding the browser takes. */
static void describe(request_rec *r)
{
    static const char *const codings[][2] = { { "br", ".br" }, { "gzip", ".gz" } };
    const char *accept = apr_table_get(r->headers_in, "Accept-Encoding");
    const char *suffix = strrchr(r->filename, '.');
    apr_finfo_t plain = r->finfo;

    /* With nosniff the type decides; do not depend on how mod_mime is set up. */
    for (int i = 0; suffix && types[i].suffix; i++) {
        if (!strcmp(suffix, types[i].suffix)) {
            ap_set_content_type(r, types[i].type);
        }
    }
    for (int i = 0; i < 2; i++) {
        const char *copy = apr_pstrcat(r->pool, r->filename, codings[i][1], NULL);

        if (!is_file(r, copy)) {
            continue;
        }
        apr_table_mergen(r->headers_out, "Vary", "Accept-Encoding");
        if (wall_exchange_accepts(r->pool, accept, codings[i][0], 0)) {
            r->filename = (char *)copy;
            r->canonical_filename = r->filename;
            apr_table_setn(r->headers_out, "Content-Encoding", codings[i][0]);
            apr_table_setn(r->subprocess_env, "no-gzip", "1");
            apr_table_setn(r->subprocess_env, "no-brotli", "1");
            return;
        }
    }
    r->finfo = plain;
}

wall_client_file_t wall_client_find(request_rec *r, const wall_site_t *site)
{
    if (!is_ours(r->uri)) {
        return WALL_CLIENT_NONE;
    }
    r->filename = apr_pstrcat(r->pool, site->client_root, r->uri, NULL);
    r->canonical_filename = r->filename;
    if (!is_file(r, r->filename)) {
        memset(&r->finfo, 0, sizeof(r->finfo));
        return WALL_CLIENT_NONE;
    }
    return is_hashed(r->uri) ? WALL_CLIENT_HASHED : WALL_CLIENT_FILE;
}

void wall_client_headers(request_rec *r, const wall_host_t *host, wall_client_file_t file)
{
    apr_table_setn(r->headers_out, "Cache-Control",
                   file == WALL_CLIENT_HASHED ? "public, max-age=31536000, immutable" : "no-cache");
    /* A file has no markup; what runs in a worker may load and connect as the site's pages may. */
    wall_policy_page_headers(r, host->site, "default-src 'none'; script-src 'self'; connect-src 'self'");
    describe(r);
}
