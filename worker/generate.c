/* SPDX-License-Identifier: Apache-2.0 */
/* One conversation with the model: request, stream, progress, and what went wrong. */
#include <apr_strings.h>
#include <string.h>

#include "app/bricks/bricks.h"
#include "core/fields.h"
#include "core/json.h"
#include "io/events.h"
#include "io/http_client.h"
#include "io/redis.h"
#include "worker/model.h"
#include "worker/ndjson.h"
#include "worker/prompt.h"

#define CONNECT_TIMEOUT_MS 5000
#define LINE_MAX_BYTES     (8 * 1024 * 1024) /* as Ollama's own client */
#define BODY_MAX_BYTES     (256 * 1024 * 1024)
#define ERROR_MAX_BYTES    4096
#define PROGRESS_EVERY     apr_time_from_msec(100)
#define CANCEL_LOOK_EVERY  apr_time_from_msec(500)
#define HEARTBEAT_EVERY    apr_time_from_sec(5)
#define PREDICT_MIN        256

/** Why the transfer was ended from our side. */
typedef enum stop_t {
    STOP_NONE,
    STOP_LOST,      /* fence or cancel flag */
    STOP_SHUTDOWN,
    STOP_TOO_LARGE,
    STOP_ERROR,     /* an error line */
    STOP_GARBLED    /* no JSON, or a line without end */
} stop_t;

typedef struct generation_t {
    const lane_t *lane;
    wall_cx_t *cx;   /* of the job */
    wall_cx_t brief; /* the same with a pool that is cleared after each use */
    model_t *model;
    const apps_claim_t *claim;
    const char *channel;
    const char *cancel_key;
    apr_pool_t *line_pool;
    ndjson_t reader;
    answer_t *answer;
    wall_buf_t error; /* body of an error status */
    size_t told[ANSWER_PARTS];
    apr_int64_t budget;        /* num_predict */
    apr_int64_t expected;      /* tokens this will take, about */
    apr_int64_t prompt_guess;  /* tokens of the prompt, about */
    apr_int64_t tokens;        /* pieces of content so far */
    apr_int64_t prompt_tokens, completion_tokens;
    apr_int64_t content_bytes;
    int done, cut;
    const char *model_name;
    stop_t stop;
    apr_time_t began, first_token, progress_at, cancel_at, renew_at, beat_at;
} generation_t;

/* ---- progress ---- */

/** Asymptotic past the expectation: never 100 before the end. */
static apr_int64_t percent(const generation_t *g)
{
    if (g->tokens < g->expected) {
        return g->tokens * 90 / g->expected;
    }
    return 99 - 9 * g->expected / g->tokens;
}

static void publish(generation_t *g, const char *stage, wall_bytes_t delta)
{
    apr_time_t now = apr_time_now();
    double seconds = (double)(now - g->first_token) / APR_USEC_PER_SEC;
    const char *text = apr_pstrmemdup(g->brief.pool, delta.data ? delta.data : "", delta.len);
    int cancelled = 0;
    wall_buf_t json;

    wall_buf_init(&json, g->brief.pool, delta.len + delta.len / 4 + 160);
    wall_buf_fmt(&json, "{\"percent\":%" APR_INT64_T_FMT ",\"stage\":\"%s\",\"tokens\":%"
                 APR_INT64_T_FMT ",\"tokens_per_s\":%.1f,\"delta\":", percent(g), stage, g->tokens,
                 g->tokens > 1 && seconds > 0 ? (double)g->tokens / seconds : 0.0);
    wall_json_string(&json, text);
    wall_buf_fmt(&json, ",\"bricks\":%" APR_INT64_T_FMT "}",
                 apps_job_cost(g->claim, g->prompt_guess + g->tokens));
    (void)wall_publish_checked(&g->brief, g->channel, "job.progress",
                               (wall_bytes_t){ json.data, json.len }, g->cancel_key, &cancelled);
    g->progress_at = g->cancel_at = now;
    if (cancelled) {
        g->stop = STOP_LOST;
    }
}

/** Tells what has been written since the last time, stage by stage. */
static void tell_progress(generation_t *g)
{
    int part;

    for (part = 0; part < ANSWER_PARTS && g->stop == STOP_NONE; part++) {
        wall_bytes_t code = answer_part(g->answer, (answer_part_t)part);
        size_t told = g->told[part];
        if (code.len > told) {
            g->told[part] = code.len;
            publish(g, answer_part_name((answer_part_t)part),
                    (wall_bytes_t){ code.data + told, code.len - told });
        }
    }
    apr_pool_clear(g->brief.pool);
}

