/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/people.h"

#include <apr_strings.h>
#include <string.h>

#include "app/admin/people_actions.h"
#include "app/auth/auth.h"
#include "app/mail/mail.h"
#include "app/users/users.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define LIST "people"

static const char *const state_words[] = { "active", "suspended" };

/** The row as it is while it is locked. */
typedef struct locked_t {
    apr_int64_t user_id;
    const char *username;
    int role;
    int is_premium;
    const char *state;
} locked_t;

static const wall_field_t locked_fields[] = {
    WALL_I64(locked_t, user_id), WALL_STR(locked_t, username),
    WALL_ENUM(locked_t, role, users_role_names), WALL_BOOL(locked_t, is_premium),
    WALL_STR(locked_t, state), WALL_FIELDS_END
};
static const wall_shape_t locked_shape = WALL_SHAPE_OF("LockedPerson", locked_t, locked_fields);

static int sees_addresses(const wall_cx_t *cx)
{
    return cx->viewer.role == WALL_ROLE_ADMIN;
}

/* For LIKE: what somebody types is text, not a pattern. */
static const char *pattern(wall_cx_t *cx, const char *text)
{
    char *out = apr_palloc(cx->pool, 2 * strlen(text) + 3), *to = out;

    *to++ = '%';
    for (; *text != '\0'; text++) {
        if (strchr("%_\\", *text) != NULL)
            *to++ = '\\';
        *to++ = *text;
    }
    *to++ = '%';
    *to = '\0';
    return out;
}

wall_rc_t people_list(wall_cx_t *cx, const people_search_t *in, wall_page_t *out)
{
    static const char *const states[] = { NULL, "active", "pending", "suspended", "deactivated",
                                          "leaving" };
    apr_array_header_t *rows;
    apr_int64_t before;
    wall_rc_t rc = wall_cursor_read(cx, LIST, in->cursor, &before);

    if (rc == WALL_OK)
        rc = wall_db_list(cx,
                          sql_people_list(sees_addresses(cx), before,
                                          in->role != 0 ? users_role_names[in->role - 1] : NULL,
                                          states[in->state],
                                          in->q != NULL ? pattern(cx, in->q) : NULL, in->limit + 1),
                          &people_person_shape, &rows);
    if (rc == WALL_OK)
        wall_page_finish(cx, LIST, rows, in->limit, offsetof(people_person_t, user_id), out);
    return rc;
}

static wall_rc_t find_detail(wall_cx_t *cx, apr_int64_t user_id, people_detail_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_people_get(sees_addresses(cx), user_id), &people_person_shape,
                               &out->person);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    return rc == WALL_OK ? wall_db_list(cx, sql_people_actions(user_id), &people_action_shape,
                                        &out->actions)
                         : rc;
}

wall_rc_t people_get(wall_cx_t *cx, const people_which_t *in, people_detail_t *out)
{
    return find_detail(cx, in->user_id, out);
}

/* ---- changing: always the administrators first, then the row, so that no two wait for each other ---- */

static wall_rc_t lock_row(wall_cx_t *cx, apr_int64_t user_id, locked_t *row)
{
    wall_rc_t rc = users_lock_admins(cx);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_people_lock(user_id), &locked_shape, row);
    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t people_lock(wall_cx_t *cx, const people_change_t *in, void *out)
{
    locked_t row;

    return lock_row(cx, in->user_id, &row);
}

static wall_rc_t note(wall_cx_t *cx, apr_int64_t user_id, const char *action, const char *before,
                      const char *after, const char *reason)
{
    const apr_int64_t *actor = cx->viewer.user_id != 0 ? &cx->viewer.user_id : NULL;

    return wall_db_exec(cx, sql_people_note(actor, user_id, action, before, after, reason), NULL);
}

static wall_rc_t change_role(wall_cx_t *cx, const locked_t *row, wall_role_t role, const char *reason)
{
    const char *before = users_role_names[row->role], *after = users_role_names[role];
    wall_rc_t rc = WALL_OK;

    if ((wall_role_t)row->role == role)
        return WALL_OK;
    if (row->role == WALL_ROLE_ADMIN)
        rc = users_keep_an_admin(cx, row->user_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_people_set_role(after, row->user_id), NULL);
    if (rc == WALL_OK)
        rc = note(cx, row->user_id, "role", before, after, reason);
    if (rc == WALL_OK)
        rc = auth_refresh(cx, row->user_id);
    if (rc == WALL_OK)
        rc = mail_queue(cx, &(mail_t){ .kind = MAIL_ROLE_CHANGED,
                                       .user_id = row->user_id,
                                       .values = (const char *const[]){ "old", before, "new", after,
                                                                        "reason", reason, NULL } });
    return rc;
}

