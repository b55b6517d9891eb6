/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app/accounts/signup_actions.h"
#include "app/mail/mail.h"
#include "core/site.h"

static const char *const signup_names[] = { "open", "invite", "approval", "closed", NULL };
static const char *const verification_names[] = { "first", "later", "off", NULL };
const char *const accounts_result_names[] = { [ACCOUNTS_EMAIL_CONFIRMED] = "confirmed",
                                            [ACCOUNTS_EMAIL_CHANGED] = "changed",
                                            [ACCOUNTS_OPENED] = "opened",
                                            [ACCOUNTS_WAITING] = "waiting", NULL };
static const char *const invitation_states[] = { "open", "used", "expired", "revoked", NULL };
static const char *const decision_names[] = { [ACCOUNTS_APPROVE] = "approve",
                                              [ACCOUNTS_REFUSE] = "refuse", NULL };

wall_rc_t accounts_get_signup(wall_cx_t *cx, const void *in, accounts_signup_t *out)
{
    out->signup = wall_enum_index(signup_names, cx->site->signup);
    out->verification = wall_enum_index(verification_names, cx->site->email_verification);
    out->mail = mail_enabled(cx);
    out->password_min = ACCOUNTS_PASSWORD_MIN;
    out->password_max = ACCOUNTS_PASSWORD_MAX;
    return WALL_OK;
}

