/* SPDX-License-Identifier: Apache-2.0 */
#include "app/oauth/oauth_actions.h"

#define PROVIDER_MAX 32
#define PATH_MAX_LEN 500

static const wall_field_t offer_fields[] = {
    WALL_STR(oauth_offer_t, provider, .required = 1, .doc = "Name of the provider in addresses.",
             .example = "\"github\""),
    WALL_STR(oauth_offer_t, label, .required = 1, .doc = "Its name for people.",
             .example = "\"GitHub\""),
    WALL_FIELDS_END
};
static const wall_shape_t offer_shape = WALL_SHAPE_OF("Provider", oauth_offer_t, offer_fields);

static const wall_field_t offers_fields[] = {
    WALL_LIST(oauth_offers_t, items, &offer_shape, .required = 1,
              .doc = "Providers this site takes, in the site's order."),
    WALL_FIELDS_END
};
const wall_shape_t oauth_offers_shape = WALL_SHAPE_OF("Providers", oauth_offers_t, offers_fields);

#define PROVIDER_FIELD(T, source)                                                                  \
    WALL_STR(T, provider, .from = (source), .required = 1, .format = WALL_FMT_LINE, .min = 1,       \
             .max = PROVIDER_MAX, .doc = "Name of the provider.", .example = "\"github\"")
#define RETURN_FIELD(T, source)                                                                    \
    WALL_STR(T, return_to, .from = (source), .format = WALL_FMT_LINE, .min = 1,                     \
             .max = PATH_MAX_LEN, .doc = "Path of this site to go to afterwards; anything else is / .", \
             .example = "\"/bricks\"")

static const wall_field_t start_fields[] = {
    PROVIDER_FIELD(oauth_start_t, WALL_FROM_PATH),
    RETURN_FIELD(oauth_start_t, WALL_FROM_QUERY),
    WALL_BOOL(oauth_start_t, remember, .from = WALL_FROM_QUERY,
              .doc = "Stay signed in for the site's number of days."),
    WALL_FIELDS_END
};
static const wall_shape_t start_shape =
    WALL_SHAPE_OF("OAuthStart", oauth_start_t, start_fields);

static const wall_field_t go_fields[] = {
    PROVIDER_FIELD(oauth_start_t, WALL_FROM_BODY),
    RETURN_FIELD(oauth_start_t, WALL_FROM_BODY),
    WALL_FIELDS_END
};
static const wall_shape_t go_shape = WALL_SHAPE_OF("OAuthGo", oauth_start_t, go_fields);

#define BACK(member, most, text)                                                                   \
    WALL_STR(oauth_back_t, member, .from = WALL_FROM_QUERY, .format = WALL_FMT_SECRET, .min = 0,    \
             .max = (most), .doc = text)

static const wall_field_t back_fields[] = {
    PROVIDER_FIELD(oauth_back_t, WALL_FROM_PATH),
    BACK(state, 200, "What the provider was given."),
    BACK(code, 4000, "To be redeemed for tokens."),
    BACK(error, 200, "Why there is no code."),
    BACK(iss, 500, "Who answers (RFC 9207)."),
    BACK(device_id, 255, "VK: the device."),
    BACK(auth_date, 20, "Telegram: when it was signed."),
    BACK(first_name, 300, "Telegram: first name."),
    BACK(hash, 64, "Telegram: the signature."),
    BACK(id, 30, "Telegram: the user's id."),
    BACK(last_name, 300, "Telegram: last name."),
    BACK(photo_url, 1000, "Telegram: address of a picture."),
    BACK(username, 100, "Telegram: username."),
    WALL_FIELDS_END
};
static const wall_shape_t back_shape = WALL_SHAPE_OF("OAuthAnswer", oauth_back_t, back_fields);

static const wall_field_t arrival_fields[] = {
    WALL_STR(oauth_arrival_t, provider, .required = 1, .doc = "Who they came by."),
    WALL_STR(oauth_arrival_t, label, .required = 1, .doc = "Its name for people."),
    WALL_STR(oauth_arrival_t, account_name, .doc = "What they are called there."),
    WALL_STR(oauth_arrival_t, email, .doc = "Their e-mail address there."),
    WALL_BOOL(oauth_arrival_t, email_verified, .required = 1,
              .doc = "Whether the provider vouches for the address."),
    WALL_BOOL(oauth_arrival_t, email_known, .required = 1,
              .doc = "Whether an account here has the address: sign in to it, then connect."),
    WALL_STR(oauth_arrival_t, display_name, .doc = "Their name there."),
    WALL_STR(oauth_arrival_t, username, .required = 1, .doc = "A free username, or nothing."),
    WALL_STR(oauth_arrival_t, signup, .required = 1,
             .doc = "Who may open an account: open, invite, approval, closed."),
    WALL_STR(oauth_arrival_t, return_to, .required = 1, .doc = "Where they wanted to go."),
    WALL_FIELDS_END
};
const wall_shape_t oauth_arrival_shape =
    WALL_SHAPE_OF("Arrival", oauth_arrival_t, arrival_fields);

