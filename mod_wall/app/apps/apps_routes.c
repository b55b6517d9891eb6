/* SPDX-License-Identifier: Apache-2.0 */
#include "app/apps/apps.h"
#include "app/apps/apps_actions.h"

/* ---- what goes in ---- */

static const wall_field_t generate_in_fields[] = {
    WALL_STR(apps_generate_in_t, prompt, .required = 1, .trim = 1, .min = APPS_PROMPT_MIN,
             .max = APPS_PROMPT_MAX, .doc = "What the app should do.",
             .example = "\"A kitchen timer with three presets\""),
    WALL_STR(apps_generate_in_t, content_text, .trim = 1, .max = POSTS_TEXT_MAX,
             .doc = "Words that go with the app."),
    WALL_STR(apps_generate_in_t, wall, .format = WALL_FMT_SLUG, .min = 1, .max = 100,
             .doc = "Address (slug) or id of the wall; your own when absent."),
    WALL_ENUM(apps_generate_in_t, visibility, walls_visibility_names, .fallback = WALLS_PUBLIC,
              .doc = "Who may see the post and the app."),
    WALL_FIELDS_END
};
static const wall_shape_t generate_in_shape =
    WALL_SHAPE_OF("GenerateIn", apps_generate_in_t, generate_in_fields);

static const wall_field_t which_fields[] = {
    WALL_I64(apps_which_t, app_id, .from = WALL_FROM_PATH, .required = 1, .min = 1,
             .max = APR_INT64_MAX, .doc = "Id of the app.", .example = "12"),
    WALL_FIELDS_END
};
static const wall_shape_t which_shape = WALL_SHAPE_OF("AppWhich", apps_which_t, which_fields);

static const wall_field_t which_job_fields[] = {
    WALL_STR(apps_which_job_t, job_id, .from = WALL_FROM_PATH, .required = 1,
             .format = WALL_FMT_UUID, .min = 36, .max = 36, .doc = "Id of the job.",
             .example = "\"019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b\""),
    WALL_FIELDS_END
};
static const wall_shape_t which_job_shape =
    WALL_SHAPE_OF("JobWhich", apps_which_job_t, which_job_fields);

/* ---- what comes out ---- */

/* Columns of a job that are shown as they are. */
#define JOB_COLUMNS                                                                                \
    WALL_STR(apps_job_t, job_id, .required = 1, .doc = "Id of the job (UUIDv7)."),                 \
    WALL_I64(apps_job_t, app_id, .required = 1, .doc = "The app it makes."),                       \
    WALL_I64(apps_job_t, post_id, .required = 1, .doc = "The post the app is in."),                \
    WALL_STR(apps_job_t, status, .required = 1,                                                    \
             .doc = "queued, processing, completed, failed or cancelled.",                         \
             .example = "\"queued\""),                                                             \
    WALL_I64(apps_job_t, progress_percentage, .required = 1, .doc = "How far it is, about."),      \
    WALL_I64(apps_job_t, attempts, .required = 1, .doc = "How often it was begun."),               \
    WALL_I64(apps_job_t, max_attempts, .required = 1, .doc = "After so many it is given up."),     \
    WALL_I64(apps_job_t, estimated_bricks_min, .required = 1, .doc = "Least expected cost."),      \
    WALL_I64(apps_job_t, estimated_bricks_max, .required = 1,                                      \
             .doc = "Most it can cost; this much is held."),                                       \
    WALL_I64(apps_job_t, tokens_per_brick, .required = 1,                                          \
             .doc = "Model tokens that cost one brick, as when it was asked for."),                \
    WALL_OPT_I64(apps_job_t, actual_bricks_cost, .doc = "What it cost; null until completed."),    \
    WALL_OPT_I64(apps_job_t, prompt_tokens, .doc = "Tokens the model read."),                      \
    WALL_OPT_I64(apps_job_t, completion_tokens, .doc = "Tokens the model wrote."),                 \
    WALL_OPT_I64(apps_job_t, total_tokens, .doc = "Both together."),                               \
    WALL_STR(apps_job_t, generation_model, .doc = "The model; null until completed."),             \
    WALL_STR(apps_job_t, error_code, .doc = "Why the last attempt failed, as a code."),            \
    WALL_STR(apps_job_t, error_message, .doc = "The same in words, and what became of the bricks."), \
    WALL_BOOL(apps_job_t, refunded, .required = 1,                                                 \
              .doc = "Whether it ended without an app and all held bricks went back."),             \
    WALL_TIME(apps_job_t, created_at, .required = 1, .doc = "When it was asked for."),             \
    WALL_TIME(apps_job_t, started_at, .doc = "When the last attempt began."),                      \
    WALL_TIME(apps_job_t, completed_at, .doc = "When the app was done."),                          \
    WALL_TIME(apps_job_t, failed_at, .doc = "When it was given up.")

