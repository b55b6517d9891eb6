/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_KEYS_H
#define WALL_APP_KEYS_H

/** @file keys.h API keys as their owner manages them. What one opens is decided in httpd/access.c. */
#include "core/route.h"

/** Keys one account may have. */
#define KEYS_MAX 50

extern const wall_route_t keys_routes[];

#endif
