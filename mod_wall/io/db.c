/* SPDX-License-Identifier: Apache-2.0 */
/* One statement: taking a connection, binding, running, what an error number means. */
#include <apr_strings.h>
#include <errmsg.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/db_private.h"

#define TAKE_TIME apr_time_from_msec(500)

static apr_status_t clean_up(void *data)
{
    wall_db_t *db = data;

    if (db->depth > 0 && db->conn != NULL) {
        int stalled = 0;

        db_put_back(db, db_text(db, "ROLLBACK", &stalled) != 0);
    }
    db_put_back(db, 0);
    return APR_SUCCESS;
}

wall_db_t *wall_db_new(apr_pool_t *pool, const wall_db_source_t *source)
{
    wall_db_t *db = apr_pcalloc(pool, sizeof *db);

    db->pool = pool;
    db->source = source;
    apr_pool_cleanup_register(pool, db, clean_up, apr_pool_cleanup_null);
    return db;
}

void db_put_back(wall_db_t *db, int dead)
{
    wall_db_conn_t *conn = db->conn;

    if (conn == NULL)
        return;
    db_watch_use(db->session->watch, 0);
    if (dead)
        db_watch_cut(db->session->watch); /* so that mod_dbd's ping fails whatever was wrong */
    db->conn = NULL;
    db->session = NULL;
    conn->dead |= dead;
    db->source->give(db->source->baton, conn);
}

void wall_db_release(wall_cx_t *cx)
{
    wall_db_t *db = cx->db;
    int stalled = 0;

    if (db == NULL || db->conn == NULL)
        return;
    if (db->depth > 0 && db->broken == DB_WHOLE) {
        db->broken = DB_BROKEN_RELEASED;
        db_put_back(db, db_text(db, "ROLLBACK", &stalled) != 0);
        return;
    }
    db_put_back(db, 0);
}

void wall_db_patience(wall_cx_t *cx, int seconds)
{
    cx->db->patience = apr_time_from_sec(seconds);
}

/* One try. WALL_OK, or WALL_E_DB_UNAVAILABLE without a word. */
static wall_rc_t take(wall_cx_t *cx)
{
    wall_db_t *db = cx->db;
    db_opening_t opening;
    int err = -1;

    if (!db_watch_opening(&opening))
        return WALL_E_BUSY;
    db->conn = db->source->take(db->source->baton, cx->pool);
    if (db->conn != NULL) {
        err = db_session_open(cx, db->conn, &db->session);
        if (err != 0) {
            wall_cx_log(cx, WALL_LOG_WARN, WALLNO(00103) "a new database connection failed: error "
                        "%d, %s", err, apr_dbd_error(db->conn->driver, db->conn->handle, err));
            db->conn->dead = 1;
            db->source->give(db->source->baton, db->conn);
            db->conn = NULL;
        }
    }
    db_watch_opened(&opening, err == 0);
    return err == 0 ? WALL_OK : WALL_E_DB_UNAVAILABLE;
}

static wall_rc_t broken_rc(const wall_db_t *db)
{
    switch (db->broken) {
    case DB_BROKEN_CONFLICT:
        return WALL_E_BUSY;
    case DB_BROKEN_RELEASED:
        return WALL_E_INTERNAL;
    default:
        return WALL_E_DB_UNAVAILABLE;
    }
}

wall_rc_t db_acquire(wall_cx_t *cx)
{
    wall_db_t *db = cx->db;
    apr_time_t until;
    wall_rc_t rc;
    int left;

    if (db->depth > 0 && db->broken != DB_WHOLE)
        return broken_rc(db);
    if (db->conn != NULL)
        return WALL_OK;
    /* mod_dbd hands out NULL once for each connection that died in its pool. */
    until = apr_time_now() + TAKE_TIME;
    left = db->source->stale_max > 0 ? db->source->stale_max : 1;
    do {
        rc = take(cx);
        if (rc == WALL_OK)
            return WALL_OK;
        left--;
    } while (rc != WALL_E_BUSY && left > 0 && apr_time_now() < until);
    return wall_fail_log(cx, WALL_E_DB_UNAVAILABLE, WALLNO(00101) "no database connection%s",
                         rc == WALL_E_BUSY ? ": the server does not answer" : "");
}

int db_text(wall_db_t *db, const char *sql, int *stalled)
{
    int nrows = 0, err;

    db_watch_begin(db->session->watch, 0);
    err = apr_dbd_query(db->conn->driver, db->conn->handle, &nrows, sql);
    *stalled = db_watch_end(db->session->watch);
    return err;
}

