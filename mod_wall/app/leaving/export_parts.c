/* SPDX-License-Identifier: Apache-2.0 */
/* What a copy of one's data holds: the table, and the writing of it. */
#include <apr_strings.h>
#include <string.h>

#include "app/leaving/leaving_actions.h"
#include "core/site.h"
#include "io/sql_statements.h"

/** One file of the copy: an array of the objects its statement returns. */
typedef struct part_t {
    const char *file;
    wall_query_t (*rows)(apr_int64_t user_id, apr_int64_t after);
} part_t;

static const part_t parts[] = {
    { .file = "account.json", .rows = sql_exports_account },
    { .file = "links.json", .rows = sql_exports_links },
    { .file = "settings.json", .rows = sql_exports_settings },
    { .file = "notifications.json", .rows = sql_exports_notifications },
    { .file = "muted_keywords.json", .rows = sql_exports_muted_keywords },
    { .file = "blocks.json", .rows = sql_exports_blocks },
    { .file = "old_usernames.json", .rows = sql_exports_old_usernames },
    { .file = "walls.json", .rows = sql_exports_walls },
    { .file = "posts.json", .rows = sql_exports_posts },
    { .file = "apps.json", .rows = sql_exports_apps },
    { .file = "jobs.json", .rows = sql_exports_jobs },
    { .file = "bricks.json", .rows = sql_exports_bricks },
    { .file = "held_bricks.json", .rows = sql_exports_holds },
    { .file = "daily_bricks.json", .rows = sql_exports_daily_bricks },
    { .file = "debts.json", .rows = sql_exports_debts },
    { .file = "purchases.json", .rows = sql_exports_purchases },
    { .file = "disputes.json", .rows = sql_exports_disputes },
    { .file = "sessions.json", .rows = sql_exports_sessions },
    { .file = "logins.json", .rows = sql_exports_logins },
    { .file = "devices.json", .rows = sql_exports_devices },
    { .file = "connections.json", .rows = sql_exports_connections },
    { .file = "passkeys.json", .rows = sql_exports_passkeys },
    { .file = "authenticator.json", .rows = sql_exports_authenticator },
    { .file = "recovery_codes.json", .rows = sql_exports_recovery_codes },
    { .file = "api_keys.json", .rows = sql_exports_api_keys },
    { .file = "invitations.json", .rows = sql_exports_invitations },
    { .file = "mails.json", .rows = sql_exports_mails },
    { .file = "links_sent.json", .rows = sql_exports_links_sent },
    { .file = "staff_actions.json", .rows = sql_exports_staff_actions },
};
#define PARTS (int)(sizeof(parts) / sizeof(parts[0]))

typedef struct row_t {
    apr_int64_t after;
    const char *json;
} row_t;

static const wall_field_t row_fields[] = { WALL_I64(row_t, after), WALL_STR(row_t, json),
                                           WALL_FIELDS_END };
static const wall_shape_t row_shape = WALL_SHAPE_OF("ExportRow", row_t, row_fields);

typedef struct code_t {
    apr_int64_t after;
    const char *html, *css, *js;
} code_t;

static const wall_field_t code_fields[] = { WALL_I64(code_t, after), WALL_STR(code_t, html),
                                            WALL_STR(code_t, css), WALL_STR(code_t, js),
                                            WALL_FIELDS_END };
static const wall_shape_t code_shape = WALL_SHAPE_OF("ExportCode", code_t, code_fields);

/* One batch of rows. @param after moved on; unchanged at the end */
static wall_rc_t write_rows(wall_cx_t *cx, const part_t *part, apr_int64_t user_id,
                            apr_int64_t *after, wall_zip_t *zip)
{
    apr_int64_t first = *after;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, part->rows(user_id, first), &row_shape, &rows);

    for (int i = 0; rc == WALL_OK && i < rows->nelts; i++) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);

        rc = wall_zip_write(zip, wall_bytes_of(first == 0 && i == 0 ? "" : ",\n"));
        if (rc == WALL_OK)
            rc = wall_zip_write(zip, wall_bytes_of(row->json));
        *after = row->after;
    }
    return rc;
}

