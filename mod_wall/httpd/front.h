/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_FRONT_H
#define WALL_HTTPD_FRONT_H

/**
 * @file front.h
 * Which part of Wall a request is for: the API, a generated app's own host, or the web client.
 */
#include <httpd.h>

int wall_front_translate(request_rec *r);
int wall_front_map_to_storage(request_rec *r);
int wall_front_fixups(request_rec *r);
int wall_front_handler(request_rec *r);

#endif
