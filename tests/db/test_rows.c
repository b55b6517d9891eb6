/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into MariaDB comes out the same. */
#include <string.h>

#include "db_test.h"

static const char *const colours[] = { "red", "green", "blue", NULL };

typedef struct all_t {
    apr_int64_t id;
    int flag;
    double ratio;
    const char *text;
    const char *big;
    apr_time_t at;
    int colour;
    apr_int64_t *maybe;
    const char *json;
} all_t;

static const wall_field_t all_fields[] = {
    WALL_I64(all_t, id),
    WALL_BOOL(all_t, flag),
    WALL_F64(all_t, ratio),
    WALL_STR(all_t, text),
    WALL_STR(all_t, big),
    WALL_TIME(all_t, at),
    WALL_ENUM(all_t, colour, colours),
    WALL_OPT_I64(all_t, maybe),
    WALL_RAW(all_t, json),
    WALL_FIELDS_END
};
static const wall_shape_t all_shape = WALL_SHAPE_OF("All", all_t, all_fields);

DB_STMT(row_add, "INSERT INTO t_rows (flag, ratio, text, big, at, colour, maybe, json, raw) VALUES "
                 "(%lld, %lf, %s, %s, %s, %s, %lld, %s, %pDb)", 0, 9, "iFSSSSISB");
DB_STMT(row_get, "SELECT id, flag, ratio, text, big, at, colour, maybe, json FROM t_rows WHERE id = %lld",
        1, 1, "i");
DB_STMT(row_ids, "SELECT id, text FROM t_rows ORDER BY id LIMIT 100", 1, 0, "");
DB_STMT(row_raw_digest, "SELECT CONV(LEFT(MD5(raw), 15), 16, 10) FROM t_rows WHERE id = %lld", 1, 1, "i");
DB_STMT(row_text_digest, "SELECT CONV(LEFT(MD5(%s), 15), 16, 10)", 1, 1, "s");
DB_STMT(row_double, "UPDATE t_rows SET flag = 1 WHERE id <= %lld", 0, 1, "i");
DB_STMT(row_percent, "SELECT DATE_FORMAT('2026-01-02', '%%Y-%%m') AS text", 1, 0, "");
DB_STMT(row_null, "SELECT MAX(id) FROM t_rows WHERE id < 0", 1, 0, "");
DB_STMT(row_sum, "SELECT SUM(id) AS id FROM t_rows WHERE id = %lld", 1, 1, "i");
DB_STMT(row_alien, "SELECT id, text AS nobody FROM t_rows LIMIT 1", 1, 0, "");
DB_STMT(row_returning, "INSERT INTO t_rows (text) VALUES (%s) RETURNING id", 1, 1, "s");

static const char table[] =
    "DROP TABLE IF EXISTS t_rows;\n"
    "CREATE TABLE t_rows (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, flag TINYINT NOT NULL "
    "DEFAULT 0, ratio DOUBLE NULL, text VARCHAR(5000) NULL, big MEDIUMTEXT NULL, at DATETIME(6) "
    "NULL, colour ENUM('red','green','blue') NULL, maybe BIGINT NULL, json JSON NULL, "
    "raw MEDIUMBLOB NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n";

static wall_cx_t *start(void)
{
    wall_cx_t *cx = db_test_cx();

    db_test_sql(cx, table);
    return cx;
}

static apr_int64_t add_text(wall_cx_t *cx, const char *text, const char *big)
{
    apr_int64_t id = 0;

    CU_ASSERT_EQUAL(wall_db_insert(cx, DB_QUERY(row_add, wall_arg_i64(0), wall_arg_opt_f64(NULL),
        wall_arg_str(text), wall_arg_str(big), wall_arg_str(NULL), wall_arg_str(NULL),
        wall_arg_opt_i64(NULL), wall_arg_str(NULL), wall_arg_bytes((wall_bytes_t){ NULL, 0 })),
        &id), WALL_OK);
    return id;
}

