/* SPDX-License-Identifier: Apache-2.0 */
#include "app/users/users.h"

#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "io/sql_statements.h"

const char *const users_role_names[] = { [WALL_ROLE_USER] = "user",
                                         [WALL_ROLE_MODERATOR] = "moderator",
                                         [WALL_ROLE_ADMIN] = "admin",
                                         NULL };

const char *const users_visibility_names[] = { [USERS_PUBLIC] = "public",
                                               [USERS_FOLLOWERS] = "followers",
                                               [USERS_PRIVATE] = "private",
                                               NULL };

const char *const users_contact_names[] = { "everyone", "followers", "nobody", NULL };

static const wall_field_t card_fields[] = {
    WALL_I64(users_card_t, user_id, .required = 1, .doc = "Id of the user.", .example = "7"),
    WALL_STR(users_card_t, username, .required = 1,
             .doc = "Unique name, also the address of the personal wall.", .example = "\"ada\""),
    WALL_STR(users_card_t, display_name, .required = 1, .doc = "Name as the user writes it.",
             .example = "\"Ada Lovelace\""),
    WALL_FIELDS_END
};
const wall_shape_t users_card_shape = WALL_SHAPE_OF("UserCard", users_card_t, card_fields);

/* In strcmp() order, for the binary search. One- and two-letter addresses cannot be usernames. */
static const char *const reserved[] = {
    "about", "abuse", "account", "accounts", "activity", "admin", "administrator", "ads", "ai",
    "anonymous", "api", "app", "apps", "assets", "auth", "billing", "blog", "board", "boards",
    "bot", "bricks", "calendar", "contact", "dashboard", "deleted", "developer", "developers",
    "discover", "docs", "download", "downloads", "email", "events", "everyone", "explore", "faq",
    "favicon", "feed", "feeds", "files", "followers", "following", "friends", "group", "groups",
    "health", "help", "home", "host", "imprint", "index", "info", "invite", "jobs", "legal", "live",
    "login", "logout", "mail", "mailer-daemon", "manifest", "me", "media", "messages", "metrics",
    "mod", "moderation", "moderator", "moderators", "new", "news", "nobody", "noreply",
    "notifications", "null", "oauth", "official", "operator", "owner", "password", "payment",
    "payments", "people", "policy", "post", "postmaster", "posts", "premium", "press", "privacy",
    "profile", "public", "register", "reports", "reset", "robots", "room", "rooms", "root", "rules",
    "search", "security", "self", "server", "session", "sessions", "settings", "setup", "shop",
    "signin", "signout", "signup", "site", "sitemap", "staff", "static", "status", "store",
    "support", "sysadmin", "system", "team", "terms", "test", "treasury", "trending", "trust",
    "undefined", "upload", "uploads", "user", "users", "video", "videos", "wall", "walls",
    "webhook", "webhooks", "webmaster", "well-known", "www",
};

static int compare(const void *key, const void *row)
{
    return strcasecmp(key, *(const char *const *)row);
}

int users_name_reserved(const char *username)
{
    return bsearch(username, reserved, sizeof(reserved) / sizeof(reserved[0]),
                   sizeof(reserved[0]), compare) != NULL;
}

wall_rc_t users_add(wall_cx_t *cx, const users_new_t *user, apr_int64_t *user_id)
{
    wall_rc_t rc = wall_db_insert(
        cx, sql_users_add(user->username, user->email, user->password_hash, user->display_name),
        user_id);

    if (rc == WALL_OK)
        return users_name_kept(cx, user->username, *user_id);
    if (rc != WALL_E_DUPLICATE)
        return rc;
    /* Looked up it would not be found when it was taken since this transaction began. */
    wall_fail_clear(cx);
    if (strcmp(wall_db_duplicate_key(cx), "users_username") == 0)
        return wall_fail(cx, WALL_E_USERNAME_TAKEN, "username", WALL_NO_WHY);
    return wall_fail(cx, WALL_E_EMAIL_TAKEN, "email", WALL_NO_WHY);
}

typedef struct admin_t {
    apr_int64_t user_id;
} admin_t;

static const wall_field_t admin_fields[] = { WALL_I64(admin_t, user_id), WALL_FIELDS_END };
static const wall_shape_t admin_shape = WALL_SHAPE_OF("Admin", admin_t, admin_fields);

wall_rc_t users_lock_admins(wall_cx_t *cx)
{
    apr_array_header_t *admins;

    return wall_db_list(cx, sql_users_lock_admins(), &admin_shape, &admins);
}

wall_rc_t users_keep_an_admin(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_array_header_t *admins;
    int is_one = 0, others = 0;
    wall_rc_t rc = wall_db_list(cx, sql_users_lock_admins(), &admin_shape, &admins);

    for (int i = 0; rc == WALL_OK && i < admins->nelts; i++) {
        if (APR_ARRAY_IDX(admins, i, admin_t).user_id == user_id)
            is_one = 1;
        else
            others++;
    }
    return rc == WALL_OK && is_one && others == 0
               ? wall_fail(cx, WALL_E_LAST_ADMIN, NULL, WALL_NO_WHY)
               : rc;
}
