/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_DEVICES_H
#define WALL_APP_DEVICES_H

/** @file devices.h Where one is signed in, and the history of signing in, for its owner alone. */
#include "core/route.h"

extern const wall_route_t devices_routes[];

#endif
