/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_USERS_ACTIONS_H
#define WALL_APP_USERS_ACTIONS_H

/** @file users_actions.h What users_routes.c calls; private to users/. */
#include "app/users/users.h"

typedef struct users_which_t {
    const char *user; /* name or id */
} users_which_t;

wall_rc_t users_get_profile(wall_cx_t *cx, const users_which_t *in, users_profile_t *out);

/** Where one is told of one kind of thing. */
typedef struct users_notification_t {
    int kind; /* users_kind_t */
    int on_wall;
    int email;
    int push;
} users_notification_t;

/** What can be told, in the order of the column's ENUM. */
typedef enum users_kind_t {
    USERS_SUBSCRIBER,
    USERS_MENTION,
    USERS_MESSAGE,
    USERS_REACTION,
    USERS_APP,
    USERS_REMIX,
    USERS_BRICKS,
    USERS_KINDS
} users_kind_t;

typedef struct users_settings_t {
    const char *time_zone;
    const char *theme;
    int default_post_visibility;
    int notification_frequency;
    int quiet_hours;
    apr_array_header_t *notifications;  /* of users_notification_t, one of each kind */
    apr_array_header_t *muted_keywords; /* of const char * */
} users_settings_t;

/** A partial update: what is not given stays as it is. */
typedef struct users_settings_change_t {
    const char *time_zone; /* NULL and given: the browser's */
    int time_zone_given;
    int theme;
    int theme_given;
    int default_post_visibility;
    int default_post_visibility_given;
    int notification_frequency;
    int notification_frequency_given;
    int quiet_hours;
    int quiet_hours_given;
    apr_array_header_t *notifications;  /* of users_notification_t: only these kinds; or NULL */
    apr_array_header_t *muted_keywords; /* of const char *: replaces all; or NULL */
} users_settings_change_t;

extern const wall_shape_t users_settings_shape;
extern const wall_shape_t users_settings_change_shape;

wall_rc_t users_get_settings(wall_cx_t *cx, const void *in, users_settings_t *out);
wall_rc_t users_lock_settings(wall_cx_t *cx, const users_settings_change_t *in, void *out);
wall_rc_t users_update_settings(wall_cx_t *cx, const users_settings_change_t *in,
                                users_settings_t *out);

#endif
