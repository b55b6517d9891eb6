/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ADMIN_H
#define WALL_APP_ADMIN_H

/** @file admin.h How the site is: liveness, readiness, its own description. */
#include "core/route.h"

/** Redis key of the AI lane's heartbeat, written by each child every few seconds, see admin.c. */
#define ADMIN_AI_HEARTBEAT_KEY "worker:ai"

extern const wall_route_t admin_routes[];

#endif
