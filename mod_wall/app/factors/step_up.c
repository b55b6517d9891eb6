/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "app/auth/auth.h"
#include "app/factors/factors_actions.h"
#include "core/providers.h"
#include "io/db.h"
#include "io/limiter.h"
#include "io/sql_statements.h"

#define TRIES   10
#define TRIES_S 900

typedef struct confirmation_t {
    int fresh;
    int password, passkey, code, oauth; /* ways this account has, here and now */
} confirmation_t;

static const wall_field_t confirmation_fields[] = {
    WALL_BOOL(confirmation_t, fresh),
    WALL_BOOL(confirmation_t, password),
    WALL_BOOL(confirmation_t, passkey),
    WALL_BOOL(confirmation_t, code),
    WALL_BOOL(confirmation_t, oauth),
    WALL_FIELDS_END
};
static const wall_shape_t confirmation_shape =
    WALL_SHAPE_OF("Confirmation", confirmation_t, confirmation_fields);

wall_rc_t factors_step_up(wall_cx_t *cx)
{
    confirmation_t state;
    wall_rc_t rc;

    if (cx->viewer.session_id == 0)
        return wall_fail(cx, WALL_E_STEP_UP, NULL, WALL_NO_WHY); /* an API key proves nobody */
    rc = wall_db_one(cx,
                     sql_factors_confirmation(WALL_CONFIRMED_MINUTES, cx->viewer.session_id,
                                              wall_provider_names(cx->pool, cx->site)),
                     &confirmation_shape, &state);
    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
    if (rc != WALL_OK || state.fresh)
        return rc;
    wall_fail(cx, WALL_E_STEP_UP, NULL, WALL_NO_WHY);
    if (state.password)
        wall_fail_number(cx, "password", 1);
    if (state.passkey)
        wall_fail_number(cx, "passkey", 1);
    if (state.code)
        wall_fail_number(cx, "code", 1);
    if (state.oauth)
        wall_fail_number(cx, "oauth", 1);
    return WALL_E_STEP_UP;
}

static wall_rc_t passkey_work(wall_cx_t *cx, void *baton)
{
    const factors_proof_t *in = baton;
    apr_int64_t user_id;
    wall_rc_t rc = factors_use_passkey(cx, factors_for_confirm(cx), cx->viewer.user_id, in->passkey,
                                       &user_id);

    return rc == WALL_OK ? auth_confirmed(cx) : rc;
}

/* Who holds a session that is not theirs guesses from as many addresses as they like. By session, so that
 * its owner can confirm in another. */
static wall_rc_t few_passwords(wall_cx_t *cx)
{
    const wall_limit_own_t own = { "confirm", TRIES, TRIES_S, WALL_WHY(PASSWORDS_TRIED) };

    return wall_limit_take_own(cx, &own,
                               apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, cx->viewer.session_id));
}

wall_rc_t factors_confirm(wall_cx_t *cx, const factors_proof_t *in, void *out)
{
    wall_rc_t rc;

    if ((in->password != NULL) + (in->code != NULL) + (in->passkey != NULL) != 1)
        return wall_fail(cx, WALL_E_VALIDATION, "password",
                         WALL_WHY(ONE_OF_THESE, .text = "password, code, passkey"));
    if (in->passkey != NULL)
        return wall_db_tx(cx, passkey_work, (void *)in);
    if (in->password != NULL) {
        rc = few_passwords(cx);
        if (rc == WALL_OK)
            rc = auth_check_password(cx, cx->viewer.user_id, in->password);
    } else if ((rc = factors_code_rate(cx, cx->viewer.user_id)) == WALL_OK)
        rc = factors_use_code(cx, cx->viewer.user_id, in->code);
    return rc == WALL_OK ? auth_confirmed(cx) : rc;
}
