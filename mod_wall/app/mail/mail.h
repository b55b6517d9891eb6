/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_MAIL_H
#define WALL_APP_MAIL_H

/**
 * @file mail.h
 * Mails the site sends. Who wants one sent queues it in the transaction that causes it; the worker's
 * lane `mail` writes it in the reader's language and sends it. A row is claimed before it is sent and
 * marked afterwards: a worker that dies in between sends it again, with the same Message-ID (at least
 * once, never lost).
 */
#include "core/cx.h"

/*
 * X(symbol, name, has a button) – a kind's texts are the messages mail.<name>.subject and mail.<name>.text
 * (paragraphs separated by an empty line) and, with a button that leads to mail_t::link, mail.<name>.button.
 * {site} is the site's host name and {name} the reader's display name in every text ("" without an account).
 */
#define MAIL_KINDS(X)                                                                              \
    X(VERIFY_EMAIL, "verify_email", 1)                                                             \
    X(ACCOUNT_EXISTS, "account_exists", 1)                                                         \
    X(RESET_PASSWORD, "reset_password", 1)                                                         \
    X(PASSWORD_CHANGED, "password_changed", 1)                                                     \
    X(WAYS_REMOVED, "ways_removed", 1)                                                             \
    X(CHANGE_EMAIL, "change_email", 1)                                                             \
    X(EMAIL_IN_USE, "email_in_use", 0)                                                             \
    X(EMAIL_CHANGED, "email_changed", 1)                                                           \
    X(ACCOUNT_APPROVED, "account_approved", 1)                                                     \
    X(FACTOR_ADDED, "factor_added", 1)                                                             \
    X(FACTOR_REMOVED, "factor_removed", 1)                                                         \
    X(ACCOUNT_REFUSED, "account_refused", 0)                                                       \
    X(DATA_READY, "data_ready", 1)                                                                 \
    X(ACCOUNT_DELETION, "account_deletion", 1)                                                     \
    X(LOW_BALANCE, "low_balance", 1)                                                               \
    X(RECEIPT, "receipt", 1)                                                                       \
    X(REFUND, "refund", 1)                                                                         \
    X(PURCHASE_CLOSED, "purchase_closed", 1)                                                       \
    X(NEW_DEVICE, "new_device", 1)                                                                 \
    X(ROLE_CHANGED, "role_changed", 0)

typedef enum mail_kind_t {
#define X(sym, name, button) MAIL_##sym,
    MAIL_KINDS(X)
#undef X
    MAIL_KIND__COUNT
} mail_kind_t;

/** A mail to be sent. Everything is copied. */
typedef struct mail_t {
    mail_kind_t kind;
    apr_int64_t user_id;  /* whom it is for; 0 = somebody without an account, then address is needed */
    const char *address;  /* NULL: the user's */
    const char *language; /* NULL: the user's, else cx->language */
    /** Names and texts for the {names} in the messages, NULL at the end; "n" chooses the plural. May be
     *  NULL. `.values = (const char *const[]){ "device", agent, NULL }` */
    const char *const *values;
    const char *link; /* path on this site, "/reset-password?token=…"; NULL = none */
} mail_t;

/** 1 when the site sends mails (WallMail is not none). */
int mail_enabled(const wall_cx_t *cx);

/**
 * Queues @a mail, joining the caller's transaction; sent once that has committed. Without WallMail nothing
 * is queued and this is WALL_OK: ask mail_enabled() where that matters.
 * @return WALL_OK; WALL_E_NOT_FOUND (not recorded) when there is no such user
 */
wall_rc_t mail_queue(wall_cx_t *cx, const mail_t *mail);

/** A mail as its reader sees it, for development. */
typedef struct mail_shown_t {
    apr_int64_t mail_id;
    const char *address;
    const char *subject;
    const char *text;
    const char *link; /* NULL = none */
} mail_shown_t;

/** 1 when mails are only written to a folder (WallMail file:…) and can be shown. */
int mail_dry(const wall_cx_t *cx);
/** The latest mails of such a site as an array of mail_shown_t, newest first. */
wall_rc_t mail_shown(wall_cx_t *cx, apr_array_header_t **out);

/** Name of a kind, "reset_password"; static. */
const char *mail_kind_name(mail_kind_t kind);

#endif
