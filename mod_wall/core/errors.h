/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_ERRORS_H
#define WALL_CORE_ERRORS_H

/**
 * @file errors.h
 * The error catalogue: every failure a caller can meet, once. The code on the wire, the HTTP
 * status and the English sentence derive from this list; so do the OpenAPI document and, checked by a guard, the
 * keys "error." code of htdocs/locales.
 */

/* X(symbol, HTTP status, default message) – the wire code is "WALL_" #symbol. */
#define WALL_ERRORS(X)                                                                             \
    X(MOVED, 301, "This has another address now.")                                                 \
    X(BAD_JSON, 400, "The request body is not valid JSON.")                                        \
    X(BAD_REQUEST, 400, "The request could not be understood.")                                    \
    X(BAD_CURSOR, 400, "This page link is not valid any more. Start again from the first page.")   \
    X(BAD_SIGNATURE, 400, "The signature of this message is missing, wrong or too old.")            \
    X(UNAUTHENTICATED, 401, "Sign in to do this.")                                                 \
    X(BAD_CREDENTIALS, 401, "The name or the password is not right.")                              \
    X(SIGN_IN_OVER, 401, "This took too long or too many tries. Sign in again.")                  \
    X(INSUFFICIENT_BRICKS, 402, "You do not have enough bricks for this.")                         \
    X(SPENDING_LIMIT, 402, "This would exceed the monthly limit you have set yourself.")           \
    X(FORBIDDEN, 403, "You are not allowed to do this.")                                           \
    X(SCOPE, 403, "This API key may not do that.")                                                 \
    X(SUSPENDED, 403, "This account is suspended.")                                                \
    X(CSRF, 403, "This request did not come from this site. Reload the page and try again.")       \
    X(STEP_UP, 403, "Confirm that it is you, then this can go on.")                                \
    X(SIGNUP_CLOSED, 403, "This site takes no new accounts.")                                      \
    X(EMAIL_UNCONFIRMED, 403, "Confirm your e-mail address first: follow the link in the mail.")    \
    X(AWAITING_APPROVAL, 403, "Your account waits for an administrator to agree. You get a mail.")   \
    X(NOT_FOUND, 404, "There is nothing here, or it is not for you to see.")                       \
    X(METHOD_NOT_ALLOWED, 405, "This address does not know that method.")                          \
    X(NOT_ACCEPTABLE, 406, "None of the accepted formats can be produced.")                        \
    X(CONFLICT, 409, "This cannot be done in the present state.")                                  \
    X(DUPLICATE, 409, "This already exists.")                                                      \
    X(ALREADY_CLAIMED, 409, "You have had the bricks of this day. The next ones come tomorrow.")    \
    X(USERNAME_TAKEN, 409, "This username is taken.")                                              \
    X(EMAIL_TAKEN, 409, "An account with this e-mail address exists.")                             \
    X(LAST_WAY_IN, 409, "This is your last way in. Add a password, a passkey or another connection first.") \
    X(LAST_ADMIN, 409, "A site needs an administrator, and this is the last one.")                 \
    X(IDEMPOTENCY_MISMATCH, 409, "This idempotency key was used for another request.")             \
    X(PAYMENTS_OFF, 409, "Nothing can be bought here at the moment.")                              \
    X(LINK_INVALID, 410, "This link is not valid any more. Ask for a new one.")                     \
    X(PRECONDITION_FAILED, 412, "It was changed in the meantime.")                                 \
    X(TOO_LARGE, 413, "The request is larger than this site accepts.")                             \
    X(UNSUPPORTED_MEDIA_TYPE, 415, "Send the body as application/json.")                           \
    X(VALIDATION, 422, "Some fields need another look.")                                           \
    X(IDEMPOTENCY_REQUIRED, 428, "Send an Idempotency-Key header with this request.")              \
    X(RATE_LIMITED, 429, "Too many requests. Wait a moment and try again.")                        \
    X(INTERNAL, 500, "Something went wrong on our side. Nothing was changed.")                     \
    X(DB_UNAVAILABLE, 503, "The site cannot reach its data right now. Try again in a moment.")     \
    X(SCHEMA_VERSION, 503, "The site is being updated. Try again in a moment.")                    \
    X(REDIS_UNAVAILABLE, 503, "A part of the site is not reachable. Try again in a moment.")       \
    X(PAYMENT_UNAVAILABLE, 503, "The payment service cannot be reached. Nothing was charged.")      \
    X(BUSY, 503, "The site is busy. Try again in a moment.")                                       \
    X(MODEL_UNAVAILABLE, 503, "The AI is not reachable right now. Your bricks were returned.")

/** Result of everything that can fail. 0 is success; apr_status_t never leaves io/. */
typedef enum wall_rc_t {
    WALL_OK = 0,
#define X(sym, status, message) WALL_E_##sym,
    WALL_ERRORS(X)
#undef X
    WALL_E__COUNT
} wall_rc_t;

/** HTTP status of @a rc (200 for WALL_OK). */
int wall_error_status(wall_rc_t rc);
/** Wire code, "WALL_NOT_FOUND"; static. */
const char *wall_error_code(wall_rc_t rc);
/** English sentence; static. The reader's language: wall_error_text() in core/messages.h. */
const char *wall_error_message(wall_rc_t rc);

#endif
