/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/dbd_source.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <apr_dbd.h> /* before mod_dbd.h, which needs it */
#include <mod_dbd.h>

#include "httpd/config.h"
#include "httpd/logging.h"

APLOG_USE_MODULE(wall);

/* A connection that has not answered for so long is shut down under its waiting thread. Above the
 * session's lock wait of 5 s and any statement of ours. */
#define WATCHDOG_SECONDS 10

#define DBD_KEEP_DEFAULT 2 /* mod_dbd.c, DEFAULT_NKEEP */

int wall_dbd_loaded(void)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open) != NULL;
}

static wall_db_conn_t *take(void *baton, apr_pool_t *pool)
{
    server_rec *server = baton;
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *open_dbd = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    ap_dbd_t *dbd = open_dbd ? open_dbd(pool, server) : NULL;
    wall_db_conn_t *conn;

    if (!dbd) {
        return NULL;
    }
    conn = apr_pcalloc(pool, sizeof(*conn));
    conn->driver = dbd->driver;
    conn->handle = dbd->handle;
    conn->pool = dbd->pool;
    conn->prepared = dbd->prepared;
    conn->source_data = dbd;
    return conn;
}

/* A connection marked dead goes back like any other: mod_dbd pings before it hands one out. */
static void give(void *baton, wall_db_conn_t *conn)
{
    server_rec *server = baton;
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *close_dbd = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    if (close_dbd) {
        close_dbd(server, conn->source_data);
    }
}

const wall_db_source_t *wall_dbd_source(apr_pool_t *pool, server_rec *server)
{
    wall_db_source_t *source = apr_pcalloc(pool, sizeof(*source));
    const char *keep = wall_config_find(server, "DBDKeep", NULL);

    source->take = take;
    source->give = give;
    source->baton = server;
    source->stale_max = (keep ? (int)apr_atoi64(keep) : DBD_KEEP_DEFAULT) + 1;
    return source;
}

static apr_status_t on_connect(apr_pool_t *pool, dbd_cfg_t *cfg, ap_dbd_t *dbd)
{
    if (!strcmp(apr_dbd_name(dbd->driver), "mysql")) {
        wall_db_watchdog_register(dbd->pool, dbd->driver, dbd->handle);
    }
    return APR_SUCCESS;
}

void wall_dbd_register_hooks(void)
{
    APR_OPTIONAL_HOOK(dbd, post_connect, on_connect, NULL, NULL, APR_HOOK_MIDDLE);
}

void wall_dbd_child_init(apr_pool_t *pchild, server_rec *main_server)
{
    for (server_rec *server = main_server; server; server = server->next) {
        if (wall_host(server)->site->engine) {
            wall_db_watchdog_start(pchild, WATCHDOG_SECONDS,
                                   wall_server_logger(pchild, main_server));
            return;
        }
    }
}
