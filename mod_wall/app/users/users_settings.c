/* SPDX-License-Identifier: Apache-2.0 */
/* What people have set: how the site looks and speaks to them, and what it tells them. */
#include <apr_strings.h>
#include <string.h>

#include "app/users/users_actions.h"
#include "core/json.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define MUTED_MAX     100
#define MUTED_LENGTH  100 /* code points */

const char *const users_theme_names[] = { "system", "light", "dark", NULL };
static const char *const frequency_names[] = { "at_once", "daily", "weekly", NULL };
static const char *const kind_names[] = {
    [USERS_SUBSCRIBER] = "subscriber", [USERS_MENTION] = "mention", [USERS_MESSAGE] = "message",
    [USERS_REACTION] = "reaction",     [USERS_APP] = "app",         [USERS_REMIX] = "remix",
    [USERS_BRICKS] = "bricks",         [USERS_KINDS] = NULL
};

/* Until somebody says otherwise. */
static const users_notification_t presets[USERS_KINDS] = {
    { USERS_SUBSCRIBER, 1, 0, 0 }, { USERS_MENTION, 1, 1, 1 }, { USERS_MESSAGE, 1, 0, 1 },
    { USERS_REACTION, 1, 0, 0 },   { USERS_APP, 1, 1, 1 },     { USERS_REMIX, 1, 0, 1 },
    { USERS_BRICKS, 1, 1, 0 },
};

#define ZONE_DOC "IANA name of the zone times are shown in; null: the browser's."

#define TASTE_FIELDS(T)                                                                            \
    WALL_STR(T, time_zone, .doc = ZONE_DOC, .example = "\"Europe/Lisbon\""),                       \
    WALL_STR(T, theme, .doc = "system, light or dark; null: as each browser has it.",              \
             .example = "\"dark\""),                                                               \
    WALL_ENUM(T, default_post_visibility, users_visibility_names, .required = 1,                   \
              .doc = "What a new post is preset to.")

static const wall_field_t taste_fields[] = { TASTE_FIELDS(users_taste_t), WALL_FIELDS_END };
const wall_shape_t users_taste_shape = WALL_SHAPE_OF("Taste", users_taste_t, taste_fields);

#define NOTIFICATION_FIELDS                                                                        \
    WALL_ENUM(users_notification_t, kind, kind_names, .required = 1, .doc = "What it is about."),  \
    WALL_BOOL(users_notification_t, on_wall, .required = 1, .doc = "Told on the site."),           \
    WALL_BOOL(users_notification_t, email, .required = 1, .doc = "Told by e-mail."),               \
    WALL_BOOL(users_notification_t, push, .required = 1, .doc = "Told on the person's devices.")

static const wall_field_t notification_fields[] = { NOTIFICATION_FIELDS, WALL_FIELDS_END };
static const wall_shape_t notification_shape =
    WALL_SHAPE_OF("NotificationPreference", users_notification_t, notification_fields);
static const wall_shape_t notification_new_shape =
    WALL_SHAPE_OF("NotificationPreferenceNew", users_notification_t, notification_fields);

static const wall_field_t settings_fields[] = {
    TASTE_FIELDS(users_settings_t),
    WALL_ENUM(users_settings_t, notification_frequency, frequency_names, .required = 1,
              .doc = "How often e-mails are sent: each at once, or gathered."),
    WALL_BOOL(users_settings_t, quiet_hours, .required = 1,
              .doc = "From 22:00 to 08:00 nothing but messages from people you follow."),
    WALL_LIST(users_settings_t, notifications, &notification_shape,
              .doc = "Where you are told of what: one of each kind."),
    WALL_STRS(users_settings_t, muted_keywords,
              .doc = "Posts of others with one of these words come folded up."),
    WALL_FIELDS_END
};
const wall_shape_t users_settings_shape =
    WALL_SHAPE_OF("Settings", users_settings_t, settings_fields);

#define GIVEN(member) .given = offsetof(users_settings_change_t, member##_given)

