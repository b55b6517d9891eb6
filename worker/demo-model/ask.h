/* SPDX-License-Identifier: Apache-2.0 */
/* The body of POST /api/chat and /api/generate: read, checked, defaults filled in. */
#ifndef DEMO_ASK_H
#define DEMO_ASK_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults.h"

#define MODEL_NAME "wall-demo:latest"
#define MODEL_CONTEXT 32768

/* An answer that is not one: a status and Ollama's words for it. */
typedef struct {
    int status;
    char text[300];
} refusal_t;

typedef struct {
    bool chat, stream, raw;
    bool as_json;           /* format: "json" or a schema */
    bool empty;             /* nothing to answer: load, or unload with keep_alive 0 */
    char *model;            /* as the client wrote it: replies repeat it */
    char *message;          /* the last user message, markers cut out */
    char *words;            /* the user's own words in it */
    long prompt_tokens, num_ctx, num_predict;
    uint64_t seed;
    int64_t keep_alive_ns;  /* negative: for ever */
    faults_t faults;
    json_object *root;      /* owns the stop strings */
    json_object *stop;      /* array of strings or NULL */
} ask_t;

/* False with a refusal; ask_free is due either way. */
bool ask_parse(ask_t *ask, const char *body, size_t len, bool allow_faults, uint64_t seed,
               refusal_t *refusal);
void ask_free(ask_t *ask);

/* A JSON object out of a body, or a refusal. */
json_object *ask_body(const char *body, size_t len, refusal_t *refusal);
bool ask_model_known(const char *name);
bool refuse(refusal_t *refusal, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));      /* always false */

/* Go's time.ParseDuration; false if it would fail. */
bool go_duration(const char *text, int64_t *ns);

#endif
