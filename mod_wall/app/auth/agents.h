/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_AUTH_AGENTS_H
#define WALL_APP_AUTH_AGENTS_H

/**
 * @file agents.h
 * What a User-Agent header says of a device, for people to recognise their own. Anybody can send any
 * header, so nothing is ever decided by it.
 */

/** Names as their makers write them; NULL = cannot be told. Static. */
typedef struct auth_agent_t {
    const char *browser;
    const char *system;
} auth_agent_t;

/** Reads @a user_agent (NULL = none was sent). Pure. */
auth_agent_t auth_agent_read(const char *user_agent);

#endif
