/* SPDX-License-Identifier: Apache-2.0 */
/* What people without a session asked for by name or address; the worker looks it up. */
#include <string.h>

#include "app/accounts/accounts_private.h"
#include "io/db.h"
#include "io/sql_statements.h"

typedef struct request_t {
    apr_int64_t request_id;
    const char *kind;
    const char *login;
    const char *language;
} request_t;

static const wall_field_t request_fields[] = {
    WALL_I64(request_t, request_id), WALL_STR(request_t, kind), WALL_STR(request_t, login),
    WALL_STR(request_t, language),   WALL_FIELDS_END
};
static const wall_shape_t request_shape =
    WALL_SHAPE_OF("AccountRequest", request_t, request_fields);

/** A mailbox is not flooded by who knows its address: further wishes within that time are dropped. */
static int often(wall_cx_t *cx, const char *address, const char *kind, apr_int64_t seconds)
{
    apr_int64_t count = 0;
    wall_rc_t rc = wall_db_number(cx, sql_requests_mailed_of_late(address, kind, seconds), &count);

    return rc != WALL_OK || count >= ACCOUNTS_MAILS_PER_HOUR;
}

static wall_rc_t reset(wall_cx_t *cx, const request_t *request)
{
    accounts_identity_t who;
    wall_rc_t rc =
        wall_db_one(cx, sql_requests_person(request->login), &accounts_identity_shape, &who);

    if (rc != WALL_OK || often(cx, who.email, "reset_password", ACCOUNTS_RESET_S))
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    return accounts_send_reset(cx, &who);
}

static wall_rc_t answer_work(wall_cx_t *cx, void *baton)
{
    const request_t *request = baton;
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, sql_requests_done(request->request_id), &affected);

    if (rc != WALL_OK || affected == 0) /* another worker has it */
        return rc;
    if (strcmp(request->kind, "reset_password") == 0)
        return reset(cx, request);
    return often(cx, request->login, "verify_email", ACCOUNTS_HOUR)
               ? WALL_OK
               : accounts_send_registration(cx, request->login);
}

wall_rc_t accounts_answer_request(wall_cx_t *cx, int *answered)
{
    request_t request;
    wall_rc_t rc = wall_db_one(cx, sql_requests_next(), &request_shape, &request);

    *answered = rc == WALL_OK;
    if (rc != WALL_OK)
        return rc == WALL_E_NOT_FOUND ? WALL_OK : rc;
    cx->language = request.language;
    rc = wall_db_tx(cx, answer_work, &request);
    if (rc != WALL_E_INTERNAL)
        return rc;
    /* Logged. One that cannot be answered must not keep all others, and all mails, from their turn. */
    wall_fail_clear(cx);
    return wall_db_exec(cx, sql_requests_done(request.request_id), NULL);
}
