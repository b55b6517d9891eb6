/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_GEOIP_H
#define WALL_IO_GEOIP_H

/**
 * @file geoip.h
 * Where an address is, from a database in MaxMind's format that the administrator gives (WallGeoIP;
 * city or country, free ones exist). Nothing is asked of anybody else. Behind it is libmaxminddb, which
 * nobody else includes.
 */
#include "core/cx.h"

/**
 * "Berlin, Germany", "Germany", in cx->language where the database has it, else in English; in
 * cx->pool. NULL without a database, for an address it does not know, or for no address. The file is
 * opened once in a process: a new one is seen after a graceful restart.
 */
const char *wall_geo_place(wall_cx_t *cx, const char *address);

#endif