void test_rows__every_type_round_trip(void)
{
    wall_cx_t *cx = start();
    apr_int64_t id = 0, digest = 0, maybe = INT64_MIN;
    double ratio = -1.0 / 3;
    all_t row;

    CU_ASSERT_EQUAL(wall_db_insert(cx, DB_QUERY(row_add, wall_arg_i64(1), wall_arg_opt_f64(&ratio),
        wall_arg_str("it's 100 % \"ok\" \\ ?"), wall_arg_str(""),
        wall_arg_str("2026-11-21 08:15:00.123456"), wall_arg_str("blue"), wall_arg_opt_i64(&maybe),
        wall_arg_str("{\"a\":[1,2]}"), wall_arg_bytes((wall_bytes_t){ "a\0b", 3 })), &id), WALL_OK);
    CU_ASSERT_EQUAL(id, 1);
    CU_ASSERT_EQUAL_FATAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(id)), &all_shape, &row),
                          WALL_OK);
    CU_ASSERT_EQUAL(row.id, 1);
    CU_ASSERT_EQUAL(row.flag, 1);
    CU_ASSERT_DOUBLE_EQUAL(row.ratio, ratio, 1e-15);
    CU_ASSERT_STRING_EQUAL(row.text, "it's 100 % \"ok\" \\ ?");
    CU_ASSERT_STRING_EQUAL(row.big, "");
    CU_ASSERT_EQUAL(row.at, 1795248900123456);
    CU_ASSERT_EQUAL(row.colour, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row.maybe);
    CU_ASSERT_EQUAL(*row.maybe, INT64_MIN);
    CU_ASSERT_STRING_EQUAL(row.json, "{\"a\":[1,2]}");
    /* MD5("a\0b") begins 70350f6027bce37 */
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(row_raw_digest, wall_arg_i64(id)), &digest), WALL_OK);
    CU_ASSERT_EQUAL(digest, 0x70350f6027bce37);
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(row_sum, wall_arg_i64(id)), &digest), WALL_OK);
    CU_ASSERT_EQUAL(digest, 1);
    db_test_end(cx);
}

void test_rows__big_ids_are_not_cut(void)
{
    wall_cx_t *cx = start();
    apr_int64_t id = 0;
    all_t row;

    db_test_sql(cx, "INSERT INTO t_rows (id, text) VALUES (9223372036854775806, 'last');\n");
    CU_ASSERT_EQUAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(INT64_MAX - 1)), &all_shape, &row),
                    WALL_OK);
    CU_ASSERT_EQUAL(row.id, INT64_MAX - 1);
    id = add_text(cx, "x", NULL);
    CU_ASSERT_EQUAL(id, INT64_MAX);
    db_test_end(cx);
}

void test_rows__null(void)
{
    wall_cx_t *cx = start();
    apr_int64_t id = add_text(cx, NULL, NULL), number = 7;
    all_t row;

    memset(&row, 0x55, sizeof row);
    CU_ASSERT_EQUAL_FATAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(id)), &all_shape, &row),
                          WALL_OK);
    CU_ASSERT_PTR_NULL(row.text);
    CU_ASSERT_PTR_NULL(row.big);
    CU_ASSERT_PTR_NULL(row.maybe);
    CU_ASSERT_PTR_NULL(row.json);
    CU_ASSERT_EQUAL(row.at, 0);
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_CALL(row_null), &number), WALL_E_NOT_FOUND);
    CU_ASSERT_EQUAL(number, 0);
    CU_ASSERT_EQUAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(99)), &all_shape, &row),
                    WALL_E_NOT_FOUND);
    CU_ASSERT_EQUAL(cx->failed, WALL_OK);
    /* An argument declared without ? may not be NULL. */
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(row_text_digest, wall_arg_str(NULL)), &number),
                    WALL_E_INTERNAL);
    db_test_end(cx);
}

