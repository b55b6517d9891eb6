/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ADMIN_PEOPLE_ACTIONS_H
#define WALL_APP_ADMIN_PEOPLE_ACTIONS_H

/** @file people_actions.h What people_routes.c calls; private to admin/. */
#include "core/cursor.h"
#include "core/cx.h"
#include "core/fields.h"

/** The first of each list is "any" where one filters. */
typedef enum people_state_t {
    PEOPLE_ANY,
    PEOPLE_ACTIVE,
    PEOPLE_PENDING,
    PEOPLE_SUSPENDED,
    PEOPLE_DEACTIVATED,
    PEOPLE_LEAVING
} people_state_t;

typedef struct people_search_t {
    const char *q;
    int role;  /* 0: any, else wall_role_t + 1 */
    int state; /* people_state_t */
    apr_int64_t limit;
    const char *cursor;
} people_search_t;

typedef struct people_person_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *email; /* NULL: the viewer is no administrator */
    int role;
    int is_premium;
    int state;
    apr_time_t created_at;
    apr_time_t last_active_at;
} people_person_t;
extern const wall_shape_t people_person_shape;

typedef struct people_action_t {
    apr_int64_t action_id;
    apr_int64_t *actor_id; /* NULL: by wallctl */
    const char *actor;
    const char *action;
    const char *old_value;
    const char *new_value;
    const char *reason;
    apr_time_t created_at;
} people_action_t;
extern const wall_shape_t people_action_shape;

typedef struct people_detail_t {
    people_person_t person;
    apr_array_header_t *actions; /* of people_action_t */
} people_detail_t;

typedef struct people_which_t {
    apr_int64_t user_id;
} people_which_t;

typedef struct people_change_t {
    apr_int64_t user_id;
    int role;
    int role_given;
    int is_premium;
    int is_premium_given;
    int state; /* 0: active, 1: suspended */
    int state_given;
    const char *reason;
} people_change_t;

wall_rc_t people_list(wall_cx_t *cx, const people_search_t *in, wall_page_t *out);
wall_rc_t people_get(wall_cx_t *cx, const people_which_t *in, people_detail_t *out);
wall_rc_t people_lock(wall_cx_t *cx, const people_change_t *in, void *out);
wall_rc_t people_change(wall_cx_t *cx, const people_change_t *in, people_detail_t *out);

#endif
