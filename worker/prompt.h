/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_PROMPT_H
#define WALL_WORKER_PROMPT_H

/** @file prompt.h What the model is told. */
#include <apr_pools.h>

/** The instructions; the same for every app. */
extern const char prompt_system[];
/** The user's words, marked as such. In @a pool. */
const char *prompt_user(apr_pool_t *pool, const char *words);

#endif
