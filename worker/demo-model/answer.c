/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include "pick.h"
#include "render.h"
#include "tokens.h"

enum { HUGE_BYTES = 2200000 };

static void shorten(buf_t *text, size_t len)
{
    if (len < text->len) {
        text->len = len;
        text->data[len] = '\0';
    }
}

static void make_huge(buf_t *text)
{
    const char *fence = "```\n";
    if (text->len > 4 && strcmp(text->data + text->len - 4, fence) == 0)
        shorten(text, text->len - 4);
    for (long i = 1; text->len < HUGE_BYTES; i++)
        buf_fmt(text, "// %06ld: this line is here to make the answer too long to be of use.\n", i);
    buf_str(text, fence);
}

/* Stops in the middle of the script; of JSON, near its end. */
static void truncate_script(answer_t *out)
{
    char *js = strstr(out->text.data, "```js\n");
    size_t from = js ? (size_t)(js - out->text.data) + 6 : out->text.len * 6 / 10;
    size_t at = from + (out->text.len - from) / 2;
    while (((unsigned char)out->text.data[at] & 0xC0) == 0x80)
        at++;
    shorten(&out->text, at);
    out->done_reason = "length";
}

static void apply_stop(const ask_t *ask, answer_t *out)
{
    size_t count = ask->stop ? json_object_array_length(ask->stop) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *stop = json_object_get_string(json_object_array_get_idx(ask->stop, i));
        char *at = *stop ? strstr(out->text.data, stop) : NULL;
        if (at) {
            shorten(&out->text, (size_t)(at - out->text.data));
            out->done_reason = "stop";
        }
    }
}

static void apply_limit(const ask_t *ask, answer_t *out)
{
    size_t at = 0;
    for (long n = 0; at < out->text.len; n++) {
        if (n == ask->num_predict) {
            shorten(&out->text, at);
            out->done_reason = "length";
            return;
        }
        at += token_next(out->text.data + at, out->text.len - at);
    }
}

void answer_make(const ask_t *ask, answer_t *out)
{
    const bool *on = ask->faults.on;
    json_object *params;
    const app_t *app = pick(ask->words, ask->seed, &params);
    out->app = app->name;
    out->done_reason = "stop";
    if (on[FAULT_THINK])
        buf_str(&out->thinking, "The user wants a small app. I keep it to three files, without "
                                "network or storage, and check the keyboard.\n");
    if (on[FAULT_BROKEN])
        buf_str(&out->text, "I am sorry, I cannot write this one. An app like it would need a few "
                            "more details: who uses it, and what should happen first?\n");
    else if (!render_answer(&out->text, app->name, params, ask->as_json))
        abort();        /* a template with a wrong key: the tests render every app */
    json_object_put(params);
    if (on[FAULT_TRUNCATED])
        truncate_script(out);
    apply_stop(ask, out);
    if (on[FAULT_HUGE])
        make_huge(&out->text);
    else
        apply_limit(ask, out);
}

void answer_free(answer_t *answer)
{
    buf_free(&answer->thinking);
    buf_free(&answer->text);
}
