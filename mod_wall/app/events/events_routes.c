/* SPDX-License-Identifier: Apache-2.0 */
#include "app/events/events_actions.h"

/* Fifty jobs, each with the id of its last event, have 3,400 characters. */
#define TOPICS_LENGTH_MAX 4000

static const wall_field_t watch_fields[] = {
    WALL_STR(events_watch_in_t, topics, .from = WALL_FROM_QUERY, .required = 1, .min = 1,
             .max = TOPICS_LENGTH_MAX, .format = WALL_FMT_LINE,
             .doc = "What to watch: 1 to 50 of job:<id>, wall:<id> and user:<id> (oneself), each "
                    "once, separated by commas; topic@<id> resumes after that event.",
             .example = "\"wall:7,job:019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b@1795248900123-0\""),
    WALL_FIELDS_END
};
static const wall_shape_t watch_shape =
    WALL_SHAPE_OF("EventsWatch", events_watch_in_t, watch_fields);

static const wall_rc_t watch_errors[] = { WALL_E_NOT_FOUND, WALL_OK };

WALL_ENDPOINT(events_watch, events_watch_in_t, wall_stream_t)

const wall_route_t events_routes[] = {
    { .id = "watchEvents", .method = WALL_GET, .path = "/events",
      .auth = WALL_AUTH_OPTIONAL, .scope = "events:read", .rate = WALL_RATE_READ,
      .in = &watch_shape, .errors = watch_errors, .raw = WALL_RAW_STREAM,
      .action = WALL_ACTION(events_watch),
      .doc = "Follow everything a page shows on one stream. Each message has no name and its data is "
             "{topic, event, id, data}: id (absent when there is nothing to resume after) is what to "
             "ask for with topic@id next time; Last-Event-ID means nothing here. A topic begins with "
             "its short history, a job (see watchJob) with where it stands as well; of a job that has "
             "ended its last event alone. Topics that do not exist or are not for you to see are left "
             "out; if none is left, there is nothing here. The stream never ends by itself, but may be "
             "cut off at any time." },
    WALL_ROUTES_END
};
