/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_LOGGING_H
#define WALL_HTTPD_LOGGING_H

/** @file logging.h Wall's log lines in httpd's error log, under its LogLevel (LogLevel wall:debug). */
#include <httpd.h>

#include "core/log.h"

/** Lines about a request; lives in r->pool. */
const wall_logger_t *wall_request_logger(request_rec *r);
/** Lines about a server, for threads without a request. */
const wall_logger_t *wall_server_logger(apr_pool_t *pool, server_rec *server);

#endif
