/* SPDX-License-Identifier: Apache-2.0 */
/* From a prompt to an app and what in it follows the prompt. */
#ifndef DEMO_PICK_H
#define DEMO_PICK_H

#include <json-c/json.h>
#include <stdint.h>

#include "text.h"

typedef struct {
    const char *text;       /* the user's own words */
    const words_t *words;
    items_t items;
    uint64_t random;        /* of prompt and seed */
} prompt_t;

typedef struct {
    const char *name;       /* of its template files */
    const char *title;      /* when the prompt gives none */
    const char *strong, *weak;
    void (*params)(const prompt_t *prompt, json_object *out);
} app_t;

/* The last entry is the app for prompts that match none; then a NULL name. */
extern const app_t demo_apps[];

const app_t *pick_app(const words_t *words);

/* The app for a prompt and its parameters (title, hue, chroma and the app's own); the caller puts
 * the parameters. */
const app_t *pick(const char *prompt, uint64_t seed, json_object **params);

uint64_t pick_random(uint64_t *state);

#endif
