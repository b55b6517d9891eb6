/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_LOGINS_H
#define WALL_APP_AUTH_LOGINS_H

/**
 * @file logins.h
 * The history of signing in. A device is a browser that keeps a random cookie for 400 days; its hash
 * is known to each account that has signed in there. Who clears cookies, or keeps none, is told of a
 * new device once more than needed: better than once too little.
 */
#include "core/cx.h"

typedef enum auth_outcome_t {
    AUTH_SUCCEEDED,
    AUTH_WRONG_PASSWORD,
    AUTH_WRONG_SECOND_FACTOR,
    AUTH_REFUSED /* all was right, but the account is suspended or waits for approval */
} auth_outcome_t;

/** Names of auth_outcome_t, in its order. */
extern const char *const auth_outcome_names[];

/**
 * Adds a failure to the history. Call it alike whether there is such an account or not (@a user_id 0:
 * the line belongs to nobody), so that it takes the same time. It never fails.
 */
void auth_note_failure(wall_cx_t *cx, apr_int64_t user_id, const char *how, auth_outcome_t outcome);
/** Adds a success, and tells the account's owner when the device is new to it. Joins an open
 *  transaction; auth_open_session() calls it. */
wall_rc_t auth_note_success(wall_cx_t *cx, apr_int64_t user_id, const char *how);

/** SHA-256 of the browser's device cookie as known_devices keeps it, in cx->pool; "" when it has none. */
const char *auth_device_hash(wall_cx_t *cx);
/** This browser's user has proved to be the account's owner without signing in (a link from their mailbox):
 *  its tries are their own from now on. Joins an open transaction. */
wall_rc_t auth_know_device(wall_cx_t *cx, apr_int64_t user_id);

/** What the browser calls itself, as valid UTF-8 of at most 255 bytes; bad bytes become '?'. */
const char *auth_agent_text(wall_cx_t *cx);

#endif
