/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/debts.h"

#include <apr_strings.h>

#include "io/db.h"
#include "io/sql_statements.h"

typedef struct owed_t {
    apr_int64_t available;
    apr_int64_t debt;
} owed_t;

static const wall_field_t owed_fields[] = {
    WALL_I64(owed_t, available),
    WALL_I64(owed_t, debt),
    WALL_FIELDS_END
};
static const wall_shape_t owed_shape = WALL_SHAPE_OF("BricksOwed", owed_t, owed_fields);

typedef struct debt_t {
    apr_int64_t debt_id;
    apr_int64_t purchase_id;
    apr_int64_t amount;
    apr_int64_t settled;
} debt_t;

static const wall_field_t debt_fields[] = {
    WALL_I64(debt_t, debt_id),
    WALL_I64(debt_t, purchase_id),
    WALL_I64(debt_t, amount),
    WALL_I64(debt_t, settled),
    WALL_FIELDS_END
};
static const wall_shape_t debt_shape = WALL_SHAPE_OF("BricksDebt", debt_t, debt_fields);

static apr_int64_t least(apr_int64_t a, apr_int64_t b)
{
    return a < b ? a : b;
}

wall_rc_t bricks_take_back(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t purchase_id,
                           bricks_source_t source, apr_int64_t amount, const char *key)
{
    bricks_movement_t back = {
        .user_id = user_id, .type = BRICKS_REFUNDED, .source = source,
        .account = BRICKS_ACCOUNT_SALES, .key = key, .purchase_id = purchase_id,
    };
    owed_t owed;
    apr_int64_t missing;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_debt_owed(user_id), &owed_shape, &owed);

    if (rc != WALL_OK)
        return rc;
    back.amount = -least(owed.available, amount);
    missing = amount + back.amount;
    if (back.amount != 0)
        rc = bricks_post(cx, &back, NULL);
    if (rc == WALL_OK && missing > 0)
        rc = wall_db_exec(cx, sql_bricks_debt_add(user_id, purchase_id > 0 ? &purchase_id : NULL,
                                                  bricks_source_name(source), missing),
                          NULL);
    if (rc == WALL_OK && missing > 0)
        rc = wall_db_exec(cx, sql_bricks_debt_raise(missing, user_id), NULL);
    return rc;
}

wall_rc_t bricks_debt(wall_cx_t *cx, apr_int64_t user_id, apr_int64_t *debt)
{
    return wall_db_number(cx, sql_bricks_debt_of(user_id), debt);
}

/* The movement, the debt and the cache of debts. */
static wall_rc_t settle_one(wall_cx_t *cx, apr_int64_t user_id, const debt_t *debt,
                            apr_int64_t amount)
{
    const bricks_movement_t paid = {
        .user_id = user_id, .type = BRICKS_REFUNDED, .source = BRICKS_FROM_DEBT,
        .account = BRICKS_ACCOUNT_SALES, .amount = -amount, .purchase_id = debt->purchase_id,
        .key = apr_psprintf(cx->pool, "debt:%" APR_INT64_T_FMT ":%" APR_INT64_T_FMT, debt->debt_id,
                            debt->settled + amount),
    };
    apr_int64_t settled = 0, lowered = 0;
    /* Lowered first: the movement that pays the last of it then sees whether the user has enough again. */
    wall_rc_t rc = wall_db_exec(cx, sql_bricks_debt_lower(amount, user_id), &lowered);

    if (rc == WALL_OK)
        rc = bricks_post(cx, &paid, NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_bricks_debt_settle(amount, debt->debt_id), &settled);
    if (rc == WALL_OK && (settled != 1 || lowered != 1))
        rc = wall_fail_log(cx, WALL_E_INTERNAL,
                           WALLNO(00625) "debt %" APR_INT64_T_FMT " of user %" APR_INT64_T_FMT
                           " is not what its cache says",
                           debt->debt_id, user_id);
    return rc;
}

wall_rc_t bricks_debt_settle(wall_cx_t *cx, apr_int64_t user_id)
{
    apr_array_header_t *debts;
    owed_t owed;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_debt_owed(user_id), &owed_shape, &owed);
    apr_int64_t left;

    if (rc != WALL_OK || owed.debt == 0 || owed.available == 0)
        return rc;
    rc = wall_db_list(cx, sql_bricks_debts_open(user_id), &debt_shape, &debts);
    left = owed.available;
    for (int i = 0; rc == WALL_OK && left > 0 && i < debts->nelts; i++) {
        const debt_t *debt = &APR_ARRAY_IDX(debts, i, debt_t);
        apr_int64_t amount = least(left, debt->amount - debt->settled);

        rc = settle_one(cx, user_id, debt, amount);
        left -= amount;
    }
    return rc;
}
