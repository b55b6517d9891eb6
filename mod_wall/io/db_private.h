/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_DB_PRIVATE_H
#define WALL_IO_DB_PRIVATE_H

/** @file db_private.h What the files db*.c share. Nobody else includes it. */
#include <apr_dbd.h>
#include <mysql.h>

#include "io/db.h"

/*
 * The driver reads a column into min(declared length, fldsz) + 1 bytes and cuts silently. Text of
 * this length or more is therefore read again as a CLOB, which knows the real length. That is right
 * as long as the connection's fldsz is not smaller; db_session.c refuses one that is.
 * 20,480 holds VARCHAR(5000) in utf8mb4, the longest that lists carry.
 */
#define DB_FLDSZ      20480
#define DB_FLDSZ_TEXT "20480"

/** What a server's error number asks for. */
typedef enum db_kind_t {
    DB_OK,
    DB_CONFLICT,    /* deadlock, lock wait, changed since the snapshot: do it all again */
    DB_LOST,        /* the connection is gone; nothing is known of the statement's fate */
    DB_REPREPARE,   /* the prepared statement is stale; the statement was not run */
    DB_DUPLICATE,   /* a UNIQUE key */
    DB_UNAVAILABLE, /* the server cannot just now: full, read-only, interrupted */
    DB_ERROR        /* ours: wrong SQL, value too long, constraint */
} db_kind_t;

/** Why no further statement may run in the open transaction. */
typedef enum db_broken_t {
    DB_WHOLE,
    DB_BROKEN_CONFLICT,
    DB_BROKEN_LOST,
    DB_BROKEN_STALLED, /* lost because the watchdog cut it: the server is frozen, do not wait again */
    DB_BROKEN_HURRIED, /* lost because the process is to end: what had patience has none any more */
    DB_BROKEN_RELEASED /* wall_db_release() inside */
} db_broken_t;

/* ---- the watchdog ---- */
typedef struct db_watch_t db_watch_t;
typedef struct db_opening_t {
    struct db_opening_t *next;
    apr_time_t since;
    int probing;
} db_opening_t;

/** The entry of a registered handle, or NULL. */
db_watch_t *db_watch_find(const apr_dbd_t *handle);
/** The connection is given to somebody (1) or is back in its pool (0). */
void db_watch_use(db_watch_t *watch, int in_use);
/** Around each call that talks to the server. @param patience beyond the watchdog's limit
 *  @return of end: whether, and why, the socket has been cut */
typedef enum db_cut_t { DB_UNCUT, DB_CUT_STALLED, DB_CUT_HURRIED } db_cut_t;
void db_watch_begin(db_watch_t *watch, apr_interval_time_t patience);
db_cut_t db_watch_end(db_watch_t *watch);
/** Ends the connection for good: whoever waits on it fails, so does every ping. */
void db_watch_cut(db_watch_t *watch);
/** Around taking a connection. 0: refused, the server is frozen and another thread is trying it. */
int db_watch_opening(db_opening_t *opening);
void db_watch_opened(db_opening_t *opening, int success);

/* ---- one connection, as long as it lives ---- */
typedef struct db_column_t {
    int node;
    const wall_field_t *field;
} db_column_t;

typedef struct db_node_t {
    int parent;
    const wall_field_t *via; /* field of the parent's shape; NULL for the root */
    const wall_shape_t *shape;
} db_node_t;

#define DB_MAX_NODES 16

/** Where the columns of one statement go in one shape. */
typedef struct db_map_t {
    struct db_map_t *next;
    const wall_shape_t *shape;
    int ncolumns;
    db_column_t *columns;
    int nnodes;
    db_node_t nodes[DB_MAX_NODES];
} db_map_t;

typedef struct db_prepared_t {
    apr_dbd_prepared_t *stmt;
    db_map_t *maps;
} db_prepared_t;

/** Kept in conn->prepared under "wall:", so it lives and dies with the connection. */
typedef struct db_session_t {
    apr_hash_t *statements; /* address of a wall_stmt_t → db_prepared_t */
    db_watch_t *watch;
    MYSQL *mysql;
} db_session_t;

struct wall_db_t {
    apr_pool_t *pool;
    const wall_db_source_t *source;
    wall_db_conn_t *conn; /* NULL until used */
    db_session_t *session;
    int depth; /* of wall_db_tx() */
    db_broken_t broken;
    wall_rc_t doomed; /* failure of a joined transaction */
    apr_array_header_t *effects;
    const char *duplicate_key;
    apr_interval_time_t patience; /* see wall_db_patience() */
};

/** Sets up the session of a fresh connection; at once for one that has it. 0 or an error number. */
int db_session_open(wall_cx_t *cx, wall_db_conn_t *conn, db_session_t **out);
/** The statement, prepared now if it was not. 0 or an error number. */
int db_session_prepare(wall_db_conn_t *conn, db_session_t *session, const wall_stmt_t *stmt,
                       db_prepared_t **out);

/* ---- db.c ---- */
/** A connection in cx->db->conn. WALL_OK, WALL_E_DB_UNAVAILABLE (logged), WALL_E_BUSY (in a broken
 *  transaction, not logged). */
wall_rc_t db_acquire(wall_cx_t *cx);
/** Gives the connection back; @a dead: it is not to be used again. */
void db_put_back(wall_db_t *db, int dead);
/** Runs text without rows. 0 or an error number; sets *stalled. */
int db_text(wall_db_t *db, const char *sql, int *stalled);
db_kind_t db_kind(int err);
/** The rc of @a err, logged, recorded. */
wall_rc_t db_failed(wall_cx_t *cx, const char *what, int err);
/** Sleeps before attempt @a n (1…): 5 ms doubled each time, ±50 %, at most 250 ms. */
void db_back_off(const wall_cx_t *cx, int n);

#define DB_ATTEMPTS     12
#define DB_ATTEMPT_TIME apr_time_from_sec(10) /* no new attempt after this */

/* ---- db_rows.c ---- */
/** Where rows go: exactly one of one, list, number. */
typedef struct db_sink_t {
    const wall_shape_t *shape;
    void *one;
    apr_array_header_t *list;
    apr_int64_t *number;
    int count; /* rows seen */
} db_sink_t;

wall_rc_t db_rows_read(wall_cx_t *cx, const wall_stmt_t *stmt, db_prepared_t *prepared,
                       apr_pool_t *scratch, apr_dbd_results_t *res, db_sink_t *sink);

#endif
