/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer and the two encodings Ollama's replies are made of: Go's JSON strings and
 * Go's RFC 3339 times. Running out of memory ends the program: a stand-in has nothing to save. */
#ifndef DEMO_BUF_H
#define DEMO_BUF_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *data;     /* always followed by a NUL once something was added */
    size_t len, cap;
} buf_t;

void buf_add(buf_t *b, const void *bytes, size_t len);
void buf_str(buf_t *b, const char *text);
void buf_fmt(buf_t *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_drop_front(buf_t *b, size_t len);
void buf_free(buf_t *b);

/* A quoted JSON string as Go's encoding/json writes it: < > & and U+2028/9 as \uXXXX. */
void buf_json(buf_t *b, const char *text, size_t len);

/* A quoted UTC time with nanoseconds, trailing zeros cut as Go does. */
void buf_time(buf_t *b, int64_t unix_ns);

int64_t clock_mono_ns(void);
int64_t clock_unix_ns(void);

#endif
