/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_REASONS_H
#define WALL_CORE_REASONS_H

/**
 * @file reasons.h
 * Why something was refused, once: what stands beside a field, or in place of an error's own
 * sentence. The English is the source of htdocs/locales (key "why." #symbol, a guard compares them);
 * wall_fail() says it in the reader's language.
 */
#include <apr.h>

/* X(symbol, English sentence) – {n} is wall_why_t::n and chooses a plural form, {text} its text. */
#define WALL_REASONS(X)                                                                            \
    X(REQUIRED, "This is needed.")                                                                 \
    X(UNKNOWN_FIELD, "This request has no such field.")                                            \
    X(UNKNOWN_PARAMETER, "This request has no such parameter.")                                    \
    X(GIVEN_TWICE, "This is given more than once.")                                                \
    X(NOT_HERE, "This cannot be given here.")                                                      \
    X(NOT_OBJECT, "This must be an object.")                                                       \
    X(NOT_LIST, "This must be a list.")                                                            \
    X(NOT_TEXT, "This must be text.")                                                              \
    X(NOT_NUMBER, "This must be a number.")                                                        \
    X(NOT_WHOLE, "This must be a whole number.")                                                   \
    X(NOT_BOOL, "This must be true or false.")                                                     \
    X(NOT_TIME, "This must be a time such as 2026-11-21T08:15:00Z.")                               \
    X(NOT_ONE_OF, "This must be one of {text}.")                                                   \
    X(TOO_SMALL, "This must be at least {n}.")                                                     \
    X(TOO_LARGE, "This must be at most {n}.")                                                      \
    X(OUT_OF_RANGE, "This number is out of its range.")                                            \
    X(EMPTY, "This must not be empty.")                                                            \
    X(TOO_SHORT, "Use at least {n} characters.")                                                   \
    X(TOO_LONG, "Use at most {n} characters.")                                                     \
    X(TOO_FEW, "Give at least {n} items.")                                                         \
    X(TOO_MANY, "Give at most {n} items.")                                                         \
    X(NOT_UTF8, "This must be valid UTF-8.")                                                       \
    X(CONTROLS, "This must not contain control characters.")                                       \
    X(NOT_USERNAME, "Use the letters a to z, digits, - and _, and begin with a letter.")           \
    X(NOT_NAME_OR_ID, "This must be a name or a positive number.")                                 \
    X(NOT_EMAIL, "This must be an e-mail address.")                                                \
    X(NOT_URL, "This must be a web address that begins with https://.")                            \
    X(NOT_UUID, "This must be a UUID.")                                                            \
    X(NOT_DATE, "This must be a day such as 2026-11-21.")                                          \
    X(PASSWORD_COMMON, "This is one of the passwords that are tried first. Choose another.")       \
    X(PASSWORD_HAS_NAME, "The password must not contain the username.")                            \
    X(PASSWORD_HAS_EMAIL, "The password must not contain the e-mail address.")                     \
    X(PASSWORD_WRONG, "This is not your password.")                                                \
    X(CODE_WRONG, "This code is not right, or it was used already.")                               \
    X(RECOVERY_WRONG, "This is none of your unused recovery codes.")                               \
    X(PASSKEY_REFUSED, "This passkey was not accepted. Try again.")                                \
    X(PASSKEY_KNOWN, "This passkey has been added already.")                                       \
    X(CODES_TRIED, "Too many codes were tried for this account. Wait a while, or take another way.")  \
    X(PASSWORDS_TRIED, "Too many passwords were tried. Wait a while, or take another way.")           \
    X(PASSKEYS_MANY, "There is no room for another passkey. Remove one first.")                    \
    X(FACTOR_ON, "Two-step sign-in is on already.")                                                \
    X(FACTOR_OFF, "Two-step sign-in is not on.")                                                   \
    X(ONE_OF_THESE, "Give exactly one of {text}.")                                                 \
    X(PASSWORD_HAS_YOUR_NAME, "The password must not contain your name.")                          \
    X(EMAIL_DISPOSABLE, "This site takes no throw-away addresses.")                                \
    X(INVITATION_NEEDED, "An invitation is needed to open an account here.")                       \
    X(INVITATION_INVALID, "This invitation is not valid any more.")                                \
    X(INVITATIONS_OPEN, "You have {n} open invitations already.")                                  \
    X(ONLY_ADMINS_INVITE, "Only administrators invite here.")                                      \
    X(NO_MAIL, "This site sends no mail. Ask its administrators.")                                 \
    X(EMAIL_CONFIRMED, "Your address is confirmed already.")                                       \
    X(EMAIL_IS_YOURS, "This is your address already.")                                             \
    X(NOT_ZONE, "This must be a time zone such as Europe/Lisbon.")                                  \
    X(RENAMED_LATELY, "You have changed your username lately. You can change it again in {n} days.") \
    X(NOT_ONESELF, "You cannot block yourself.")                                                   \
    X(NAME_RESERVED, "This name is kept for the site itself.")                                     \
    X(IDENTITY_TAKEN, "Another account here is connected with it.")                                \
    X(IDENTITY_SECOND, "Your account is connected with another one of this provider.")             \
    X(WALL_NOT_YOURS, "Only its owner posts on this wall.")                                        \
    X(SETTINGS_NOT_YOURS, "Only its owner changes a wall.")                                        \
    X(POST_NOT_YOURS, "Only its author and the owner of the wall remove a post.")                  \
    X(NOT_YOUR_USERNAME, "This is not your username.")                                             \
    X(JOB_NOT_YOURS, "Only who asked for an app can cancel it.")                                   \
    X(JOB_ENDED, "The job has ended already.")                                                     \
    X(NOT_ZERO, "This must not be 0.")                                                             \
    X(DAILY_OFF, "This site gives no daily bricks.")                                               \
    X(BRICKS_SHORT, "You are {n} bricks short.")                                                   \
    X(DAYS_REVERSED, "The last day is before the first.")                                          \
    X(PURCHASE_NOT_HELD, "This purchase is not being looked into, or not any more.")               \
    X(EXPORT_TOO_LONG, "These days hold more movements than one file takes ({n}). Choose fewer days.") \
    X(ADMINS_ONLY, "Only administrators change this.")                                             \
    X(SUSPEND_SELF, "You cannot suspend yourself.")                                                \
    X(SUSPEND_STAFF, "Only administrators suspend moderators and administrators.")                 \
    X(STATE_FIXED, "Only an active account can be suspended, and only a suspended one let in again.") \
    X(SCOPE_UNKNOWN, "There is no scope {text}.")                                                  \
    X(KEYS_FULL, "You have {n} keys, which is as many as there may be. Revoke one first.")          \
    X(SCOPE_NEEDED, "This takes an API key with the scope {text}.")                                \
    X(SCOPE_NONE, "This cannot be done with an API key. Sign in to do it.")                        \
    X(TOPICS_MALFORMED, "Give job:<id>, wall:<id> or user:<id>, separated by commas.")              \
    X(TOO_MUCH_FOLLOWED, "You follow too much at once. Close a page and try again.")               \
    X(BODY_NOT_JSON, "The request body is not valid JSON: {text}, at byte {n}.")                   \
    X(BODY_NOT_OBJECT, "The request body must be a JSON object.")                                  \
    X(BODY_TOO_LARGE, "The request is larger than the {n} bytes this site accepts.")               \
    X(BODY_MISSING, "The body of the request did not arrive.")                                     \
    X(QUERY_MALFORMED, "The query is not well-formed.")                                            \
    X(KEY_MALFORMED, "An Idempotency-Key is 1 to {n} visible ASCII characters.")

typedef enum wall_reason_t {
    WALL_WHY_NONE,
#define X(sym, text) WALL_WHY_##sym,
    WALL_REASONS(X)
#undef X
    WALL_WHY__COUNT
} wall_reason_t;

/** A reason with its values. @c reason WALL_WHY_NONE: none, nothing is wrong. */
typedef struct wall_why_t {
    wall_reason_t reason;
    apr_int64_t n;
    const char *text; /* NULL = "" */
} wall_why_t;

/** WALL_WHY(TOO_LONG, .n = 30) */
#define WALL_WHY(sym, ...) ((wall_why_t){ .reason = WALL_WHY_##sym, ##__VA_ARGS__ })
#define WALL_NO_WHY        ((wall_why_t){ .reason = WALL_WHY_NONE })

struct wall_cx_t;
/** The reason in cx->language, in cx->pool; NULL for WALL_WHY_NONE. */
const char *wall_why_text(struct wall_cx_t *cx, wall_why_t why);

#endif