/* Lengths around the buffer's, where apr_dbd cuts silently. */
void test_rows__long_texts_are_whole(void)
{
    static const int lengths[] = { 1, 20478, 20479, 20480, 20481, 20482, 40960, 40961, 65535, 65536,
                                   600000 };
    wall_cx_t *cx = start();
    apr_array_header_t *rows;
    size_t i;

    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *text = apr_palloc(cx->pool, (apr_size_t)lengths[i] + 1);
        apr_int64_t id;
        all_t row;
        int k;

        for (k = 0; k < lengths[i]; k++)
            text[k] = (char)('!' + (k * 7 + k / 94) % 94);
        text[lengths[i]] = '\0';
        id = add_text(cx, "short", text);
        CU_ASSERT_EQUAL_FATAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(id)), &all_shape, &row),
                              WALL_OK);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row.big);
        CU_ASSERT_EQUAL(strlen(row.big), (size_t)lengths[i]);
        CU_ASSERT_STRING_EQUAL(row.big, text);
        CU_ASSERT_STRING_EQUAL(row.text, "short");
        CU_ASSERT_PTR_NULL(row.json);
    }
    CU_ASSERT_EQUAL(wall_db_list(cx, DB_CALL(row_ids), &all_shape, &rows), WALL_OK);
    CU_ASSERT_EQUAL(rows->nelts, (int)(sizeof lengths / sizeof *lengths));
    db_test_end(cx);
}

void test_rows__utf8mb4(void)
{
    static const char text[] = "Grüße, 壁, 🧱🧱 — \xF4\x8F\xBF\xBF";
    wall_cx_t *cx = start();
    char *long_text = apr_palloc(cx->pool, 5000 * 4 + 1);
    apr_int64_t id;
    all_t row;
    int i;

    for (i = 0; i < 5000; i++)
        memcpy(long_text + (apr_size_t)i * 4, "🧱", 4);
    long_text[5000 * 4] = '\0';
    id = add_text(cx, long_text, text);
    CU_ASSERT_EQUAL_FATAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(id)), &all_shape, &row),
                          WALL_OK);
    CU_ASSERT_STRING_EQUAL(row.text, long_text);
    CU_ASSERT_STRING_EQUAL(row.big, text);
    db_test_end(cx);
}

void test_rows__too_long_and_wrong_values_are_refused(void)
{
    wall_cx_t *cx = start();
    char *text = apr_palloc(cx->pool, 5002);
    apr_int64_t affected;

    memset(text, 'x', 5001);
    text[5001] = '\0';
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(row_add, wall_arg_i64(0), wall_arg_opt_f64(NULL),
        wall_arg_str(text), wall_arg_str(NULL), wall_arg_str(NULL), wall_arg_str(NULL),
        wall_arg_opt_i64(NULL), wall_arg_str(NULL), wall_arg_bytes((wall_bytes_t){ NULL, 0 })),
        &affected), WALL_E_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(cx->failure_log, "1406"));
    db_test_log[0] = '\0';
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(row_add, wall_arg_i64(0), wall_arg_opt_f64(NULL),
        wall_arg_str(NULL), wall_arg_str(NULL), wall_arg_str("my secret"), wall_arg_str(NULL),
        wall_arg_opt_i64(NULL), wall_arg_str(NULL), wall_arg_bytes((wall_bytes_t){ NULL, 0 })),
        &affected), WALL_E_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(db_test_log, "1292"));
    CU_ASSERT_PTR_NULL(strstr(db_test_log, "my secret"));
    db_test_end(cx);
}

void test_rows__affected_counts_changes(void)
{
    wall_cx_t *cx = start();
    apr_int64_t affected = -1;
    int i;

    for (i = 0; i < 5; i++)
        add_text(cx, "x", NULL);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(row_double, wall_arg_i64(3)), &affected), WALL_OK);
    CU_ASSERT_EQUAL(affected, 3);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(row_double, wall_arg_i64(4)), &affected), WALL_OK);
    CU_ASSERT_EQUAL(affected, 1);
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_QUERY(row_double, wall_arg_i64(0)), &affected), WALL_OK);
    CU_ASSERT_EQUAL(affected, 0);
    db_test_end(cx);
}

void test_rows__percent_signs_and_returning(void)
{
    wall_cx_t *cx = start();
    apr_int64_t id = 0;
    all_t row;

    CU_ASSERT_EQUAL(wall_db_one(cx, DB_CALL(row_percent), &all_shape, &row), WALL_OK);
    CU_ASSERT_STRING_EQUAL(row.text, "2026-01");
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(row_returning, wall_arg_str("r")), &id), WALL_OK);
    CU_ASSERT_EQUAL(id, 1);
    db_test_end(cx);
}

