/* SPDX-License-Identifier: Apache-2.0 */
/* One generation: its answer, its pace, its faults, the bytes it sends. */
#ifndef DEMO_GEN_H
#define DEMO_GEN_H

#include <sys/types.h>

#include "ask.h"
#include "buf.h"
#include "scheduler.h"

typedef struct {
    double rate;            /* tokens a second */
    uint64_t seed;
    bool faults;
} gen_config_t;

typedef enum { GEN_REFUSED, GEN_GONE, GEN_OBJECT, GEN_STREAM } gen_kind_t;

typedef struct gen gen_t;

gen_t *gen_new(const gen_config_t *config, const watch_t *watch, bool chat);

/* Blocks until there is something to send: Ollama sends no status line earlier either.
 * GEN_OBJECT: *body is the reply. GEN_STREAM: call gen_read until it ends. */
gen_kind_t gen_begin(gen_t *gen, const char *body, size_t len, refusal_t *refusal, buf_t *reply);

/* The next bytes, cut anywhere; -1 at the end, -2 to break the connection. */
ssize_t gen_read(gen_t *gen, char *out, size_t max);

/* Counts it, leaves the slot, frees. Writes a few words for the log. */
void gen_end(gen_t *gen, char *words, size_t size);

#endif