static wall_rc_t write_file(wall_zip_t *zip, const char *name, const char *text)
{
    wall_rc_t rc = WALL_OK;

    if (text != NULL && *text != '\0')
        rc = wall_zip_entry(zip, name);
    if (rc == WALL_OK && text != NULL && *text != '\0')
        rc = wall_zip_write(zip, wall_bytes_of(text));
    return rc;
}

/* The next app's code as files one can open. @param after unchanged at the end */
static wall_rc_t write_code(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *after, wall_zip_t *zip)
{
    static const char page[] = "<!doctype html>\n<meta charset=\"utf-8\">\n"
                               "<link rel=\"stylesheet\" href=\"style.css\">\n%s\n"
                               "<script src=\"script.js\"></script>\n";
    code_t code;
    const char *folder;
    wall_rc_t rc = wall_db_one(cx, sql_exports_app_code(user_id, *after), &code_shape, &code);

    if (rc == WALL_E_NOT_FOUND)
        return WALL_OK;
    if (rc != WALL_OK)
        return rc;
    *after = code.after;
    folder = apr_psprintf(cx->pool, "apps/%" APR_INT64_T_FMT, code.after);
    rc = write_file(zip, apr_pstrcat(cx->pool, folder, "/index.html", NULL),
                    apr_psprintf(cx->pool, page, code.html != NULL ? code.html : ""));
    if (rc == WALL_OK)
        rc = write_file(zip, apr_pstrcat(cx->pool, folder, "/style.css", NULL), code.css);
    if (rc == WALL_OK)
        rc = write_file(zip, apr_pstrcat(cx->pool, folder, "/script.js", NULL), code.js);
    return rc;
}

/** What is being written, for loops that give their memory back after each batch. */
typedef struct writing_t {
    apr_int64_t user_id;
    wall_zip_t *zip;
    leaving_progress_t progress;
    void *baton;
} writing_t;

/* @param part NULL: the apps' code */
static wall_rc_t write_all(wall_cx_t *cx, const writing_t *writing, const part_t *part, int percent)
{
    apr_pool_t *whole = cx->pool, *batch;
    apr_int64_t after = 0, before;
    wall_rc_t rc;

    apr_pool_create(&batch, whole);
    do {
        before = after;
        apr_pool_clear(batch);
        cx->pool = batch;
        rc = part != NULL ? write_rows(cx, part, writing->user_id, &after, writing->zip)
                          : write_code(cx, writing->user_id, &after, writing->zip);
        cx->pool = whole;
        if (rc == WALL_OK)
            rc = writing->progress(cx, writing->baton, percent);
    } while (rc == WALL_OK && after != before);
    if (rc == WALL_OK)
        apr_pool_destroy(batch); /* else it holds what is said of the failure */
    return rc;
}

static wall_rc_t write_readme(wall_cx_t *cx, wall_zip_t *zip)
{
    static const char text[] =
        "A copy of your data on %s\n\n"
        "Each .json file is a list of objects, oldest first, with the names the API uses; times are UTC.\n"
        "bricks.json is your part of the ledger. apps/<app_id>/index.html opens in a browser.\n"
        "What you wrote is Markdown. Passwords and keys are not here: the site does not have them.\n";

    return write_file(zip, "README.txt",
                      apr_psprintf(cx->pool, text, cx->site->base_url != NULL ? cx->site->base_url
                                                                             : cx->site->site));
}

wall_rc_t leaving_write_parts(wall_cx_t *cx, apr_int64_t user_id, wall_zip_t *zip,
                              leaving_progress_t progress, void *baton)
{
    writing_t writing = { user_id, zip, progress, baton };
    wall_rc_t rc = write_readme(cx, zip);

    for (int i = 0; rc == WALL_OK && i < PARTS; i++) {
        rc = wall_zip_entry(zip, parts[i].file);
        if (rc == WALL_OK)
            rc = wall_zip_write(zip, wall_bytes_of("["));
        if (rc == WALL_OK)
            rc = write_all(cx, &writing, &parts[i], 100 * i / (PARTS + 1));
        if (rc == WALL_OK)
            rc = wall_zip_write(zip, wall_bytes_of("]\n"));
    }
    return rc == WALL_OK ? write_all(cx, &writing, NULL, 100 * PARTS / (PARTS + 1)) : rc;
}
