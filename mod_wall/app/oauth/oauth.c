/* SPDX-License-Identifier: Apache-2.0 */
/* What is offered, and what is said when it did not work. */
#include "app/oauth/flows.h"

#include <apr_strings.h>
#include <string.h>

#include "core/messages.h"
#include "core/site.h"

wall_rc_t oauth_list(wall_cx_t *cx, const void *in, oauth_offers_t *out)
{
    const apr_array_header_t *providers = cx->site->providers;

    out->items = apr_array_make(cx->pool, 4, sizeof(oauth_offer_t));
    for (int i = 0; providers != NULL && i < providers->nelts; i++) {
        const wall_provider_t *provider = &APR_ARRAY_IDX(providers, i, wall_provider_t);
        oauth_offer_t *offer = apr_array_push(out->items);

        *offer = (oauth_offer_t){ .provider = provider->name, .label = provider->label };
    }
    return WALL_OK;
}

const char *oauth_problem_text(wall_cx_t *cx, const char *name, const char *provider_name)
{
    static const char *const names[] = {
#define X(sym, text) text,
        OAUTH_PROBLEMS(X)
#undef X
    };
    const wall_provider_t *provider =
        provider_name != NULL ? wall_provider_find(cx->site, provider_name) : NULL;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0)
            return wall_text_with(cx, apr_pstrcat(cx->pool, "oauth.problem.", name, NULL),
                                  "provider",
                                  provider != NULL ? provider->label
                                                   : wall_text(cx, "oauth.somebody"),
                                  NULL);
    }
    for (int rc = WALL_OK + 1; rc < WALL_E__COUNT; rc++) {
        if (strcmp(wall_error_code((wall_rc_t)rc), name) == 0)
            return wall_error_text(cx, (wall_rc_t)rc);
    }
    return NULL;
}
