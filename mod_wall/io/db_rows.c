/* SPDX-License-Identifier: Apache-2.0 */
/* Rows → structs: columns are matched to a shape's fields by label, once per connection. */
#include <apr_buckets.h>
#include <apr_strings.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/timefmt.h"
#include "io/db_private.h"

static const wall_field_t *field_named(const wall_shape_t *shape, const char *name, size_t len)
{
    const wall_field_t *field;

    for (field = shape->fields; field->name != NULL; field++) {
        if (strncmp(field->name, name, len) == 0 && field->name[len] == '\0')
            return field;
    }
    return NULL;
}

static int readable(wall_type_t type)
{
    return type != WALL_T_OBJ && type != WALL_T_OPT_OBJ && type != WALL_T_LIST &&
           type != WALL_T_STRS;
}

/* The node for @a via below @a parent; -1 when there are too many. */
static int node_of(db_map_t *map, int parent, const wall_field_t *via)
{
    int n;

    for (n = 1; n < map->nnodes; n++) {
        if (map->nodes[n].parent == parent && map->nodes[n].via == via)
            return n;
    }
    if (n == DB_MAX_NODES)
        return -1;
    map->nodes[n] = (db_node_t){ .parent = parent, .via = via, .shape = via->shape };
    return map->nnodes++;
}

/* "author.username": each part but the last goes one shape down. */
static int map_column(db_map_t *map, const char *label, db_column_t *column)
{
    const char *dot;
    int node = 0;

    while ((dot = strchr(label, '.')) != NULL) {
        const wall_field_t *via = field_named(map->nodes[node].shape, label,
                                              (size_t)(dot - label));

        if (via == NULL || (via->type != WALL_T_OBJ && via->type != WALL_T_OPT_OBJ))
            return 0;
        node = node_of(map, node, via);
        if (node < 0)
            return 0;
        label = dot + 1;
    }
    column->node = node;
    column->field = field_named(map->nodes[node].shape, label, strlen(label));
    return column->field != NULL && readable(column->field->type);
}

static wall_rc_t map_of(wall_cx_t *cx, const wall_stmt_t *stmt, db_prepared_t *prepared,
                        apr_dbd_results_t *res, const wall_shape_t *shape, const db_map_t **out)
{
    const wall_db_conn_t *conn = cx->db->conn;
    db_map_t *map;
    int col;

    for (map = prepared->maps; map != NULL; map = map->next) {
        if (map->shape == shape) {
            *out = map;
            return WALL_OK;
        }
    }
    map = apr_pcalloc(conn->pool, sizeof *map);
    map->shape = shape;
    map->nodes[0].shape = shape;
    map->nnodes = 1;
    map->ncolumns = apr_dbd_num_cols(conn->driver, res);
    map->columns = apr_pcalloc(conn->pool, (apr_size_t)map->ncolumns * sizeof *map->columns);
    for (col = 0; col < map->ncolumns; col++) {
        const char *label = apr_dbd_get_name(conn->driver, res, col);

        if (!map_column(map, label, &map->columns[col]))
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00120) "%s: no field of %s takes the "
                                 "column %s", stmt->name, shape->name, label);
    }
    map->next = prepared->maps;
    prepared->maps = map;
    *out = map;
    return WALL_OK;
}

/* The whole text although the buffer holds only the first DB_FLDSZ bytes of it. */
static apr_status_t read_long(const apr_dbd_driver_t *driver, apr_dbd_row_t *row, int col,
                              apr_pool_t *scratch, apr_pool_t *pool, const char **out)
{
    apr_bucket_alloc_t *alloc = apr_bucket_alloc_create(scratch);
    apr_bucket_brigade *brigade = apr_brigade_create(scratch, alloc);
    apr_status_t status = apr_dbd_datum_get(driver, row, col, APR_DBD_TYPE_CLOB, brigade);
    apr_off_t length = 0;
    apr_size_t size;
    char *text;

    if (status == APR_SUCCESS)
        status = apr_brigade_length(brigade, 1, &length);
    if (status != APR_SUCCESS)
        return status;
    size = (apr_size_t)length;
    text = apr_palloc(pool, size + 1);
    status = apr_brigade_flatten(brigade, text, &size);
    text[size] = '\0';
    *out = text;
    return status;
}

/* Text of a column, NULL for NULL. Short texts live in the row's buffer, long ones in cx->pool. */
static apr_status_t text_of(const wall_cx_t *cx, apr_pool_t *scratch, apr_dbd_row_t *row, int col,
                            const char **text, size_t *len)
{
    const apr_dbd_driver_t *driver = cx->db->conn->driver;
    apr_status_t status = apr_dbd_datum_get(driver, row, col, APR_DBD_TYPE_STRING, text);

    *len = 0;
    if (status == APR_ENOENT) {
        *text = NULL;
        return APR_SUCCESS;
    }
    if (status != APR_SUCCESS)
        return status;
    *len = strlen(*text);
    if (*len >= DB_FLDSZ) {
        status = read_long(driver, row, col, scratch, cx->pool, text);
        *len = SIZE_MAX; /* already copied */
    }
    return status;
}

