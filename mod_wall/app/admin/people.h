/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ADMIN_PEOPLE_H
#define WALL_APP_ADMIN_PEOPLE_H

/**
 * @file people.h
 * Accounts as those who run the site see them. Moderators see names, roles and states, and may suspend
 * people who are neither moderator nor administrator; addresses, roles and premium are for
 * administrators. What was done, by whom and why stays in a table to which rows are only added.
 */
#include "core/route.h"

/**
 * Gives @a user_id a role, joining an open transaction: with its line in the record, a mail to whom it
 * concerns, and in every process within a second.
 * @param reason what stands in the record and in the mail
 * @return WALL_OK, also when that is the role already; WALL_E_NOT_FOUND; WALL_E_LAST_ADMIN
 */
wall_rc_t admin_set_role(wall_cx_t *cx, apr_int64_t user_id, wall_role_t role, const char *reason);

extern const wall_route_t admin_people_routes[];

#endif
