/* SPDX-License-Identifier: Apache-2.0 */
#include "core/subnets.h"

#include <apr_strings.h>
#include <string.h>

#include "core/site.h"

static apr_ipsubnet_t *read_one(apr_pool_t *pool, const char *text)
{
    const char *slash = strchr(text, '/');
    apr_ipsubnet_t *subnet;

    /* APR would also take "10" for a network and a netmask in dots; names it never takes. */
    if (strpbrk(text, ".:") == NULL)
        return NULL;
    if (apr_ipsubnet_create(&subnet, slash ? apr_pstrmemdup(pool, text, (apr_size_t)(slash - text)) : text,
                            slash ? slash + 1 : NULL, pool) != APR_SUCCESS)
        return NULL;
    return subnet;
}

const char *wall_subnets_read(apr_pool_t *pool, const apr_array_header_t *lines,
                              const apr_array_header_t **out, const char **where)
{
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(apr_ipsubnet_t *));

    *where = NULL;
    for (int i = 0; lines != NULL && i < lines->nelts; i++) {
        const wall_words_t *line = &APR_ARRAY_IDX(lines, i, wall_words_t);

        for (int k = 0; k < line->count; k++) {
            apr_ipsubnet_t *subnet = read_one(pool, line->word[k]);

            if (subnet == NULL) {
                *where = line->where;
                return apr_psprintf(pool, "knows no address or network %s", line->word[k]);
            }
            *(apr_ipsubnet_t **)apr_array_push(all) = subnet;
        }
    }
    *out = all;
    return NULL;
}

int wall_subnets_hold(const apr_array_header_t *subnets, apr_sockaddr_t *address)
{
    for (int i = 0; i < subnets->nelts; i++) {
        if (apr_ipsubnet_test(APR_ARRAY_IDX(subnets, i, apr_ipsubnet_t *), address))
            return 1;
    }
    return 0;
}