static const wall_field_t signup_fields[] = {
    WALL_ENUM(accounts_signup_t, signup, signup_names, .required = 1,
              .doc = "Who may open an account."),
    WALL_ENUM(accounts_signup_t, verification, verification_names, .required = 1,
              .doc = "When the e-mail address is confirmed: before there is an account, later, not at all."),
    WALL_BOOL(accounts_signup_t, mail, .required = 1,
              .doc = "Whether the site sends mail, so that a forgotten password can be replaced."),
    WALL_I64(accounts_signup_t, password_min, .required = 1, .doc = "Fewest characters of a password."),
    WALL_I64(accounts_signup_t, password_max, .required = 1, .doc = "Most characters of a password."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_signup_shape =
    WALL_SHAPE_OF("Signup", accounts_signup_t, signup_fields);

#define TOKEN(T)                                                                                   \
    WALL_STR(T, token, .required = 1, .format = WALL_FMT_LINE, .min = 1, .max = 100,               \
             .doc = "What the link in the mail ends with.")
#define PASSWORD(T)                                                                                \
    WALL_STR(T, password, .required = 1, .format = WALL_FMT_SECRET, .min = ACCOUNTS_PASSWORD_MIN,  \
             .max = ACCOUNTS_PASSWORD_MAX, .doc = "The new password.",                             \
             .example = "\"four walls and a door\"")

static const wall_field_t login_only_fields[] = {
    WALL_STR(accounts_login_only_t, login, .required = 1, .trim = 1, .format = WALL_FMT_LINE, .min = 1,
             .max = 254, .doc = "Username or e-mail address.", .example = "\"ada\""),
    WALL_FIELDS_END
};
const wall_shape_t accounts_login_only_shape =
    WALL_SHAPE_OF("ResetRequest", accounts_login_only_t, login_only_fields);

static const wall_field_t reset_fields[] = { TOKEN(accounts_reset_t), PASSWORD(accounts_reset_t),
                                             WALL_FIELDS_END };
const wall_shape_t accounts_reset_shape = WALL_SHAPE_OF("Reset", accounts_reset_t, reset_fields);

static const wall_field_t password_fields[] = { PASSWORD(accounts_password_t), WALL_FIELDS_END };
static const wall_shape_t password_shape =
    WALL_SHAPE_OF("NewPassword", accounts_password_t, password_fields);

static const wall_field_t link_fields[] = { TOKEN(accounts_link_t), WALL_FIELDS_END };
const wall_shape_t accounts_link_shape = WALL_SHAPE_OF("MailedLink", accounts_link_t, link_fields);

static const wall_field_t new_email_fields[] = {
    WALL_STR(accounts_new_email_t, email, .required = 1, .trim = 1, .format = WALL_FMT_EMAIL, .min = 3,
             .max = 254, .doc = "An e-mail address.", .example = "\"ada@example.org\""),
    WALL_FIELDS_END
};
const wall_shape_t accounts_new_email_shape =
    WALL_SHAPE_OF("NewEmail", accounts_new_email_t, new_email_fields);

static const wall_field_t confirmed_fields[] = {
    WALL_ENUM(accounts_confirmed_t, result, accounts_result_names, .required = 1,
              .doc = "The address is confirmed; the new one is used from now on; the account is open; it waits "
                     "for an administrator."),
    WALL_FIELDS_END
};
static const wall_shape_t confirmed_shape =
    WALL_SHAPE_OF("EmailConfirmed", accounts_confirmed_t, confirmed_fields);

static const wall_field_t email_fields[] = {
    WALL_STR(accounts_email_t, email, .required = 1, .doc = "Your address."),
    WALL_BOOL(accounts_email_t, email_verified, .required = 1, .doc = "Whether you have confirmed it."),
    WALL_STR(accounts_email_t, new_email, .doc = "The one that waits to be confirmed; null if none does."),
    WALL_TIME(accounts_email_t, new_email_until, .doc = "How long the link to it lasts."),
    WALL_BOOL(accounts_email_t, has_password, .required = 1, .doc = "Whether you have a password."),
    WALL_BOOL(accounts_email_t, mail, .required = 1, .doc = "Whether the site sends mail."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_email_shape = WALL_SHAPE_OF("MyEmail", accounts_email_t, email_fields);

static const wall_field_t page_fields[] = { WALL_PAGE_FIELDS(wall_page_in_t), WALL_FIELDS_END };
static const wall_shape_t page_in = WALL_SHAPE_OF("SignupPage", wall_page_in_t, page_fields);

static const wall_field_t invite_fields[] = {
    WALL_STR(accounts_invite_t, note, .format = WALL_FMT_LINE, .trim = 1, .max = 100,
             .doc = "For whom it is meant; only you see it.", .example = "\"Grace\""),
    WALL_I64(accounts_invite_t, uses, .min = 1, .max = 1000, .fallback = 1,
             .doc = "How many accounts it opens; more than one only for administrators."),
    WALL_I64(accounts_invite_t, days, .min = 1, .max = 365, .fallback = 14, .doc = "How long it is valid."),
    WALL_FIELDS_END
};
static const wall_shape_t invite_shape =
    WALL_SHAPE_OF("NewInvitation", accounts_invite_t, invite_fields);

static const wall_field_t invitation_fields[] = {
    WALL_I64(accounts_invitation_t, invitation_id, .required = 1, .doc = "Id of the invitation."),
    WALL_STR(accounts_invitation_t, note, .doc = "For whom it is meant."),
    WALL_ENUM(accounts_invitation_t, state, invitation_states, .required = 1, .doc = "Whether it can be used."),
    WALL_I64(accounts_invitation_t, uses, .required = 1, .doc = "Accounts opened with it."),
    WALL_I64(accounts_invitation_t, uses_left, .required = 1, .doc = "Accounts it still opens."),
    WALL_TIME(accounts_invitation_t, created_at, .required = 1, .doc = "When you made it."),
    WALL_TIME(accounts_invitation_t, expires_at, .required = 1, .doc = "When it ends."),
    WALL_STR(accounts_invitation_t, code, .doc = "The code; told once, when it is made."),
    WALL_STR(accounts_invitation_t, url, .doc = "Where it is used; told once."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_invitation_shape =
    WALL_SHAPE_OF("Invitation", accounts_invitation_t, invitation_fields);
static const wall_field_t invitations_fields[] = { WALL_PAGE_OUT_FIELDS(&accounts_invitation_shape),
                                                   WALL_FIELDS_END };
static const wall_shape_t invitations_shape =
    WALL_SHAPE_OF("Invitations", wall_page_t, invitations_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(accounts_which_invitation_t, invitation_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the invitation."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape =
    WALL_SHAPE_OF("WhichInvitation", accounts_which_invitation_t, which_fields);

static const wall_field_t applicant_fields[] = {
    WALL_I64(accounts_applicant_t, user_id, .required = 1, .doc = "Id of who waits."),
    WALL_STR(accounts_applicant_t, username, .required = 1, .doc = "Their name here."),
    WALL_STR(accounts_applicant_t, display_name, .required = 1, .doc = "Their name as they write it."),
    WALL_STR(accounts_applicant_t, email, .required = 1, .doc = "Their address."),
    WALL_BOOL(accounts_applicant_t, email_verified, .required = 1, .doc = "Whether it is confirmed."),
    WALL_TIME(accounts_applicant_t, created_at, .required = 1, .doc = "When they asked."),
    WALL_FIELDS_END
};
const wall_shape_t accounts_applicant_shape =
    WALL_SHAPE_OF("Applicant", accounts_applicant_t, applicant_fields);
static const wall_field_t applicants_fields[] = { WALL_PAGE_OUT_FIELDS(&accounts_applicant_shape),
                                                  WALL_FIELDS_END };
static const wall_shape_t applicants_shape =
    WALL_SHAPE_OF("Applicants", wall_page_t, applicants_fields);

static const wall_field_t decision_fields[] = {
    WALL_I64(accounts_decision_t, user_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Who waits."),
    WALL_ENUM(accounts_decision_t, decision, decision_names, .required = 1,
              .doc = "Opens the account, or deletes what was entered. They get a mail either way."),
    WALL_FIELDS_END
};
static const wall_shape_t decision_shape =
    WALL_SHAPE_OF("Decision", accounts_decision_t, decision_fields);

static const wall_rc_t mail_errors[] = { WALL_E_CONFLICT, WALL_OK };
static const wall_rc_t reset_errors[] = { WALL_E_LINK_INVALID, WALL_E_BUSY, WALL_OK };
static const wall_rc_t password_errors[] = { WALL_E_BUSY, WALL_OK };
static const wall_rc_t verify_errors[] = { WALL_E_LINK_INVALID, WALL_E_USERNAME_TAKEN, WALL_OK };
static const wall_rc_t undo_errors[] = { WALL_E_LINK_INVALID, WALL_E_EMAIL_TAKEN, WALL_OK };
static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t invite_errors[] = { WALL_E_CONFLICT, WALL_E_FORBIDDEN, WALL_OK };
static const wall_rc_t which_errors[] = { WALL_E_NOT_FOUND, WALL_OK };

WALL_ENDPOINT(accounts_get_signup, void, accounts_signup_t)
WALL_ENDPOINT(accounts_ask_reset, accounts_login_only_t, void)
WALL_ENDPOINT(accounts_reset_password, accounts_reset_t, void)
WALL_ENDPOINT(accounts_change_password, accounts_password_t, void)
WALL_ENDPOINT(accounts_verify_email, accounts_link_t, accounts_confirmed_t)
WALL_ENDPOINT(accounts_undo_email, accounts_link_t, void)
WALL_ENDPOINT(accounts_ask_confirmation, accounts_new_email_t, void)
WALL_ENDPOINT(accounts_get_email, void, accounts_email_t)
WALL_ENDPOINT(accounts_change_email, accounts_new_email_t, accounts_email_t)
WALL_ENDPOINT(accounts_keep_email, void, accounts_email_t)
WALL_ENDPOINT(accounts_confirm_again, void, void)
WALL_ENDPOINT(accounts_list_invitations, wall_page_in_t, wall_page_t)
WALL_ENDPOINT(accounts_invite, accounts_invite_t, accounts_invitation_t)
WALL_ENDPOINT(accounts_revoke_invitation, accounts_which_invitation_t, void)
WALL_ENDPOINT(accounts_list_approvals, wall_page_in_t, wall_page_t)
WALL_ENDPOINT(accounts_decide, accounts_decision_t, void)

const wall_route_t accounts_signup_routes[] = {
    { .id = "getSignup",
      .method = WALL_GET,
      .path = "/auth/signup",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_READ,
      .out = &accounts_signup_shape,
      .action = WALL_ACTION(accounts_get_signup),
      .doc = "How one gets an account here." },
    { .id = "requestPasswordReset",
      .method = WALL_POST,
      .path = "/auth/reset-password",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_login_only_shape,
      .errors = mail_errors,
      .action = WALL_ACTION(accounts_ask_reset),
      .doc = "Have a link for a new password sent to the account's address. Answers alike whether there is "
             "such an account." },
    { .id = "resetPassword",
      .method = WALL_POST,
      .path = "/auth/reset-password/confirm",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_reset_shape,
      .errors = reset_errors,
      .action = WALL_ACTION(accounts_reset_password),
      .doc = "Choose a new password with the link; once. All sessions end." },
    { .id = "verifyEmail",
      .method = WALL_POST,
      .path = "/auth/verify-email",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_link_shape,
      .out = &confirmed_shape,
      .errors = verify_errors,
      .action = WALL_ACTION(accounts_verify_email),
      .doc = "Confirm an address with the link sent to it: of a new account or a new one of an account." },
    { .id = "resendVerification",
      .method = WALL_POST,
      .path = "/auth/verify-email/resend",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_new_email_shape,
      .errors = mail_errors,
      .action = WALL_ACTION(accounts_ask_confirmation),
      .doc = "Have the link of an account that waits for its address to be confirmed sent again. Answers alike "
             "whether there is one." },
    { .id = "undoEmailChange",
      .method = WALL_POST,
      .path = "/auth/undo-email",
      .auth = WALL_AUTH_NONE,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_link_shape,
      .errors = undo_errors,
      .action = WALL_ACTION(accounts_undo_email),
      .doc = "Bring the old address back with the link sent to it: all sessions end, a link for a new password "
             "follows." },
    { .id = "changePassword",
      .method = WALL_POST,
      .path = "/users/me/password",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .in = &password_shape,
      .errors = password_errors,
      .action = WALL_ACTION(accounts_change_password),
      .doc = "Set your password; all other sessions end." },
    { .id = "getMyEmail",
      .method = WALL_GET,
      .path = "/users/me/email",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &accounts_email_shape,
      .action = WALL_ACTION(accounts_get_email),
      .doc = "Your address, and whether another waits to be confirmed." },
    { .id = "changeEmail",
      .method = WALL_POST,
      .path = "/users/me/email",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_AUTH,
      .in = &accounts_new_email_shape,
      .out = &accounts_email_shape,
      .errors = mail_errors,
      .action = WALL_ACTION(accounts_change_email),
      .doc = "Ask for another address. It is used once it has been confirmed; the old one can take it back." },
    { .id = "cancelEmailChange",
      .method = WALL_DELETE,
      .path = "/users/me/email",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .out = &accounts_email_shape,
      .action = WALL_ACTION(accounts_keep_email),
      .doc = "Forget the new address that waits to be confirmed." },
    { .id = "confirmMyEmail",
      .method = WALL_POST,
      .path = "/users/me/email/confirm",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_AUTH,
      .errors = mail_errors,
      .action = WALL_ACTION(accounts_confirm_again),
      .doc = "Have the link that confirms your address sent again." },
    { .id = "listInvitations",
      .method = WALL_GET,
      .path = "/invitations",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .in = &page_in,
      .out = &invitations_shape,
      .errors = list_errors,
      .action = WALL_ACTION(accounts_list_invitations),
      .doc = "Your invitations, newest first." },
    { .id = "createInvitation",
      .method = WALL_POST,
      .path = "/invitations",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &invite_shape,
      .out = &accounts_invitation_shape,
      .status = 201,
      .errors = invite_errors,
      .action = WALL_ACTION(accounts_invite),
      .doc = "Invite somebody. The code is told once." },
    { .id = "revokeInvitation",
      .method = WALL_DELETE,
      .path = "/invitations/{invitation_id}",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_WRITE,
      .in = &which_shape,
      .errors = which_errors,
      .action = WALL_ACTION(accounts_revoke_invitation),
      .doc = "End an invitation of yours." },
    { .id = "listApprovals",
      .method = WALL_GET,
      .path = "/admin/approvals",
      .auth = WALL_AUTH_ADMIN,
      .rate = WALL_RATE_READ,
      .in = &page_in,
      .out = &applicants_shape,
      .errors = list_errors,
      .action = WALL_ACTION(accounts_list_approvals),
      .doc = "Who waits for an account, newest first." },
    { .id = "decideApproval",
      .method = WALL_POST,
      .path = "/admin/approvals/{user_id}",
      .auth = WALL_AUTH_ADMIN,
      .rate = WALL_RATE_WRITE,
      .in = &decision_shape,
      .errors = which_errors,
      .action = WALL_ACTION(accounts_decide),
      .doc = "Open the account of somebody who waits, or refuse it." },
    WALL_ROUTES_END
};
