/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_TESTS_CONTEXT_H
#define WALL_TESTS_CONTEXT_H

/** @file context.h A pool and a context for one test case, without any service. */
#include <CUnit/CUnit.h>
#include <apr_pools.h>
#include <string.h>

#include "core/cx.h"

/** Destroy cx.pool at the end. */
static inline wall_cx_t test_context(void)
{
    wall_cx_t cx = { .now = 1795248900123456LL }; /* 2026-11-21T08:15:00.123456Z */

    apr_pool_create(&cx.pool, NULL);
    return cx;
}

/** The text recorded for field @a name, "" when there is none. */
static inline const char *test_detail(const wall_cx_t *cx, const char *name)
{
    for (int i = 0; cx->details != NULL && i < cx->details->nelts; i++) {
        const wall_detail_t *detail = &APR_ARRAY_IDX(cx->details, i, wall_detail_t);

        if (strcmp(detail->name, name) == 0 && detail->text != NULL)
            return detail->text;
    }
    return "";
}

#endif
