/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reasons.h"

#include <apr_strings.h>

#include "core/messages.h"

typedef struct reason_row_t {
    const char *key;
    const char *text;
} reason_row_t;

static const reason_row_t rows[WALL_WHY__COUNT] = {
#define X(sym, text) [WALL_WHY_##sym] = { "why." #sym, text },
    WALL_REASONS(X)
#undef X
};

const char *wall_why_text(wall_cx_t *cx, wall_why_t why)
{
    const reason_row_t *row;

    if (why.reason == WALL_WHY_NONE || (unsigned)why.reason >= WALL_WHY__COUNT)
        return NULL;
    row = &rows[why.reason];
    return wall_text_or(cx, row->key, row->text, "n",
                        apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, why.n), "text",
                        why.text != NULL ? why.text : "", NULL);
}