static wall_rc_t change_premium(wall_cx_t *cx, const locked_t *row, int premium, const char *reason)
{
    wall_rc_t rc;

    if (row->is_premium == premium)
        return WALL_OK;
    rc = wall_db_exec(cx, sql_people_set_premium(premium, row->user_id), NULL);
    return rc == WALL_OK ? note(cx, row->user_id, "premium", premium ? "no" : "yes",
                                premium ? "yes" : "no", reason)
                         : rc;
}

static wall_rc_t change_state(wall_cx_t *cx, const locked_t *row, int suspend, const char *reason)
{
    const char *after = state_words[suspend];
    wall_rc_t rc = WALL_OK;

    if (strcmp(row->state, after) == 0)
        return WALL_OK;
    if (row->user_id == cx->viewer.user_id)
        return wall_fail(cx, WALL_E_FORBIDDEN, "state", WALL_WHY(SUSPEND_SELF));
    if (cx->viewer.role != WALL_ROLE_ADMIN && row->role != WALL_ROLE_USER)
        return wall_fail(cx, WALL_E_FORBIDDEN, "state", WALL_WHY(SUSPEND_STAFF));
    /* Who waits for approval, or is about to go, is somebody else's business. */
    if (strcmp(row->state, suspend ? "active" : "suspended") != 0)
        return wall_fail(cx, WALL_E_CONFLICT, "state", WALL_WHY(STATE_FIXED));
    if (suspend && row->role == WALL_ROLE_ADMIN)
        rc = users_keep_an_admin(cx, row->user_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_people_set_state(after, row->user_id), NULL);
    if (rc == WALL_OK)
        rc = note(cx, row->user_id, "state", row->state, after, reason);
    return rc == WALL_OK && suspend ? auth_revoke_all(cx, row->user_id) : rc;
}

typedef struct changing_t {
    const people_change_t *in;
    people_detail_t *out;
} changing_t;

/* What the viewer may is looked at again under the lock: two administrators may be taking the role from
 * each other at this moment. */
static wall_rc_t change_work(wall_cx_t *cx, void *baton)
{
    const changing_t *c = baton;
    const people_change_t *in = c->in;
    locked_t row, viewer;
    wall_rc_t rc = lock_row(cx, in->user_id, &row);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_people_lock(cx->viewer.user_id), &locked_shape, &viewer);
    if (rc != WALL_OK)
        return rc;
    cx->viewer.role = (wall_role_t)viewer.role;
    if (viewer.role == WALL_ROLE_USER)
        return wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_NO_WHY);
    if ((in->role_given || in->is_premium_given) && viewer.role != WALL_ROLE_ADMIN)
        return wall_fail(cx, WALL_E_FORBIDDEN, in->role_given ? "role" : "is_premium",
                         WALL_WHY(ADMINS_ONLY));
    if (in->role_given)
        rc = change_role(cx, &row, (wall_role_t)in->role, in->reason);
    if (rc == WALL_OK && in->is_premium_given)
        rc = change_premium(cx, &row, in->is_premium, in->reason);
    if (rc == WALL_OK && in->state_given)
        rc = change_state(cx, &row, in->state, in->reason);
    return rc == WALL_OK ? find_detail(cx, in->user_id, c->out) : rc;
}

wall_rc_t people_change(wall_cx_t *cx, const people_change_t *in, people_detail_t *out)
{
    changing_t changing = { .in = in, .out = out };

    return wall_db_tx(cx, change_work, &changing);
}

typedef struct role_work_t {
    apr_int64_t user_id;
    wall_role_t role;
    const char *reason;
} role_work_t;

static wall_rc_t role_work(wall_cx_t *cx, void *baton)
{
    const role_work_t *work = baton;
    locked_t row;
    wall_rc_t rc = lock_row(cx, work->user_id, &row);

    return rc == WALL_OK ? change_role(cx, &row, work->role, work->reason) : rc;
}

wall_rc_t admin_set_role(wall_cx_t *cx, apr_int64_t user_id, wall_role_t role, const char *reason)
{
    role_work_t work = { .user_id = user_id, .role = role, .reason = reason };

    return wall_db_tx(cx, role_work, &work);
}
