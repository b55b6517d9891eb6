/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_LEAVING_ACTIONS_H
#define WALL_APP_LEAVING_ACTIONS_H

/** @file leaving_actions.h What leaving_routes.c calls, and what the files of leaving/ share. Private. */
#include "app/leaving/leaving.h"
#include "core/fields.h"
#include "io/db.h"
#include "io/zip.h"

typedef enum leaving_export_status_t {
    LEAVING_NONE,
    LEAVING_QUEUED,
    LEAVING_PROCESSING,
    LEAVING_COMPLETED,
    LEAVING_FAILED
} leaving_export_status_t;

/** The copy of one's data. */
typedef struct leaving_export_t {
    int status; /* leaving_export_status_t */
    apr_int64_t progress_percentage;
    apr_int64_t *file_size;
    const char *file_name; /* not sent */
    apr_time_t created_at, completed_at, expires_at;
} leaving_export_t;
extern const wall_shape_t leaving_export_shape;     /* as sent */
extern const wall_shape_t leaving_export_row_shape; /* as selected */

typedef struct leaving_deletion_in_t {
    const char *username; /* typed once more: this is not done by one click */
} leaving_deletion_in_t;

typedef struct leaving_deletion_t {
    apr_time_t deletion_due_at;
} leaving_deletion_t;

extern const wall_shape_t leaving_deletion_shape; /* as selected and as sent */

wall_rc_t leaving_get_export(wall_cx_t *cx, const void *in, leaving_export_t *out);
wall_rc_t leaving_ask_export(wall_cx_t *cx, const void *in, leaving_export_t *out);
wall_rc_t leaving_get_file(wall_cx_t *cx, const void *in, wall_body_t *out);
wall_rc_t leaving_deactivate(wall_cx_t *cx, const void *in, void *out);
wall_rc_t leaving_delete(wall_cx_t *cx, const leaving_deletion_in_t *in, leaving_deletion_t *out);

/** Folder of the copies, in cx->pool. */
const char *leaving_exports_dir(wall_cx_t *cx);

/** Removes the file of @a user_id's copy, if there is one; the row stays. */
wall_rc_t leaving_remove_copy(wall_cx_t *cx, apr_int64_t user_id);

/** Told how much of a copy is written. Not WALL_OK ends the writing with it. */
typedef wall_rc_t (*leaving_progress_t)(wall_cx_t *cx, void *baton, int percent);
/** Writes everything kept of @a user_id into @a zip. Memory does not grow with it. */
wall_rc_t leaving_write_parts(wall_cx_t *cx, apr_int64_t user_id, wall_zip_t *zip,
                              leaving_progress_t progress, void *baton);

#endif
