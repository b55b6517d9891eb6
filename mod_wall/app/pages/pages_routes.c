/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pages/pages.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_bricks.h"

static const wall_field_t recent_fields[] = {
    WALL_PAGE_FIELDS(wall_page_in_t),
    WALL_FIELDS_END
};
static const wall_shape_t recent_in = WALL_SHAPE_OF("HomePage", wall_page_in_t, recent_fields);

static const wall_field_t wall_fields[] = {
    WALL_STR(posts_on_wall_t, wall, .from = WALL_FROM_PATH, .required = 1,
             .format = WALL_FMT_SLUG, .min = 1, .max = 100, .doc = "Address or id of the wall."),
    WALL_PAGE_FIELDS(posts_on_wall_t),
    WALL_FIELDS_END
};
static const wall_shape_t wall_in = WALL_SHAPE_OF("WallPage", posts_on_wall_t, wall_fields);

static const wall_field_t post_fields[] = {
    WALL_I64(pages_post_in_t, post_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the post."),
    WALL_FIELDS_END
};
static const wall_shape_t post_in = WALL_SHAPE_OF("PostOnPage", pages_post_in_t, post_fields);

static const wall_field_t app_fields[] = {
    WALL_I64(apps_which_t, app_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the app."),
    WALL_FIELDS_END
};
static const wall_shape_t app_in = WALL_SHAPE_OF("AppOnPage", apps_which_t, app_fields);

static const wall_field_t settings_fields[] = {
    WALL_STR(pages_settings_in_t, section, .from = WALL_FROM_PATH, .required = 1,
             .format = WALL_FMT_LINE, .min = 1, .max = 30, .doc = "Which settings."),
    WALL_FIELDS_END
};
static const wall_shape_t settings_in =
    WALL_SHAPE_OF("SettingsPage", pages_settings_in_t, settings_fields);

static const wall_field_t people_fields[] = {
    WALL_STR(pages_people_in_t, q, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 100,
             .doc = "What to search for."),
    WALL_STR(pages_people_in_t, role, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 20,
             .doc = "Only this role."),
    WALL_STR(pages_people_in_t, state, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 20,
             .doc = "Only this state."),
    WALL_FIELDS_END
};
static const wall_shape_t people_in =
    WALL_SHAPE_OF("PeoplePage", pages_people_in_t, people_fields);

static const wall_field_t person_fields[] = {
    WALL_I64(pages_person_in_t, user_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the account."),
    WALL_FIELDS_END
};
static const wall_shape_t person_in =
    WALL_SHAPE_OF("PersonPageIn", pages_person_in_t, person_fields);

static const wall_field_t bricks_admin_fields[] = {
    WALL_STR(pages_bricks_admin_in_t, user, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE,
             .max = 40, .doc = "Who is to be given bricks."),
    WALL_FIELDS_END
};
static const wall_shape_t bricks_admin_in =
    WALL_SHAPE_OF("BricksAdminPageIn", pages_bricks_admin_in_t, bricks_admin_fields);

static const wall_field_t second_fields[] = {
    WALL_STR(pages_second_in_t, code, .required = 1, .format = WALL_FMT_SECRET, .min = 1, .max = 40,
             .doc = "A code of the app, or a recovery code."),
    WALL_FIELDS_END
};
static const wall_shape_t second_in = WALL_SHAPE_OF("SecondForm", pages_second_in_t, second_fields);

static const wall_field_t token_fields[] = {
    WALL_STR(pages_token_in_t, csrf_token, .required = 1, .format = WALL_FMT_LINE, .min = 1,
             .max = 100, .doc = "Token of the session."),
    WALL_FIELDS_END
};
static const wall_shape_t token_in = WALL_SHAPE_OF("TokenForm", pages_token_in_t, token_fields);

WALL_ENDPOINT(pages_second, void, wall_document_t)
WALL_ENDPOINT(pages_second_sent, pages_second_in_t, wall_document_t)
WALL_ENDPOINT(pages_home, wall_page_in_t, wall_document_t)
WALL_ENDPOINT(pages_wall, posts_on_wall_t, wall_document_t)
WALL_ENDPOINT(pages_post_page, pages_post_in_t, wall_document_t)
WALL_ENDPOINT(pages_app, apps_which_t, wall_document_t)
WALL_ENDPOINT(pages_new, void, wall_document_t)
WALL_ENDPOINT(pages_new_app, void, wall_document_t)
WALL_ENDPOINT(pages_bricks, history_list_in_t, wall_document_t)
WALL_ENDPOINT(pages_bricks_admin, pages_bricks_admin_in_t, wall_document_t)
WALL_ENDPOINT(pages_bricks_how, void, wall_document_t)
WALL_ENDPOINT(pages_settings, pages_settings_in_t, wall_document_t)
WALL_ENDPOINT(pages_people, pages_people_in_t, wall_document_t)
WALL_ENDPOINT(pages_person, pages_person_in_t, wall_document_t)
WALL_ENDPOINT(pages_approvals, void, wall_document_t)
WALL_ENDPOINT(pages_styleguide, void, wall_document_t)
WALL_ENDPOINT(pages_login, void, wall_document_t)
WALL_ENDPOINT(pages_register, void, wall_document_t)
WALL_ENDPOINT(pages_mails, void, wall_document_t)
WALL_ENDPOINT(pages_forgot, void, wall_document_t)
WALL_ENDPOINT(pages_reset, void, wall_document_t)
WALL_ENDPOINT(pages_verify, void, wall_document_t)
WALL_ENDPOINT(pages_again, void, wall_document_t)
WALL_ENDPOINT(pages_again_sent, accounts_new_email_t, wall_document_t)
WALL_ENDPOINT(pages_undo, void, wall_document_t)
WALL_ENDPOINT(pages_forgot_sent, accounts_login_only_t, wall_document_t)
WALL_ENDPOINT(pages_reset_sent, accounts_reset_t, wall_document_t)
WALL_ENDPOINT(pages_verify_sent, accounts_link_t, wall_document_t)
WALL_ENDPOINT(pages_undo_sent, accounts_link_t, wall_document_t)
WALL_ENDPOINT(pages_login_sent, accounts_login_t, wall_document_t)
WALL_ENDPOINT(pages_register_sent, accounts_new_t, wall_document_t)
WALL_ENDPOINT(pages_logout_sent, pages_token_in_t, wall_document_t)
WALL_ENDPOINT(pages_claim_sent, pages_token_in_t, wall_document_t)

WALL_ENDPOINT(pages_finish, void, wall_document_t)
WALL_ENDPOINT(pages_finish_sent, oauth_finish_t, wall_document_t)
WALL_ENDPOINT(pages_finish_link, pages_token_in_t, wall_document_t)
WALL_ENDPOINT(pages_finish_forget, void, wall_document_t)
WALL_ENDPOINT(pages_telegram, void, wall_document_t)

#define PAGE(page_id, address, shape, function, what)                                              \
    { .id = (page_id), .method = WALL_GET, .path = (address), .auth = WALL_AUTH_OPTIONAL,          \
      .rate = WALL_RATE_READ, .in = (shape), .raw = WALL_RAW_PAGE, .action = WALL_ACTION(function), \
      .doc = (what) }
#define FORM(page_id, address, shape, function, what)                                              \
    { .id = (page_id), .method = WALL_POST, .path = (address), .auth = WALL_AUTH_OPTIONAL,         \
      .rate = WALL_RATE_AUTH, .in = (shape), .raw = WALL_RAW_PAGE, .action = WALL_ACTION(function), \
      .doc = (what) }

const wall_route_t pages_routes[] = {
    PAGE("homePage", "/", &recent_in, pages_home, "Home, or the front door for visitors."),
    PAGE("wallPage", "/w/{wall}", &wall_in, pages_wall, "A wall and its posts."),
    PAGE("postPage", "/p/{post_id}", &post_in, pages_post_page, "One post."),
    PAGE("appPage", "/a/{app_id}", &app_in, pages_app, "One app with its code and receipt."),
    PAGE("newPage", "/new", NULL, pages_new, "Writing a post."),
    PAGE("newAppPage", "/new/app", NULL, pages_new_app, "Describing an app."),
    PAGE("bricksPage", "/bricks", &history_list_shape, pages_bricks, "One's balance and movements."),
    FORM("claimForm", "/bricks/claim", &token_in, pages_claim_sent, "Getting the bricks of the day."),
    PAGE("bricksAdminPage", "/admin/bricks", &bricks_admin_in, pages_bricks_admin, "The ledger, for administrators."),
    PAGE("bricksHowPage", "/bricks/how", NULL, pages_bricks_how, "How bricks work on this site."),
    PAGE("settingsPage", "/settings/{section}", &settings_in, pages_settings, "A section of the settings."),
    PAGE("peoplePage", "/admin/users", &people_in, pages_people, "Accounts, for those who run the site."),
    PAGE("personPage", "/admin/users/{user_id}", &person_in, pages_person, "One account, for them as well."),
    PAGE("approvalsPage", "/admin/approvals", NULL, pages_approvals, "Who waits for an account, for administrators."),
    PAGE("styleguidePage", "/styleguide", NULL, pages_styleguide, "All components; development."),
    PAGE("loginPage", "/login", NULL, pages_login, "Signing in."),
    PAGE("registerPage", "/register", NULL, pages_register, "Opening an account."),
    PAGE("finishPage", "/register/finish", NULL, pages_finish, "Choosing a name after a provider."),
    PAGE("finishLinkPage", "/register/finish/link", NULL, pages_finish, "The same, when connecting failed."),
    PAGE("telegramPage", "/login/telegram", NULL, pages_telegram, "Where Telegram leads back to."),
    FORM("finishForm", "/register/finish", &oauth_finish_shape, pages_finish_sent, "The rest of an account."),
    FORM("finishLinkForm", "/register/finish/link", &token_in, pages_finish_link, "Connecting it."),
    FORM("finishForgetForm", "/register/finish/forget", NULL, pages_finish_forget, "Forgetting it."),
    PAGE("mailsPage", "/dev/mails", NULL, pages_mails, "Mails a site in development would send."),
    PAGE("forgotPage", "/forgot", NULL, pages_forgot, "Asking for a new password."),
    PAGE("resetPage", "/reset-password", NULL, pages_reset, "Choosing a new password with a link."),
    PAGE("verifyPage", "/verify-email", NULL, pages_verify, "Confirming an address with a link."),
    PAGE("verifyAgainPage", "/verify-email/again", NULL, pages_again, "Having that link sent again."),
    PAGE("undoPage", "/undo-email", NULL, pages_undo, "Taking the old address back with a link."),
    FORM("forgotForm", "/forgot", &accounts_login_only_shape, pages_forgot_sent, "The same, sent."),
    FORM("resetForm", "/reset-password", &accounts_reset_shape, pages_reset_sent, "The same, sent."),
    FORM("verifyAgainForm", "/verify-email/again", &accounts_new_email_shape, pages_again_sent, "The same, sent."),
    FORM("verifyForm", "/verify-email", &accounts_link_shape, pages_verify_sent, "The same, sent."),
    FORM("undoForm", "/undo-email", &accounts_link_shape, pages_undo_sent, "The same, sent."),

    PAGE("secondPage", "/login/second", NULL, pages_second, "The second step of signing in."),
    FORM("secondForm", "/login/second", &second_in, pages_second_sent, "A code, without script."),
    FORM("loginForm", "/login", &accounts_login_shape, pages_login_sent, "The sign-in form."),
    FORM("registerForm", "/register", &accounts_new_shape, pages_register_sent, "The account form."),
    FORM("logoutForm", "/logout", &token_in, pages_logout_sent, "Signing out without script."),
    WALL_ROUTES_END
};