/** What has to happen every so often, whether the model says something or not. */
static int on_tick(void *baton)
{
    generation_t *g = baton;
    apr_time_t now = apr_time_now();
    wall_bytes_t flag = { 0 };

    if (g->stop != STOP_NONE) {
        return 1;
    }
    if (lane_stopping()
        && now - lane_stopping_since() > apr_time_from_sec(WORKER_GRACE_SECONDS)) {
        g->stop = STOP_SHUTDOWN;
        return 1;
    }
    if (now - g->progress_at >= PROGRESS_EVERY) {
        tell_progress(g);
    }
    if (g->stop == STOP_NONE && now - g->cancel_at >= CANCEL_LOOK_EVERY) {
        g->cancel_at = now;
        if (wall_redis_get(&g->brief, g->cancel_key, &flag) == WALL_OK && flag.data) {
            g->stop = STOP_LOST;
        }
    }
    if (g->stop == STOP_NONE && now >= g->renew_at) {
        wall_rc_t rc = apps_job_renew(&g->brief, g->claim, percent(g));
        wall_fail_clear(&g->brief);
        /* a database that is away is asked again soon; the fence decides in the end */
        g->renew_at = now + (rc == WALL_OK ? apr_time_from_msec(g->cx->site->job_lease * 333)
                                           : apr_time_from_sec(1));
        if (rc == WALL_E_CONFLICT) {
            g->stop = STOP_LOST;
        }
    }
    if (now >= g->beat_at) {
        model_heartbeat(&g->brief, g->model);
        g->beat_at = now + HEARTBEAT_EVERY;
    }
    apr_pool_clear(g->brief.pool);
    return g->stop != STOP_NONE;
}

/* ---- the stream ---- */

static apr_int64_t number(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value) ? json_object_get_int64(value) : 0;
}

static const char *string(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value)
           && json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static void take_content(generation_t *g, struct json_object *message)
{
    struct json_object *content;
    size_t len;

    if (!json_object_object_get_ex(message, "content", &content)
        || !json_object_is_type(content, json_type_string)) {
        return;
    }
    len = (size_t)json_object_get_string_len(content);
    if (len == 0) {
        return;
    }
    if (g->tokens++ == 0) {
        g->first_token = apr_time_now();
    }
    g->content_bytes += (apr_int64_t)len;
    answer_feed(g->answer, json_object_get_string(content), len);
    /* twice the size leaves room for prose; what is larger will not become an app */
    if (answer_size(g->answer) > 2 * (size_t)g->cx->site->max_app_size) {
        g->stop = STOP_TOO_LARGE;
    }
}

static int on_line(void *baton, wall_bytes_t line)
{
    generation_t *g = baton;
    struct json_object *object, *message, *done;
    const char *text;

    apr_pool_clear(g->line_pool);
    object = wall_json_parse_pool(g->line_pool, line);
    if (!object || !json_object_is_type(object, json_type_object)) {
        g->stop = STOP_GARBLED;
        return 1;
    }
    if ((text = string(object, "error")) != NULL) {
        wall_buf_str(&g->error, text);
        g->stop = STOP_ERROR;
        return 1;
    }
    if (json_object_object_get_ex(object, "message", &message)) {
        take_content(g, message);
    }
    if (json_object_object_get_ex(object, "done", &done) && json_object_get_boolean(done)) {
        text = string(object, "done_reason");
        g->done = 1;
        g->cut = text && strcmp(text, "length") == 0;
        g->prompt_tokens = number(object, "prompt_eval_count");
        g->completion_tokens = number(object, "eval_count");
        text = string(object, "model");
        g->model_name = apr_pstrdup(g->cx->pool, text ? text : g->cx->site->ollama_model);
    }
    return g->stop != STOP_NONE;
}

static int on_data(void *baton, int status, const char *data, size_t len)
{
    generation_t *g = baton;

    if (status != 200) {
        size_t room = ERROR_MAX_BYTES - (g->error.len < ERROR_MAX_BYTES ? g->error.len
                                                                        : ERROR_MAX_BYTES);
        wall_buf_add(&g->error, data, len < room ? len : room);
        return 0;
    }
    if (ndjson_feed(&g->reader, data, len) != 0) {
        if (g->stop == STOP_NONE) {
            g->stop = STOP_GARBLED;
        }
        return 1;
    }
    return on_tick(g);
}

