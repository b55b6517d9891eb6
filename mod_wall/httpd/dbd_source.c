/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/dbd_source.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <apr_dbd.h> /* before mod_dbd.h, which needs it */
#include <mod_dbd.h>
#include <pthread.h>
#include <string.h>

#include "httpd/config.h"
#include "httpd/logging.h"

APLOG_USE_MODULE(wall);

/* A connection that has not answered for so long is shut down under its waiting thread. Above the
 * session's lock wait of 5 s and any statement of ours. */
#define WATCHDOG_SECONDS 10

#define DBD_MAX_DEFAULT 10                  /* mod_dbd.c, DEFAULT_NMAX */
#define KEPT_IDLE       apr_time_from_sec(30) /* then mod_dbd may have it, and close it */

int wall_dbd_loaded(void)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open) != NULL;
}

/** A connection of mod_dbd's, kept while nobody uses it. Lives as long as the connection. */
typedef struct kept_t {
    struct kept_t *below;
    wall_db_conn_t conn; /* its source_data is this */
    ap_dbd_t *dbd;
    server_rec *server; /* as taken from mod_dbd; given back the same way */
    apr_time_t since;   /* unused */
} kept_t;

/**
 * What one child keeps of one database, above mod_dbd's pool: mod_dbd sends a ping, a round trip
 * (8 to 40 µs), each time it hands out a connection. A stack, so that few connections are busy and the
 * others reach the bottom, from where they go back to mod_dbd. One opened in addition means that all
 * kept ones are in use; so no more are held than threads ask for at once, and DBDMax suffices.
 * All virtual hosts with the same DBDParams share it, as they may share mod_dbd's pool.
 */
typedef struct keep_t {
    struct keep_t *next;
    const char *params;
    pthread_mutex_t lock;
    kept_t *top;
    int closed; /* the child ends */
} keep_t;

/** The baton of a host's source. */
typedef struct host_source_t {
    apr_pool_t *pool; /* the configuration's */
    server_rec *server;
    keep_t *keep;
} host_source_t;

#define KEEP_LIST "wall:dbd-keep" /* user data of the configuration's pool: the first keep_t */

static void give_back(kept_t *kept)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *close_dbd = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    if (close_dbd) {
        close_dbd(kept->server, kept->dbd);
    }
}

static kept_t *pop(keep_t *keep)
{
    kept_t *kept;

    pthread_mutex_lock(&keep->lock);
    kept = keep->top;
    if (kept) {
        keep->top = kept->below;
    }
    pthread_mutex_unlock(&keep->lock);
    return kept;
}

/** Puts @a kept on top, or not when the child ends. @return what is to go back to mod_dbd, or NULL */
static kept_t *push(keep_t *keep, kept_t *kept)
{
    kept_t **bottom = &kept;

    pthread_mutex_lock(&keep->lock);
    if (!keep->closed) {
        kept->below = keep->top;
        keep->top = kept;
        bottom = &keep->top;
        while ((*bottom)->below) {
            bottom = &(*bottom)->below;
        }
        kept = kept->since - (*bottom)->since > KEPT_IDLE ? *bottom : NULL;
        if (kept) {
            *bottom = NULL;
        }
    }
    pthread_mutex_unlock(&keep->lock);
    return kept;
}

static wall_db_conn_t *take(void *baton, apr_pool_t *pool)
{
    const host_source_t *source = baton;
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *open_dbd = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    ap_dbd_t *dbd;
    kept_t *kept;

    while ((kept = pop(source->keep)) != NULL) {
        if (wall_db_conn_quiet(&kept->conn)) {
            return &kept->conn;
        }
        give_back(kept); /* mod_dbd's ping finds out and closes it */
    }
    dbd = open_dbd ? open_dbd(pool, source->server) : NULL;
    if (!dbd) {
        return NULL;
    }
    kept = apr_hash_get(dbd->prepared, "wall:kept", APR_HASH_KEY_STRING);
    if (!kept) {
        kept = apr_pcalloc(dbd->pool, sizeof(*kept));
        kept->conn = (wall_db_conn_t){ .driver = dbd->driver, .handle = dbd->handle,
                                       .pool = dbd->pool, .prepared = dbd->prepared,
                                       .source_data = kept };
        kept->dbd = dbd;
        apr_hash_set(dbd->prepared, "wall:kept", APR_HASH_KEY_STRING, kept);
    }
    kept->server = source->server;
    return &kept->conn;
}

/* A connection marked dead goes back like any other: mod_dbd pings before it hands one out. */
static void give(void *baton, wall_db_conn_t *conn)
{
    const host_source_t *source = baton;
    kept_t *kept = conn->source_data;

    if (!conn->dead) {
        kept->since = apr_time_now();
        kept = push(source->keep, kept);
    }
    if (kept) {
        give_back(kept);
    }
}

static keep_t *keep_of(apr_pool_t *pool, const char *params)
{
    keep_t *first = NULL, *keep;

    apr_pool_userdata_get((void **)&first, KEEP_LIST, pool);
    for (keep = first; keep && strcmp(keep->params, params); keep = keep->next)
        ;
    if (!keep) {
        keep = apr_pcalloc(pool, sizeof(*keep));
        keep->params = params;
        keep->next = first;
        pthread_mutex_init(&keep->lock, NULL);
        apr_pool_userdata_setn(keep, KEEP_LIST, NULL, pool);
    }
    return keep;
}

const wall_db_source_t *wall_dbd_source(apr_pool_t *pool, server_rec *server)
{
    wall_db_source_t *source = apr_pcalloc(pool, sizeof(*source));
    host_source_t *host = apr_pcalloc(pool, sizeof(*host));
    const char *params = wall_config_find(server, "DBDParams", NULL);
    const char *max = wall_config_find(server, "DBDMax", NULL);

    host->pool = pool;
    host->server = server;
    host->keep = keep_of(pool, params ? params : "");
    source->take = take;
    source->give = give;
    source->baton = host;
    /* After a restart of the server as many as there are may be dead, each found out by one try. */
    source->stale_max = (max ? (int)apr_atoi64(max) : DBD_MAX_DEFAULT) + 1;
    return source;
}

/* Before mod_dbd's pool goes, which expects its connections to be at home. */
static apr_status_t close_keeps(void *data)
{
    keep_t *keep;
    kept_t *kept;

    for (keep = data; keep; keep = keep->next) {
        pthread_mutex_lock(&keep->lock);
        keep->closed = 1;
        pthread_mutex_unlock(&keep->lock);
        while ((kept = pop(keep)) != NULL) {
            give_back(kept);
        }
    }
    return APR_SUCCESS;
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
            const host_source_t *source = wall_host(server)->db->baton;
            keep_t *first = source->keep;

            apr_pool_userdata_get((void **)&first, KEEP_LIST, source->pool);
            apr_pool_pre_cleanup_register(pchild, first, close_keeps);
            wall_db_watchdog_start(pchild, WATCHDOG_SECONDS,
                                   wall_server_logger(pchild, main_server));
            return;
        }
    }
}
