/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_FRONT_H
#define WALL_HTTPD_FRONT_H

/**
 * @file front.h
 * Which part of Wall a request is for: the API, a generated app's own host, or the web client.
 */
#include <httpd.h>

#include "core/route.h"

int wall_front_translate(request_rec *r);
int wall_front_map_to_storage(request_rec *r);
int wall_front_fixups(request_rec *r);
int wall_front_handler(request_rec *r);
/** log_transaction hook: counts the request. */
int wall_front_logged(request_rec *r);
/** Says which route a request is for, once that is known. */
void wall_front_route(const request_rec *r, const wall_route_t *route);

#endif