static const wall_field_t job_row_fields[] = {
    JOB_COLUMNS,
    WALL_I64(apps_job_t, user_id),
    WALL_STR(apps_job_t, error_reason),
    WALL_I64(apps_job_t, error_seconds),
    WALL_FIELDS_END
};
const wall_shape_t apps_job_row_shape = WALL_SHAPE_OF("JobFullRow", apps_job_t, job_row_fields);

static const wall_field_t job_fields[] = {
    JOB_COLUMNS,
    WALL_I64(apps_job_t, position, .required = 1,
             .doc = "Place in the queue, 1 = next; 0 when it does not wait."),
    WALL_I64(apps_job_t, total, .required = 1, .doc = "How many wait."),
    WALL_OPT_I64(apps_job_t, eta_s, .doc = "Seconds until it is done, about; null if unknown."),
    WALL_FIELDS_END
};
const wall_shape_t apps_job_shape = WALL_SHAPE_OF("Job", apps_job_t, job_fields);

static const wall_field_t generated_fields[] = {
    WALL_OBJ(apps_generated_t, post, &posts_post_shape, .required = 1, .doc = "The new post."),
    WALL_OBJ(apps_generated_t, job, &apps_job_shape, .required = 1, .doc = "The job that makes its app."),
    WALL_OBJ(apps_generated_t, balance, &bricks_balance_shape, .required = 1,
             .doc = "Your bricks after the hold."),
    WALL_FIELDS_END
};
static const wall_shape_t generated_shape =
    WALL_SHAPE_OF("Generated", apps_generated_t, generated_fields);

#define APP_COLUMNS                                                                                \
    WALL_I64(apps_app_t, app_id, .required = 1, .doc = "Id of the app."),                          \
    WALL_I64(apps_app_t, post_id, .required = 1, .doc = "The post it is in."),                     \
    WALL_STR(apps_app_t, title, .required = 1, .doc = "Its name, from the prompt."),               \
    WALL_STR(apps_app_t, user_prompt, .required = 1, .doc = "What was asked for."),                \
    WALL_STR(apps_app_t, status, .required = 1,                                                    \
             .doc = "queued, processing, completed, failed or cancelled."),                        \
    WALL_STR(apps_app_t, job_id, .doc = "The job that makes or made it."),                         \
    WALL_STR(apps_app_t, generation_model, .doc = "Model that wrote it; null until then."),        \
    WALL_OPT_I64(apps_app_t, generation_time, .doc = "Milliseconds the model took."),              \
    WALL_BOOL(apps_app_t, is_demo, .required = 1,                                                  \
              .doc = "Whether the demo model made it, not an AI."),                                \
    WALL_OPT_I64(apps_app_t, actual_bricks_cost, .doc = "What it cost; null until completed."),    \
    WALL_I64(apps_app_t, tokens_per_brick, .required = 1,                                          \
             .doc = "Model tokens that cost one brick, as when it was asked for."),                \
    WALL_OPT_I64(apps_app_t, prompt_tokens, .doc = "Tokens the model read."),                      \
    WALL_OPT_I64(apps_app_t, completion_tokens, .doc = "Tokens the model wrote."),                 \
    WALL_OPT_I64(apps_app_t, total_tokens, .doc = "Both together."),                               \
    WALL_OBJ(apps_app_t, author, &users_card_shape, .required = 1, .doc = "Who asked for it."),    \
    WALL_STR(apps_app_t, html_content, .doc = "Its HTML; null until completed."),                  \
    WALL_STR(apps_app_t, css_content, .doc = "Its style sheet."),                                  \
    WALL_STR(apps_app_t, js_content, .doc = "Its script."),                                        \
    WALL_TIME(apps_app_t, created_at, .required = 1, .doc = "When it was asked for."),             \
    WALL_TIME(apps_app_t, updated_at, .required = 1, .doc = "When it was changed last.")

