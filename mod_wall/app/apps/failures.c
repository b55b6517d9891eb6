/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong with a job, as a code and in words. */
#include <apr_strings.h>
#include <string.h>

#include "app/apps/apps_jobs.h"
#include "core/messages.h"

/* X(symbol, English) – what became of the bricks; keys "job." #symbol as well. */
#define OUTCOMES(X)                                                                                \
    X(AGAIN, "It is tried again; your bricks stay held.")                                          \
    X(RETURNED, "All {n} bricks are back in your balance.")

typedef struct failure_row_t {
    const char *symbol;
    const char *code;
    const char *text;
} failure_row_t;

static const failure_row_t rows[APPS_REASON__COUNT] = {
#define X(sym, code, text) [APPS_##sym] = { #sym, code, text },
    APPS_FAILURES(X)
#undef X
};

enum {
#define X(sym, text) OUTCOME_##sym,
    OUTCOMES(X)
#undef X
};
static const struct {
    const char *key;
    const char *text;
} outcomes[] = {
#define X(sym, text) [OUTCOME_##sym] = { "job." #sym, text },
    OUTCOMES(X)
#undef X
};

const char *apps_failure_code(apps_reason_t reason)
{
    return rows[reason].code;
}

const char *apps_failure_symbol(apps_reason_t reason)
{
    return rows[reason].symbol;
}

static const failure_row_t *row_of(const char *symbol)
{
    for (int i = 1; symbol && i < APPS_REASON__COUNT; i++) {
        if (!strcmp(rows[i].symbol, symbol)) {
            return &rows[i];
        }
    }
    return NULL;
}

static const char *number(wall_cx_t *cx, apr_int64_t n)
{
    return apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, n);
}

const char *apps_failure_text(wall_cx_t *cx, const char *reason, const char *stored,
                              apr_int64_t seconds, apr_int64_t held, int waiting)
{
    const failure_row_t *row = row_of(reason);
    int outcome = waiting ? OUTCOME_AGAIN : OUTCOME_RETURNED;

    if (!row) {
        return stored;
    }
    return apr_pstrcat(cx->pool,
                       wall_text_or(cx, apr_pstrcat(cx->pool, "job.", row->symbol, NULL), row->text,
                                    "n", number(cx, seconds), NULL),
                       " ",
                       wall_text_or(cx, outcomes[outcome].key, outcomes[outcome].text, "n",
                                    number(cx, held), NULL),
                       NULL);
}
