/* SPDX-License-Identifier: Apache-2.0 */
#include "app/accounts/accounts.h"

#include "app/auth/auth.h"
#include "app/users/users.h"
#include "core/crypto.h"
#include "core/messages.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

static wall_rc_t find_me(wall_cx_t *cx, accounts_me_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_accounts_me(cx->viewer.user_id), &accounts_me_shape, out);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
    out->csrf_token = cx->viewer.csrf_token;
    return rc == WALL_OK ? users_links(cx, out->user_id, &out->links) : rc;
}

wall_rc_t accounts_get_me(wall_cx_t *cx, const void *in, accounts_me_t *out)
{
    bricks_visit(cx);
    return find_me(cx, out);
}

wall_rc_t accounts_lock_me(wall_cx_t *cx, const accounts_change_t *in, void *out)
{
    apr_int64_t locked;

    return wall_db_number(cx, sql_users_lock(cx->viewer.user_id), &locked);
}

static const char *named(const char *const *names, int given, int value)
{
    return given ? names[value] : NULL;
}

static wall_rc_t change(wall_cx_t *cx, const accounts_change_t *in)
{
    const char *const *seen = users_visibility_names;

    return users_update(
        cx,
        &(users_change_t){
            .language_given = in->language_given,
            .language = in->language,
            .display_name = in->display_name,
            .bio_given = in->bio_given,
            .bio = in->bio,
            .location_given = in->location_given,
            .location = in->location,
            .website_given = in->website_given,
            .website = in->website,
            .links = in->links,
            .profile_visibility = named(seen, in->profile_visibility_given, in->profile_visibility),
            .email_visibility = named(seen, in->email_visibility_given, in->email_visibility),
            .activity_visibility =
                named(seen, in->activity_visibility_given, in->activity_visibility),
            .contact_preference = named(users_contact_names, in->contact_preference_given,
                                        in->contact_preference),
        });
}

wall_rc_t accounts_update_me(wall_cx_t *cx, const accounts_change_t *in, accounts_me_t *out)
{
    wall_rc_t rc;

    if (in->language != NULL && !wall_messages_has(cx->messages, in->language))
        return wall_fail(cx, WALL_E_VALIDATION, "language",
                         WALL_WHY(NOT_ONE_OF, .text = wall_messages_list(cx->messages, cx->pool)));
    rc = change(cx, in);
    if (rc == WALL_OK)
        rc = find_me(cx, out);
    if (rc == WALL_OK && in->language_given)
        cx->reply.language = in->language != NULL ? in->language : "";
    return rc;
}

wall_rc_t accounts_login(wall_cx_t *cx, const accounts_login_t *in, accounts_signed_in_t *out)
{
    apr_int64_t user_id;
    wall_rc_t rc = auth_check_login(cx, in->login, in->password, &user_id);

    return rc == WALL_OK ? accounts_sign_in(cx, user_id, ACCOUNTS_BY_PASSWORD, in->remember, out) : rc;
}