/* ---- request ---- */

static const char *request_body(generation_t *g, const char *user)
{
    const wall_site_t *site = g->cx->site;
    wall_buf_t json;

    wall_buf_init(&json, g->cx->pool, 8192);
    wall_buf_str(&json, "{\"model\":");
    wall_json_string(&json, site->ollama_model);
    wall_buf_str(&json, ",\"messages\":[{\"role\":\"system\",\"content\":");
    wall_json_string(&json, prompt_system);
    wall_buf_str(&json, "},{\"role\":\"user\",\"content\":");
    wall_json_string(&json, user);
    wall_buf_fmt(&json, "}],\"stream\":true,\"keep_alive\":\"10m\"%s,\"options\":{\"num_ctx\":%"
                 APR_INT64_T_FMT ",\"num_predict\":%" APR_INT64_T_FMT ",\"temperature\":0.2}}",
                 g->model->thinks ? ",\"think\":false" : "", site->ollama_context, g->budget);
    return json.data;
}

static apr_int64_t least(apr_int64_t a, apr_int64_t b)
{
    return a < b ? a : b;
}

/** How many tokens the answer may have, so that it never costs more than is held. */
static void set_budget(generation_t *g, const char *user)
{
    apr_int64_t paid = g->claim->held * g->claim->tokens_per_brick;
    apr_int64_t room;

    g->prompt_guess = (apr_int64_t)(strlen(prompt_system) + strlen(user)) / 4 + 16;
    room = least(paid, g->cx->site->ollama_context) - g->prompt_guess * 4 / 3;
    g->budget = room > PREDICT_MIN ? room : PREDICT_MIN;
    g->expected = g->budget * 6 / 10;
}

static generation_t *begin(const lane_t *lane, wall_cx_t *cx, model_t *model,
                           const apps_claim_t *claim)
{
    generation_t *g = apr_pcalloc(cx->pool, sizeof *g);
    apr_time_t now = apr_time_now();

    g->lane = lane;
    g->cx = cx;
    g->brief = *cx;
    apr_pool_create(&g->brief.pool, cx->pool);
    apr_pool_create(&g->line_pool, cx->pool);
    g->model = model;
    g->claim = claim;
    g->channel = apr_pstrcat(cx->pool, "job:", claim->job_id, NULL);
    g->cancel_key = apr_pstrcat(cx->pool, "cancel:", claim->job_id, NULL);
    g->answer = answer_begin(cx->pool);
    ndjson_init(&g->reader, cx->pool, LINE_MAX_BYTES, on_line, g);
    wall_buf_init(&g->error, cx->pool, 256);
    g->began = g->progress_at = g->cancel_at = now;
    g->renew_at = now + apr_time_from_msec(cx->site->job_lease * 333);
    g->beat_at = now + HEARTBEAT_EVERY;
    return g;
}

/* ---- what went wrong ---- */

static model_end_t failed(apps_failure_t *failure, apps_reason_t reason, int again)
{
    *failure = (apps_failure_t){ .reason = reason, .again = again };
    return MODEL_FAILED;
}

static int seconds_since(apr_time_t then)
{
    return (int)apr_time_sec(apr_time_now() - then + APR_USEC_PER_SEC / 2);
}

/** "The code stopped halfway through the script, after 30 s." */
static model_end_t halfway(generation_t *g, apps_failure_t *failure)
{
    static const apps_reason_t places[] = { [ANSWER_HTML] = APPS_ANSWER_CUT_HTML,
                                            [ANSWER_CSS] = APPS_ANSWER_CUT_CSS,
                                            [ANSWER_JS] = APPS_ANSWER_CUT_JS };

    failed(failure, g->tokens == 0 ? APPS_ANSWER_CUT : places[answer_stage(g->answer)], 1);
    failure->seconds = seconds_since(g->began);
    failure->soon = 1; /* the model did its work and the answer was no good: no pause is needed */
    return MODEL_FAILED;
}

static model_end_t refused(generation_t *g, int status, apps_failure_t *failure)
{
    wall_cx_log(g->cx, WALL_LOG_WARN, WALLNO(00740) "job %s: Ollama answered %d: %.200s",
                g->claim->job_id, status, g->error.data);
    switch (status) {
    case 503:
        return failed(failure, APPS_MODEL_BUSY, 1);
    case 404:
        return failed(failure, APPS_MODEL_NOT_FOUND, 0);
    case 400:
        return failed(failure, APPS_MODEL_REFUSED, 0);
    default:
        return failed(failure, APPS_MODEL_ERROR, g->claim->attempts < 2);
    }
}

