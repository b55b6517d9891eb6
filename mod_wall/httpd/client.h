/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_CLIENT_H
#define WALL_HTTPD_CLIENT_H

/**
 * @file client.h
 * The web client's files below WallClientRoot, sent by httpd's own handler with its ETags, ranges and
 * sendfile, from the copies the build has compressed when the browser takes them.
 */
#include <httpd.h>

#include "httpd/config.h"

typedef enum wall_client_file_t {
    WALL_CLIENT_NONE,  /* not a file of the client: a page's address, or nothing */
    WALL_CLIENT_FILE,  /* asked for again each time */
    WALL_CLIENT_HASHED /* its name changes with its content */
} wall_client_file_t;

/** Finds the file of r->uri and points the request at it. */
wall_client_file_t wall_client_find(request_rec *r, const wall_site_t *site);
void wall_client_headers(request_rec *r, const wall_host_t *host, wall_client_file_t file);

#endif
