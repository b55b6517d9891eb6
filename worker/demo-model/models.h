/* SPDX-License-Identifier: Apache-2.0 */
/* Replies about the one model there is: tags, ps, show, pull, and the stand-in's own stats. */
#ifndef DEMO_MODELS_H
#define DEMO_MODELS_H

#include "ask.h"
#include "buf.h"

void models_tags(buf_t *out);
void models_ps(buf_t *out);
void models_stats(buf_t *out);
bool models_show(const char *body, size_t len, buf_t *out, refusal_t *refusal);

/* *stream tells whether the reply is NDJSON. */
bool models_pull(const char *body, size_t len, buf_t *out, bool *stream, refusal_t *refusal);

#endif
