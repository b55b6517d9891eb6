/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <string.h>

#include "app/factors/factors_actions.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define TOKEN_BYTES 32
#define SWEEP       1000

static const wall_field_t row_fields[] = {
    WALL_BOOL(factors_state_t, password), WALL_BOOL(factors_state_t, totp),
    WALL_I64(factors_state_t, recovery_codes_left), WALL_BOOL(factors_state_t, passkey),
    WALL_FIELDS_END
};
const wall_shape_t factors_row_shape = WALL_SHAPE_OF("FactorsRow", factors_state_t, row_fields);

static const wall_field_t sign_in_fields[] = {
    WALL_I64(factors_sign_in_t, user_id),    WALL_STR(factors_sign_in_t, how),
    WALL_BOOL(factors_sign_in_t, remember),  WALL_I64(factors_sign_in_t, tries),
    WALL_I64(factors_sign_in_t, expires_us), WALL_FIELDS_END
};
static const wall_shape_t sign_in_shape =
    WALL_SHAPE_OF("SignIn", factors_sign_in_t, sign_in_fields);

static const char *hash_of(wall_cx_t *cx, const char *token)
{
    return wall_sha256_hex(cx->pool, wall_bytes_of(token));
}

wall_rc_t factors_waiting(wall_cx_t *cx, const char *token, factors_sign_in_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_sign_ins_get(hash_of(cx, token)), &sign_in_shape, out);

    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, WALL_E_SIGN_IN_OVER, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t factors_ask(wall_cx_t *cx, apr_int64_t user_id, const char *how, int remember,
                      factors_waiting_t **out)
{
    factors_waiting_t *waiting;
    factors_sign_in_t row;
    factors_state_t state;
    wall_rc_t rc = wall_db_one(cx, sql_factors_state(user_id), &factors_row_shape, &state);

    *out = NULL;
    if (rc != WALL_OK || !state.totp)
        return rc;
    waiting = apr_pcalloc(cx->pool, sizeof(*waiting));
    waiting->token = wall_random_token(cx->pool, TOKEN_BYTES);
    waiting->methods = apr_array_make(cx->pool, 3, sizeof(const char *));
    APR_ARRAY_PUSH(waiting->methods, const char *) = "code";
    if (state.passkey)
        APR_ARRAY_PUSH(waiting->methods, const char *) = "passkey";
    if (state.recovery_codes_left > 0)
        APR_ARRAY_PUSH(waiting->methods, const char *) = "recovery_code";
    rc = wall_db_exec(cx,
                      sql_sign_ins_add(hash_of(cx, waiting->token), user_id, how, remember,
                                       FACTORS_SIGN_IN_MINUTES),
                      NULL);
    if (rc == WALL_OK)
        rc = factors_waiting(cx, waiting->token, &row);
    if (rc != WALL_OK)
        return rc;
    waiting->expires_at = row.expires_us;
    *out = waiting;
    return WALL_OK;
}

wall_rc_t factors_try(wall_cx_t *cx, const char *token, const factors_proof_t *proof,
                      factors_sign_in_t *out)
{
    apr_int64_t taken;
    wall_rc_t rc = factors_waiting(cx, token, out);

    if (rc == WALL_OK && proof->code != NULL)
        rc = factors_code_rate(cx, out->user_id);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_sign_ins_try(hash_of(cx, token), FACTORS_SIGN_IN_TRIES), &taken);
    if (rc == WALL_OK && taken != 1)
        return wall_fail(cx, WALL_E_SIGN_IN_OVER, NULL, WALL_NO_WHY);
    return rc;
}

wall_rc_t factors_answer(wall_cx_t *cx, const char *token, const factors_sign_in_t *sign_in,
                         const factors_proof_t *proof)
{
    apr_int64_t ended, user_id;
    /* First, so that of two requests with one token one waits here and finds nothing. */
    wall_rc_t rc = wall_db_exec(cx, sql_sign_ins_end(hash_of(cx, token)), &ended);

    if (rc == WALL_OK && ended != 1)
        return wall_fail(cx, WALL_E_SIGN_IN_OVER, NULL, WALL_NO_WHY);
    if (rc != WALL_OK)
        return rc;
    if (proof->passkey != NULL)
        return factors_use_passkey(cx, factors_for_second(cx, token), sign_in->user_id, proof->passkey,
                                   &user_id);
    return proof->code != NULL ? factors_use_code(cx, sign_in->user_id, proof->code)
                               : factors_use_recovery_code(cx, sign_in->user_id, proof->recovery_code);
}

wall_rc_t factors_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_exec(cx, sql_sweep_sign_ins(SWEEP), NULL);

    return rc == WALL_OK ? wall_db_exec(cx, sql_sweep_passkey_challenges(SWEEP), NULL) : rc;
}
