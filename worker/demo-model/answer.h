/* SPDX-License-Identifier: Apache-2.0 */
/* What the model says to a request, whole, before anything is paced or sent. */
#ifndef DEMO_ANSWER_H
#define DEMO_ANSWER_H

#include "ask.h"
#include "buf.h"

typedef struct {
    buf_t thinking, text;
    const char *done_reason;    /* "stop" or "length" */
    const char *app;            /* name of the template */
} answer_t;

void answer_make(const ask_t *ask, answer_t *out);
void answer_free(answer_t *answer);

#endif
