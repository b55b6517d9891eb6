/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of one's data: asked for, written by the worker, fetched, removed. */
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#include "app/leaving/leaving_actions.h"
#include "app/mail/mail.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/events.h"
#include "io/sql_statements.h"

/* A copy is renewed with each batch; nobody works a minute on one. */
#define LEASE_SECONDS    60
#define RETRY_SECONDS    30
#define NAME_BYTES       16
#define PUBLISH_EVERY    apr_time_from_msec(250)
/* A file younger than this may be one whose row is about to be committed. */
#define ORPHAN_AGE       apr_time_from_sec(3600)
#define EXPORTS_PERMS    (APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_UEXECUTE |                \
                          APR_FPROT_GREAD | APR_FPROT_GEXECUTE)

const char *leaving_exports_dir(wall_cx_t *cx)
{
    return apr_pstrcat(cx->pool, cx->site->media_root, "/exports", NULL);
}

static const char *path_of(wall_cx_t *cx, const char *file_name)
{
    return apr_pstrcat(cx->pool, leaving_exports_dir(cx), "/", file_name, ".zip", NULL);
}

/* ---- endpoints ---- */

wall_rc_t leaving_get_export(wall_cx_t *cx, const void *in, leaving_export_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_leaving_export_get(cx->viewer.user_id),
                               &leaving_export_row_shape, out);

    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc; /* status is LEAVING_NONE */
}

wall_rc_t leaving_ask_export(wall_cx_t *cx, const void *in, leaving_export_t *out)
{
    wall_rc_t rc = wall_db_exec(cx, sql_leaving_export_ask(cx->viewer.user_id), NULL);

    return rc == WALL_OK ? leaving_get_export(cx, NULL, out) : rc;
}

wall_rc_t leaving_get_file(wall_cx_t *cx, const void *in, wall_body_t *out)
{
    leaving_export_t copy;
    wall_rc_t rc = leaving_get_export(cx, NULL, &copy);

    if (rc != WALL_OK)
        return rc;
    if (copy.status != LEAVING_COMPLETED)
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    out->content_type = "application/zip";
    out->file = path_of(cx, copy.file_name);
    out->filename = apr_psprintf(cx->pool, "%s-data.zip", cx->site->site);
    return WALL_OK;
}

/* ---- writing one ---- */

typedef struct claim_t {
    apr_int64_t user_id;
    apr_int64_t fence;
    apr_int64_t attempts;
} claim_t;

static const wall_field_t claim_fields[] = { WALL_I64(claim_t, user_id), WALL_I64(claim_t, fence),
                                             WALL_I64(claim_t, attempts), WALL_FIELDS_END };
static const wall_shape_t claim_shape = WALL_SHAPE_OF("ExportClaim", claim_t, claim_fields);

typedef struct copy_t {
    claim_t claim;
    const char *channel;
    const char *file_name;
    apr_int64_t file_size;
    apr_time_t published;
    int percent;
} copy_t;

static void publish(wall_cx_t *cx, const copy_t *copy, const char *event)
{
    const char *json = apr_psprintf(cx->pool, "{\"percent\":%d}", copy->percent);

    wall_publish_passing(cx, copy->channel, event, wall_bytes_of(json));
}

/* Whoever lost the claim (asked for anew, lease run out) stops. */
static wall_rc_t on_progress(wall_cx_t *cx, void *baton, int percent)
{
    copy_t *copy = baton;
    apr_time_t now = apr_time_now();
    apr_int64_t affected = 0;
    wall_rc_t rc;

    if (percent == copy->percent && now - copy->published < PUBLISH_EVERY)
        return WALL_OK;
    copy->percent = percent;
    copy->published = now;
    rc = wall_db_exec(cx, sql_leaving_export_renew(LEASE_SECONDS, percent, copy->claim.user_id,
                                                   copy->claim.fence),
                      &affected);
    if (rc == WALL_OK && affected == 0)
        rc = WALL_E_CONFLICT;
    if (rc == WALL_OK)
        publish(cx, copy, "export.progress");
    return rc;
}

static wall_rc_t complete_work(wall_cx_t *cx, void *baton)
{
    const copy_t *copy = baton;
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(
        cx, sql_leaving_export_complete(copy->file_name, copy->file_size, LEAVING_EXPORT_DAYS,
                                        copy->claim.user_id, copy->claim.fence),
        &affected);

    if (rc == WALL_OK && affected == 0)
        return WALL_E_CONFLICT;
    if (rc == WALL_OK)
        rc = mail_queue(cx, &(mail_t){ .kind = MAIL_DATA_READY, .user_id = copy->claim.user_id,
                                       .link = "/settings/data" });
    return rc;
}

