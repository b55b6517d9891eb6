/* SPDX-License-Identifier: Apache-2.0 */
#include "app/accounts/accounts.h"

static const wall_field_t me_fields[] = {
    WALL_I64(accounts_me_t, user_id, .required = 1, .doc = "Your id.", .example = "7"),
    WALL_STR(accounts_me_t, username, .required = 1, .doc = "Your unique name.",
             .example = "\"ada\""),
    WALL_STR(accounts_me_t, display_name, .required = 1, .doc = "Your name as you write it.",
             .example = "\"Ada Lovelace\""),
    WALL_STR(accounts_me_t, bio, .doc = "What you say of yourself; null if nothing."),
    WALL_RICH(accounts_me_t, bio_html, bio,
              .doc = "The same as HTML (CommonMark through an allowlist)."),
    WALL_STR(accounts_me_t, location, .doc = "Where you are, in your words; null if not said."),
    WALL_STR(accounts_me_t, website, .doc = "Your website; null if not said."),
    WALL_LIST(accounts_me_t, links, &users_link_shape, .doc = "Where else you can be found."),
    WALL_STR(accounts_me_t, language, .doc = "Language of what the site tells you; null: as the browser asks.",
             .example = "\"de\""),
    WALL_STR(accounts_me_t, email, .required = 1, .doc = "Your e-mail address; nobody else sees it.",
             .example = "\"ada@example.org\""),
    WALL_ENUM(accounts_me_t, role, users_role_names, .required = 1, .doc = "What you may do here."),
    WALL_BOOL(accounts_me_t, is_premium, .required = 1, .doc = "Whether you have premium."),
    WALL_TIME(accounts_me_t, created_at, .required = 1, .doc = "When you registered."),
    WALL_ENUM(accounts_me_t, profile_visibility, users_visibility_names, .required = 1,
              .doc = "Who may see your profile."),
    WALL_ENUM(accounts_me_t, email_visibility, users_visibility_names, .required = 1,
              .doc = "Who of them may see your e-mail address."),
    WALL_ENUM(accounts_me_t, activity_visibility, users_visibility_names, .required = 1,
              .doc = "Who of them may see when you were last here."),
    WALL_ENUM(accounts_me_t, contact_preference, users_contact_names, .required = 1,
              .doc = "Who may write to you."),
    WALL_OBJ(accounts_me_t, settings, &users_taste_shape, .required = 1,
             .doc = "What of your settings every page goes by."),
    WALL_OBJ(accounts_me_t, wall, &walls_card_shape, .required = 1, .doc = "Your personal wall."),
    WALL_OBJ(accounts_me_t, bricks, &bricks_balance_shape, .required = 1, .doc = "Your bricks."),
    WALL_STR(accounts_me_t, csrf_token, .required = 1,
             .doc = "Send it as X-CSRF-Token with every change made with the session cookie; empty with an "
                    "API key."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_me_shape = WALL_SHAPE_OF("Me", accounts_me_t, me_fields);

static const wall_field_t second_factor_fields[] = {
    WALL_STR(factors_waiting_t, token, .required = 1,
             .doc = "Goes with the second factor; good for one signing in and a few tries."),
    WALL_STRS(factors_waiting_t, methods, .required = 1,
              .doc = "What this account has: code, recovery_code, passkey."),
    WALL_TIME(factors_waiting_t, expires_at, .required = 1, .doc = "When the token ends."),
    WALL_FIELDS_END
};
static const wall_shape_t second_factor_shape =
    WALL_SHAPE_OF("SecondFactor", factors_waiting_t, second_factor_fields);

static const char *const pending_names[] = { [ACCOUNTS_PENDING_NOTHING] = "nothing",
                                             [ACCOUNTS_PENDING_EMAIL] = "email",
                                             [ACCOUNTS_PENDING_APPROVAL] = "approval",
                                             NULL };

static const wall_field_t signed_in_fields[] = {
    WALL_OPT_OBJ(accounts_signed_in_t, user, &accounts_me_shape,
                 .doc = "You; null while a second factor is waited for."),
    WALL_STR(accounts_signed_in_t, session_token,
             .doc = "For clients without cookies: send it as Authorization: Bearer."),
    WALL_TIME(accounts_signed_in_t, expires_at, .doc = "When the session ends."),
    WALL_OPT_OBJ(accounts_signed_in_t, second_factor, &second_factor_shape,
                 .doc = "What is still needed; null when the session has begun."),
    WALL_ENUM(accounts_signed_in_t, pending, pending_names, .required = 1,
              .doc = "What a new account still waits for: that its address is confirmed, that an "
                     "administrator agrees; user is null then."),
    WALL_BOOL(accounts_signed_in_t, came_back, .required = 1,
              .doc = "The account was deactivated or about to be deleted; signing in brought it back."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_signed_in_shape =
    WALL_SHAPE_OF("SignedIn", accounts_signed_in_t, signed_in_fields);

static const wall_field_t new_fields[] = {
    WALL_STR(accounts_new_t, username, .required = 1, .format = WALL_FMT_USERNAME, .min = 3,
             .max = 30, .doc = "Unique name; becomes the address of your wall.",
             .example = "\"ada\""),
    WALL_STR(accounts_new_t, email, .required = 1, .trim = 1, .format = WALL_FMT_EMAIL, .min = 3,
             .max = 254, .doc = "Your e-mail address.", .example = "\"ada@example.org\""),
    WALL_STR(accounts_new_t, password, .format = WALL_FMT_SECRET,
             .min = ACCOUNTS_PASSWORD_MIN, .max = ACCOUNTS_PASSWORD_MAX,
             .doc = "Long rather than strange. Without the username or the e-mail address. Needed unless a "
                    "passkey takes its place.",
             .example = "\"four walls and a door\""),
    WALL_STR(accounts_new_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1, .max = 100,
             .doc = "Your name as you write it; the username if not given.",
             .example = "\"Ada Lovelace\""),
    WALL_STR(accounts_new_t, invitation, .format = WALL_FMT_LINE, .trim = 1, .max = 100,
             .doc = "Code of an invitation, where one is needed."),
    WALL_OPT_OBJ(accounts_new_t, passkey, &factors_creation_shape,
                 .doc = "In place of a password: what an authenticator made, asked by POST "
                        "/auth/passkeys/newcomer."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_new_shape = WALL_SHAPE_OF("Registration", accounts_new_t, new_fields);

/* The bounds keep nonsense out; anything that fits is answered like a wrong password. */
static const wall_field_t login_fields[] = {
    WALL_STR(accounts_login_t, login, .required = 1, .trim = 1, .format = WALL_FMT_LINE, .min = 1,
             .max = 254, .doc = "Username or e-mail address.", .example = "\"ada\""),
    WALL_STR(accounts_login_t, password, .required = 1, .format = WALL_FMT_SECRET, .min = 1,
             .max = ACCOUNTS_PASSWORD_MAX, .doc = "The password.", .example = "\"four walls and a door\""),
    WALL_BOOL(accounts_login_t, remember,
              .doc = "Stay signed in for the site's number of days instead of 24 hours."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_login_shape = WALL_SHAPE_OF("Login", accounts_login_t, login_fields);

#define GIVEN(member) .given = offsetof(accounts_change_t, member##_given)
#define STAYS         " Stays when absent."
#define REMOVED       " Null removes it, absent it stays."

#define PROOF(member, ...)                                                                         \
    { .name = #member,                                                                             \
      .type = WALL_T_STR,                                                                          \
      .offset = WALL_OFF(accounts_second_step_t, proof.member, const char *),                      \
      __VA_ARGS__ }
static const wall_field_t second_step_fields[] = {
    WALL_STR(accounts_second_step_t, token, .format = WALL_FMT_SECRET, .min = 1,
             .max = 100, .doc = "From the answer of the first step; a browser has it in a cookie."),
    PROOF(code, .format = WALL_FMT_SECRET, .min = 1, .max = 40,
          .doc = "Six digits of your authenticator app.", .example = "\"123 456\""),
    PROOF(recovery_code, .format = WALL_FMT_SECRET, .min = 1, .max = 40,
          .doc = "One of your unused recovery codes.", .example = "\"7h2k-m9qd-0xrt-5vwa\""),
    { .name = "passkey",
      .type = WALL_T_OPT_OBJ,
      .offset = WALL_OFF(accounts_second_step_t, proof.passkey, factors_assertion_t *),
      .shape = &factors_assertion_shape,
      .doc = "The answer to a challenge asked for second_factor." },
    WALL_FIELDS_END
};
const wall_shape_t accounts_second_step_shape =
    WALL_SHAPE_OF("SecondStep", accounts_second_step_t, second_step_fields);

static const wall_field_t passkey_fields[] = {
    WALL_OBJ(accounts_passkey_login_t, passkey, &factors_assertion_shape, .required = 1,
             .doc = "The answer to a challenge asked for sign_in."),
    WALL_BOOL(accounts_passkey_login_t, remember,
              .doc = "Stay signed in for the site's number of days."),
    WALL_FIELDS_END
};
static const wall_shape_t passkey_shape =
    WALL_SHAPE_OF("PasskeyLogin", accounts_passkey_login_t, passkey_fields);

static const wall_field_t change_fields[] = {
    WALL_STR(accounts_change_t, language, .format = WALL_FMT_LINE, .min = 2, .max = 8,
             .given = offsetof(accounts_change_t, language_given), .doc = "One the site has texts in; null: as the browser asks; absent it stays.",
             .example = "\"de\""),
    WALL_STR(accounts_change_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1,
             .max = 100, .doc = "Your name as you write it." STAYS, .example = "\"Ada Lovelace\""),
    WALL_STR(accounts_change_t, bio, .trim = 1, .max = USERS_BIO_MAX, GIVEN(bio),
             .doc = "What you say of yourself." REMOVED),
    WALL_STR(accounts_change_t, location, .format = WALL_FMT_LINE, .trim = 1, .max = USERS_PLACE_MAX,
             GIVEN(location), .doc = "Where you are, in your words." REMOVED),
    WALL_STR(accounts_change_t, website, .format = WALL_FMT_URL, .trim = 1, .max = USERS_URL_MAX,
             GIVEN(website), .doc = "Your website; https only." REMOVED),
    WALL_LIST(accounts_change_t, links, &users_link_new_shape, .max = USERS_LINKS_MAX,
              .doc = "Where else you can be found: all of them, in their order." STAYS),
    WALL_ENUM(accounts_change_t, profile_visibility, users_visibility_names,
              GIVEN(profile_visibility), .doc = "Who may see your profile." STAYS),
    WALL_ENUM(accounts_change_t, email_visibility, users_visibility_names, GIVEN(email_visibility),
              .doc = "Who of them may see your e-mail address." STAYS),
    WALL_ENUM(accounts_change_t, activity_visibility, users_visibility_names,
              GIVEN(activity_visibility),
              .doc = "Who of them may see when you were last here." STAYS),
    WALL_ENUM(accounts_change_t, contact_preference, users_contact_names, GIVEN(contact_preference),
              .doc = "Who may write to you." STAYS),
    WALL_FIELDS_END
};
static const wall_shape_t change_shape =
    WALL_SHAPE_OF("MeChange", accounts_change_t, change_fields);

static const wall_field_t name_fields[] = {
    WALL_STR(accounts_name_t, username, .required = 1, .format = WALL_FMT_USERNAME, .min = 3,
             .max = 30, .doc = "The name; becomes the address of your wall.", .example = "\"ada\""),
    WALL_FIELDS_END
};
static const wall_shape_t name_shape = WALL_SHAPE_OF("UsernameChange", accounts_name_t, name_fields);

static const wall_rc_t name_errors[] = { WALL_E_USERNAME_TAKEN, WALL_E_CONFLICT, WALL_OK };
static const wall_rc_t change_errors[] = { WALL_E_PRECONDITION_FAILED, WALL_OK };
static const wall_rc_t passkey_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_EMAIL_UNCONFIRMED,
                                            WALL_E_AWAITING_APPROVAL, WALL_E_SUSPENDED, WALL_OK };
static const wall_rc_t second_step_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_SIGN_IN_OVER,
                                                WALL_OK };
static const wall_rc_t register_errors[] = { WALL_E_USERNAME_TAKEN, WALL_E_EMAIL_TAKEN,
                                             WALL_E_BAD_CREDENTIALS, WALL_E_DUPLICATE,
                                             WALL_E_SIGNUP_CLOSED, WALL_E_BUSY, WALL_OK };
static const wall_rc_t login_errors[] = { WALL_E_BAD_CREDENTIALS, WALL_E_EMAIL_UNCONFIRMED,
                                          WALL_E_AWAITING_APPROVAL, WALL_E_SUSPENDED, WALL_E_BUSY,
                                          WALL_OK };

WALL_ENDPOINT(accounts_register, accounts_new_t, accounts_signed_in_t)
WALL_ENDPOINT(accounts_login, accounts_login_t, accounts_signed_in_t)
WALL_ENDPOINT(accounts_passkey_login, accounts_passkey_login_t, accounts_signed_in_t)
WALL_ENDPOINT(accounts_second_step, accounts_second_step_t, accounts_signed_in_t)
WALL_ENDPOINT(accounts_get_me, void, accounts_me_t)
WALL_ENDPOINT(accounts_lock_me, accounts_change_t, void)
WALL_ENDPOINT(accounts_update_me, accounts_change_t, accounts_me_t)
WALL_ENDPOINT(accounts_rename, accounts_name_t, accounts_me_t)

enum { ACCOUNTS_REGISTER, ACCOUNTS_LOGIN, ACCOUNTS_SECOND_STEP, ACCOUNTS_PASSKEY, ACCOUNTS_ME, ACCOUNTS_UPDATE };

const wall_route_t accounts_routes[] = {
    [ACCOUNTS_REGISTER] = { .id = "register",
      .method = WALL_POST,
      .path = "/auth/register",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_new_shape,
      .out = &accounts_signed_in_shape,
      .status = 201,
      .errors = register_errors,
      .action = WALL_ACTION(accounts_register),
      .doc = "Open an account: a user, a personal wall, bricks to begin with, and a session. Where addresses are "
             "confirmed first it waits for that, and the answer is the same whether an address is known." },
    [ACCOUNTS_LOGIN] = { .id = "login",
      .method = WALL_POST,
      .path = "/auth/login",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_login_shape,
      .out = &accounts_signed_in_shape,
      .errors = login_errors,
      .action = WALL_ACTION(accounts_login),
      .doc = "Begin a session with a password." },
    [ACCOUNTS_SECOND_STEP] = { .id = "secondFactor",
      .method = WALL_POST,
      .path = "/auth/second-factor",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_second_step_shape,
      .out = &accounts_signed_in_shape,
      .errors = second_step_errors,
      .action = WALL_ACTION(accounts_second_step),
      .doc = "End signing in with the second factor. The token ends after five minutes or five tries." },
    [ACCOUNTS_PASSKEY] = { .id = "loginWithPasskey",
      .method = WALL_POST,
      .path = "/auth/passkey",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &passkey_shape,
      .out = &accounts_signed_in_shape,
      .errors = passkey_errors,
      .action = WALL_ACTION(accounts_passkey_login),
      .doc = "Begin a session with a passkey alone: it says who it is, and verifies who uses it." },
    [ACCOUNTS_ME] = { .id = "getMe",
      .method = WALL_GET,
      .path = "/users/me",
      .auth = WALL_AUTH_USER,
      .scope = "account:read",
      .rate = WALL_RATE_READ,
      .out = &accounts_me_shape,
      .action = WALL_ACTION(accounts_get_me),
      .doc = "You: account, wall, bricks, and the token that changes need." },
    [ACCOUNTS_UPDATE] = { .id = "updateMe",
      .method = WALL_PATCH,
      .path = "/users/me",
      .auth = WALL_AUTH_USER,
      .scope = "account:write",
      .rate = WALL_RATE_WRITE,
      .in = &change_shape,
      .out = &accounts_me_shape,
      .errors = change_errors,
      .action = WALL_ACTION(accounts_update_me),
      .changes = &accounts_routes[ACCOUNTS_ME],
      .lock = WALL_ACTION(accounts_lock_me),
      .doc = "Change your account: only what is given." },
    { .id = "renameMe",
      .method = WALL_POST,
      .path = "/users/me/username",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .in = &name_shape,
      .out = &accounts_me_shape,
      .errors = name_errors,
      .action = WALL_ACTION(accounts_rename),
      .doc = "Take another username, once in 14 days. The old one leads to it and is kept for you for "
             "90 days." },
    WALL_ROUTES_END
};
