/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#include <string.h>

#include "scheduler.h"

#define DIGEST "7a11d3a07a11d3a07a11d3a07a11d3a07a11d3a07a11d3a07a11d3a07a11d3a0"
#define SIZE "65536"
#define DETAILS \
    "\"details\":{\"parent_model\":\"\",\"format\":\"gguf\",\"family\":\"walldemo\"," \
    "\"families\":[\"walldemo\"],\"parameter_size\":\"0B\",\"quantization_level\":\"F32\"}"
#define MODIFIED "\"modified_at\":\"2026-11-01T12:00:00Z\""

void models_tags(buf_t *out)
{
    buf_str(out, "{\"models\":[{\"name\":\"" MODEL_NAME "\",\"model\":\"" MODEL_NAME "\"," MODIFIED
                 ",\"size\":" SIZE ",\"digest\":\"" DIGEST "\"," DETAILS "}]}");
}

void models_ps(buf_t *out)
{
    sched_model_t model;
    sched_model(&model);
    buf_str(out, "{\"models\":[");
    if (model.loaded) {
        buf_str(out, "{\"name\":\"" MODEL_NAME "\",\"model\":\"" MODEL_NAME "\",\"size\":" SIZE
                     ",\"digest\":\"" DIGEST "\"," DETAILS ",\"expires_at\":");
        buf_time(out, model.expires_unix_ns);
        buf_fmt(out, ",\"size_vram\":0,\"context_length\":%ld}", model.num_ctx);
    }
    buf_str(out, "]}");
}

void models_stats(buf_t *out)
{
    sched_stats_t stats;
    sched_stats(&stats);
    buf_fmt(out, "{\"requests\":%ld,\"completed\":%ld,\"cancelled\":%ld,\"active\":%ld,"
                 "\"waiting\":%ld,\"max_active\":%ld}", stats.requests, stats.completed,
            stats.cancelled, stats.active, stats.waiting, stats.max_active);
}

/* The "model" member (older clients say "name"), borrowed from root. */
static const char *model_of(json_object *root)
{
    static const char *const keys[] = { "model", "name" };
    for (size_t i = 0; i < 2; i++) {
        json_object *value = NULL;
        json_object_object_get_ex(root, keys[i], &value);
        if (json_object_is_type(value, json_type_string) && *json_object_get_string(value))
            return json_object_get_string(value);
    }
    return NULL;
}

bool models_show(const char *body, size_t len, buf_t *out, refusal_t *refusal)
{
    json_object *root = ask_body(body, len, refusal);
    const char *model = root ? model_of(root) : NULL;
    if (root && !model)
        refuse(refusal, 400, "model is required");
    else if (root && !ask_model_known(model))
        refuse(refusal, 404, "model '%s' not found", model);
    json_object_put(root);
    if (refusal->status)
        return false;
    buf_fmt(out, "{\"modelfile\":\"FROM " MODEL_NAME "\\n\",\"parameters\":\"\","
                 "\"template\":\"{{ .Prompt }}\"," DETAILS ",\"model_info\":{"
                 "\"general.architecture\":\"walldemo\",\"general.parameter_count\":0,"
                 "\"walldemo.context_length\":%d},\"capabilities\":[\"completion\"]," MODIFIED "}",
            MODEL_CONTEXT);
    return true;
}

bool models_pull(const char *body, size_t len, buf_t *out, bool *stream, refusal_t *refusal)
{
    json_object *root = ask_body(body, len, refusal), *wanted = NULL;
    if (!root)
        return false;
    const char *model = model_of(root);
    bool known = model && ask_model_known(model);
    json_object_object_get_ex(root, "stream", &wanted);
    *stream = !wanted || json_object_get_boolean(wanted);
    json_object_put(root);
    if (!model)
        return refuse(refusal, 400, "invalid model name");
    if (!known && !*stream)
        return refuse(refusal, 500, "pull model manifest: file does not exist");
    if (!*stream) {
        buf_str(out, "{\"status\":\"success\"}");
        return true;
    }
    buf_str(out, "{\"status\":\"pulling manifest\"}\n");
    buf_str(out, !known ? "{\"error\":\"pull model manifest: file does not exist\"}\n"
            : "{\"status\":\"pulling 7a11d3a07a11\",\"digest\":\"sha256:" DIGEST "\",\"total\":" SIZE
              ",\"completed\":" SIZE "}\n"
              "{\"status\":\"verifying sha256 digest\"}\n"
              "{\"status\":\"writing manifest\"}\n"
              "{\"status\":\"success\"}\n");
    return true;
}