static int to_i64(const char *text, apr_int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    if (errno != 0 || end == text)
        return 0;
    if (*end == '.') /* a DECIMAL sum: nothing but zeros may follow */
        end += 1 + strspn(end + 1, "0");
    return *end == '\0';
}

/* 1, or 0 when the text does not suit the field. */
static int put(const wall_cx_t *cx, const wall_field_t *field, char *base, const char *text,
               size_t len)
{
    void *to = base + field->offset;
    apr_int64_t number;
    char *end;

    switch (field->type) {
    case WALL_T_STR:
    case WALL_T_RAW:
        *(const char **)to = len == SIZE_MAX ? text : apr_pstrmemdup(cx->pool, text, len);
        return 1;
    case WALL_T_I64:
        return to_i64(text, to);
    case WALL_T_OPT_I64:
        *(apr_int64_t **)to = apr_palloc(cx->pool, sizeof(apr_int64_t));
        return to_i64(text, *(apr_int64_t **)to);
    case WALL_T_BOOL:
        if (!to_i64(text, &number) || number < 0 || number > 1)
            return 0;
        *(int *)to = (int)number;
        return 1;
    case WALL_T_F64:
        *(double *)to = strtod(text, &end);
        return end != text && *end == '\0';
    case WALL_T_TIME:
        *(apr_time_t *)to = wall_time_from_sql(text);
        return *(apr_time_t *)to != 0;
    case WALL_T_ENUM:
        *(int *)to = wall_enum_index(field->names, text);
        return *(int *)to >= 0;
    default:
        return 0;
    }
}

/* The struct a node stands for; an OPT_OBJ comes to be with its first value that is not NULL. */
static char *base_of(const wall_cx_t *cx, const db_map_t *map, int n, char **bases)
{
    const db_node_t *node = &map->nodes[n];

    if (bases[n] == NULL) {
        char *member = base_of(cx, map, node->parent, bases) + node->via->offset;

        if (node->via->type == WALL_T_OBJ) {
            bases[n] = member;
        } else {
            bases[n] = apr_pcalloc(cx->pool, node->shape->size);
            *(void **)(void *)member = bases[n];
        }
    }
    return bases[n];
}

static wall_rc_t read_row(wall_cx_t *cx, const wall_stmt_t *stmt, const db_map_t *map,
                          apr_pool_t *scratch, apr_dbd_row_t *row, void *out)
{
    char *bases[DB_MAX_NODES] = { out };
    const char *text;
    size_t len;
    int col;

    for (col = 0; col < map->ncolumns; col++) {
        const db_column_t *column = &map->columns[col];

        if (text_of(cx, scratch, row, col, &text, &len) != APR_SUCCESS)
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00121) "%s: cannot read the column %s",
                                 stmt->name, column->field->name);
        if (text == NULL)
            continue;
        if (!put(cx, column->field, base_of(cx, map, column->node, bases), text, len))
            return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00122) "%s: the column %s does not "
                                 "suit its field", stmt->name, column->field->name);
    }
    return WALL_OK;
}

static wall_rc_t read_number(wall_cx_t *cx, const wall_stmt_t *stmt, apr_pool_t *scratch,
                             apr_dbd_row_t *row, db_sink_t *sink)
{
    const char *text;
    size_t len;

    if (text_of(cx, scratch, row, 0, &text, &len) != APR_SUCCESS ||
        (text != NULL && !to_i64(text, sink->number)))
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00123) "%s: the first column is no integer",
                             stmt->name);
    if (text != NULL)
        sink->count = 1;
    return WALL_OK;
}

wall_rc_t db_rows_read(wall_cx_t *cx, const wall_stmt_t *stmt, db_prepared_t *prepared,
                       apr_pool_t *scratch, apr_dbd_results_t *res, db_sink_t *sink)
{
    const apr_dbd_driver_t *driver = cx->db->conn->driver;
    const db_map_t *map = NULL;
    apr_dbd_row_t *row = NULL;
    wall_rc_t rc = WALL_OK;
    void *out;

    if (sink->shape != NULL)
        rc = map_of(cx, stmt, prepared, res, sink->shape, &map);
    /* After the first non-zero answer get_row must not be called again. */
    while (rc == WALL_OK && apr_dbd_get_row(driver, scratch, res, &row, -1) == 0) {
        if (sink->list != NULL) {
            out = apr_array_push(sink->list);
            memset(out, 0, sink->shape->size);
            rc = read_row(cx, stmt, map, scratch, row, out);
            sink->count++;
        } else if (sink->one != NULL && sink->count == 0) {
            rc = read_row(cx, stmt, map, scratch, row, sink->one);
            sink->count++;
        } else if (sink->number != NULL) {
            return read_number(cx, stmt, scratch, row, sink);
        } else {
            break;
        }
    }
    return rc;
}
