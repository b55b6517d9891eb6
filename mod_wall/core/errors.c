/* SPDX-License-Identifier: Apache-2.0 */
#include "core/errors.h"

typedef struct error_row_t {
    int status;
    const char *code;
    const char *message;
} error_row_t;

static const error_row_t rows[WALL_E__COUNT] = {
    [WALL_OK] = { 200, "WALL_OK", "Done." },
#define X(sym, http_status, text) [WALL_E_##sym] = { http_status, "WALL_" #sym, text },
    WALL_ERRORS(X)
#undef X
};

static const error_row_t *row_of(wall_rc_t rc)
{
    if ((unsigned)rc >= WALL_E__COUNT)
        return &rows[WALL_E_INTERNAL];
    return &rows[rc];
}

int wall_error_status(wall_rc_t rc)
{
    return row_of(rc)->status;
}

const char *wall_error_code(wall_rc_t rc)
{
    return row_of(rc)->code;
}

const char *wall_error_message(wall_rc_t rc)
{
    return row_of(rc)->message;
}
