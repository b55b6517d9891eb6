/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_MIGRATE_H
#define WALL_IO_MIGRATE_H

/**
 * @file migrate.h
 * sql/migrations/NNNN_name.sql, applied in order, once, under GET_LOCK, each recorded with its
 * SHA-256 in schema_migrations. A file that changed after it was applied stops everything.
 * A statement in a file ends with ";" followed by an empty line or the end of the file. DDL commits
 * by itself, so each statement carried out is counted: a migration that failed half-way, also when its
 * file is corrected, goes on with the statement that failed.
 */
#include "core/buf.h"
#include "core/cx.h"

/** Version this build expects: the highest migration's number (generated). */
extern const int wall_schema_version;

/** Applies what is missing from @a folder; says each step through cx->logger (NOTICE). */
wall_rc_t wall_migrate(wall_cx_t *cx, const char *folder);
/** The database's version; 0 for an empty one. */
wall_rc_t wall_schema_current(wall_cx_t *cx, int *version);
/** WALL_OK when the versions agree, else WALL_E_SCHEMA_VERSION with a clear log line. */
wall_rc_t wall_schema_check(wall_cx_t *cx);
/** Appends every table's SHOW CREATE TABLE in order of names, without AUTO_INCREMENT counters. */
wall_rc_t wall_schema_dump(wall_cx_t *cx, wall_buf_t *out);

#endif
