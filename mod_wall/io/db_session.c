/* SPDX-License-Identifier: Apache-2.0 */
/* What a connection is told once, and its prepared statements. */
#include <apr_strings.h>
#include <errmsg.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "io/db_private.h"

#define ER_UNKNOWN_SYSTEM_VARIABLE 1193

#define SESSION_SETTINGS                                                                           \
    "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci, SESSION time_zone = '+00:00', "                 \
    "SESSION innodb_lock_wait_timeout = 5, "                                                       \
    "SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,"               \
    "NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION'"
/* Lost updates are impossible in either: MariaDB's plain REPEATABLE READ would allow them. */
#define SNAPSHOT_ISOLATION                                                                         \
    "SET SESSION tx_isolation = 'REPEATABLE-READ', SESSION innodb_snapshot_isolation = ON"
#define READ_COMMITTED "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"

static int say(wall_db_conn_t *conn, const char *sql)
{
    int nrows = 0;

    return apr_dbd_query(conn->driver, conn->handle, &nrows, sql);
}

/* 1 when text of DB_FLDSZ bytes arrives whole, see db_private.h; 0 when not; -1 on an error. */
static int long_enough(wall_db_conn_t *conn, apr_pool_t *scratch, int *err)
{
    const char *probe = apr_psprintf(scratch, "SELECT RPAD('', %d, 'x') AS probe", DB_FLDSZ);
    apr_dbd_prepared_t *stmt = NULL;
    apr_dbd_results_t *res = NULL;
    apr_dbd_row_t *row = NULL;
    const char *text = NULL;

    *err = apr_dbd_prepare(conn->driver, scratch, conn->handle, probe, NULL, &stmt);
    if (*err == 0)
        *err = apr_dbd_pbselect(conn->driver, scratch, conn->handle, &res, stmt, 0, NULL);
    if (*err != 0)
        return -1;
    if (apr_dbd_get_row(conn->driver, scratch, res, &row, -1) != 0 ||
        apr_dbd_datum_get(conn->driver, row, 0, APR_DBD_TYPE_STRING, &text) != APR_SUCCESS)
        return 0;
    return strlen(text) == DB_FLDSZ;
}

static int set_up(wall_cx_t *cx, wall_db_conn_t *conn)
{
    apr_pool_t *scratch;
    int err = say(conn, SESSION_SETTINGS);

    if (err != 0)
        return err;
    err = say(conn, SNAPSHOT_ISOLATION);
    if (err == ER_UNKNOWN_SYSTEM_VARIABLE)
        err = say(conn, READ_COMMITTED);
    if (err != 0)
        return err;
    apr_pool_create(&scratch, cx->pool);
    if (long_enough(conn, scratch, &err) == 0) {
        wall_cx_log(cx, WALL_LOG_ERR, WALLNO(00102) "DBDParams has a fldsz below %d: longer texts "
                    "would be cut. Write fldsz=%d.", DB_FLDSZ, DB_FLDSZ);
        err = CR_UNKNOWN_ERROR;
    }
    apr_pool_destroy(scratch);
    return err;
}

int db_session_open(wall_cx_t *cx, wall_db_conn_t *conn, db_session_t **out)
{
    db_session_t *session = apr_hash_get(conn->prepared, "wall:", APR_HASH_KEY_STRING);
    int err;

    if (session == NULL) {
        session = apr_pcalloc(conn->pool, sizeof *session);
        session->mysql = apr_dbd_native_handle(conn->driver, conn->handle);
        session->watch = db_watch_find(conn->handle);
        if (session->watch == NULL) {
            wall_db_watchdog_register(conn->pool, conn->driver, conn->handle);
            session->watch = db_watch_find(conn->handle);
        }
        db_watch_use(session->watch, 1);
        db_watch_begin(session->watch, 0);
        err = set_up(cx, conn);
        db_watch_end(session->watch);
        if (err != 0) {
            db_watch_use(session->watch, 0);
            return err;
        }
        session->statements = apr_hash_make(conn->pool);
        apr_hash_set(conn->prepared, "wall:", APR_HASH_KEY_STRING, session);
    }
    db_watch_use(session->watch, 1);
    *out = session;
    return 0;
}

int wall_db_conn_quiet(const wall_db_conn_t *conn)
{
    my_socket fd = mysql_get_socket(apr_dbd_native_handle(conn->driver, conn->handle));
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int db_session_prepare(wall_db_conn_t *conn, db_session_t *session, const wall_stmt_t *stmt,
                       db_prepared_t **out)
{
    db_prepared_t *prepared = apr_hash_get(session->statements, &stmt, sizeof stmt);
    apr_dbd_prepared_t *fresh = NULL;
    const wall_stmt_t **key;
    int err;

    if (prepared == NULL) {
        err = apr_dbd_prepare(conn->driver, conn->pool, conn->handle, stmt->sql, NULL, &fresh);
        if (err != 0)
            return err;
        prepared = apr_pcalloc(conn->pool, sizeof *prepared);
        prepared->stmt = fresh;
        key = apr_palloc(conn->pool, sizeof *key);
        *key = stmt;
        apr_hash_set(session->statements, key, sizeof *key, prepared);
    }
    *out = prepared;
    return 0;
}