/* Numbers: https://mariadb.com/kb/en/mariadb-error-codes/ and errmsg.h (2000 and up). */
db_kind_t db_kind(int err)
{
    switch (err) {
    case 0:
        return DB_OK;
    case 1205: /* lock wait timeout */
    case 1213: /* deadlock */
    case 1020: /* record changed since last read (snapshot isolation) */
        return DB_CONFLICT;
    case 1053: /* server shutdown in progress */
    case 1077: case 1079: case 1080: case 1094:
    case 1152: case 1153: case 1158: case 1159: case 1160: case 1161: case 1184:
    case 1927: /* connection was killed */
    case 4031: /* MySQL: disconnected for inactivity */
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_COMMANDS_OUT_OF_SYNC: /* unusable whatever the reason */
    case 2020: /* packet too large: the server has hung up */
    case 2027: /* malformed packet */
    case 2055: /* server lost, with the system's reason */
        return DB_LOST;
    case 1243: /* unknown prepared statement */
    case 1615: /* prepared statement needs to be re-prepared */
    case 2057: /* the number of columns has changed */
        return DB_REPREPARE;
    case 1062:
    case 1586:
        return DB_DUPLICATE;
    case 1021: case 1026: case 1030: case 1114: /* disk or table full, storage engine error */
    case 1040: case 1203: case 1226: /* too many connections */
    case 1290: case 1836: /* read-only */
    case 1317: case 1969: case 3024: /* interrupted, time limit */
    case 1461: /* max_prepared_stmt_count */
    case 1047: /* Galera: node not ready */
        return DB_UNAVAILABLE;
    default:
        return DB_ERROR;
    }
}

/* These messages quote what somebody typed; the log must not. */
static int quotes_values(int err)
{
    return err == 1062 || err == 1586 || err == 1292 || err == 1366 || err == 1411 || err == 1525;
}

wall_rc_t db_failed(wall_cx_t *cx, const char *what, int err)
{
    const wall_db_t *db = cx->db;
    db_kind_t kind = db_kind(err);
    const char *words = db->conn == NULL ? "connection lost"
        : quotes_values(err) ? "the value is not shown"
                             : apr_dbd_error(db->conn->driver, db->conn->handle, err);

    return wall_fail_log(cx, kind == DB_ERROR ? WALL_E_INTERNAL : WALL_E_DB_UNAVAILABLE,
                         WALLNO(00104) "%s: error %d, %s", what, err, words);
}

void db_back_off(const wall_cx_t *cx, int n)
{
    apr_time_t step = apr_time_from_msec(n > 6 ? 250 : 5 << (n - 1));
    apr_uint64_t mix = ((apr_uint64_t)apr_time_now() ^ (apr_uint64_t)(size_t)cx ^
                        ((apr_uint64_t)getpid() << 32)) * 0x9E3779B97F4A7C15u;

    apr_sleep(step / 2 + (apr_time_t)((mix >> 33) % (apr_uint64_t)step));
}

/* "Duplicate entry 'x' for key 'users_email'"; MySQL 8 writes 'users.users_email'. */
static const char *key_of(apr_pool_t *pool, const char *words)
{
    const char *end = words != NULL ? strrchr(words, '\'') : NULL;
    const char *start = end;

    if (end == NULL)
        return "";
    while (start > words && start[-1] != '\'' && start[-1] != '.')
        start--;
    return apr_pstrmemdup(pool, start, (apr_size_t)(end - start));
}

static wall_rc_t duplicate(wall_cx_t *cx, int err)
{
    wall_db_t *db = cx->db;

    db->duplicate_key = key_of(cx->pool, apr_dbd_error(db->conn->driver, db->conn->handle, err));
    cx->failure_log = apr_pstrcat(cx->pool, "duplicate key ", db->duplicate_key, NULL);
    return WALL_E_DUPLICATE;
}

const char *wall_db_duplicate_key(const wall_cx_t *cx)
{
    return cx->db != NULL && cx->db->duplicate_key != NULL ? cx->db->duplicate_key : "";
}

/* ---- one statement ---- */

typedef struct run_t {
    const wall_query_t *query;
    db_sink_t *sink; /* NULL: no rows */
    apr_int64_t affected;
    apr_int64_t id;
    db_cut_t cut;
    wall_rc_t rc; /* of reading the rows */
} run_t;

