/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_ACCOUNTS_PRIVATE_H
#define WALL_APP_ACCOUNTS_PRIVATE_H

/** @file accounts_private.h What the files of accounts/ share: single-use links, who an account is. */
#include "app/accounts/accounts.h"

#define ACCOUNTS_HOUR 3600
/** Seconds a link lasts. */
#define ACCOUNTS_CONFIRM_S (24 * ACCOUNTS_HOUR)
#define ACCOUNTS_RESET_S   (30 * 60)
#define ACCOUNTS_UNDO_S    (7 * 24 * ACCOUNTS_HOUR)
/** Who takes an address back takes back what came into the account up to so many seconds before it was changed. */
#define ACCOUNTS_INTRUSION_S (24 * ACCOUNTS_HOUR)
/** Mails of one kind to one address within an hour – of links for a password, within their life, so that who
 *  floods a mailbox never keeps its owner from having a link that works. */
#define ACCOUNTS_MAILS_PER_HOUR 3

/* Column account_tokens.purpose. */
#define ACCOUNTS_FOR_RESET   "reset_password"
#define ACCOUNTS_FOR_CONFIRM "verify_email"
#define ACCOUNTS_FOR_CHANGE  "change_email"
#define ACCOUNTS_FOR_UNDO    "undo_email"

/** A row of account_tokens with whose it is. */
typedef struct accounts_token_t {
    apr_int64_t token_id;
    apr_int64_t user_id;
    const char *purpose;
    const char *email; /* the address it is about */
    apr_time_t created_at;
    apr_time_t expires_at;
    const char *username;
    const char *display_name;
    const char *present_email;
} accounts_token_t;
extern const wall_shape_t accounts_token_shape;

/** Who an account is, for rules and mails. */
typedef struct accounts_identity_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *email;
    int email_verified;
    int has_password;
    const char *language;
} accounts_identity_t;
extern const wall_shape_t accounts_identity_shape;

wall_rc_t accounts_identity(wall_cx_t *cx, apr_int64_t user_id, accounts_identity_t *out);

/** A new link of the site: @a page and "?token=…"; its hash in *hash. */
const char *accounts_link(wall_cx_t *cx, const char *page, const char **hash);
const char *accounts_token_hash(wall_cx_t *cx, const char *token);
/** Makes a token for @a user_id in the caller's transaction; *link leads to @a page with it. */
wall_rc_t accounts_add_token(wall_cx_t *cx, apr_int64_t user_id, const char *purpose, const char *email,
                             apr_int64_t seconds, const char *page, const char **link);
/** The valid token with that hash for one of @a purposes (NULL at the end), else WALL_E_LINK_INVALID. */
wall_rc_t accounts_find_token(wall_cx_t *cx, const char *token, const char *const *purposes,
                              accounts_token_t *out);
/** Takes it, in the caller's transaction: of several, one succeeds, the others get WALL_E_LINK_INVALID. */
wall_rc_t accounts_use_token(wall_cx_t *cx, const accounts_token_t *token);
wall_rc_t accounts_link_invalid(wall_cx_t *cx);

/** WALL_OK, or WALL_E_CONFLICT that says that the site sends no mail. */
wall_rc_t accounts_need_mail(wall_cx_t *cx);
/** Sets a password and what goes with it: other links for one end, so do sessions but @a except, and the
 *  account is told by mail. In the caller's transaction. */
wall_rc_t accounts_set_password(wall_cx_t *cx, apr_int64_t user_id, const char *hash, apr_int64_t except);
/**
 * Removes ways into an account that were added since @a since (0: ever): passkeys, connected accounts, API keys and, with
 * @a authenticator, the authenticator app with its recovery codes. The account hears of it by mail if there were
 * any. In the caller's transaction.
 */
wall_rc_t accounts_expel(wall_cx_t *cx, apr_int64_t user_id, apr_time_t since, int authenticator);
/** Sends the link that confirms the present address, in the caller's transaction. */
wall_rc_t accounts_send_confirmation(wall_cx_t *cx, const accounts_identity_t *who);
/** Sends a link for a new password, in the caller's transaction. */
wall_rc_t accounts_send_reset(wall_cx_t *cx, const accounts_identity_t *who);

/** Takes one use of invitation @a code, in the caller's transaction; NULL where none is needed.
 *  @return WALL_OK or WALL_E_VALIDATION naming `invitation` */
wall_rc_t accounts_use_invitation(wall_cx_t *cx, const char *code, apr_int64_t *invitation_id);

/** The account of a registration whose address has just been confirmed. In the caller's transaction.
 *  @param state of the account: "active" or "pending" */
wall_rc_t accounts_open_registered(wall_cx_t *cx, const char *token_hash, const char **state);
/** Sends the link of the registration of @a email again, if there is one. In the caller's transaction. */
wall_rc_t accounts_send_registration(wall_cx_t *cx, const char *email);

#endif
