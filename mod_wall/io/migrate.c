/* SPDX-License-Identifier: Apache-2.0 */
#include "io/migrate.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypto.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define LOCK_SECONDS 60
#define LARGEST_FILE (4 * 1024 * 1024)

/* statements counts those carried out, so that a migration which stopped half-way (DDL commits by
 * itself) goes on where it stopped. applied_at is NULL until all are. */
#define TABLE                                                                                      \
    "CREATE TABLE IF NOT EXISTS schema_migrations ("                                               \
    "version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, "                            \
    "checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "                           \
    "statements BIGINT NOT NULL DEFAULT 0, applied_at DATETIME(6) NULL) "                          \
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"

/** A file of the folder. */
typedef struct step_t {
    apr_int64_t version;
    const char *name;
    const char *text;
    const char *checksum;
} step_t;

/** A row of schema_migrations. */
typedef struct done_t {
    apr_int64_t version;
    const char *name;
    const char *checksum;
    apr_int64_t statements;
    apr_time_t applied_at;
} done_t;

static const wall_field_t done_fields[] = {
    WALL_I64(done_t, version),
    WALL_STR(done_t, name),
    WALL_STR(done_t, checksum),
    WALL_I64(done_t, statements),
    WALL_TIME(done_t, applied_at),
    WALL_FIELDS_END
};
static const wall_shape_t done_shape = WALL_SHAPE_OF("Migration", done_t, done_fields);

/* ---- the folder ---- */

static wall_rc_t read_step(wall_cx_t *cx, const char *folder, step_t *step)
{
    const char *path = apr_pstrcat(cx->pool, folder, "/", step->name, NULL);
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t status;
    apr_size_t size = 0;
    char *text = NULL, why[120];

    status = apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, cx->pool);
    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&info, APR_FINFO_SIZE, file);
        if (status == APR_SUCCESS && info.size > LARGEST_FILE)
            status = APR_ENOMEM;
        if (status == APR_SUCCESS) {
            size = (apr_size_t)info.size;
            text = apr_pcalloc(cx->pool, size + 1);
            status = apr_file_read_full(file, text, size, NULL);
        }
        apr_file_close(file);
    }
    if (status != APR_SUCCESS)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00150) "%s: %s", path,
                             apr_strerror(status, why, sizeof why));
    step->text = text;
    step->checksum = wall_sha256_hex(cx->pool, (wall_bytes_t){ text, size });
    return WALL_OK;
}

static int by_version(const void *a, const void *b)
{
    const step_t *x = a, *y = b;

    return x->version < y->version ? -1 : x->version > y->version;
}

static wall_rc_t read_folder(wall_cx_t *cx, const char *folder, apr_array_header_t **out)
{
    apr_array_header_t *steps = apr_array_make(cx->pool, 16, sizeof(step_t));
    apr_finfo_t info;
    apr_dir_t *dir;
    wall_rc_t rc = WALL_OK;
    int i;

    if (apr_dir_open(&dir, folder, cx->pool) != APR_SUCCESS)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00151) "the folder of the migrations, %s, "
                             "cannot be read", folder);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        const char *dot = strrchr(info.name, '.');
        char *end;
        apr_int64_t version = strtoll(info.name, &end, 10);

        if (version > 0 && *end == '_' && dot != NULL && strcmp(dot, ".sql") == 0) {
            step_t *step = apr_array_push(steps);

            *step = (step_t){ .version = version, .name = apr_pstrdup(cx->pool, info.name) };
        }
    }
    apr_dir_close(dir);
    if (steps->nelts == 0)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00152) "%s holds no NNNN_name.sql", folder);
    qsort(steps->elts, (size_t)steps->nelts, sizeof(step_t), by_version);
    for (i = 0; i < steps->nelts && rc == WALL_OK; i++) {
        step_t *step = &APR_ARRAY_IDX(steps, i, step_t);

        if (i > 0 && step[-1].version == step->version)
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00153) "%s and %s have the same number",
                                 step[-1].name, step->name);
        rc = read_step(cx, folder, step);
    }
    *out = steps;
    return rc;
}

/* ---- the text of one file ---- */

static int only_comments(const char *text)
{
    for (;;) {
        text += strspn(text, " \t\r\n");
        if (*text == '\0')
            return 1;
        if (strncmp(text, "--", 2) != 0)
            return 0;
        text += strcspn(text, "\n");
    }
}

