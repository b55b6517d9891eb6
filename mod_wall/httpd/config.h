/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_HTTPD_CONFIG_H
#define WALL_HTTPD_CONFIG_H

/**
 * @file config.h
 * Wall's directives in httpd: the command table is made from WALL_DIRECTIVES, values are merged per
 * virtual host, and everything that can be wrong is found by `apachectl configtest`, which connects
 * to nothing, with the file and line it stands in.
 */
#include <httpd.h>
#include <http_config.h>

#include "core/route.h"
#include "core/site.h"
#include "io/db.h"

extern module AP_MODULE_DECLARE_DATA wall_module __attribute__((visibility("default")));

/** What Wall keeps for one virtual host. Made in the parent; children write only @c schema. */
typedef struct wall_host_t {
    server_rec *server;
    int number; /* among the hosts that are on, from 0 */
    wall_site_t *site; /* finished when site->engine is on and the configuration was accepted */
    const wall_db_source_t *db;
    const struct wall_router_t *router; /* shared by all hosts */
    const struct wall_router_t *page_router;
    const struct wall_assets_t *assets; /* the built web client */
    const char *apps_name;              /* site->apps_host without its port, lower-case */
    const char *app_csp;                /* Content-Security-Policy of generated apps */
    /** Has this child seen the schema version it needs? See dispatch.c. */
    struct {
        volatile apr_uint32_t agreed;
        volatile apr_uint32_t refused_at; /* seconds; 0 = never */
    } schema;
} wall_host_t;

/** The host's record; never NULL. Wall serves it only when host->site->engine is on. */
wall_host_t *wall_host(const server_rec *server);

/** Arguments of @a directive, of any module, as they stand for @a server; NULL when it is not given.
 *  @param where (may be NULL) set to "file:line" */
const char *wall_config_find(const server_rec *server, const char *directive, const char **where);

extern const command_rec wall_config_commands[];
void *wall_config_create(apr_pool_t *pool, server_rec *server);
void *wall_config_merge(apr_pool_t *pool, void *base, void *add);
/** check_config hook: the only one `httpd -t` runs. Finishes and checks every site. */
int wall_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server);
/** post_config hook (runs twice at start): what requests need, built once per configuration. */
int wall_config_post(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server);

#endif