static const wall_field_t finish_fields[] = {
    WALL_STR(oauth_finish_t, username, .required = 1, .format = WALL_FMT_USERNAME, .min = 3,
             .max = 30, .doc = "Unique name; becomes the address of your wall.",
             .example = "\"ada\""),
    WALL_STR(oauth_finish_t, display_name, .format = WALL_FMT_LINE, .trim = 1, .min = 1, .max = 100,
             .doc = "Your name as you write it; as at the provider if not given.",
             .example = "\"Ada Lovelace\""),
    WALL_STR(oauth_finish_t, email, .trim = 1, .format = WALL_FMT_EMAIL, .min = 3, .max = 254,
             .doc = "Your e-mail address; the provider's if not given.",
             .example = "\"ada@example.org\""),
    WALL_STR(oauth_finish_t, invitation, .trim = 1, .format = WALL_FMT_LINE, .min = 1, .max = 100,
             .doc = "Code of an invitation, where one is needed."),
    WALL_FIELDS_END
};
const wall_shape_t oauth_finish_shape =
    WALL_SHAPE_OF("ArrivalFinish", oauth_finish_t, finish_fields);

static const wall_field_t connection_fields[] = {
    WALL_I64(oauth_connection_t, connection_id, .required = 1, .doc = "Its id.", .example = "3"),
    WALL_STR(oauth_connection_t, provider, .required = 1, .doc = "Name of the provider."),
    WALL_STR(oauth_connection_t, label, .required = 1, .doc = "Its name for people."),
    WALL_STR(oauth_connection_t, account_name, .doc = "What you are called there."),
    WALL_BOOL(oauth_connection_t, is_primary, .required = 1,
              .doc = "Whether you marked it as your usual way in."),
    WALL_TIME(oauth_connection_t, connected_at, .required = 1, .doc = "Since when."),
    WALL_TIME(oauth_connection_t, last_used_at, .doc = "When you last came by it."),
    WALL_BOOL(oauth_connection_t, needs_sign_in, .required = 1,
              .doc = "The provider has ended the connection: sign in there again to renew it."),
    WALL_BOOL(oauth_connection_t, offered, .required = 1,
              .doc = "Whether this site still takes the provider; if not, it is no way in."),
    WALL_FIELDS_END
};
static const wall_shape_t connection_shape =
    WALL_SHAPE_OF("Connection", oauth_connection_t, connection_fields);