static const wall_field_t change_fields[] = {
    WALL_STR(users_settings_change_t, time_zone, .format = WALL_FMT_LINE, .min = 1,
             .max = WALL_ZONE_MAX, GIVEN(time_zone), .doc = ZONE_DOC " Absent it stays.",
             .example = "\"Europe/Lisbon\""),
    WALL_ENUM(users_settings_change_t, theme, users_theme_names, GIVEN(theme),
              .doc = "How the site looks on each of your devices; stays when absent."),
    WALL_ENUM(users_settings_change_t, default_post_visibility, users_visibility_names,
              GIVEN(default_post_visibility), .doc = "What a new post is preset to; stays when absent."),
    WALL_ENUM(users_settings_change_t, notification_frequency, frequency_names,
              GIVEN(notification_frequency), .doc = "How often e-mails are sent; stays when absent."),
    WALL_BOOL(users_settings_change_t, quiet_hours, GIVEN(quiet_hours),
              .doc = "Whether nights are quiet; stays when absent."),
    WALL_LIST(users_settings_change_t, notifications, &notification_new_shape, .max = USERS_KINDS,
              .doc = "The kinds to change, each once; the others stay."),
    WALL_STRS(users_settings_change_t, muted_keywords, .format = WALL_FMT_LINE, .trim = 1,
              .max = MUTED_MAX, .doc = "All of them, of at most 100 characters; stay when absent."),
    WALL_FIELDS_END
};
const wall_shape_t users_settings_change_shape =
    WALL_SHAPE_OF("SettingsChange", users_settings_change_t, change_fields);

/* ---- reading ---- */

typedef struct muted_t {
    const char *keyword;
} muted_t;
static const wall_field_t muted_fields[] = { WALL_STR(muted_t, keyword), WALL_FIELDS_END };
static const wall_shape_t muted_shape = WALL_SHAPE_OF("Muted", muted_t, muted_fields);

static wall_rc_t read_muted(wall_cx_t *cx, apr_array_header_t **keywords)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_users_muted(cx->viewer.user_id), &muted_shape, &rows);

    if (rc != WALL_OK)
        return rc;
    *keywords = apr_array_make(cx->pool, rows->nelts + 1, sizeof(const char *));
    for (int i = 0; i < rows->nelts; i++)
        *(const char **)apr_array_push(*keywords) = APR_ARRAY_IDX(rows, i, muted_t).keyword;
    return WALL_OK;
}

wall_rc_t users_muted(wall_cx_t *cx, const wall_words_t **words)
{
    apr_array_header_t *keywords;
    wall_rc_t rc;

    *words = NULL;
    if (cx->viewer.user_id == 0)
        return WALL_OK;
    rc = read_muted(cx, &keywords);
    if (rc == WALL_OK && keywords->nelts > 0)
        *words = wall_words_make(cx->pool, keywords);
    return rc;
}

static wall_rc_t read_notifications(wall_cx_t *cx, apr_array_header_t **out)
{
    apr_array_header_t *rows, *all = apr_array_make(cx->pool, USERS_KINDS, sizeof(*presets));
    wall_rc_t rc = wall_db_list(cx, sql_users_notifications(cx->viewer.user_id), &notification_shape,
                                &rows);

    for (int i = 0; i < USERS_KINDS; i++)
        *(users_notification_t *)apr_array_push(all) = presets[i];
    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const users_notification_t *own = &APR_ARRAY_IDX(rows, i, users_notification_t);

        APR_ARRAY_IDX(all, own->kind, users_notification_t) = *own;
    }
    *out = all;
    return rc;
}

wall_rc_t users_get_settings(wall_cx_t *cx, const void *in, users_settings_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_users_settings(cx->viewer.user_id), &users_settings_shape, out);

    if (rc == WALL_OK)
        rc = read_notifications(cx, &out->notifications);
    return rc == WALL_OK ? read_muted(cx, &out->muted_keywords) : rc;
}

/* ---- changing ---- */

wall_rc_t users_lock_settings(wall_cx_t *cx, const users_settings_change_t *in, void *out)
{
    apr_int64_t locked;

    return wall_db_number(cx, sql_users_lock(cx->viewer.user_id), &locked);
}

static wall_rc_t check_notifications(wall_cx_t *cx, const apr_array_header_t *list)
{
    unsigned seen = 0;
    wall_rc_t rc = WALL_OK;

    for (int i = 0; list != NULL && i < list->nelts; i++) {
        unsigned bit = 1u << APR_ARRAY_IDX(list, i, users_notification_t).kind;

        if (seen & bit)
            rc = wall_fail(cx, WALL_E_VALIDATION, apr_psprintf(cx->pool, "notifications[%d].kind", i),
                           WALL_WHY(GIVEN_TWICE));
        seen |= bit;
    }
    return rc;
}

