/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_ACTIONS_H
#define WALL_APP_AUTH_ACTIONS_H

/** @file auth_actions.h What auth_routes.c calls; private to auth/. */
#include "core/cx.h"

/** Ends the viewer's session and clears the cookie; without a session it only does the latter. */
wall_rc_t auth_logout(wall_cx_t *cx, const void *in, void *out);

#endif