void test_rows__misuse_is_an_error(void)
{
    wall_cx_t *cx = start();
    apr_int64_t number;
    all_t row;

    add_text(cx, "x", NULL);
    CU_ASSERT_EQUAL(wall_db_one(cx, DB_CALL(row_alien), &all_shape, &row), WALL_E_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(cx->failure_log, "nobody"));
    CU_ASSERT_EQUAL(wall_db_exec(cx, DB_CALL(row_ids), NULL), WALL_E_INTERNAL);
    CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(row_double, wall_arg_i64(1)), &number),
                    WALL_E_INTERNAL);
    /* and the connection is still good */
    CU_ASSERT_EQUAL(wall_db_one(cx, DB_QUERY(row_get, wall_arg_i64(1)), &all_shape, &row), WALL_OK);
    db_test_end(cx);
}

/* ---- nested shapes ---- */
typedef struct city_t {
    apr_int64_t city_id;
    const char *name;
} city_t;
typedef struct person_t {
    apr_int64_t user_id;
    const char *username;
    city_t city;
    city_t *birthplace;
} person_t;
typedef struct note_t {
    apr_int64_t note_id;
    person_t author;
    person_t *editor;
} note_t;

static const wall_field_t city_fields[] = {
    WALL_I64(city_t, city_id), WALL_STR(city_t, name), WALL_FIELDS_END
};
static const wall_shape_t city_shape = WALL_SHAPE_OF("City", city_t, city_fields);
static const wall_field_t person_fields[] = {
    WALL_I64(person_t, user_id), WALL_STR(person_t, username),
    WALL_OBJ(person_t, city, &city_shape), WALL_OPT_OBJ(person_t, birthplace, &city_shape),
    WALL_FIELDS_END
};
static const wall_shape_t person_shape = WALL_SHAPE_OF("Person", person_t, person_fields);
static const wall_field_t note_fields[] = {
    WALL_I64(note_t, note_id), WALL_OBJ(note_t, author, &person_shape),
    WALL_OPT_OBJ(note_t, editor, &person_shape), WALL_FIELDS_END
};
static const wall_shape_t note_shape = WALL_SHAPE_OF("Note", note_t, note_fields);

#define NOTE_COLUMNS(note, editor, place)                                                          \
    "SELECT " note " AS note_id, 2 AS `author.user_id`, 'ann' AS `author.username`, 3 AS "         \
    "`author.city.city_id`, 'Ulm' AS `author.city.name`, NULL AS `author.birthplace.city_id`, "    \
    editor " AS `editor.user_id`, NULL AS `editor.username`, " place                               \
    " AS `editor.birthplace.name` "
DB_STMT(notes, NOTE_COLUMNS("1", "NULL", "NULL") "UNION ALL " NOTE_COLUMNS("2", "5", "NULL")
               "UNION ALL " NOTE_COLUMNS("3", "NULL", "'Rom'") "ORDER BY note_id LIMIT 3", 1, 0, "");

void test_rows__nested_shapes(void)
{
    wall_cx_t *cx = start();
    apr_array_header_t *rows;
    const note_t *note;
    int round;

    for (round = 0; round < 2; round++) {
        CU_ASSERT_EQUAL_FATAL(wall_db_list(cx, DB_CALL(notes), &note_shape, &rows), WALL_OK);
        CU_ASSERT_EQUAL_FATAL(rows->nelts, 3);
        note = (const note_t *)(void *)rows->elts;
        CU_ASSERT_EQUAL(note[0].note_id, 1);
        CU_ASSERT_EQUAL(note[0].author.user_id, 2);
        CU_ASSERT_STRING_EQUAL(note[0].author.username, "ann");
        CU_ASSERT_EQUAL(note[0].author.city.city_id, 3);
        CU_ASSERT_STRING_EQUAL(note[0].author.city.name, "Ulm");
        CU_ASSERT_PTR_NULL(note[0].author.birthplace);
        CU_ASSERT_PTR_NULL(note[0].editor);
        CU_ASSERT_PTR_NOT_NULL_FATAL(note[1].editor);
        CU_ASSERT_EQUAL(note[1].editor->user_id, 5);
        CU_ASSERT_PTR_NULL(note[1].editor->username);
        CU_ASSERT_PTR_NULL(note[1].editor->birthplace);
        CU_ASSERT_PTR_NOT_NULL_FATAL(note[2].editor);
        CU_ASSERT_PTR_NOT_NULL_FATAL(note[2].editor->birthplace);
        CU_ASSERT_STRING_EQUAL(note[2].editor->birthplace->name, "Rom");
        CU_ASSERT_EQUAL(note[2].author.user_id, 2);
    }
    db_test_end(cx);
}