/* Fills @a values for the binary calls: a NULL takes one slot, a blob that is not NULL four. */
static wall_rc_t bind_args(wall_cx_t *cx, const wall_query_t *query, const void **values,
                      apr_size_t *sizes)
{
    const wall_stmt_t *stmt = query->stmt;
    int i, j = 0;

    for (i = 0; i < stmt->nargs; i++) {
        const wall_arg_t *arg = &query->args[i];

        if (arg->is_null && stmt->types[i] >= 'a')
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00105) "%s: argument %d is NULL",
                                 stmt->name, i + 1);
        if (arg->is_null) {
            values[j++] = NULL;
        } else if (arg->type == WALL_ARG_I64) {
            values[j++] = &arg->v.i64;
        } else if (arg->type == WALL_ARG_F64) {
            values[j++] = &arg->v.f64;
        } else if (arg->type == WALL_ARG_STR) {
            values[j++] = arg->v.str;
        } else {
            sizes[i] = arg->v.bytes.len;
            values[j++] = arg->v.bytes.data;
            values[j++] = &sizes[i];
            values[j++] = NULL; /* table and column, which only Oracle wants */
            values[j++] = NULL;
        }
    }
    return WALL_OK;
}

static int run_once(wall_cx_t *cx, run_t *run, const void **values)
{
    wall_db_t *db = cx->db;
    const apr_dbd_driver_t *driver = db->conn->driver;
    apr_dbd_results_t *res = NULL;
    db_prepared_t *prepared = NULL;
    apr_pool_t *scratch;
    int err, nrows = 0;

    apr_pool_create(&scratch, cx->pool);
    db_watch_begin(db->session->watch, db->patience);
    err = db_session_prepare(db->conn, db->session, run->query->stmt, &prepared);
    if (err == 0 && run->sink == NULL)
        err = apr_dbd_pbquery(driver, scratch, db->conn->handle, &nrows, prepared->stmt, values);
    else if (err == 0)
        err = apr_dbd_pbselect(driver, scratch, db->conn->handle, &res, prepared->stmt, 0, values);
    run->cut = db_watch_end(db->session->watch);
    if (err == 0 && run->sink != NULL) {
        run->rc = db_rows_read(cx, run->query->stmt, prepared, scratch, res, run->sink);
    } else if (err == 0) {
        run->affected = nrows;
        run->id = (apr_int64_t)mysql_insert_id(db->session->mysql);
    }
    apr_pool_destroy(scratch);
    return err;
}

static int only_reads(const wall_stmt_t *stmt)
{
    return strncasecmp(stmt->sql, "SELECT", 6) == 0 || strncasecmp(stmt->sql, "WITH", 4) == 0;
}

/* What to do after error @a err. 1: run it again; 0: *rc is the answer. */
static int again(wall_cx_t *cx, const run_t *run, int err, int attempt, apr_time_t since,
                 wall_rc_t *rc)
{
    wall_db_t *db = cx->db;
    const wall_stmt_t *stmt = run->query->stmt;

    switch (db_kind(err)) {
    case DB_DUPLICATE:
        *rc = duplicate(cx, err);
        return 0;
    case DB_REPREPARE:
        apr_hash_set(db->session->statements, &stmt, sizeof stmt, NULL);
        *rc = attempt == 0 ? WALL_OK : db_failed(cx, stmt->name, err);
        return attempt == 0;
    case DB_CONFLICT:
        if (db->depth > 0) {
            db->broken = DB_BROKEN_CONFLICT;
            *rc = WALL_E_BUSY;
            return 0;
        }
        /* A statement of its own is a transaction of its own. */
        if (attempt + 1 < DB_ATTEMPTS && apr_time_now() - since < DB_ATTEMPT_TIME) {
            db_back_off(cx, attempt + 1);
            return 1;
        }
        *rc = wall_fail_log(cx, WALL_E_BUSY, WALLNO(00106) "%s: error %d, given up after %d attempts",
                            stmt->name, err, attempt + 1);
        return 0;
    case DB_LOST:
        db_put_back(db, 1);
        if (db->depth > 0) {
            db->broken = run->cut == DB_CUT_HURRIED   ? DB_BROKEN_HURRIED
                         : run->cut == DB_CUT_STALLED ? DB_BROKEN_STALLED
                                                      : DB_BROKEN_LOST;
            *rc = WALL_E_DB_UNAVAILABLE;
            wall_cx_log(cx, run->cut == DB_CUT_HURRIED ? WALL_LOG_INFO : WALL_LOG_WARN,
                        WALLNO(00107) "%s: connection lost in a transaction, error %d", stmt->name,
                        err);
            return 0;
        }
        if (only_reads(stmt) && attempt == 0 && run->cut == DB_UNCUT)
            return 1;
        *rc = db_failed(cx, stmt->name, err);
        return 0;
    default:
        *rc = db_failed(cx, stmt->name, err);
        return 0;
    }
}

