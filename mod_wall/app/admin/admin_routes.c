/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/admin.h"
#include "app/admin/admin_actions.h"

static const char *const state_names[] = { [ADMIN_OK] = "ok",   [ADMIN_DOWN] = "down",
                                           [ADMIN_LOW] = "low", [ADMIN_UNKNOWN] = "unknown",
                                           NULL };
static const char *const overall_names[] = { [ADMIN_ALL_OK] = "ok", [ADMIN_DEGRADED] = "degraded",
                                             [ADMIN_ALL_DOWN] = "down", NULL };
static const char *const alive_names[] = { [ADMIN_ALL_OK] = "ok", NULL };

static const wall_field_t health_fields[] = {
    WALL_ENUM(admin_health_t, status, alive_names, .required = 1, .doc = "The server answers."),
    WALL_FIELDS_END
};
static const wall_shape_t health_shape = WALL_SHAPE_OF("Health", admin_health_t, health_fields);

static const wall_field_t ready_fields[] = {
    WALL_ENUM(admin_ready_t, status, overall_names, .required = 1,
              .doc = "down (with 503): MySQL, Redis or the worker is missing; degraded: something "
                     "else is."),
    WALL_ENUM(admin_ready_t, mysql, state_names, .required = 1, .doc = "The database answers."),
    WALL_ENUM(admin_ready_t, redis, state_names, .required = 1, .doc = "Redis answers."),
    WALL_ENUM(admin_ready_t, worker, state_names, .required = 1,
              .doc = "The AI lane was alive in the last 15 seconds."),
    WALL_ENUM(admin_ready_t, ollama, state_names, .required = 1,
              .doc = "The model answered the worker."),
    WALL_ENUM(admin_ready_t, disk, state_names, .required = 1,
              .doc = "Space for media; low below 5 % free."),
    WALL_FIELDS_END
};
static const wall_shape_t ready_shape = WALL_SHAPE_OF("Ready", admin_ready_t, ready_fields);

WALL_ENDPOINT(admin_health, void, admin_health_t)
WALL_ENDPOINT(admin_ready, void, admin_ready_t)
WALL_ENDPOINT(admin_openapi, void, wall_body_t)

const wall_route_t admin_routes[] = {
    { .id = "health",
      .method = WALL_GET,
      .path = "/health",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_NONE,
      .out = &health_shape,
      .action = WALL_ACTION(admin_health),
      .doc = "Whether the server answers at all; asks nobody else." },
    { .id = "ready",
      .method = WALL_GET,
      .path = "/health/ready",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_NONE,
      .out = &ready_shape,
      .also_status = 503,
      .action = WALL_ACTION(admin_ready),
      .doc = "Whether everything behind the server answers; 503 when the main parts do not." },
    { .id = "openapi",
      .method = WALL_GET,
      .path = "/openapi.json",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ,
      .raw = WALL_RAW_BODY,
      .action = WALL_ACTION(admin_openapi),
      .doc = "This description of the API (OpenAPI 3.1)." },
    WALL_ROUTES_END
};
