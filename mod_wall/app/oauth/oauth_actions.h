/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_OAUTH_ACTIONS_H
#define WALL_APP_OAUTH_ACTIONS_H

/** @file oauth_actions.h What oauth_routes.c calls; private to oauth/. */
#include "app/oauth/oauth.h"

typedef struct oauth_start_t {
    const char *provider;
    const char *return_to;
    int remember;
} oauth_start_t;

/** Everything a provider may send a browser back with; what is not listed here is passed over. */
typedef struct oauth_back_t {
    const char *provider;
    const char *state;
    const char *code;
    const char *error;
    const char *iss;
    const char *device_id; /* VK */
    /* Telegram's signed form, in the order of the alphabet */
    const char *auth_date;
    const char *first_name;
    const char *hash;
    const char *id;
    const char *last_name;
    const char *photo_url;
    const char *username;
} oauth_back_t;

typedef struct oauth_connection_t {
    apr_int64_t connection_id;
    const char *provider;
    const char *label; /* NULL in rows */
    const char *account_name;
    int is_primary;
    apr_time_t connected_at;
    apr_time_t last_used_at;
    int needs_sign_in; /* the provider took its tokens back */
    int offered;       /* the site still takes the provider */
} oauth_connection_t;

typedef struct oauth_connections_t {
    apr_array_header_t *items; /* of oauth_connection_t */
    apr_array_header_t *offers; /* of oauth_offer_t: what could be connected as well */
    int has_password;
    apr_int64_t ways_in;
} oauth_connections_t;

typedef struct oauth_which_t {
    apr_int64_t connection_id;
} oauth_which_t;

/** Where the browser is to go, for script: pages lead it there. */
typedef struct oauth_location_t {
    const char *location;
} oauth_location_t;

wall_rc_t oauth_initiate(wall_cx_t *cx, const oauth_start_t *in, void *out);
wall_rc_t oauth_callback(wall_cx_t *cx, const oauth_back_t *in, void *out);
wall_rc_t oauth_connections(wall_cx_t *cx, const void *in, oauth_connections_t *out);
wall_rc_t oauth_link(wall_cx_t *cx, const oauth_start_t *in, oauth_location_t *out);
wall_rc_t oauth_confirm(wall_cx_t *cx, const oauth_start_t *in, oauth_location_t *out);
wall_rc_t oauth_unlink(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out);
wall_rc_t oauth_make_primary(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out);
wall_rc_t oauth_unmake_primary(wall_cx_t *cx, const oauth_which_t *in, oauth_connections_t *out);

#endif
