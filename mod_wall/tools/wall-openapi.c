/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the API document of the routes this tree is built with; htdocs/api/openapi.json is its
 * output, committed. Refuses to print a document of tables that break a rule. */
#include <apr_general.h>
#include <apr_pools.h>
#include <stdio.h>

#include "core/openapi.h"

static int print_document(apr_pool_t *pool)
{
    const char *why = wall_routes_check(pool, wall_route_tables);
    wall_buf_t buf;

    if (why != NULL) {
        fprintf(stderr, "wall-openapi: %s\n", why);
        return 1;
    }
    wall_buf_init(&buf, pool, 256 * 1024);
    wall_openapi_write(&buf, wall_route_tables);
    return fwrite(buf.data, 1, buf.len, stdout) != buf.len || fflush(stdout) != 0;
}

int main(void)
{
    apr_pool_t *pool;
    int failed;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&pool, NULL) != APR_SUCCESS)
        return 2;
    failed = print_document(pool);
    apr_terminate();
    return failed;
}
