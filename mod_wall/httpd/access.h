/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_ACCESS_H
#define WALL_HTTPD_ACCESS_H

/**
 * @file access.h
 * Who asks, may they, from where, and how often: the steps between matching a route and reading
 * its input.
 */
#include "httpd/exchange.h"

/** Name of the session cookie: the __Host- prefix needs TLS. */
const char *wall_access_cookie_name(const wall_site_t *site);

/** Fills cx->viewer from the bearer token or the session cookie, as far as the route cares. */
wall_rc_t wall_access_authenticate(wall_exchange_t *x);
/** The viewer's role suffices for the route. */
wall_rc_t wall_access_authorise(wall_exchange_t *x);
/** A request that changes something and that a browser sent came from a page of this site. */
wall_rc_t wall_access_origin(wall_exchange_t *x);
/** 1 when the browser says that a page of this site sent the request. */
int wall_access_same_origin(const wall_exchange_t *x);
/** The session was confirmed of late, where the route asks for that. */
wall_rc_t wall_access_step_up(wall_exchange_t *x);
/** After the body: who they are and what they may, anew if that took longer than a revocation does. */
wall_rc_t wall_access_again(wall_exchange_t *x);
/** Takes one from the viewer's (else the address's) rate. */
wall_rc_t wall_access_rate(wall_exchange_t *x);

#endif
