/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_PROVIDERS_H
#define WALL_CORE_PROVIDERS_H

/**
 * @file providers.h
 * Who else people may sign in with, from the lines of WallOAuthProvider:
 *
 *     WallOAuthProvider NAME CLIENT-ID SECRET-FILE [label=…] [issuer=…] [scope=…] [authorize=…]
 *                       [token=…] [userinfo=…] [emails=…] [revoke=…]
 *
 * google, yandex, github, facebook, vk and telegram are known; any other name is an OpenID Connect
 * provider and needs issuer=. The secret file's name is absolute; `none` is a client without secret.
 */
#include <apr_pools.h>
#include <apr_tables.h>

/** How a provider speaks. */
typedef enum wall_provider_kind_t {
    WALL_PROVIDER_OIDC,
    WALL_PROVIDER_YANDEX,
    WALL_PROVIDER_GITHUB,
    WALL_PROVIDER_FACEBOOK,
    WALL_PROVIDER_VK,
    WALL_PROVIDER_TELEGRAM
} wall_provider_kind_t;

typedef struct wall_provider_t {
    const char *name;  /* in addresses and rows; a-z 0-9 - */
    const char *label; /* for people */
    wall_provider_kind_t kind;
    const char *client_id;
    const char *secret_file; /* NULL = a client without secret */
    const char *secret;      /* what the file holds; io/ reads it */
    const char *issuer;      /* OIDC: as in discovery and tokens, exactly */
    const char *issuer_also; /* another spelling its tokens use, or NULL */
    const char *scope;
    const char *authorize; /* NULL: what discovery says */
    const char *token;
    const char *userinfo;
    const char *emails; /* GitHub: verified e-mail addresses */
    const char *revoke;
    const char *where; /* "file:line" or NULL */
} wall_provider_t;

/**
 * Reads all lines (of wall_words_t, core/site.h; NULL = none) into *out, of wall_provider_t, never
 * NULL, in the order given.
 * @param where set to the place of the line at fault
 * @return NULL, or why a line is refused
 */
const char *wall_providers_read(apr_pool_t *pool, const apr_array_header_t *lines,
                                apr_array_header_t **out, const char **where);
/** Checks and keeps the text of @a provider's secret file. NULL, or why it is refused. */
const char *wall_provider_secret(apr_pool_t *pool, wall_provider_t *provider, const char *text,
                                 size_t len);

struct wall_site_t;
/** The provider called @a name, or NULL. */
const wall_provider_t *wall_provider_find(const struct wall_site_t *site, const char *name);
/** Their names with commas between, for FIND_IN_SET(): "google,campus"; "" without any. */
const char *wall_provider_names(apr_pool_t *pool, const struct wall_site_t *site);

#endif
