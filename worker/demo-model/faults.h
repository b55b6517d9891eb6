/* SPDX-License-Identifier: Apache-2.0 */
/* Markers in a prompt that make the stand-in misbehave: [[fault:NAME]], [[fault:NAME*COUNT]] and
 * [[rate:N]]. Only honoured with --faults. */
#ifndef DEMO_FAULTS_H
#define DEMO_FAULTS_H

#include <stdbool.h>

#define FAULTS(X) \
    X(SLOW, "slow") X(ERROR_BEFORE, "error-before") X(ERROR_MID, "error-mid") \
    X(NOT_FOUND, "not-found") X(BUSY, "busy") X(HANG, "hang") X(STALL, "stall") \
    X(BROKEN, "broken") X(HUGE, "huge") X(DROP, "drop") X(EOF, "eof") X(MALFORMED, "malformed") \
    X(TRUNCATED, "truncated") X(THINK, "think")

typedef enum {
#define X(id, name) FAULT_##id,
    FAULTS(X)
#undef X
    FAULT_COUNT
} fault_t;

typedef struct {
    bool on[FAULT_COUNT];
    double rate;            /* of [[rate:N]], else 0 */
} faults_t;

/* Reads the markers of a prompt and cuts them out of it, in place. A counted one is used up here:
 * call it once a request. */
void faults_take(char *prompt, faults_t *out);

#endif
