/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_CLIENT_H
#define WALL_HTTPD_CLIENT_H

/**
 * @file client.h
 * The web client: one page for every address a person may open, and its assets. The files below
 * WallClientRoot are sent by httpd's own handler, with its ETags, ranges and sendfile.
 */
#include <httpd.h>

#include "httpd/config.h"

typedef enum wall_client_file_t {
    WALL_CLIENT_MISSING,
    WALL_CLIENT_PAGE,  /* index.html */
    WALL_CLIENT_ASSET, /* a file below assets/ */
    WALL_CLIENT_HASHED /* one whose name changes with its content */
} wall_client_file_t;

/** Finds the file of r->uri and points the request at it. */
wall_client_file_t wall_client_find(request_rec *r, const wall_site_t *site);
void wall_client_headers(request_rec *r, const wall_host_t *host, wall_client_file_t file);
/** Sends the page for addresses that do not exist. */
int wall_client_missing(request_rec *r);

#endif
