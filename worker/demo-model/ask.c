/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tokens.h"

enum { MESSAGE_OVERHEAD = 4, JSON_DEPTH = 64, CONTEXT_DEFAULT = 4096 };
static const int64_t keep_alive_default_ns = 5 * 60 * (int64_t)1000000000;

bool refuse(refusal_t *refusal, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    refusal->status = status;
    vsnprintf(refusal->text, sizeof(refusal->text), format, args);
    va_end(args);
    return false;
}

bool go_duration(const char *s, int64_t *ns)
{
    static const struct { const char *name; double ns; } units[] = {
        { "ns", 1 }, { "us", 1e3 }, { "µs", 1e3 }, { "ms", 1e6 },
        { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 },
    };
    double sign = *s == '-' ? -1 : 1, total = 0;
    s += *s == '-' || *s == '+';
    if (strcmp(s, "0") == 0) {
        *ns = 0;
        return true;
    }
    if (!*s)
        return false;
    while (*s) {
        char *end;
        size_t u = 0, n = sizeof(units) / sizeof(*units);
        if (!isdigit((unsigned char)*s) && *s != '.')
            return false;
        double value = strtod(s, &end);
        size_t unit_len = strcspn(end, "0123456789.");
        while (u < n && (strlen(units[u].name) != unit_len || strncmp(units[u].name, end, unit_len)))
            u++;
        if (u == n)
            return false;
        total += value * units[u].ns;
        s = end + unit_len;
    }
    *ns = total >= 9.2e18 ? INT64_MAX : (int64_t)(sign * total);
    return true;
}

json_object *ask_body(const char *body, size_t len, refusal_t *refusal)
{
    if (len == 0) {
        refuse(refusal, 400, "missing request body");
        return NULL;
    }
    json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
    if (!tokener)
        abort();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    json_object *root = json_tokener_parse_ex(tokener, body, (int)len);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error == json_tokener_continue)
        refuse(refusal, 400, "unexpected EOF");
    else if (error != json_tokener_success)
        refuse(refusal, 400, "invalid character in request: %s", json_tokener_error_desc(error));
    else if (!json_object_is_type(root, json_type_object))
        refuse(refusal, 400, "json: cannot unmarshal value into Go value of type api.Request");
    json_tokener_free(tokener);
    if (refusal->status) {
        json_object_put(root);
        return NULL;
    }
    return root;
}

bool ask_model_known(const char *name)
{
    return strcmp(name, "wall-demo") == 0 || strcmp(name, MODEL_NAME) == 0;
}

/* A member of the wanted type; null counts as absent, as in Go. False: wrong type. */
static bool member(json_object *from, const char *key, json_type type, json_object **out,
                   refusal_t *refusal)
{
    *out = NULL;
    if (!json_object_object_get_ex(from, key, out) || !*out)
        return true;
    if (json_object_is_type(*out, type))
        return true;
    return refuse(refusal, 400, "json: cannot unmarshal %s into Go struct field .%s of type %s",
                  json_type_to_name(json_object_get_type(*out)), key, json_type_to_name(type));
}

static bool option_number(json_object *options, const char *key, double *out, refusal_t *refusal)
{
    json_object *value;
    if (!json_object_object_get_ex(options, key, &value) || !value)
        return true;
    if (!json_object_is_type(value, json_type_int) && !json_object_is_type(value, json_type_double))
        return refuse(refusal, 500, "option \"%s\" must be of type integer", key);
    double found = json_object_get_double(value);
    if (isfinite(found))
        *out = fmax(fmin(found, 9e15), -9e15);
    return true;
}

static bool read_options(ask_t *ask, refusal_t *refusal)
{
    json_object *options;
    double num_ctx = CONTEXT_DEFAULT, num_predict = -1, seed = -1;
    if (!member(ask->root, "options", json_type_object, &options, refusal))
        return false;
    if (options && !(option_number(options, "num_ctx", &num_ctx, refusal)
                     && option_number(options, "num_predict", &num_predict, refusal)
                     && option_number(options, "seed", &seed, refusal)))
        return false;
    if (options && json_object_object_get_ex(options, "stop", &ask->stop) && ask->stop) {
        bool right = json_object_is_type(ask->stop, json_type_array);
        for (size_t i = 0; right && i < json_object_array_length(ask->stop); i++)
            right = json_object_is_type(json_object_array_get_idx(ask->stop, i), json_type_string);
        if (!right)
            return refuse(refusal, 500, "option \"stop\" must be of type array");
    }
    ask->num_ctx = num_ctx < 4 ? 4 : num_ctx > MODEL_CONTEXT ? MODEL_CONTEXT : (long)num_ctx;
    ask->num_predict = num_predict > 0 && num_predict < 10.0 * (double)ask->num_ctx
                           ? (long)num_predict : 10 * ask->num_ctx;
    if (seed >= 0)
        ask->seed = (uint64_t)seed;
    return true;
}

static bool read_keep_alive(ask_t *ask, refusal_t *refusal)
{
    json_object *value = NULL;
    ask->keep_alive_ns = keep_alive_default_ns;
    json_object_object_get_ex(ask->root, "keep_alive", &value);
    if (!value)
        return true;
    if (json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double)) {
        double seconds = json_object_get_double(value);
        ask->keep_alive_ns = seconds < 0 ? -1 : seconds > 9e9 ? INT64_MAX : (int64_t)(seconds * 1e9);
        return true;
    }
    if (!json_object_is_type(value, json_type_string))
        return refuse(refusal, 400, "json: cannot unmarshal keep_alive");
    const char *text = json_object_get_string(value);
    if (go_duration(text, &ask->keep_alive_ns))
        return true;
    bool bare = *text && text[strspn(text, "-+.0123456789")] == '\0';
    return refuse(refusal, 400, bare ? "time: missing unit in duration \"%s\""
                                     : "time: invalid duration \"%s\"", text);
}