static const wall_field_t app_row_fields[] = {
    APP_COLUMNS,
    WALL_STR(apps_app_t, public_name),
    WALL_FIELDS_END
};
const wall_shape_t apps_app_row_shape = WALL_SHAPE_OF("AppFullRow", apps_app_t, app_row_fields);

static const wall_field_t app_fields[] = {
    APP_COLUMNS,
    WALL_STR(apps_app_t, url, .doc = "Address of the running app; null until completed."),
    WALL_FIELDS_END
};
const wall_shape_t apps_app_shape = WALL_SHAPE_OF("App", apps_app_t, app_fields);

/* ---- routes ---- */

static const wall_rc_t generate_errors[] = { WALL_E_INSUFFICIENT_BRICKS, WALL_E_SPENDING_LIMIT, WALL_E_FORBIDDEN,
                                             WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t look_errors[] = { WALL_E_NOT_FOUND, WALL_OK };
static const wall_rc_t cancel_errors[] = { WALL_E_NOT_FOUND, WALL_E_FORBIDDEN, WALL_E_CONFLICT,
                                           WALL_OK };

WALL_ENDPOINT(apps_generate, apps_generate_in_t, apps_generated_t)
WALL_ENDPOINT(apps_get, apps_which_t, apps_app_t)
WALL_ENDPOINT(apps_get_job, apps_which_job_t, apps_job_t)
WALL_ENDPOINT(apps_watch_job, apps_which_job_t, wall_stream_t)
WALL_ENDPOINT(apps_cancel_job, apps_which_job_t, apps_job_t)

const wall_route_t apps_routes[] = {
    { .id = "generateApp", .method = WALL_POST, .path = "/ai/generate",
      .auth = WALL_AUTH_USER, .scope = "apps:write", .rate = WALL_RATE_GENERATE,
      .idempotent = WALL_KEY_REQUIRED, .in = &generate_in_shape, .out = &generated_shape,
      .status = 201, .errors = generate_errors, .action = WALL_ACTION(apps_generate),
      .doc = "Ask for an app: makes its post, holds bricks_max bricks and joins the queue." },
    { .id = "getJob", .method = WALL_GET, .path = "/ai/jobs/{job_id}",
      .auth = WALL_AUTH_OPTIONAL, .scope = "apps:read", .rate = WALL_RATE_READ,
      .in = &which_job_shape, .out = &apps_job_shape, .errors = look_errors,
      .action = WALL_ACTION(apps_get_job),
      .doc = "A job, for everybody who may see the post." },
    { .id = "watchJob", .method = WALL_GET, .path = "/ai/jobs/{job_id}/status",
      .auth = WALL_AUTH_OPTIONAL, .scope = "apps:read", .rate = WALL_RATE_READ,
      .in = &which_job_shape, .errors = look_errors, .raw = WALL_RAW_STREAM,
      .action = WALL_ACTION(apps_watch_job),
      .doc = "Follow a job: job.queued {position, total, eta_s}, job.started {attempt}, job.progress "
             "{percent, stage, tokens, tokens_per_s, delta, bricks}, and at the end job.completed "
             "{app_id, receipt, removed}, job.failed {code, message, retryable, refunded} or "
             "job.cancelled {refunded}. The deltas of a stage, put together, are its code so far; "
             "job.started begins them anew." },
    { .id = "cancelJob", .method = WALL_POST, .path = "/ai/jobs/{job_id}/cancel",
      .auth = WALL_AUTH_USER, .scope = "apps:write", .rate = WALL_RATE_WRITE,
      .idempotent = WALL_KEY_OPTIONAL, .in = &which_job_shape, .out = &apps_job_shape,
      .errors = cancel_errors, .action = WALL_ACTION(apps_cancel_job),
      .doc = "Stop your job, waiting or running. All bricks held for it come back." },
    { .id = "getApp", .method = WALL_GET, .path = "/ai/applications/{app_id}",
      .auth = WALL_AUTH_OPTIONAL, .scope = "apps:read", .rate = WALL_RATE_READ,
      .in = &which_shape, .out = &apps_app_shape, .errors = look_errors,
      .action = WALL_ACTION(apps_get),
      .doc = "An app with its code, for everybody who may see the post." },
    WALL_ROUTES_END
};
