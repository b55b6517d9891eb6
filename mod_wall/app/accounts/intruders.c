/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody who had an account in their hands may have left in it to come back by. */
#include "app/accounts/accounts_private.h"
#include "app/mail/mail.h"
#include "core/timefmt.h"
#include "io/db.h"
#include "io/sql_statements.h"

/** Runs a statement that removes rows and adds them to *removed. */
static wall_rc_t remove_rows(wall_cx_t *cx, wall_query_t query, apr_int64_t *removed)
{
    apr_int64_t affected = 0;
    wall_rc_t rc = wall_db_exec(cx, query, &affected);

    *removed += affected;
    return rc;
}

/* Recovery codes belong to the authenticator and mean nothing without it. */
static wall_rc_t remove_authenticator(wall_cx_t *cx, apr_int64_t user_id, const char *since,
                                      apr_int64_t *removed)
{
    const apr_int64_t before = *removed;
    wall_rc_t rc = remove_rows(cx, sql_intruders_authenticator(user_id, since), removed);

    return rc == WALL_OK && *removed > before ? wall_db_exec(cx, sql_recovery_codes_remove(user_id), NULL)
                                              : rc;
}

wall_rc_t accounts_expel(wall_cx_t *cx, apr_int64_t user_id, apr_time_t since, int authenticator)
{
    const char *from = since != 0 ? wall_time_sql(cx->pool, since) : "1970-01-01"; /* 0 is no time */
    apr_int64_t removed = 0;
    wall_rc_t rc = remove_rows(cx, sql_intruders_passkeys(user_id, from), &removed);

    if (rc == WALL_OK)
        rc = remove_rows(cx, sql_intruders_connections(user_id, from), &removed);
    if (rc == WALL_OK)
        rc = remove_rows(cx, sql_intruders_keys(user_id, from), &removed);
    if (rc == WALL_OK && authenticator)
        rc = remove_authenticator(cx, user_id, from, &removed);
    if (rc != WALL_OK || removed == 0)
        return rc;
    return mail_queue(cx, &(mail_t){ .kind = MAIL_WAYS_REMOVED,
                                     .user_id = user_id,
                                     .link = "/settings/sign-in" });
}