/* ---- keys, nesting, many statements ---- */
DB_STMT(account_add, "INSERT INTO t_accounts (username, email) VALUES (%s, %s)", 0, 2, "ss");

void test_rows__duplicate_key_is_named(void)
{
    wall_cx_t *cx = start();

    db_test_sql(cx, "DROP TABLE IF EXISTS t_accounts;\n"
        "CREATE TABLE t_accounts (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, username "
        "VARCHAR(30) NOT NULL, email VARCHAR(254) NOT NULL, UNIQUE KEY acc_username (username), "
        "UNIQUE KEY acc_email (email)) ENGINE=InnoDB;\n");
    db_test_log[0] = '\0';
    CU_ASSERT_STRING_EQUAL(wall_db_duplicate_key(cx), "");
#define ADD(u, e) wall_db_exec(cx, DB_QUERY(account_add, wall_arg_str(u), wall_arg_str(e)), NULL)
    CU_ASSERT_EQUAL(ADD("ann", "ann@example.org"), WALL_OK);
    CU_ASSERT_EQUAL(ADD("ann", "other@example.org"), WALL_E_DUPLICATE);
    CU_ASSERT_STRING_EQUAL(wall_db_duplicate_key(cx), "acc_username");
    CU_ASSERT_EQUAL(ADD("bob'x", "ann@example.org"), WALL_E_DUPLICATE);
    CU_ASSERT_STRING_EQUAL(wall_db_duplicate_key(cx), "acc_email");
    CU_ASSERT_STRING_EQUAL(db_test_log, "");
    CU_ASSERT_EQUAL(cx->failed, WALL_OK);
    db_test_end(cx);
}

void test_rows__statements_nest(void)
{
    wall_cx_t *cx = start();
    apr_array_header_t *outer, *inner;
    int i, seen = 0;

    for (i = 0; i < 10; i++)
        add_text(cx, "x", NULL);
    CU_ASSERT_EQUAL(wall_db_list(cx, DB_CALL(row_ids), &all_shape, &outer), WALL_OK);
    for (i = 0; i < outer->nelts; i++) {
        CU_ASSERT_EQUAL(wall_db_list(cx, DB_CALL(row_ids), &all_shape, &inner), WALL_OK);
        seen += inner->nelts;
        CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(outer, i, all_t).text, "x");
    }
    CU_ASSERT_EQUAL(seen, 100);
    db_test_end(cx);
}

void test_rows__five_hundred_statements(void)
{
    wall_cx_t *cx = start();
    wall_stmt_t *stmts = apr_pcalloc(cx->pool, 500 * sizeof *stmts);
    apr_int64_t number = 0;
    int i, round;

    for (i = 0; i < 500; i++) {
        stmts[i].name = apr_psprintf(cx->pool, "many_%d", i);
        stmts[i].sql = apr_psprintf(cx->pool, "SELECT %d + %%lld", i);
        stmts[i].is_select = 1;
        stmts[i].nargs = 1;
        stmts[i].types = "i";
    }
    for (round = 0; round < 2; round++) {
        for (i = 0; i < 500; i++) {
            CU_ASSERT_EQUAL(wall_db_number(cx, DB_QUERY(stmts[i], wall_arg_i64(1000)), &number),
                            WALL_OK);
            CU_ASSERT_EQUAL(number, 1000 + i);
        }
    }
    db_test_end(cx);
}

DB_STMT(bad_sql, "SELEC 1", 1, 0, "");

void test_rows__prepare_tells_what_is_wrong(void)
{
    wall_cx_t *cx = start();

    CU_ASSERT_EQUAL(wall_db_prepare(cx, &row_ids), WALL_OK);
    CU_ASSERT_EQUAL(wall_db_prepare(cx, &bad_sql), WALL_E_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(cx->failure_log, "SELEC"));
    db_test_end(cx);
}