static const wall_field_t connections_fields[] = {
    WALL_LIST(oauth_connections_t, items, &connection_shape, .required = 1,
              .doc = "What is connected."),
    WALL_LIST(oauth_connections_t, offers, &offer_shape, .required = 1,
              .doc = "What could be connected as well."),
    WALL_BOOL(oauth_connections_t, has_password, .required = 1,
              .doc = "Whether the account has a password."),
    WALL_I64(oauth_connections_t, ways_in, .required = 1,
             .doc = "How many ways into the account there are; the last one stays.", .example = "2"),
    WALL_FIELDS_END
};
static const wall_shape_t connections_shape =
    WALL_SHAPE_OF("Connections", oauth_connections_t, connections_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(oauth_which_t, connection_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the connection."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape =
    WALL_SHAPE_OF("ConnectionWhich", oauth_which_t, which_fields);

static const wall_field_t location_fields[] = {
    WALL_STR(oauth_location_t, location, .required = 1,
             .doc = "Lead the browser there; it comes back by itself."),
    WALL_FIELDS_END
};
static const wall_shape_t location_shape =
    WALL_SHAPE_OF("ProviderLocation", oauth_location_t, location_fields);

static const wall_rc_t provider_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t callback_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t arrival_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t finish_errors[] = { WALL_E_NOT_FOUND, WALL_E_USERNAME_TAKEN,
                                           WALL_E_EMAIL_TAKEN, WALL_E_CONFLICT, WALL_E_SIGNUP_CLOSED,
                                           WALL_OK };
static const wall_rc_t adopt_errors[] = { WALL_E_NOT_FOUND, WALL_E_CONFLICT, WALL_OK };
static const wall_rc_t unlink_errors[] = { WALL_E_NOT_FOUND, WALL_E_LAST_WAY_IN, WALL_OK };

WALL_ENDPOINT(oauth_list, void, oauth_offers_t)
WALL_ENDPOINT(oauth_initiate, oauth_start_t, void)
WALL_ENDPOINT(oauth_callback, oauth_back_t, void)
WALL_ENDPOINT(oauth_arrival, void, oauth_arrival_t)
WALL_ENDPOINT(oauth_finish, oauth_finish_t, accounts_signed_in_t)
WALL_ENDPOINT(oauth_forget_arrival, void, void)
WALL_ENDPOINT(oauth_adopt, void, void)
WALL_ENDPOINT(oauth_confirm, oauth_start_t, oauth_location_t)
WALL_ENDPOINT(oauth_connections, void, oauth_connections_t)
WALL_ENDPOINT(oauth_link, oauth_start_t, oauth_location_t)
WALL_ENDPOINT(oauth_unlink, oauth_which_t, oauth_connections_t)
WALL_ENDPOINT(oauth_make_primary, oauth_which_t, oauth_connections_t)
WALL_ENDPOINT(oauth_unmake_primary, oauth_which_t, oauth_connections_t)

const wall_route_t oauth_routes[] = {
    { .id = "listProviders", .method = WALL_GET, .path = "/auth/oauth", .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ, .out = &oauth_offers_shape, .action = WALL_ACTION(oauth_list),
      .doc = "Who else one may sign in with." },
    { .id = "startOAuth", .method = WALL_GET, .path = "/auth/oauth/{provider}/initiate",
      .auth = WALL_AUTH_NONE, .rate = WALL_RATE_AUTH, .in = &start_shape, .raw = WALL_RAW_REDIRECT,
      .errors = provider_errors, .action = WALL_ACTION(oauth_initiate),
      .doc = "Sign in with a provider: leads the browser there." },
    { .id = "finishOAuth", .method = WALL_GET, .path = "/auth/oauth/{provider}/callback",
      .auth = WALL_AUTH_OPTIONAL, .rate = WALL_RATE_AUTH, .in = &back_shape,
      .raw = WALL_RAW_REDIRECT, .errors = callback_errors, .action = WALL_ACTION(oauth_callback),
      .doc = "Where a provider leads the browser back: to where it wanted to go, to the choice of a "
             "username, or to a page that says what went wrong." },
    { .id = "getArrival", .method = WALL_GET, .path = "/auth/oauth/arrival", .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ, .out = &oauth_arrival_shape, .errors = arrival_errors,
      .action = WALL_ACTION(oauth_arrival),
      .doc = "Who this browser came back as, when nobody here has that identity yet." },
    { .id = "finishArrival", .method = WALL_POST, .path = "/auth/oauth/arrival",
      .auth = WALL_AUTH_NONE, .rate = WALL_RATE_AUTH, .in = &oauth_finish_shape,
      .out = &accounts_signed_in_shape, .status = 201, .errors = finish_errors,
      .action = WALL_ACTION(oauth_finish),
      .doc = "Open an account without a password for who came by a provider." },
    { .id = "forgetArrival", .method = WALL_DELETE, .path = "/auth/oauth/arrival",
      .auth = WALL_AUTH_NONE, .rate = WALL_RATE_WRITE, .action = WALL_ACTION(oauth_forget_arrival),
      .doc = "Forget who this browser came back as." },
    { .id = "adoptArrival", .method = WALL_POST, .path = "/auth/oauth/arrival/link",
      .auth = WALL_AUTH_USER, .step_up = 1, .rate = WALL_RATE_AUTH, .errors = adopt_errors,
      .action = WALL_ACTION(oauth_adopt),
      .doc = "Connect who this browser came back as with your account." },
    { .id = "confirmWithProvider", .method = WALL_POST, .path = "/auth/oauth/confirm",
      .auth = WALL_AUTH_USER, .rate = WALL_RATE_AUTH, .in = &go_shape, .out = &location_shape,
      .errors = provider_errors, .action = WALL_ACTION(oauth_confirm),
      .doc = "Show that you are still you by signing in at a connected provider again." },
    { .id = "listConnections", .method = WALL_GET, .path = "/users/me/connections",
      .auth = WALL_AUTH_USER, .rate = WALL_RATE_READ, .out = &connections_shape,
      .action = WALL_ACTION(oauth_connections), .doc = "Your identities elsewhere." },
    { .id = "addConnection", .method = WALL_POST, .path = "/users/me/connections",
      .auth = WALL_AUTH_USER, .step_up = 1, .rate = WALL_RATE_AUTH, .in = &go_shape,
      .out = &location_shape, .errors = provider_errors, .action = WALL_ACTION(oauth_link),
      .doc = "Connect an identity: says where to lead the browser." },
    { .id = "removeConnection", .method = WALL_DELETE,
      .path = "/users/me/connections/{connection_id}", .auth = WALL_AUTH_USER, .step_up = 1,
      .rate = WALL_RATE_WRITE, .in = &which_shape, .out = &connections_shape,
      .errors = unlink_errors, .action = WALL_ACTION(oauth_unlink),
      .doc = "Disconnect an identity; the last way into an account stays." },
    { .id = "makePrimary", .method = WALL_PUT,
      .path = "/users/me/connections/{connection_id}/primary", .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE, .in = &which_shape, .out = &connections_shape,
      .errors = provider_errors, .action = WALL_ACTION(oauth_make_primary),
      .doc = "Mark an identity as your usual way in; no other is then." },
    { .id = "unmakePrimary", .method = WALL_DELETE,
      .path = "/users/me/connections/{connection_id}/primary", .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE, .in = &which_shape, .out = &connections_shape,
      .errors = provider_errors, .action = WALL_ACTION(oauth_unmake_primary),
      .doc = "Mark none as the usual way in." },
    WALL_ROUTES_END
};
