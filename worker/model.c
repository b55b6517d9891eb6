/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/model.h"

#include <apr_strings.h>
#include <string.h>
#include <unistd.h>

#include "core/fields.h"
#include "core/json.h"
#include "io/http_client.h"
#include "io/redis.h"

#define PROBE_TIMEOUT_MS 2000
#define PROBE_MAX_BYTES  (4 * 1024 * 1024)
#define HEARTBEAT_TTL    15

/** HTTP status of a short question, 0 when nothing answers. */
static int ask(wall_cx_t *cx, const char *method, const char *path, const char *body,
               wall_bytes_t *answer)
{
    wall_http_request_t request = {
        .method = method,
        .url = apr_pstrcat(cx->pool, cx->site->ollama_url, path, NULL),
        .trusted = 1,
        .content_type = body ? "application/json" : NULL,
        .body = { body, body ? strlen(body) : 0 },
        .connect_timeout_ms = PROBE_TIMEOUT_MS,
        .idle_timeout_ms = PROBE_TIMEOUT_MS,
        .total_timeout_ms = PROBE_TIMEOUT_MS,
        .max_size = PROBE_MAX_BYTES,
    };
    wall_http_response_t response = { 0 };
    wall_rc_t rc = wall_http(cx, &request, &response);

    if (answer) {
        *answer = response.body;
    }
    return rc == WALL_OK ? response.status : 0;
}

/** Whether the answer of /api/show lists a capability. */
static int capable(wall_cx_t *cx, wall_bytes_t answer, const char *capability)
{
    struct json_object *show = wall_json_parse_pool(cx->pool, answer);
    struct json_object *list = NULL;
    size_t i;

    if (!show || !json_object_object_get_ex(show, "capabilities", &list)
        || !json_object_is_type(list, json_type_array)) {
        return 0;
    }
    for (i = 0; i < json_object_array_length(list); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(list, i));
        if (name && strcmp(name, capability) == 0) {
            return 1;
        }
    }
    return 0;
}

void model_probe(wall_cx_t *cx, model_t *model)
{
    const char *before = model->asked_at ? model->problem : "";
    wall_bytes_t answer = { 0 };
    wall_buf_t body;
    int status;

    wall_buf_init(&body, cx->pool, 128);
    wall_buf_str(&body, "{\"model\":");
    wall_json_string(&body, cx->site->ollama_model);
    wall_buf_char(&body, '}');
    model->reachable = ask(cx, "GET", "/api/version", NULL, NULL) == 200;
    status = model->reachable ? ask(cx, "POST", "/api/show", body.data, &answer) : 0;
    model->ok = status == 200;
    model->thinks = model->ok && capable(cx, answer, "thinking");
    model->problem = model->ok ? NULL
                     : !model->reachable ? "unreachable"
                     : status == 404 ? "model not found" : "no answer about the model";
    model->asked_at = apr_time_now();
    if (model->problem != before) { /* static texts */
        wall_cx_log(cx, model->ok ? WALL_LOG_NOTICE : WALL_LOG_WARN,
                    WALLNO(00730) "Ollama at %s, model %s: %s", cx->site->ollama_url,
                    cx->site->ollama_model, model->ok ? "ready" : model->problem);
    }
}

void model_heartbeat(wall_cx_t *cx, const model_t *model)
{
    wall_buf_t json;

    wall_buf_init(&json, cx->pool, 160);
    wall_buf_fmt(&json, "{\"pid\":%d,\"ollama\":\"%s\",\"model\":", (int)getpid(),
                 model->ok ? "ok" : "down");
    wall_json_string(&json, cx->site->ollama_model);
    wall_buf_str(&json, ",\"problem\":");
    wall_json_string(&json, model->problem);
    wall_buf_fmt(&json, ",\"demo\":%s}",
                 strncmp(cx->site->ollama_model, "wall-demo", 9) == 0 ? "true" : "false");
    (void)wall_redis_set(cx, "worker:ai", (wall_bytes_t){ json.data, json.len }, HEARTBEAT_TTL);
    (void)wall_redis_set(cx, apr_psprintf(cx->pool, "worker:ai:%d", (int)getpid()),
                         (wall_bytes_t){ json.data, json.len }, HEARTBEAT_TTL);
}
