/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/people.h"
#include "app/admin/people_actions.h"
#include "app/users/users.h"

static const char *const any_role_names[] = { "any", "user", "moderator", "admin", NULL };
static const char *const state_names[] = { [PEOPLE_ANY] = "any",
                                           [PEOPLE_ACTIVE] = "active",
                                           [PEOPLE_PENDING] = "pending",
                                           [PEOPLE_SUSPENDED] = "suspended",
                                           [PEOPLE_DEACTIVATED] = "deactivated",
                                           [PEOPLE_LEAVING] = "leaving",
                                           NULL };
static const char *const new_state_names[] = { "active", "suspended", NULL };

static const wall_field_t search_fields[] = {
    WALL_STR(people_search_t, q, .from = WALL_FROM_QUERY, .trim = 1, .format = WALL_FMT_LINE, .min = 1,
             .max = 100, .doc = "Part of a username or name; for administrators of an address as well."),
    WALL_ENUM(people_search_t, role, any_role_names, .from = WALL_FROM_QUERY, .doc = "Only this role."),
    WALL_ENUM(people_search_t, state, state_names, .from = WALL_FROM_QUERY, .doc = "Only this state."),
    WALL_PAGE_FIELDS(people_search_t), WALL_FIELDS_END
};
static const wall_shape_t search_shape = WALL_SHAPE_OF("PeopleSearch", people_search_t, search_fields);

static const wall_field_t person_fields[] = {
    WALL_I64(people_person_t, user_id, .required = 1, .doc = "Id of the account."),
    WALL_STR(people_person_t, username, .required = 1, .doc = "Its unique name."),
    WALL_STR(people_person_t, display_name, .required = 1, .doc = "The name people see."),
    WALL_STR(people_person_t, email, .doc = "Its e-mail address; null to moderators."),
    WALL_ENUM(people_person_t, role, users_role_names, .required = 1, .doc = "What it may do here."),
    WALL_BOOL(people_person_t, is_premium, .required = 1, .doc = "Whether it has premium."),
    WALL_ENUM(people_person_t, state, state_names, .required = 1, .doc = "Whether it can be used."),
    WALL_TIME(people_person_t, created_at, .required = 1, .doc = "When it was opened."),
    WALL_TIME(people_person_t, last_active_at, .doc = "Last use of a session that still is."),
    WALL_FIELDS_END
};
const wall_shape_t people_person_shape = WALL_SHAPE_OF("Person", people_person_t, person_fields);

static const wall_field_t page_fields[] = { WALL_PAGE_OUT_FIELDS(&people_person_shape),
                                            WALL_FIELDS_END };
static const wall_shape_t page_shape = WALL_SHAPE_OF("PersonPage", wall_page_t, page_fields);

static const wall_field_t action_fields[] = {
    WALL_I64(people_action_t, action_id, .required = 1, .doc = "Id of the line."),
    WALL_OPT_I64(people_action_t, actor_id, .doc = "Who did it; null: the command wallctl."),
    WALL_STR(people_action_t, actor, .doc = "Their username."),
    WALL_STR(people_action_t, action, .required = 1, .doc = "role, premium, state, or purchase: one of theirs was closed."),
    WALL_STR(people_action_t, old_value, .required = 1, .doc = "What it was."),
    WALL_STR(people_action_t, new_value, .required = 1, .doc = "What it became."),
    WALL_STR(people_action_t, reason, .required = 1, .doc = "Why."),
    WALL_TIME(people_action_t, created_at, .required = 1, .doc = "When."), WALL_FIELDS_END
};
const wall_shape_t people_action_shape = WALL_SHAPE_OF("StaffAction", people_action_t, action_fields);

static const wall_field_t detail_fields[] = {
    WALL_OBJ(people_detail_t, person, &people_person_shape, .required = 1, .doc = "The account."),
    WALL_LIST(people_detail_t, actions, &people_action_shape,
              .doc = "What staff did to it, the last hundred, newest first."),
    WALL_FIELDS_END
};
static const wall_shape_t detail_shape = WALL_SHAPE_OF("PersonDetail", people_detail_t, detail_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(people_which_t, user_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the account."),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("WhichPerson", people_which_t, which_fields);

static const wall_field_t change_fields[] = {
    WALL_I64(people_change_t, user_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the account."),
    WALL_ENUM(people_change_t, role, users_role_names, .given = offsetof(people_change_t, role_given),
              .doc = "For administrators only."),
    WALL_BOOL(people_change_t, is_premium, .given = offsetof(people_change_t, is_premium_given),
              .doc = "For administrators only."),
    WALL_ENUM(people_change_t, state, new_state_names, .given = offsetof(people_change_t, state_given),
              .doc = "suspended: signed out everywhere at once, and nobody signs in."),
    WALL_STR(people_change_t, reason, .required = 1, .trim = 1, .format = WALL_FMT_LINE, .min = 3,
             .max = 500, .doc = "Why; it stays in the record.", .example = "\"Helps with reports\""),
    WALL_FIELDS_END
};
static const wall_shape_t change_shape = WALL_SHAPE_OF("PersonChange", people_change_t, change_fields);

static const wall_rc_t list_errors[] = { WALL_E_BAD_CURSOR, WALL_OK };
static const wall_rc_t get_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t change_errors[] = { WALL_E_NOT_FOUND, WALL_E_CONFLICT, WALL_E_LAST_ADMIN,
                                           WALL_E_PRECONDITION_FAILED, WALL_OK };

WALL_ENDPOINT(people_list, people_search_t, wall_page_t)
WALL_ENDPOINT(people_get, people_which_t, people_detail_t)
WALL_ENDPOINT(people_lock, people_change_t, void)
WALL_ENDPOINT(people_change, people_change_t, people_detail_t)

enum { PEOPLE_LIST, PEOPLE_GET, PEOPLE_CHANGE };

const wall_route_t admin_people_routes[] = {
    [PEOPLE_LIST] = { .id = "listPeople",
      .method = WALL_GET,
      .path = "/admin/users",
      .auth = WALL_AUTH_MODERATOR,
      .rate = WALL_RATE_READ,
      .in = &search_shape,
      .out = &page_shape,
      .errors = list_errors,
      .action = WALL_ACTION(people_list),
      .doc = "Accounts, newest first." },
    [PEOPLE_GET] = { .id = "getPerson",
      .method = WALL_GET,
      .path = "/admin/users/{user_id}",
      .auth = WALL_AUTH_MODERATOR,
      .rate = WALL_RATE_READ,
      .in = &which_shape,
      .out = &detail_shape,
      .errors = get_errors,
      .action = WALL_ACTION(people_get),
      .doc = "One account, and what staff did to it." },
    [PEOPLE_CHANGE] = { .id = "changePerson",
      .method = WALL_PATCH,
      .path = "/admin/users/{user_id}",
      .auth = WALL_AUTH_MODERATOR,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .in = &change_shape,
      .out = &detail_shape,
      .errors = change_errors,
      .action = WALL_ACTION(people_change),
      .changes = &admin_people_routes[PEOPLE_GET],
      .lock = WALL_ACTION(people_lock),
      .doc = "Change what an account may do, with a reason. Takes effect within a second; what is so "
             "already stays and leaves no record." },
    WALL_ROUTES_END
};
