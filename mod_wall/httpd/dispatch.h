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
#include "httpd/exchange.h"

/** Answers a request below /api. @return what a handler returns */
int wall_dispatch(request_rec *r, wall_host_t *host);
/**
 * Until this child has seen the schema version it was built for, it serves nothing but health; pages
 * ask as well. @return WALL_OK, WALL_E_SCHEMA_VERSION or why it could not be asked
 */
wall_rc_t wall_dispatch_schema(wall_exchange_t *x);

#endif
