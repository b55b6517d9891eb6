/* SPDX-License-Identifier: Apache-2.0 */
/* Connections for worker, wallctl and tests: opened when needed, kept, pinged before reuse. */
#include <apr_strings.h>
#include <string.h>

#include "io/db_private.h"

typedef struct direct_conn_t {
    wall_db_conn_t conn; /* first: give() gets its address */
    struct direct_conn_t *next;
} direct_conn_t;

typedef struct direct_t {
    wall_db_source_t source;
    apr_pool_t *pool;
    const char *driver_name;
    const char *params;
    const apr_dbd_driver_t *driver;
    direct_conn_t *idle;
    const wall_logger_t *logger;
} direct_t;

/* Its pool closes the connection and ends its prepared statements. */
static void discard(direct_conn_t *direct)
{
    apr_pool_destroy(direct->conn.pool);
}

static apr_status_t close_handle(void *data)
{
    wall_db_conn_t *conn = data;

    apr_dbd_close(conn->driver, conn->handle);
    return APR_SUCCESS;
}

static direct_conn_t *open_new(direct_t *d)
{
    apr_pool_t *pool;
    direct_conn_t *direct;
    const char *why = NULL;
    apr_status_t status;

    if (d->driver == NULL) {
        status = apr_dbd_init(d->pool);
        if (status == APR_SUCCESS)
            status = apr_dbd_get_driver(d->pool, d->driver_name, &d->driver);
        if (status != APR_SUCCESS) {
            wall_log(d->logger, WALL_LOG_ERR, WALLNO(00130) "the apr_dbd driver \"%s\" cannot be "
                     "loaded (Debian: libaprutil1-dbd-mysql)", d->driver_name);
            return NULL;
        }
    }
    apr_pool_create(&pool, d->pool);
    direct = apr_pcalloc(pool, sizeof *direct);
    direct->conn.driver = d->driver;
    direct->conn.pool = pool;
    status = apr_dbd_open_ex(d->driver, pool, d->params, &direct->conn.handle, &why);
    if (status != APR_SUCCESS) {
        wall_log(d->logger, WALL_LOG_ERR, WALLNO(00131) "cannot connect to the database as DBDParams says: %s",
                 why != NULL ? why : "no reason given");
        apr_pool_destroy(pool);
        return NULL;
    }
    apr_pool_cleanup_register(pool, &direct->conn, close_handle, apr_pool_cleanup_null);
    direct->conn.prepared = apr_hash_make(pool);
    wall_db_watchdog_register(pool, d->driver, direct->conn.handle);
    return direct;
}

static wall_db_conn_t *take(void *baton, apr_pool_t *pool)
{
    direct_t *d = baton;
    direct_conn_t *direct;

    while ((direct = d->idle) != NULL) {
        d->idle = direct->next;
        if (apr_dbd_check_conn(d->driver, pool, direct->conn.handle) == 0)
            return &direct->conn;
        discard(direct);
    }
    direct = open_new(d);
    return direct != NULL ? &direct->conn : NULL;
}

static void give(void *baton, wall_db_conn_t *conn)
{
    direct_t *d = baton;
    direct_conn_t *direct = (direct_conn_t *)(void *)conn;

    if (conn->dead) {
        discard(direct);
        return;
    }
    direct->next = d->idle;
    d->idle = direct;
}

const wall_db_source_t *wall_db_direct(apr_pool_t *pool, const char *driver, const char *params,
                                       const wall_logger_t *logger)
{
    direct_t *d = apr_pcalloc(pool, sizeof *d);

    d->pool = pool;
    d->driver_name = driver != NULL ? apr_pstrdup(pool, driver) : "mysql";
    d->params = apr_pstrcat(pool, params, strstr(params, "fldsz=") != NULL ? ""
                            : " fldsz=" DB_FLDSZ_TEXT, " reconnect=0", NULL);
    d->logger = logger;
    d->source = (wall_db_source_t){ .take = take, .give = give, .baton = d, .stale_max = 1 };
    return &d->source;
}
