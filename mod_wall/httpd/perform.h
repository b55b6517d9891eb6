/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_PERFORM_H
#define WALL_HTTPD_PERFORM_H

/** @file perform.h Running a route's action and encoding what it made. */
#include "httpd/exchange.h"

/**
 * Runs the action and, but for a stream, fills x->status and x->answer. May be called again for the
 * same exchange (a transaction tried again): nothing of the call before is left.
 */
wall_rc_t wall_perform(wall_exchange_t *x);

#endif