/* In a pool of its own: the archive is closed with it, however it ends. */
static wall_rc_t write_copy(wall_cx_t *cx, copy_t *copy)
{
    const char *path = path_of(cx, copy->file_name);
    wall_zip_t *zip;
    wall_rc_t rc;

    if (apr_dir_make_recursive(leaving_exports_dir(cx), EXPORTS_PERMS, cx->pool) != APR_SUCCESS)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00595) "cannot make %s",
                             leaving_exports_dir(cx));
    rc = wall_zip_create(cx, path, &zip);
    if (rc == WALL_OK)
        rc = leaving_write_parts(cx, copy->claim.user_id, zip, on_progress, copy);
    if (rc == WALL_OK)
        rc = wall_zip_close(zip, &copy->file_size);
    if (rc == WALL_OK)
        rc = wall_db_tx(cx, complete_work, copy);
    /* With the outcome of COMMIT unknown the file may be wanted: then the sweep decides. */
    if (rc != WALL_OK && rc != WALL_E_DB_UNAVAILABLE)
        apr_file_remove(path, cx->pool);
    return rc;
}

static wall_rc_t put_off(wall_cx_t *cx, copy_t *copy)
{
    wall_rc_t rc;

    wall_fail_clear(cx);
    rc = wall_db_exec(cx, sql_leaving_export_put_off(LEAVING_EXPORT_ATTEMPTS, RETRY_SECONDS,
                                                     copy->claim.user_id, copy->claim.fence),
                      NULL);
    if (rc == WALL_OK)
        publish(cx, copy, "export.failed");
    return rc;
}

wall_rc_t leaving_export_next(wall_cx_t *cx, int *did)
{
    copy_t copy = { .percent = -1 };
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_one(cx, sql_leaving_export_next(), &claim_shape, &copy.claim);

    *did = 0;
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_leaving_export_claim(LEASE_SECONDS, copy.claim.user_id,
                                                       copy.claim.fence),
                          &affected);
    if (rc != WALL_OK || affected == 0)
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    *did = 1;
    copy.claim.fence++;
    copy.file_name = wall_random_hex(cx->pool, NAME_BYTES);
    copy.channel = apr_psprintf(cx->pool, "user:%" APR_INT64_T_FMT, copy.claim.user_id);
    rc = write_copy(cx, &copy);
    if (rc == WALL_E_CONFLICT)
        return WALL_OK; /* another has it now */
    if (rc != WALL_OK)
        return put_off(cx, &copy);
    copy.percent = 100;
    publish(cx, &copy, "export.completed");
    return WALL_OK;
}

/* ---- removing ---- */

static int is_copy(const apr_finfo_t *file)
{
    return file->name != NULL && strlen(file->name) == 2 * NAME_BYTES + 4 &&
           strcmp(file->name + 2 * NAME_BYTES, ".zip") == 0;
}

static wall_rc_t sweep_file(wall_cx_t *cx, const apr_finfo_t *file)
{
    const char *file_name = apr_pstrndup(cx->pool, file->name, 2 * NAME_BYTES);
    apr_int64_t named = 0;
    wall_rc_t rc = wall_db_number(cx, sql_leaving_export_named(file_name), &named);

    if (rc == WALL_OK && named == 0)
        apr_file_remove(path_of(cx, file_name), cx->pool);
    return rc;
}

wall_rc_t leaving_remove_copy(wall_cx_t *cx, apr_int64_t user_id)
{
    leaving_export_t copy = { 0 };
    wall_rc_t rc = wall_db_one(cx, sql_leaving_export_get(user_id), &leaving_export_row_shape, &copy);

    if (copy.file_name != NULL)
        apr_file_remove(path_of(cx, copy.file_name), cx->pool);
    return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
}

wall_rc_t leaving_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_exec(cx, sql_leaving_exports_expire(), NULL);
    apr_finfo_t file;
    apr_dir_t *dir;

    if (rc != WALL_OK || apr_dir_open(&dir, leaving_exports_dir(cx), cx->pool) != APR_SUCCESS)
        return rc;
    while (rc == WALL_OK && apr_dir_read(&file, APR_FINFO_NAME | APR_FINFO_MTIME, dir) == APR_SUCCESS) {
        if (is_copy(&file) && cx->now - file.mtime > ORPHAN_AGE)
            rc = sweep_file(cx, &file);
    }
    apr_dir_close(dir);
    return rc;
}