/* As they are compared nobody wants one twice; as they were written they are kept. */
static wall_rc_t check_muted(wall_cx_t *cx, const apr_array_header_t *list, wall_buf_t *json)
{
    apr_hash_t *seen = apr_hash_make(cx->pool);
    wall_rc_t rc = WALL_OK;

    wall_buf_char(json, '[');
    for (int i = 0; i < list->nelts; i++) {
        const char *word = APR_ARRAY_IDX(list, i, const char *);
        const char *folded = wall_words_fold(cx->pool, word);
        const char *name = apr_psprintf(cx->pool, "muted_keywords[%d]", i);

        if (folded == NULL)
            rc = wall_fail(cx, WALL_E_VALIDATION, name, WALL_WHY(EMPTY));
        else if (wall_utf8_length(word) > MUTED_LENGTH)
            rc = wall_fail(cx, WALL_E_VALIDATION, name, WALL_WHY(TOO_LONG, .n = MUTED_LENGTH));
        else if (apr_hash_get(seen, folded, APR_HASH_KEY_STRING) == NULL) {
            if (json->len > 1)
                wall_buf_char(json, ',');
            wall_json_string(json, word);
            apr_hash_set(seen, folded, APR_HASH_KEY_STRING, word);
        }
    }
    wall_buf_char(json, ']');
    return rc;
}

static const char *notifications_as_json(wall_cx_t *cx, const apr_array_header_t *list)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 256);
    for (int i = 0; i < list->nelts; i++) {
        const users_notification_t *n = &APR_ARRAY_IDX(list, i, users_notification_t);

        wall_buf_fmt(&json, "%s[\"%s\",%d,%d,%d]", i > 0 ? "," : "[", kind_names[n->kind], n->on_wall,
                     n->email, n->push);
    }
    wall_buf_char(&json, ']');
    return json.data;
}

typedef struct settings_update_t {
    const users_settings_change_t *in;
    const char *muted; /* JSON, NULL = they stay */
} settings_update_t;

static const char *named(const char *const *names, int given, int value)
{
    return given ? names[value] : NULL;
}

static wall_rc_t update_work(wall_cx_t *cx, void *baton)
{
    const settings_update_t *update = baton;
    const users_settings_change_t *in = update->in;
    const apr_int64_t quiet = in->quiet_hours;
    apr_int64_t me = cx->viewer.user_id, locked;
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(me), &locked);

    if (rc == WALL_OK)
        rc = wall_db_exec(
            cx,
            sql_users_set_settings(
                me, in->time_zone_given, in->time_zone,
                named(users_theme_names, in->theme_given, in->theme),
                named(users_visibility_names, in->default_post_visibility_given,
                      in->default_post_visibility),
                named(frequency_names, in->notification_frequency_given, in->notification_frequency),
                in->quiet_hours_given ? &quiet : NULL),
            NULL);
    if (rc == WALL_OK && in->notifications != NULL && in->notifications->nelts > 0)
        rc = wall_db_exec(
            cx, sql_users_set_notifications(me, notifications_as_json(cx, in->notifications)), NULL);
    if (rc == WALL_OK && update->muted != NULL)
        rc = wall_db_exec(cx, sql_users_delete_muted(me), NULL);
    if (rc == WALL_OK && update->muted != NULL && strcmp(update->muted, "[]") != 0)
        rc = wall_db_exec(cx, sql_users_add_muted(me, update->muted), NULL);
    return rc;
}

wall_rc_t users_update_settings(wall_cx_t *cx, const users_settings_change_t *in,
                                users_settings_t *out)
{
    settings_update_t update = { .in = in };
    wall_rc_t rc = check_notifications(cx, in->notifications), other;
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 256);
    if (in->muted_keywords != NULL) {
        other = check_muted(cx, in->muted_keywords, &json);
        rc = other != WALL_OK ? other : rc;
        update.muted = json.data;
    }
    if (in->time_zone != NULL && !wall_zone_valid(in->time_zone))
        rc = wall_fail(cx, WALL_E_VALIDATION, "time_zone", WALL_WHY(NOT_ZONE));
    if (rc == WALL_OK)
        rc = wall_db_tx(cx, update_work, &update);
    return rc == WALL_OK ? users_get_settings(cx, NULL, out) : rc;
}