static bool read_format(ask_t *ask, refusal_t *refusal)
{
    json_object *format = NULL, *think = NULL;
    json_object_object_get_ex(ask->root, "format", &format);
    const char *text = json_object_is_type(format, json_type_string)
                           ? json_object_get_string(format) : NULL;
    ask->as_json = json_object_is_type(format, json_type_object) || (text && !strcmp(text, "json"));
    if (format && !ask->as_json && !(text && !*text))
        return refuse(refusal, 500, "invalid format: %s; expected \"json\" or a valid JSON Schema "
                      "object", json_object_to_json_string(format));
    json_object_object_get_ex(ask->root, "think", &think);
    if (think && (json_object_is_type(think, json_type_string) || json_object_get_boolean(think)))
        return refuse(refusal, 400, "\"%s\" does not support thinking", ask->model);
    return true;
}

static const char *text_of(json_object *message, const char *key)
{
    json_object *value = NULL;
    json_object_object_get_ex(message, key, &value);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Chat drops the oldest messages that are not the system's; then the middle of the rest is cut. */
static long surviving_tokens(json_object *messages, long num_ctx)
{
    size_t count = json_object_array_length(messages);
    long total = 0, *tokens = calloc(count + 1, sizeof(*tokens));
    if (!tokens)
        abort();
    for (size_t i = 0; i < count; i++) {
        const char *text = text_of(json_object_array_get_idx(messages, i), "content");
        tokens[i] = token_count(text, strlen(text)) + MESSAGE_OVERHEAD;
        total += tokens[i];
    }
    for (size_t i = 0; i + 1 < count && total > num_ctx; i++) {
        if (strcmp(text_of(json_object_array_get_idx(messages, i), "role"), "system") != 0)
            total -= tokens[i];
    }
    free(tokens);
    return total < num_ctx ? total : num_ctx;
}

static bool read_chat(ask_t *ask, refusal_t *refusal)
{
    json_object *messages;
    if (!member(ask->root, "messages", json_type_array, &messages, refusal))
        return false;
    size_t count = messages ? json_object_array_length(messages) : 0;
    const char *last = "";
    ask->empty = count == 0;
    for (size_t i = 0; i < count; i++) {
        json_object *message = json_object_array_get_idx(messages, i), *content;
        if (!json_object_is_type(message, json_type_object))
            return refuse(refusal, 400, "json: cannot unmarshal messages of type api.Message");
        if (!member(message, "content", json_type_string, &content, refusal))
            return false;
        if (strcmp(text_of(message, "role"), "user") == 0)
            last = text_of(message, "content");
    }
    if (count)
        ask->prompt_tokens = surviving_tokens(messages, ask->num_ctx);
    ask->message = strdup(last);
    return true;
}

static bool read_generate(ask_t *ask, refusal_t *refusal)
{
    json_object *prompt, *raw, *context = NULL;
    if (!member(ask->root, "prompt", json_type_string, &prompt, refusal)
        || !member(ask->root, "raw", json_type_boolean, &raw, refusal))
        return false;
    const char *text = prompt ? json_object_get_string(prompt) : "";
    const char *system = text_of(ask->root, "system");
    ask->raw = json_object_get_boolean(raw);
    json_object_object_get_ex(ask->root, "context", &context);
    if (ask->raw && (*system || *text_of(ask->root, "template") || context))
        return refuse(refusal, 400, "raw mode does not support template, system, or context");
    long tokens = token_count(text, strlen(text)) + token_count(system, strlen(system));
    ask->prompt_tokens = tokens < ask->num_ctx ? tokens : ask->num_ctx;
    ask->empty = !*text;
    ask->message = strdup(text);
    return true;
}

/* Wall wraps the user's words in two lines; without them the whole message is the user's. */
static char *own_words(const char *message)
{
    const char *open = strstr(message, "<<<PROMPT\n"), *close = NULL;
    if (open) {
        open += strlen("<<<PROMPT\n");
        for (const char *p = open; (p = strstr(p, "PROMPT>>>")) != NULL; p++) {
            if (p == open || p[-1] == '\n')
                close = p;
        }
    }
    return close ? strndup(open, (size_t)(close - open)) : strdup(message);
}

bool ask_parse(ask_t *ask, const char *body, size_t len, bool allow_faults, uint64_t seed,
               refusal_t *refusal)
{
    json_object *model, *stream;
    ask->seed = seed;
    ask->root = ask_body(body, len, refusal);
    if (!ask->root || !member(ask->root, "model", json_type_string, &model, refusal)
        || !member(ask->root, "stream", json_type_boolean, &stream, refusal))
        return false;
    ask->model = strdup(model ? json_object_get_string(model) : "");
    ask->stream = !stream || json_object_get_boolean(stream);
    if (ask->chat && !*ask->model)
        return refuse(refusal, 400, "model is required");
    if (!ask_model_known(ask->model))
        return refuse(refusal, 404, "model '%s' not found", ask->model);
    if (!read_keep_alive(ask, refusal) || !read_options(ask, refusal)
        || !read_format(ask, refusal)
        || !(ask->chat ? read_chat(ask, refusal) : read_generate(ask, refusal)))
        return false;
    if (allow_faults)
        faults_take(ask->message, &ask->faults);
    ask->words = own_words(ask->message);
    return true;
}

void ask_free(ask_t *ask)
{
    free(ask->model);
    free(ask->message);
    free(ask->words);
    json_object_put(ask->root);
}
