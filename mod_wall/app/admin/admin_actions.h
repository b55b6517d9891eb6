/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ADMIN_ACTIONS_H
#define WALL_APP_ADMIN_ACTIONS_H

/** @file admin_actions.h What admin_routes.c calls; private to admin/. */
#include "core/cx.h"
#include "core/route.h"

typedef enum admin_state_t { ADMIN_OK, ADMIN_DOWN, ADMIN_LOW, ADMIN_UNKNOWN } admin_state_t;
typedef enum admin_overall_t { ADMIN_ALL_OK, ADMIN_DEGRADED, ADMIN_ALL_DOWN } admin_overall_t;

typedef struct admin_health_t {
    int status;
} admin_health_t;

typedef struct admin_ready_t {
    int status; /* admin_overall_t, the others admin_state_t */
    int mysql;
    int redis;
    int worker;
    int ollama;
    int disk;
} admin_ready_t;

wall_rc_t admin_health(wall_cx_t *cx, const void *in, admin_health_t *out);
wall_rc_t admin_ready(wall_cx_t *cx, const void *in, admin_ready_t *out);
/** The OpenAPI document, written once in a process. */
wall_rc_t admin_openapi(wall_cx_t *cx, const void *in, wall_body_t *out);

/** What the worker said of late of itself and of the model: ADMIN_OK, ADMIN_DOWN or ADMIN_UNKNOWN. */
void admin_worker_state(wall_cx_t *cx, int *worker, int *model);

#endif