/* The end of the statement at @a text: its ";", which an empty line or the file's end follows. */
static const char *statement_end(const char *text)
{
    const char *semicolon = text;

    while ((semicolon = strchr(semicolon, ';')) != NULL) {
        const char *after = semicolon + 1 + strspn(semicolon + 1, " \t\r");

        if (*after == '\0' || after[strspn(after, "\n")] == '\0')
            return semicolon;
        if (*after == '\n' && after[1 + strspn(after + 1, " \t\r")] == '\n')
            return semicolon;
        semicolon++;
    }
    return NULL;
}

static wall_rc_t apply(wall_cx_t *cx, const step_t *step, apr_int64_t skip)
{
    const char *text = step->text, *end;
    apr_int64_t n = 0;
    wall_rc_t rc;

    rc = wall_db_exec(cx, sql_schema_migration_begin(step->version, step->name, step->checksum), NULL);
    if (rc != WALL_OK)
        return rc;
    if (skip > 0)
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00154) "%s goes on after its statement %" APR_INT64_T_FMT,
                    step->name, skip);
    for (; !only_comments(text); text = end + 1) {
        end = statement_end(text);
        n++;
        if (end == NULL)
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00155) "%s: statement %" APR_INT64_T_FMT
                                 " does not end with ; and an empty line", step->name, n);
        if (n <= skip)
            continue;
        rc = wall_db_raw(cx, apr_pstrmemdup(cx->pool, text, (apr_size_t)(end - text)));
        if (rc != WALL_OK)
            return wall_fail_log(cx, rc, WALLNO(00156) "%s: statement %" APR_INT64_T_FMT " failed (%s). "
                                 "Correct the reason and migrate again: it goes on there.",
                                 step->name, n, cx->failure_log != NULL ? cx->failure_log : "?");
        rc = wall_db_exec(cx, sql_schema_migration_step(n, step->version), NULL);
        if (rc != WALL_OK)
            return rc;
    }
    rc = wall_db_exec(cx, sql_schema_migration_end(step->version), NULL);
    if (rc == WALL_OK)
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00157) "%s applied", step->name);
    return rc;
}

/* ---- the whole ---- */

static const done_t *done_of(const apr_array_header_t *done, apr_int64_t version)
{
    int i;

    for (i = 0; i < done->nelts; i++) {
        if (APR_ARRAY_IDX(done, i, done_t).version == version)
            return &APR_ARRAY_IDX(done, i, done_t);
    }
    return NULL;
}

/* What was applied must be in the folder, unchanged; what is missing must be newer than all of it. */
static wall_rc_t compare(wall_cx_t *cx, const apr_array_header_t *steps,
                         const apr_array_header_t *done)
{
    const step_t *newest = &APR_ARRAY_IDX(steps, steps->nelts - 1, step_t);
    apr_int64_t applied = 0;
    int i;

    for (i = 0; i < done->nelts; i++) {
        const done_t *d = &APR_ARRAY_IDX(done, i, done_t);

        if (d->applied_at != 0)
            applied = d->version;
    }
    if (applied > newest->version)
        return wall_fail_log(cx, WALL_E_SCHEMA_VERSION, WALLNO(00158) "the database has version %"
                             APR_INT64_T_FMT ", this release knows %" APR_INT64_T_FMT
                             ": install the newer release", applied, newest->version);
    for (i = 0; i < steps->nelts; i++) {
        const step_t *step = &APR_ARRAY_IDX(steps, i, step_t);
        const done_t *d = done_of(done, step->version);

        if (d == NULL && step->version < applied)
            return wall_fail_log(cx, WALL_E_SCHEMA_VERSION, WALLNO(00159) "%s is older than the "
                                 "database's version %" APR_INT64_T_FMT " but was never applied",
                                 step->name, applied);
        if (d != NULL && d->applied_at != 0 && strcmp(d->checksum, step->checksum) != 0)
            return wall_fail_log(cx, WALL_E_SCHEMA_VERSION, WALLNO(00160) "%s was changed after it was "
                                 "applied (SHA-256 %s, now %s): restore the file and write a new "
                                 "migration", step->name, d->checksum, step->checksum);
    }
    return WALL_OK;
}

