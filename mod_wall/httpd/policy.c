/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/policy.h"

#include <apr_strings.h>

const char *wall_policy_page(apr_pool_t *pool, const wall_site_t *site, const char *nonce)
{
    return apr_pstrcat(pool, "default-src 'none'; script-src 'self' 'nonce-", nonce,
                       "'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                       "manifest-src 'self'; worker-src 'self'; frame-src ",
                       site->apps_scheme, "://*.", site->apps_host,
                       "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
                       "trusted-types wall; require-trusted-types-for 'script'",
                       NULL);
}

const char *wall_policy_app(apr_pool_t *pool, const wall_site_t *site)
{
    return apr_pstrcat(pool,
                       "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
                       "style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; "
                       "font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors ",
                       site->origin, NULL);
}

void wall_policy_page_headers(request_rec *r, const wall_site_t *site, const char *csp)
{
    apr_table_t *headers = r->headers_out;

    apr_table_setn(headers, "Content-Security-Policy", csp);
    apr_table_setn(headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(headers, "Referrer-Policy", "same-origin");
    apr_table_setn(headers, "Cross-Origin-Opener-Policy", "same-origin");
    if (site->secure) {
        apr_table_setn(headers, "Strict-Transport-Security", "max-age=31536000");
    }
}

void wall_policy_app_headers(request_rec *r, const char *csp)
{
    /* Errors too: whatever this host answers, also opened directly, is in the sandbox. */
    apr_table_t *headers = r->err_headers_out;

    apr_table_setn(headers, "Content-Security-Policy", csp);
    /* Measured in Chromium: closes the last channels out (DNS, WebRTC) that CSP leaves open. */
    apr_table_setn(headers, "Connection-Allowlist", "()");
    apr_table_setn(headers, "X-DNS-Prefetch-Control", "off");
    apr_table_setn(headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(headers, "Cross-Origin-Resource-Policy", "same-origin");
    apr_table_setn(headers, "Referrer-Policy", "no-referrer");
}
