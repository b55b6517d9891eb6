/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_EVENTS_TOPICS_H
#define WALL_APP_EVENTS_TOPICS_H

/** @file topics.h What can be watched, as a client writes it; private to events/. */
#include <apr_tables.h>

#include "core/reasons.h"

typedef enum events_kind_t { EVENTS_JOB, EVENTS_WALL, EVENTS_USER } events_kind_t;

typedef struct events_topic_t {
    events_kind_t kind;
    const char *name;   /* "job:<uuid>", "wall:<id>", "user:<id>": also the channel's name */
    const char *uuid;   /* of a job, in name */
    apr_int64_t id;     /* of a wall or a user */
    const char *after;  /* id of the last event heard, "1795248900123-0"; NULL = none */
} events_topic_t;

/**
 * Reads "job:<uuid>,wall:<id>@<event id>,…": one to EVENTS_TOPICS_MAX topics, each once, in the one
 * spelling there is of each (a client finds its own spelling again in the events). Pure.
 * @param out events_topic_t in the order given, in @a pool
 * @return WALL_NO_WHY, or why it is refused
 */
wall_why_t events_topics_read(apr_pool_t *pool, const char *text, apr_array_header_t **out);

#endif