static wall_rc_t migrate_locked(wall_cx_t *cx, const apr_array_header_t *steps)
{
    apr_array_header_t *done = NULL;
    int i, count = 0;
    wall_rc_t rc = wall_db_raw(cx, TABLE);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_schema_migrations_list(), &done_shape, &done);
    if (rc == WALL_OK)
        rc = compare(cx, steps, done);
    for (i = 0; i < steps->nelts && rc == WALL_OK; i++) {
        const step_t *step = &APR_ARRAY_IDX(steps, i, step_t);
        const done_t *d = done_of(done, step->version);

        if (d != NULL && d->applied_at != 0)
            continue;
        count++;
        rc = apply(cx, step, d != NULL ? d->statements : 0);
    }
    if (rc == WALL_OK && count == 0)
        wall_cx_log(cx, WALL_LOG_NOTICE, WALLNO(00161) "the database is up to date");
    return rc;
}

wall_rc_t wall_migrate(wall_cx_t *cx, const char *folder)
{
    apr_array_header_t *steps = NULL;
    apr_int64_t got = 0;
    wall_rc_t rc;

    rc = read_folder(cx, folder, &steps);
    if (rc != WALL_OK)
        return rc;
    rc = wall_db_number(cx, sql_schema_lock(LOCK_SECONDS), &got);
    if (rc == WALL_E_NOT_FOUND || (rc == WALL_OK && got != 1))
        return wall_fail_log(cx, WALL_E_BUSY, WALLNO(00162) "another migration of this database has "
                             "been running for %d s", LOCK_SECONDS);
    if (rc != WALL_OK)
        return rc;
    rc = migrate_locked(cx, steps);
    /* The lock is the connection's: when it is gone, so is the lock. */
    wall_db_number(cx, sql_schema_unlock(), &got);
    return rc;
}

wall_rc_t wall_schema_current(wall_cx_t *cx, int *version)
{
    apr_int64_t n = 0;
    wall_rc_t rc = wall_db_number(cx, sql_schema_has_table("schema_migrations"), &n);

    *version = 0;
    if (rc == WALL_OK && n == 1) {
        rc = wall_db_number(cx, sql_schema_version(), &n);
        *version = (int)n;
    }
    return rc;
}

wall_rc_t wall_schema_check(wall_cx_t *cx)
{
    int version = 0;
    wall_rc_t rc = wall_schema_current(cx, &version);

    if (rc != WALL_OK || version == wall_schema_version)
        return rc;
    return wall_fail_log(cx, WALL_E_SCHEMA_VERSION, WALLNO(00163) "the database has schema version %d, "
                         "this release needs %d: %s", version, wall_schema_version,
                         version < wall_schema_version ? "run `wallctl migrate`"
                                                       : "install the newer release");
}

/* ---- the structure as text ---- */

typedef struct table_t {
    const char *name;
} table_t;
static const wall_field_t table_fields[] = { WALL_STR(table_t, name), WALL_FIELDS_END };
static const wall_shape_t table_shape = WALL_SHAPE_OF("Table", table_t, table_fields);

typedef struct create_t {
    const char *name;
    const char *text;
} create_t;
static const wall_field_t create_fields[] = {
    { .name = "Table", .type = WALL_T_STR, .offset = WALL_OFF(create_t, name, const char *) },
    { .name = "Create Table", .type = WALL_T_STR, .offset = WALL_OFF(create_t, text, const char *) },
    WALL_FIELDS_END
};
static const wall_shape_t create_shape = WALL_SHAPE_OF("CreateTable", create_t, create_fields);

/* The one statement that cannot be prepared ahead: a table's name is no parameter. */
static wall_rc_t dump_table(wall_cx_t *cx, const char *name, wall_buf_t *out)
{
    wall_stmt_t *stmt = apr_pcalloc(cx->pool, sizeof *stmt);
    const char *counter, *rest;
    create_t create;
    wall_rc_t rc;

    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00164) "a table with the odd name %s", name);
    *stmt = (wall_stmt_t){ .name = "show_create_table", .is_select = 1, .types = "",
                           .sql = apr_psprintf(cx->pool, "SHOW CREATE TABLE `%s`", name) };
    rc = wall_db_one(cx, (wall_query_t){ .stmt = stmt }, &create_shape, &create);
    if (rc != WALL_OK)
        return rc;
    counter = strstr(create.text, " AUTO_INCREMENT=");
    rest = counter != NULL ? counter + 16 + strspn(counter + 16, "0123456789") : "";
    wall_buf_add(out, create.text, counter != NULL ? (size_t)(counter - create.text)
                                                   : strlen(create.text));
    wall_buf_str(out, rest);
    wall_buf_str(out, ";\n\n");
    return WALL_OK;
}