/** Why the transfer did not bring an answer. */
static model_end_t broken(generation_t *g, const wall_http_response_t *response,
                          apps_failure_t *failure)
{
    const char *problem = response->problem ? response->problem : "ended early";

    switch (g->stop) {
    case STOP_LOST: return MODEL_LOST;
    case STOP_SHUTDOWN: return MODEL_STOPPED;
    case STOP_TOO_LARGE:
        return failed(failure, APPS_APP_TOO_LARGE, 0);
    case STOP_ERROR: return refused(g, 500, failure);
    case STOP_GARBLED: problem = "a line that is no JSON"; break;
    case STOP_NONE: break;
    }
    if (g->stop == STOP_NONE && response->status != 0 && response->status != 200) {
        return refused(g, response->status, failure);
    }
    wall_cx_log(g->cx, WALL_LOG_WARN, WALLNO(00741) "job %s: Ollama: %s", g->claim->job_id, problem);
    if (response->timed_out) {
        failed(failure, g->tokens == 0 ? APPS_TIMED_OUT : APPS_TIMED_OUT_LATER, 1);
        failure->seconds = seconds_since(g->began);
        return MODEL_FAILED;
    }
    if (response->status == 0) {
        g->model->reachable = g->model->ok = 0; /* asked again before the next job */
        g->model->asked_at = 0;
        return failed(failure, APPS_MODEL_UNAVAILABLE, 1);
    }
    return halfway(g, failure);
}

/** A complete answer: is it an app? */
static model_end_t judge(generation_t *g, apps_result_t *result, apps_failure_t *failure)
{
    switch (answer_finish(g->answer, g->cut, (size_t)g->cx->site->max_app_size, &result->code)) {
    case ANSWER_OK:
        break;
    case ANSWER_CUT:
        return halfway(g, failure);
    case ANSWER_TOO_LARGE:
        return failed(failure, APPS_APP_TOO_LARGE, 0);
    case ANSWER_EMPTY:
    case ANSWER_NOT_TEXT:
        failed(failure, APPS_ANSWER_UNUSABLE, 1);
        failure->soon = 1;
        return MODEL_FAILED;
    }
    result->model = g->model_name;
    result->generation_ms = apr_time_as_msec(apr_time_now() - g->began);
    /* Counts that are zero are left out by Ollama, and old versions leave them out on cache hits. */
    result->prompt_tokens = g->prompt_tokens > 0 ? g->prompt_tokens : g->prompt_guess;
    result->completion_tokens = g->completion_tokens > 0 ? g->completion_tokens
                                                         : g->content_bytes / 4 + 1;
    tell_progress(g);
    publish(g, "check", (wall_bytes_t){ 0 });
    return g->stop == STOP_LOST ? MODEL_LOST : MODEL_DONE;
}

model_end_t model_write(const lane_t *lane, wall_cx_t *cx, model_t *model,
                        const apps_claim_t *claim, apps_result_t *result, apps_failure_t *failure)
{
    generation_t *g = begin(lane, cx, model, claim);
    const char *user = prompt_user(cx->pool, claim->user_prompt);
    const char *body;
    wall_http_request_t request = {
        .method = "POST",
        .url = apr_pstrcat(cx->pool, cx->site->ollama_url, "/api/chat", NULL),
        .trusted = 1,
        .content_type = "application/json",
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .idle_timeout_ms = (int)cx->site->ollama_timeout * 1000,
        .total_timeout_ms = (int)cx->site->ollama_timeout * 10000,
        .max_size = BODY_MAX_BYTES,
        .on_data = on_data,
        .on_tick = on_tick,
        .baton = g,
    };
    wall_http_response_t response = { 0 };

    set_budget(g, user);
    body = request_body(g, user);
    request.body = wall_bytes_of(body);
    wall_db_release(cx);
    (void)wall_http(cx, &request, &response);
    if (g->stop == STOP_NONE && response.status == 200) {
        (void)ndjson_end(&g->reader);
    }
    /* complete once it said so, however the connection ended after that */
    if (g->stop != STOP_NONE || !g->done) {
        return broken(g, &response, failure);
    }
    return judge(g, result, failure);
}
