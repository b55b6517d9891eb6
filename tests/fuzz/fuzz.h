/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_TESTS_FUZZ_H
#define WALL_TESTS_FUZZ_H

/** @file fuzz.h What a fuzz target has in common with its driver. */
#include <apr_general.h>
#include <apr_pools.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What must hold for every input. */
#define ALWAYS(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not always: %s\n", __FILE__, __LINE__, #condition);            \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/** A pool for one input. */
static inline apr_pool_t *fuzz_pool(void)
{
    static int started;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    apr_pool_create(&pool, NULL);
    return pool;
}

#endif
