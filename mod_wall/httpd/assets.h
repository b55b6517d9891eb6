/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_ASSETS_H
#define WALL_HTTPD_ASSETS_H

/**
 * @file assets.h
 * The built web client as the page shell needs it: htdocs/build.mjs writes assets.json, the names
 * of its hashed files, and the message catalogues. Read once at start; a new build needs a graceful
 * restart.
 */
#include <apr_hash.h>
#include <apr_pools.h>
#include <apr_tables.h>

#include "core/messages.h"

typedef struct wall_assets_t {
    apr_hash_t *files;           /* "main.js" → "/assets/main-0a1b2c3d4e.js" */
    apr_array_header_t *preload; /* URLs main.js imports at once */
    apr_hash_t *pages;           /* "posts/home" → apr_array_header_t of URLs it adds */
    int development;             /* built with the component page */
    wall_messages_t *messages;
} wall_assets_t;

/** @return NULL and *out, or why the folder is no built client */
const char *wall_assets_read(apr_pool_t *pool, const char *client_root, const wall_assets_t **out);
/** URL of a file by its logical name; "" when there is none. */
const char *wall_assets_url(const wall_assets_t *assets, const char *name);

#endif
