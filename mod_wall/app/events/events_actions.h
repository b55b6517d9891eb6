/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_EVENTS_ACTIONS_H
#define WALL_APP_EVENTS_ACTIONS_H

/** @file events_actions.h What events_routes.c calls; private to events/. */
#include "app/events/events.h"

typedef struct events_watch_in_t {
    const char *topics;
} events_watch_in_t;

wall_rc_t events_watch(wall_cx_t *cx, const events_watch_in_t *in, wall_stream_t *out);

#endif
