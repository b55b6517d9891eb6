/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_DEVICES_ACTIONS_H
#define WALL_APP_DEVICES_ACTIONS_H

/** @file devices_actions.h What devices_routes.c calls; private to devices/. */
#include "core/cursor.h"
#include "core/cx.h"

typedef struct devices_session_t {
    apr_int64_t session_id;
    int current;
    const char *browser; /* NULL: cannot be told, as with system */
    const char *system;
    const char *user_agent;
    const char *ip_address;
    const char *place;
    const char *sign_in_method;
    int remembered;
    apr_time_t created_at;
    apr_time_t last_activity_at;
    apr_time_t expires_at;
} devices_session_t;
extern const wall_shape_t devices_session_shape;

typedef struct devices_sessions_t {
    apr_array_header_t *items; /* of devices_session_t */
} devices_sessions_t;

typedef struct devices_which_t {
    apr_int64_t session_id;
} devices_which_t;

typedef struct devices_ended_t {
    apr_int64_t ended;
} devices_ended_t;

typedef struct devices_login_t {
    apr_int64_t login_id;
    int outcome; /* auth_outcome_t */
    const char *browser;
    const char *system;
    const char *user_agent;
    const char *ip_address;
    const char *place;
    const char *sign_in_method;
    apr_time_t created_at;
} devices_login_t;
extern const wall_shape_t devices_login_shape;

wall_rc_t devices_list(wall_cx_t *cx, const void *in, devices_sessions_t *out);
wall_rc_t devices_end(wall_cx_t *cx, const devices_which_t *in, void *out);
wall_rc_t devices_end_others(wall_cx_t *cx, const void *in, devices_ended_t *out);
wall_rc_t devices_logins(wall_cx_t *cx, const wall_page_in_t *in, wall_page_t *out);

#endif