typedef struct function_t {
    const char *name, *sql_mode, *text, *client, *connection, *database;
} function_t;
static const wall_field_t function_fields[] = {
    { .name = "Function", .type = WALL_T_STR, .offset = offsetof(function_t, name) },
    { .name = "sql_mode", .type = WALL_T_STR, .offset = offsetof(function_t, sql_mode) },
    { .name = "Create Function", .type = WALL_T_STR, .offset = offsetof(function_t, text) },
    { .name = "character_set_client", .type = WALL_T_STR, .offset = offsetof(function_t, client) },
    { .name = "collation_connection", .type = WALL_T_STR, .offset = offsetof(function_t, connection) },
    { .name = "Database Collation", .type = WALL_T_STR, .offset = offsetof(function_t, database) },
    WALL_FIELDS_END
};
static const wall_shape_t function_shape =
    WALL_SHAPE_OF("CreateFunction", function_t, function_fields);

/* Without whoever made it: that differs from site to site. */
static wall_rc_t dump_function(wall_cx_t *cx, const char *name, wall_buf_t *out)
{
    wall_stmt_t *stmt = apr_pcalloc(cx->pool, sizeof *stmt);
    const char *rest;
    function_t f;
    wall_rc_t rc;

    *stmt = (wall_stmt_t){ .name = "show_create_function", .is_select = 1, .types = "",
                           .sql = apr_psprintf(cx->pool, "SHOW CREATE FUNCTION `%s`", name) };
    rc = wall_db_one(cx, (wall_query_t){ .stmt = stmt }, &function_shape, &f);
    if (rc != WALL_OK)
        return rc;
    rest = strstr(f.text, "FUNCTION ");
    wall_buf_fmt(out, "CREATE %s;\n\n", rest != NULL ? rest : f.text);
    return WALL_OK;
}

static wall_rc_t dump_functions(wall_cx_t *cx, wall_buf_t *out)
{
    apr_array_header_t *names = NULL;
    wall_rc_t rc = wall_db_list(cx, sql_schema_functions(), &table_shape, &names);
    int i;

    for (i = 0; rc == WALL_OK && i < names->nelts; i++)
        rc = dump_function(cx, APR_ARRAY_IDX(names, i, table_t).name, out);
    return rc;
}

typedef struct trigger_t {
    const char *name, *table_name, *timing, *event, *text;
} trigger_t;
static const wall_field_t trigger_fields[] = {
    WALL_STR(trigger_t, name),  WALL_STR(trigger_t, table_name), WALL_STR(trigger_t, timing),
    WALL_STR(trigger_t, event), WALL_STR(trigger_t, text),       WALL_FIELDS_END
};
static const wall_shape_t trigger_shape = WALL_SHAPE_OF("Trigger", trigger_t, trigger_fields);

static wall_rc_t dump_triggers(wall_cx_t *cx, wall_buf_t *out)
{
    apr_array_header_t *triggers = NULL;
    wall_rc_t rc = wall_db_list(cx, sql_schema_triggers(), &trigger_shape, &triggers);
    int i;

    for (i = 0; rc == WALL_OK && i < triggers->nelts; i++) {
        const trigger_t *t = &APR_ARRAY_IDX(triggers, i, trigger_t);

        wall_buf_fmt(out, "CREATE TRIGGER `%s` %s %s ON `%s`\nFOR EACH ROW %s;\n\n", t->name,
                     t->timing, t->event, t->table_name, t->text);
    }
    return rc;
}

wall_rc_t wall_schema_dump(wall_cx_t *cx, wall_buf_t *out)
{
    apr_array_header_t *tables = NULL;
    wall_rc_t rc = wall_db_list(cx, sql_schema_tables(), &table_shape, &tables);
    int i;

    for (i = 0; rc == WALL_OK && i < tables->nelts; i++)
        rc = dump_table(cx, APR_ARRAY_IDX(tables, i, table_t).name, out);
    if (rc == WALL_OK)
        rc = dump_functions(cx, out);
    return rc == WALL_OK ? dump_triggers(cx, out) : rc;
}
