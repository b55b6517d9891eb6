/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_USERS_H
#define WALL_APP_USERS_H

/**
 * @file users.h
 * Accounts as others see them: names, roles, the card of a person, what they say of themselves.
 * Registering and /users/me show walls and bricks as well and live in accounts/.
 */
#include <apr_tables.h>

#include "core/cx.h"
#include "core/fields.h"
#include "core/route.h"
#include "core/words.h"

/** Names of wall_role_t, in its order. */
extern const char *const users_role_names[];

/** What is shown of a person beside what they made. */
typedef struct users_card_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
} users_card_t;
extern const wall_shape_t users_card_shape;

/** Who may see a part of a person; the order of the columns' ENUM. */
typedef enum users_visibility_t { USERS_PUBLIC, USERS_FOLLOWERS, USERS_PRIVATE } users_visibility_t;
extern const char *const users_visibility_names[];
/** Who may write to a person, in the order of the column's ENUM. */
extern const char *const users_contact_names[];

#define USERS_BIO_MAX   300 /* code points */
#define USERS_PLACE_MAX 100
#define USERS_URL_MAX   300
#define USERS_LABEL_MAX 50
#define USERS_LINKS_MAX 10

/** Where else a person can be found. */
typedef struct users_link_t {
    const char *label;
    const char *url; /* https */
} users_link_t;
extern const wall_shape_t users_link_shape;
extern const wall_shape_t users_link_new_shape; /* the same, as input */

/** The links of @a user_id, users_link_t in their order. */
wall_rc_t users_links(wall_cx_t *cx, apr_int64_t user_id, apr_array_header_t **links);

/** What of an account may be changed; NULL stays, but for what has a switch. */
typedef struct users_change_t {
    int language_given;
    const char *language;
    const char *display_name;
    int bio_given;
    const char *bio; /* "" is none */
    int location_given;
    const char *location;
    int website_given;
    const char *website;
    const apr_array_header_t *links; /* of users_link_t: all of them */
    const char *profile_visibility;
    const char *email_visibility;
    const char *activity_visibility;
    const char *contact_preference;
} users_change_t;

/** What of the settings every page of a signed-in person goes by; the rest: users_settings_t. */
typedef struct users_taste_t {
    const char *time_zone; /* IANA name; NULL: the browser's */
    const char *theme;     /* in users_theme_names; NULL: the browser's */
    int default_post_visibility; /* users_visibility_t */
} users_taste_t;
extern const wall_shape_t users_taste_shape;
extern const char *const users_theme_names[];

/** Changes the viewer's own account, joining an open transaction. */
wall_rc_t users_update(wall_cx_t *cx, const users_change_t *change);

/** What others see of a person. What is not for the viewer is NULL (0 for the time). */
typedef struct users_profile_t {
    apr_int64_t user_id;
    const char *username;
    const char *display_name;
    const char *bio;
    const char *location;
    const char *website;
    apr_array_header_t *links; /* of users_link_t */
    int is_premium;
    apr_time_t created_at;
    const char *wall_slug; /* of the personal wall */
    const char *email;
    apr_time_t last_active_at;
} users_profile_t;
extern const wall_shape_t users_profile_shape;

/**
 * The profile of @a user (name, or id in decimal) as the viewer may see it.
 * @return WALL_E_NOT_FOUND (recorded) also when it is not for them to see
 */
wall_rc_t users_find_profile(wall_cx_t *cx, const char *user, users_profile_t *out);

/** The id in @a user when it is written as one, else 0: it is a name. */
apr_int64_t users_id_of(const char *user);

/** The words the viewer has muted; *words is NULL when there are none (nobody signed in, too). */
wall_rc_t users_muted(wall_cx_t *cx, const wall_words_t **words);

/** 1 when @a username is kept for the site itself: addresses, roles, words that mislead. */
int users_name_reserved(const char *username);

/**
 * Locks the rows of all administrators until the open transaction ends, so that none of them goes or
 * comes meanwhile. Before any other row of users is locked: then no two wait for each other.
 */
wall_rc_t users_lock_admins(wall_cx_t *cx);
/**
 * Refuses to let the site be without an administrator: call it, in the transaction, before @a user_id
 * stops being one by role or by state. Whoever is no administrator may go.
 * @return WALL_OK or WALL_E_LAST_ADMIN (recorded)
 */
wall_rc_t users_keep_an_admin(wall_cx_t *cx, apr_int64_t user_id);

/** A new account. Strings are borrowed. */
typedef struct users_new_t {
    const char *username;
    const char *email;
    const char *password_hash; /* NULL: they sign in another way */
    const char *display_name;
} users_new_t;

/**
 * Inserts the account, joining an open transaction.
 * @return WALL_OK, WALL_E_USERNAME_TAKEN or WALL_E_EMAIL_TAKEN (naming the field)
 */
wall_rc_t users_add(wall_cx_t *cx, const users_new_t *user, apr_int64_t *user_id);

#define USERS_RENAME_DAYS 14 /* between two changes of a name; users_lock_name in users.sql */

/**
 * Whether @a username is somebody's former name and still kept for them. Part of whatever gives a name
 * away, in the transaction that does and after the name has been taken there: so of two who want the
 * same name at once one waits for the other.
 * @param user_id who wants it; 0 = nobody yet
 * @return WALL_OK or WALL_E_USERNAME_TAKEN (naming `username`)
 */
wall_rc_t users_name_kept(wall_cx_t *cx, const char *username, apr_int64_t user_id);

/**
 * Gives the viewer another name, joining an open transaction. The old one is kept for them for 90 days;
 * a name of theirs that was kept is used up.
 * @param old receives the name they had; the same as @a username when nothing is to be done
 * @return also WALL_E_USERNAME_TAKEN, WALL_E_CONFLICT (the last change is too recent),
 *         WALL_E_VALIDATION (kept for the site), each naming `username`
 */
wall_rc_t users_rename(wall_cx_t *cx, const char *username, const char **old);

/** Forgets former names nobody keeps any more; for housekeeping. */
wall_rc_t users_forget_names(wall_cx_t *cx);

extern const wall_route_t users_routes[];

#endif
