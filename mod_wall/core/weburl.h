/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_WEBURL_H
#define WALL_CORE_WEBURL_H

/** @file weburl.h Whether a text is an address people may be sent to. A pure function of bytes. */
#include <apr_pools.h>

/**
 * 1 when @a text is an absolute https URL (RFC 3986 as the WHATWG narrows it): a host of at least two
 * labels, which may be international, an optional port, no user name or password, and nothing that
 * has to be escaped. Judged by its parsed parts, so "https:evil" and "https://a@b.example" are none.
 * @param text valid UTF-8
 */
int wall_weburl_ok(apr_pool_t *pool, const char *text);

#endif
