/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_POLICY_H
#define WALL_HTTPD_POLICY_H

/**
 * @file policy.h
 * Security headers of the two kinds of pages: the site's own, which may frame apps and run only its
 * own scripts, and generated apps, which may do nothing but draw.
 */
#include <httpd.h>

#include "core/site.h"

/** Content-Security-Policy of a page of the site; @a nonce is the document's. */
const char *wall_policy_page(apr_pool_t *pool, const wall_site_t *site, const char *nonce);
/** Content-Security-Policy of generated apps: the isolation boundary. */
const char *wall_policy_app(apr_pool_t *pool, const wall_site_t *site);
/** Sets all headers of a page of the site. */
void wall_policy_page_headers(request_rec *r, const wall_site_t *site, const char *csp);
/** Sets all headers of everything an app's host answers. */
void wall_policy_app_headers(request_rec *r, const char *csp);

#endif