static wall_rc_t run_query(wall_cx_t *cx, run_t *run)
{
    const wall_stmt_t *stmt = run->query->stmt;
    const void *values[WALL_DB_MAX_ARGS * 4 + 1];
    apr_size_t sizes[WALL_DB_MAX_ARGS];
    apr_time_t since = 0;
    int attempt, err;
    wall_rc_t rc;

    if (stmt->is_select != (run->sink != NULL))
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00108) "%s %s rows", stmt->name,
                             stmt->is_select ? "has" : "has no");
    rc = bind_args(cx, run->query, values, sizes);
    if (rc != WALL_OK)
        return rc;
    for (attempt = 0;; attempt++) {
        rc = db_acquire(cx);
        if (rc != WALL_OK)
            return rc;
        err = run_once(cx, run, values);
        if (err == 0)
            return run->rc;
        if (since == 0)
            since = apr_time_now();
        if (!again(cx, run, err, attempt, since, &rc))
            return rc;
    }
}

wall_rc_t wall_db_exec(wall_cx_t *cx, wall_query_t query, apr_int64_t *affected)
{
    run_t r = { .query = &query };
    wall_rc_t rc = run_query(cx, &r);

    if (affected != NULL)
        *affected = rc == WALL_OK ? r.affected : 0;
    return rc;
}

wall_rc_t wall_db_insert(wall_cx_t *cx, wall_query_t query, apr_int64_t *id)
{
    run_t r = { .query = &query };
    wall_rc_t rc = run_query(cx, &r);

    *id = rc == WALL_OK ? r.id : 0;
    return rc;
}

wall_rc_t wall_db_one(wall_cx_t *cx, wall_query_t query, const wall_shape_t *shape, void *out)
{
    db_sink_t sink = { .shape = shape, .one = out };
    run_t r = { .query = &query, .sink = &sink };
    wall_rc_t rc;

    memset(out, 0, shape->size);
    rc = run_query(cx, &r);
    return rc == WALL_OK && sink.count == 0 ? WALL_E_NOT_FOUND : rc;
}

wall_rc_t wall_db_list(wall_cx_t *cx, wall_query_t query, const wall_shape_t *shape,
                       apr_array_header_t **out)
{
    db_sink_t sink = { .shape = shape };
    run_t r = { .query = &query, .sink = &sink };

    sink.list = *out = apr_array_make(cx->pool, 20, (int)shape->size);
    return run_query(cx, &r);
}

wall_rc_t wall_db_number(wall_cx_t *cx, wall_query_t query, apr_int64_t *out)
{
    db_sink_t sink = { .number = out };
    run_t r = { .query = &query, .sink = &sink };
    wall_rc_t rc;

    *out = 0;
    rc = run_query(cx, &r);
    return rc == WALL_OK && sink.count == 0 ? WALL_E_NOT_FOUND : rc;
}

wall_rc_t wall_db_raw(wall_cx_t *cx, const char *sql)
{
    wall_rc_t rc = db_acquire(cx);
    int err, stalled = 0;

    if (rc != WALL_OK)
        return rc;
    err = db_text(cx->db, sql, &stalled);
    if (err == 0)
        return WALL_OK;
    rc = db_failed(cx, "text", err);
    if (db_kind(err) == DB_LOST) {
        db_put_back(cx->db, 1);
        cx->db->broken = cx->db->depth > 0 ? DB_BROKEN_LOST : DB_WHOLE;
    }
    return rc;
}

wall_rc_t wall_db_prepare(wall_cx_t *cx, const wall_stmt_t *stmt)
{
    wall_rc_t rc = db_acquire(cx);
    db_prepared_t *prepared = NULL;
    wall_db_t *db = cx->db;
    int err;

    if (rc != WALL_OK)
        return rc;
    db_watch_begin(db->session->watch, 0);
    err = db_session_prepare(db->conn, db->session, stmt, &prepared);
    db_watch_end(db->session->watch);
    if (err == 0)
        return WALL_OK;
    cx->failure_log = apr_psprintf(cx->pool, "%s: error %d, %s", stmt->name, err,
                                   apr_dbd_error(db->conn->driver, db->conn->handle, err));
    if (db_kind(err) == DB_LOST)
        db_put_back(db, 1);
    return WALL_E_INTERNAL;
}
