/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_OAUTH_FLOWS_H
#define WALL_APP_OAUTH_FLOWS_H

/** @file flows.h Journeys to a provider, and what is kept of who came back; private to oauth/. */
#include "app/oauth/provider.h"

typedef enum oauth_purpose_t { OAUTH_SIGN_IN, OAUTH_LINK, OAUTH_CONFIRM } oauth_purpose_t;

/** Sends this browser off: records the journey, sets its cookie, and gives the address to go to. */
wall_rc_t oauth_depart(wall_cx_t *cx, const oauth_start_t *in, oauth_purpose_t purpose,
                       const char **location);
/** @a path when it leads to a page of this site, else "/". */
const char *oauth_own_path(const char *path);

/** The tokens of an identity, sealed for its row; NULL what there is none of, or what is too long. */
typedef struct oauth_sealed_t {
    const char *access;
    const char *refresh;
    const apr_int64_t *seconds;
    const char *device_id;
} oauth_sealed_t;
oauth_sealed_t oauth_seal_tokens(wall_cx_t *cx, const oauth_identity_t *identity);
/** The token again, or NULL. @param column "access" or "refresh" */
const char *oauth_open_token(wall_cx_t *cx, const char *provider, const char *subject,
                             const char *column, const char *sealed);

/** Whose an identity is. WALL_E_NOT_FOUND (not recorded): nobody's. */
typedef struct oauth_found_t {
    apr_int64_t connection_id;
    apr_int64_t user_id;
} oauth_found_t;
wall_rc_t oauth_find(wall_cx_t *cx, const char *provider, const char *subject, oauth_found_t *out);

/** Connects with @a user_id, joining a transaction. @return WALL_OK; WALL_E_DUPLICATE with *problem
 *  OAUTH_TAKEN or OAUTH_SECOND. An identity that is already theirs has its tokens renewed. */
wall_rc_t oauth_connect(wall_cx_t *cx, apr_int64_t user_id, const char *provider,
                        const char *subject, const char *account_name,
                        const oauth_sealed_t *tokens, oauth_problem_t *problem);

/** A connection with its tokens, sealed. */
typedef struct oauth_row_t {
    apr_int64_t connection_id;
    apr_int64_t user_id;
    const char *provider;
    const char *provider_user_id;
    const char *access_token;
    const char *refresh_token;
    const char *device_id;
    apr_int64_t token_fence;
} oauth_row_t;
/** @return WALL_E_NOT_FOUND (not recorded) when there is none */
wall_rc_t oauth_row(wall_cx_t *cx, apr_int64_t connection_id, oauth_row_t *out);

/** Keeps @a identity for half an hour, for this browser. */
wall_rc_t oauth_arrive(wall_cx_t *cx, const oauth_identity_t *identity, int remember,
                       const char *return_to);

#endif
