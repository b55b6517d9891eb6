/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_EVENTS_H
#define WALL_APP_EVENTS_H

/**
 * @file events.h
 * The one stream of a browser: it names what it watches and hears of all of it. Publishing is not
 * here: whoever changes something publishes it (io/events.h, the outbox).
 */
#include "core/route.h"

/** Topics one stream may have. */
#define EVENTS_TOPICS_MAX 50

extern const wall_route_t events_routes[];

#endif
