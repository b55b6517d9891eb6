/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/chain.h"

#include <apr_strings.h>
#include <string.h>

#include "core/crypto.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define LINES_AT_A_TIME 10000 /* some 10 MB; each part looks the whole day through */
#define DAYS_AT_A_TIME  400
#define DAY_US          (86400LL * APR_USEC_PER_SEC)

static const char genesis[] = "0000000000000000000000000000000000000000000000000000000000000000";

#define COLUMNS 16

/** A line: the keys as numbers, to go on after it, and its columns as text. */
typedef struct line_t {
    apr_int64_t after_transaction;
    apr_int64_t after_entry;
    const char *c[COLUMNS];
} line_t;

#define COLUMN(label, n)                                                                           \
    { .name = #label, .type = WALL_T_STR, .offset = offsetof(line_t, c) + (n) * sizeof(char *) }
static const wall_field_t line_fields[] = {
    WALL_I64(line_t, after_transaction),
    WALL_I64(line_t, after_entry),
    COLUMN(transaction_id, 0),
    COLUMN(user_id, 1),
    COLUMN(transaction_type, 2),
    COLUMN(source, 3),
    COLUMN(amount, 4),
    COLUMN(balance_after, 5),
    COLUMN(idempotency_key, 6),
    COLUMN(job_id, 7),
    COLUMN(purchase_id, 8),
    COLUMN(actor_id, 9),
    COLUMN(description, 10),
    COLUMN(metadata, 11),
    COLUMN(created_at, 12),
    COLUMN(entry_id, 13),
    COLUMN(account_id, 14),
    COLUMN(entry_amount, 15),
    WALL_FIELDS_END
};
static const wall_shape_t line_shape = WALL_SHAPE_OF("LedgerLine", line_t, line_fields);

static const wall_field_t day_fields[] = {
    WALL_STR(chain_day_t, day),
    WALL_I64(chain_day_t, first_id),
    WALL_I64(chain_day_t, last_id),
    WALL_I64(chain_day_t, transactions),
    WALL_I64(chain_day_t, entries),
    WALL_STR(chain_day_t, hash),
    WALL_FIELDS_END
};
static const wall_shape_t day_shape = WALL_SHAPE_OF("LedgerDay", chain_day_t, day_fields);

/* As the client's batch mode writes it; a C string holds no NUL. */
static void escaped(wall_buf_t *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        switch (*text) {
        case '\\': wall_buf_str(out, "\\\\"); break;
        case '\t': wall_buf_str(out, "\\t"); break;
        case '\n': wall_buf_str(out, "\\n"); break;
        default: wall_buf_char(out, *text);
        }
    }
}

/** Adds lines to the hash and counts them. */
static void add_lines(wall_sha256_state_t *state, wall_buf_t *text, const apr_array_header_t *lines,
                      chain_day_t *day)
{
    int i, n;

    text->len = 0;
    for (i = 0; i < lines->nelts; i++) {
        const line_t *line = &APR_ARRAY_IDX(lines, i, line_t);

        for (n = 0; n < COLUMNS; n++) {
            escaped(text, line->c[n]);
            wall_buf_char(text, n < COLUMNS - 1 ? '\t' : '\n');
        }
        if (line->after_transaction != day->last_id) {
            day->transactions++;
        }
        if (day->first_id == 0) {
            day->first_id = line->after_transaction;
        }
        day->last_id = line->after_transaction;
        day->entries += line->after_entry != 0;
    }
    wall_sha256_add(state, (wall_bytes_t){ text->data, text->len });
}

wall_rc_t chain_compute(wall_cx_t *cx, const char *day, const char *before, chain_day_t *out)
{
    apr_pool_t *outer = cx->pool, *pool;
    wall_sha256_state_t state;
    apr_int64_t transaction = 0, entry = 0;
    apr_array_header_t *lines;
    wall_buf_t text;
    wall_rc_t rc;
    int more = 1;

    *out = (chain_day_t){ .day = day };
    wall_sha256_begin(&state);
    wall_sha256_add(&state, (wall_bytes_t){ before != NULL ? before : genesis, sizeof genesis - 1 });
    wall_sha256_add(&state, (wall_bytes_t){ "\n", 1 });
    wall_sha256_add(&state, wall_bytes_of(day));
    wall_sha256_add(&state, (wall_bytes_t){ "\n", 1 });
    apr_pool_create(&pool, outer);
    do {
        apr_pool_clear(pool);
        cx->pool = pool; /* a busy day is larger than memory should be */
        wall_buf_init(&text, pool, 65536);
        rc = wall_db_list(cx, sql_ledger_day_lines(day, transaction, entry, LINES_AT_A_TIME),
                          &line_shape, &lines);
        cx->pool = outer;
        if (rc == WALL_OK && lines->nelts > 0) {
            const line_t *last = &APR_ARRAY_IDX(lines, lines->nelts - 1, line_t);

            add_lines(&state, &text, lines, out);
            transaction = last->after_transaction;
            entry = last->after_entry;
        }
        more = rc == WALL_OK && lines->nelts == LINES_AT_A_TIME;
    } while (more);
    apr_pool_destroy(pool);
    out->hash = wall_sha256_end(outer, &state);
    return rc;
}

