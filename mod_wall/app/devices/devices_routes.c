/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/logins.h"
#include "app/devices/devices.h"
#include "app/devices/devices_actions.h"

#define BROWSER_DOC "The browser or program; null when it cannot be told."
#define SYSTEM_DOC  "Its operating system; null when it cannot be told."
#define AGENT_DOC   "What the browser called itself."
#define PLACE_DOC   "Where that address is, if the site has a database of places."
#define METHOD_DOC  "registration, password, passkey, link (from a mail) or oauth:<provider>."

static const wall_field_t session_fields[] = {
    WALL_I64(devices_session_t, session_id, .required = 1, .doc = "Id of the session."),
    WALL_BOOL(devices_session_t, current, .required = 1, .doc = "Whether this request came with it."),
    WALL_STR(devices_session_t, browser, .doc = BROWSER_DOC, .example = "\"Firefox\""),
    WALL_STR(devices_session_t, system, .doc = SYSTEM_DOC, .example = "\"Linux\""),
    WALL_STR(devices_session_t, user_agent, .doc = AGENT_DOC),
    WALL_STR(devices_session_t, ip_address, .doc = "Address it was begun from.",
             .example = "\"203.0.113.9\""),
    WALL_STR(devices_session_t, place, .doc = PLACE_DOC, .example = "\"Berlin, Germany\""),
    WALL_STR(devices_session_t, sign_in_method, .required = 1, .doc = METHOD_DOC,
             .example = "\"password\""),
    WALL_BOOL(devices_session_t, remembered, .required = 1,
              .doc = "Whether it was asked to stay signed in."),
    WALL_TIME(devices_session_t, created_at, .required = 1, .doc = "When it was begun."),
    WALL_TIME(devices_session_t, last_activity_at, .required = 1,
              .doc = "When it was last used, to the minute."),
    WALL_TIME(devices_session_t, expires_at, .required = 1, .doc = "When it ends at the latest."),
    WALL_FIELDS_END
};
const wall_shape_t devices_session_shape =
    WALL_SHAPE_OF("Session", devices_session_t, session_fields);

static const wall_field_t sessions_fields[] = {
    WALL_LIST(devices_sessions_t, items, &devices_session_shape,
              .doc = "This one first, then the one used last."),
    WALL_FIELDS_END
};
static const wall_shape_t sessions_shape =
    WALL_SHAPE_OF("Sessions", devices_sessions_t, sessions_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(devices_which_t, session_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the session."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("WhichSession", devices_which_t, which_fields);

static const wall_field_t ended_fields[] = {
    WALL_I64(devices_ended_t, ended, .required = 1, .doc = "How many sessions were ended.",
             .example = "2"),
    WALL_FIELDS_END
};
static const wall_shape_t ended_shape = WALL_SHAPE_OF("EndedSessions", devices_ended_t, ended_fields);

static const wall_field_t page_in_fields[] = { WALL_PAGE_FIELDS(wall_page_in_t), WALL_FIELDS_END };
static const wall_shape_t page_in_shape =
    WALL_SHAPE_OF("LoginsPageIn", wall_page_in_t, page_in_fields);

static const wall_field_t login_fields[] = {
    WALL_I64(devices_login_t, login_id, .required = 1, .doc = "Id of the line."),
    WALL_ENUM(devices_login_t, outcome, auth_outcome_names, .required = 1,
              .doc = "What came of it; refused: all was right, but the account may not be used."),
    WALL_STR(devices_login_t, browser, .doc = BROWSER_DOC, .example = "\"Firefox\""),
    WALL_STR(devices_login_t, system, .doc = SYSTEM_DOC, .example = "\"Linux\""),
    WALL_STR(devices_login_t, user_agent, .doc = AGENT_DOC),
    WALL_STR(devices_login_t, ip_address, .doc = "Address it came from."),
    WALL_STR(devices_login_t, place, .doc = PLACE_DOC),
    WALL_STR(devices_login_t, sign_in_method, .required = 1, .doc = METHOD_DOC),
    WALL_TIME(devices_login_t, created_at, .required = 1, .doc = "When it was."),
    WALL_FIELDS_END
};
const wall_shape_t devices_login_shape = WALL_SHAPE_OF("SignIn", devices_login_t, login_fields);

static const wall_field_t page_fields[] = { WALL_PAGE_OUT_FIELDS(&devices_login_shape),
                                            WALL_FIELDS_END };
static const wall_shape_t page_shape = WALL_SHAPE_OF("SignInPage", wall_page_t, page_fields);

static const wall_rc_t end_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t page_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };

WALL_ENDPOINT(devices_list, void, devices_sessions_t)
WALL_ENDPOINT(devices_end, devices_which_t, void)
WALL_ENDPOINT(devices_end_others, void, devices_ended_t)
WALL_ENDPOINT(devices_logins, wall_page_in_t, wall_page_t)

/* None has a scope: whoever finds an API key must neither see where its owner is nor sign them out. */
const wall_route_t devices_routes[] = {
    { .id = "listSessions",
      .method = WALL_GET,
      .path = "/users/me/sessions",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &sessions_shape,
      .action = WALL_ACTION(devices_list),
      .doc = "Where you are signed in." },
    { .id = "endSession",
      .method = WALL_DELETE,
      .path = "/users/me/sessions/{session_id}",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &which_shape,
      .errors = end_errors,
      .action = WALL_ACTION(devices_end),
      .doc = "Sign one device out: its requests are refused within a second, its streams end within "
             "five." },
    { .id = "endOtherSessions",
      .method = WALL_POST,
      .path = "/users/me/sessions/revoke-others",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .out = &ended_shape,
      .action = WALL_ACTION(devices_end_others),
      .doc = "Sign every other device out." },
    { .id = "listLogins",
      .method = WALL_GET,
      .path = "/users/me/logins",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .in = &page_in_shape,
      .out = &page_shape,
      .errors = page_errors,
      .action = WALL_ACTION(devices_logins),
      .doc = "How your account was signed in to, and what failed, newest first." },
    WALL_ROUTES_END
};
