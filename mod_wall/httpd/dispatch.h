/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_DISPATCH_H
#define WALL_HTTPD_DISPATCH_H

/**
 * @file dispatch.h
 * The one fixed pipeline of the API. Nothing registers itself into it; what an endpoint wants is in
 * its route.
 */
#include <httpd.h>

#include "httpd/config.h"

/** Answers a request below /api. @return what a handler returns */
int wall_dispatch(request_rec *r, wall_host_t *host);

#endif
