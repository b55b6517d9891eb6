/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_APPS_HOST_H
#define WALL_HTTPD_APPS_HOST_H

/**
 * @file apps_host.h
 * Generated apps, each on a host name of its own below WallAppsHost. Nothing else is served there,
 * no cookie is read or set, and every answer carries the sandbox.
 */
#include <httpd.h>

#include "httpd/config.h"

/** 1 when the request's Host is WallAppsHost or any name below it. */
int wall_apps_host_matches(const request_rec *r, const wall_host_t *host);
int wall_apps_host_serve(request_rec *r, wall_host_t *host);

#endif
