/* SPDX-License-Identifier: Apache-2.0 */
/* A plausible, deterministic tokeniser: blanks, word pieces, marks. About four bytes of code each. */
#ifndef DEMO_TOKENS_H
#define DEMO_TOKENS_H

#include <stddef.h>

/* Bytes of the token at s; len > 0. Never cuts a character. */
size_t token_next(const char *s, size_t len);
long token_count(const char *s, size_t len);

#endif
