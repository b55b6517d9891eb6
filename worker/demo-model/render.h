/* SPDX-License-Identifier: Apache-2.0 */
/* Templates (apps/NAME.html, .css, .js; compiled in by embed.awk) to an answer. */
#ifndef DEMO_RENDER_H
#define DEMO_RENDER_H

#include <json-c/json.h>
#include <stdbool.h>

#include "buf.h"

typedef struct {
    const char *name, *text;
} demo_file_t;

extern const demo_file_t demo_files[];      /* ends with a NULL name */

/* Adds one filled template. {{key}} is escaped for the language of the file: HTML text, a JS
 * literal, a CSS number. False if the file or a key is missing, or a value does not fit. */
bool render_file(buf_t *out, const char *app, const char *language, json_object *params);

/* The whole answer: three fences, or with as_json one object with css, html, js. */
bool render_answer(buf_t *out, const char *app, json_object *params, bool as_json);

#endif
