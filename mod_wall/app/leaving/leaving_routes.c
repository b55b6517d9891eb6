/* SPDX-License-Identifier: Apache-2.0 */
#include "app/leaving/leaving_actions.h"

static const char *const status_names[] = {
    [LEAVING_NONE] = "none",           [LEAVING_QUEUED] = "queued", [LEAVING_PROCESSING] = "processing",
    [LEAVING_COMPLETED] = "completed", [LEAVING_FAILED] = "failed", NULL
};

#define EXPORT_FIELDS                                                                              \
    WALL_ENUM(leaving_export_t, status, status_names, .required = 1,                               \
              .doc = "none: never asked for, or removed after its time."),                         \
    WALL_I64(leaving_export_t, progress_percentage, .required = 1, .doc = "How much is written.",  \
             .example = "40"),                                                                     \
    WALL_OPT_I64(leaving_export_t, file_size, .doc = "Bytes of the finished file."),               \
    WALL_TIME(leaving_export_t, created_at, .doc = "When it was asked for."),                      \
    WALL_TIME(leaving_export_t, completed_at, .doc = "When it was finished."),                     \
    WALL_TIME(leaving_export_t, expires_at, .doc = "When it will be removed.")

static const wall_field_t export_fields[] = { EXPORT_FIELDS, WALL_FIELDS_END };
const wall_shape_t leaving_export_shape =
    WALL_SHAPE_OF("DataExport", leaving_export_t, export_fields);

static const wall_field_t export_row_fields[] = { EXPORT_FIELDS,
                                                  WALL_STR(leaving_export_t, file_name),
                                                  WALL_FIELDS_END };
const wall_shape_t leaving_export_row_shape =
    WALL_SHAPE_OF("DataExportRow", leaving_export_t, export_row_fields);

static const wall_field_t deletion_in_fields[] = {
    WALL_STR(leaving_deletion_in_t, username, .required = 1, .trim = 1, .format = WALL_FMT_LINE,
             .min = 1, .max = 30, .doc = "Your username: this is not done by a click alone.",
             .example = "\"ada\""),
    WALL_FIELDS_END
};
static const wall_shape_t deletion_in_shape =
    WALL_SHAPE_OF("Deletion", leaving_deletion_in_t, deletion_in_fields);

static const wall_field_t deletion_fields[] = {
    WALL_TIME(leaving_deletion_t, deletion_due_at, .required = 1,
              .doc = "Until then signing in takes it back; then all is erased."),
    WALL_FIELDS_END
};
const wall_shape_t leaving_deletion_shape =
    WALL_SHAPE_OF("DeletionDue", leaving_deletion_t, deletion_fields);

static const wall_rc_t file_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t go_errors[] = { WALL_E_LAST_ADMIN, WALL_E_CONFLICT, WALL_OK };

WALL_ENDPOINT(leaving_get_export, void, leaving_export_t)
WALL_ENDPOINT(leaving_ask_export, void, leaving_export_t)
WALL_ENDPOINT(leaving_get_file, void, wall_body_t)
WALL_ENDPOINT(leaving_deactivate, void, void)
WALL_ENDPOINT(leaving_delete, leaving_deletion_in_t, leaving_deletion_t)

const wall_route_t leaving_routes[] = {
    { .id = "getExport",
      .method = WALL_GET,
      .path = "/users/me/export",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .out = &leaving_export_shape,
      .action = WALL_ACTION(leaving_get_export),
      .doc = "The copy of your data: whether there is one, how far it is." },
    { .id = "askExport",
      .method = WALL_POST,
      .path = "/users/me/export",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_UPLOAD,
      .out = &leaving_export_shape,
      .status = 202,
      .action = WALL_ACTION(leaving_ask_export),
      .doc = "Have a ZIP made of everything the site has of you. Progress comes as export.progress and "
             "export.completed on user:<id>. A copy made before is replaced." },
    { .id = "getExportFile",
      .method = WALL_GET,
      .path = "/users/me/export/file",
      .auth = WALL_AUTH_USER,
      .rate = WALL_RATE_READ,
      .raw = WALL_RAW_BODY,
      .errors = file_errors,
      .action = WALL_ACTION(leaving_get_file),
      .doc = "The finished copy, a ZIP." },
    { .id = "deactivateMe",
      .method = WALL_POST,
      .path = "/users/me/deactivate",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .errors = go_errors,
      .action = WALL_ACTION(leaving_deactivate),
      .doc = "Hide your account, walls and posts from everybody and sign out everywhere; signing in brings "
             "all of it back." },
    { .id = "deleteMe",
      .method = WALL_POST,
      .path = "/users/me/deletion",
      .auth = WALL_AUTH_USER,
      .step_up = 1,
      .rate = WALL_RATE_WRITE,
      .in = &deletion_in_shape,
      .out = &leaving_deletion_shape,
      .errors = go_errors,
      .action = WALL_ACTION(leaving_delete),
      .doc = "Delete your account: hidden at once, erased for good after 14 days; signing in before takes "
             "it back." },
    WALL_ROUTES_END
};