/* ---- closing ---- */

typedef struct close_t {
    char day[WALL_DATE_LEN + 1];
    const char *before; /* NULL: the first day */
    int lost;           /* somebody else closed it */
    chain_day_t out;
} close_t;

static wall_rc_t close_work(wall_cx_t *cx, void *baton)
{
    close_t *c = baton;
    wall_rc_t rc = chain_compute(cx, c->day, c->before, &c->out);

    if (rc == WALL_OK) {
        rc = wall_db_exec(cx, sql_ledger_day_add(c->day, c->out.first_id, c->out.last_id,
                                                 c->out.transactions, c->out.entries, c->out.hash),
                          NULL);
    }
    c->lost = rc == WALL_E_DUPLICATE;
    return c->lost ? WALL_OK : rc;
}

/** The last closed day, or the one before the first movement. WALL_E_NOT_FOUND: there are no movements. */
static wall_rc_t last_closed(wall_cx_t *cx, chain_day_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_ledger_day_last(), &day_shape, out);

    return rc == WALL_E_NOT_FOUND ? wall_db_one(cx, sql_ledger_day_before_first(), &day_shape, out)
                                  : rc;
}

wall_rc_t chain_close(wall_cx_t *cx)
{
    apr_int64_t number, now_us;
    chain_day_t last;
    wall_rc_t rc = last_closed(cx, &last);
    close_t c = { .lost = 0 };
    int i;

    if (rc != WALL_OK) {
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    }
    rc = wall_db_number(cx, sql_ledger_now_us(), &now_us);
    number = wall_day_number(last.day) + 1;
    c.before = last.hash;
    for (i = 0; rc == WALL_OK && i < DAYS_AT_A_TIME && !c.lost; i++, number++) {
        if ((number + 1) * DAY_US + CHAIN_DELAY_SECONDS * APR_USEC_PER_SEC > now_us) {
            break;
        }
        wall_day_date(number, c.day);
        rc = wall_db_tx(cx, close_work, &c);
        c.before = c.out.hash;
    }
    return rc;
}

/* ---- verifying ---- */

static const char *compare(wall_cx_t *cx, const chain_day_t *row, const chain_day_t *computed)
{
    const char *what = strcmp(row->hash, computed->hash) != 0             ? "its hash"
                       : row->transactions != computed->transactions      ? "how many transactions"
                       : row->entries != computed->entries                ? "how many entries"
                       : row->first_id != computed->first_id ||
                                 row->last_id != computed->last_id        ? "its ids"
                                                                          : NULL;

    return what != NULL ? apr_pstrcat(cx->pool, "day ", row->day, " (", what, ")", NULL) : NULL;
}

wall_rc_t chain_verify(wall_cx_t *cx, apr_int64_t *days, const char **subject)
{
    const char *before = NULL, *after = "1000-01-01";
    apr_array_header_t *rows;
    apr_int64_t number = 0, early = 0;
    wall_rc_t rc;
    int i;

    *days = 0;
    *subject = NULL;
    do {
        rc = wall_db_list(cx, sql_ledger_days_after(after, DAYS_AT_A_TIME), &day_shape, &rows);
        for (i = 0; rc == WALL_OK && i < rows->nelts && *subject == NULL; i++) {
            const chain_day_t *row = &APR_ARRAY_IDX(rows, i, chain_day_t);
            chain_day_t computed;

            if (*days == 0) {
                rc = wall_db_number(cx, sql_ledger_before_day(row->day), &early);
                number = wall_day_number(row->day) - 1;
            }
            if (early > 0) {
                *subject = apr_pstrcat(cx->pool, "day ", row->day, " (movements before it)", NULL);
            } else if (wall_day_number(row->day) != number + 1) {
                *subject = apr_pstrcat(cx->pool, "day ", row->day, " (none before it)", NULL);
            } else if (rc == WALL_OK) {
                rc = chain_compute(cx, row->day, before, &computed);
                *subject = rc == WALL_OK ? compare(cx, row, &computed) : NULL;
            }
            before = row->hash;
            after = row->day;
            number++;
            (*days)++;
        }
    } while (rc == WALL_OK && *subject == NULL && rows->nelts == DAYS_AT_A_TIME);
    return rc;
}
